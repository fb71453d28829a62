"""The answer of 「窓口でいくら払う？」 as data: the same as on the page. Nothing of who asked is in it."""

from collections.abc import Sequence

import msgspec

from kaihoken.payment.counter import Bill, BillLine, Reckoning, Source, Visit, span_of, sums_by_class
from kaihoken.payment.pages.wording import line_said
from kaihoken.web import LANGUAGES


def data_of(visit: Visit, bill: Bill, sources: Sequence[Source]) -> bytes:
    """JSON: the bill with its lines in words, the sum by class where none is known, and on which law it rests.
    `due_yen` is what a counter asks for that knows no more than was said; `due_span` the least and the most that
    it can be."""
    sums = sums_by_class(visit, bill)
    said: dict[str, object] = {**msgspec.to_builtins(bill), "due_yen": bill.due_yen}
    said["due_span"] = span_of(bill, sums)
    said["reckonings"] = [_told(one) for one in bill.reckonings]
    said["by_class"] = sums
    said["sources"] = sources
    return msgspec.json.encode(said)


def _told(one: Reckoning) -> dict[str, object]:
    return {**msgspec.to_builtins(one), "lines": [_worded(line) for line in one.lines]}


def _worded(line: BillLine) -> dict[str, object]:
    words = {language: line_said(line, language) for language in LANGUAGES}
    return {**msgspec.to_builtins(line), **words}
