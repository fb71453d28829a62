"""The coverages of the patients as an exported table: what insurers registered, with gaps, overlaps and what was told
late. It is the truth against which the claims of the same folder can be held."""

import csv
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from kaihoken.clock import TOKYO
from kaihoken.coverage import Coverage
from kaihoken.people.nation import Person
from kaihoken.people.receipts.insured import believed
from kaihoken.problems import Problem

_TOLD_AFTER = timedelta(days=7)


class Row(msgspec.Struct, frozen=True):
    """One version of one coverage. `from_day` is the first day in it, `until_day` the first day without (資格喪失日;
    None while it runs). The version stood from `recorded_at` until `superseded_at` (None: it still does)."""

    person: str
    insurer_number: str
    symbol: str
    number: str
    branch: str
    birthdate: date
    sex: str
    name: str
    kana: str
    relation: str
    from_day: date
    until_day: date | None
    loss_reason: str
    kind: str
    recorded_at: datetime
    superseded_at: datetime | None = None


COLUMNS = Row.__struct_fields__


def rows_of(person: Person) -> list[Row]:
    """What stands in the register of a person, by first day."""
    coverages = [
        fact for fact in believed(person).values() if isinstance(fact, Coverage) and not fact.withdrawn
    ]
    return [row_of(person, coverage) for coverage in sorted(coverages, key=lambda one: one.acquired)]


def row_of(person: Person, coverage: Coverage) -> Row:
    """A coverage as a row."""
    return Row(
        person=person.link,
        insurer_number=coverage.insurer_number,
        symbol=coverage.symbol,
        number=coverage.number,
        branch=coverage.branch,
        birthdate=coverage.birthdate,
        sex=coverage.sex,
        name=coverage.name,
        kana=coverage.kana,
        relation=coverage.relation,
        from_day=coverage.acquired,
        until_day=coverage.lost,
        loss_reason=coverage.loss_reason,
        kind=coverage.classification,
        recorded_at=instant(coverage.received or coverage.acquired + _TOLD_AFTER),
    )


def instant(day: date) -> datetime:
    """The beginning of a day in Tokyo."""
    return datetime.combine(day, time(), TOKYO)


class Table:
    """The table as CSV in UTF-8, being written."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._rows = csv.writer(self._file, lineterminator="\n")
        self._rows.writerow(COLUMNS)

    def add(self, rows: Iterable[Row]) -> None:
        """Writes rows."""
        self._rows.writerows([_said(value) for value in msgspec.structs.astuple(row)] for row in rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def as_parquet(path: Path) -> Path:
    """The CSV of a table once more as Parquet beside it: days as days, instants in UTC. Problem
    `people.claims-parquet` where polars is not installed."""
    try:
        import polars as pl
    except ImportError as error:
        raise Problem("people.claims-parquet") from error
    days = [pl.col(name).str.to_date("%Y-%m-%d") for name in ("birthdate", "from_day", "until_day")]
    instants = [
        pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%S%:z", time_unit="us")
        for name in ("recorded_at", "superseded_at")
    ]
    beside = path.with_suffix(".parquet")
    texts = dict.fromkeys(COLUMNS, pl.String)
    pl.scan_csv(path, schema=texts).with_columns(*days, *instants).sink_parquet(beside)
    return beside


def _said(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
