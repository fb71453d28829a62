"""Codes: a field that holds codes of a table holds codes of that table."""

from collections.abc import Iterator
from datetime import date
from functools import cache, lru_cache
from itertools import groupby

from kaihoken.claims.checks.terms import Terms, found
from kaihoken.claims.finding import Finding
from kaihoken.claims.receipt import Receipt
from kaihoken.claims.records import ClaimLayout, CodeTable, Field, RecordLayout, code_tables
from kaihoken.claims.uke import Line


def codes(receipt: Receipt, terms: Terms) -> Iterator[Finding]:
    """Every code of the receipt stands in its table in the month of care."""
    if receipt.month is None:
        return
    for line in receipt.lines:
        for field, value in unknown_codes(line, terms.layout, receipt.month):
            check = "code.unknown" if field.sure else "code.unknown-unconfirmed"
            yield found(check, receipt, line, field.key, name=field.name, code=value)


def unknown_codes(line: Line, layout: ClaimLayout, month: date) -> Iterator[tuple[Field, str]]:
    """What stands in fields with codes, and in no table of the month that begins on `month`."""
    tables = code_tables(month)
    for first, last, field in _coded(layout).get(line.fields[0], ()):
        for value in set(line.fields[first:last]):
            if value and not _known(tables[field.codes], value, month):
                yield field, value


@cache
def _coded(layout: ClaimLayout) -> dict[str, tuple[tuple[int, int, Field], ...]]:
    """Where fields with codes stand in the lines of a record, from and up to."""
    return {record.id: tuple(_spans(record)) for record in layout.records}


def _spans(record: RecordLayout) -> Iterator[tuple[int, int, Field]]:
    for field, run in groupby(enumerate(record.positions, 1), key=lambda placed: placed[1]):
        places = [at for at, _field in run]
        if field.codes:
            yield places[0], places[-1] + 1, field


@lru_cache(maxsize=1 << 12)
def _known(table: CodeTable, value: str, month: date) -> bool:
    return not table.unknown_in(value, month)
