"""The short tables that a planner gives for a plan: rows that read are kept, each that does not is told."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.workforce import AreaSet
from kaihoken.workforce.plan.awaited import Awaited

if TYPE_CHECKING:
    import _csv

Floats = npt.NDArray[np.float64]

_NUMBER: Final = re.compile(r"\d+(\.\d+)?")
_ABSENT: Final = frozenset(("", "-", "‐", "−", "―", "...", "*", "***", "x", "X"))  # after NFKC, "－" is "-"


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """A table as it was given: row i has the texts `keys[i]` and the figures `numbers[i]` in the order of the table's
    columns, from line `lines[i]`; what is absent or suppressed is NaN. `faults` are the rows that were left out, with
    line and field."""

    table: Awaited
    keys: tuple[tuple[str, ...], ...]
    numbers: Floats
    lines: tuple[int, ...]
    faults: tuple[Problem, ...]

    def column(self, name: str) -> Floats:
        """The figures of one column."""
        return np.asarray(self.numbers[:, self.table.numbers.index(name)])

    def by_area(self, areas: AreaSet, name: str) -> Floats:
        """A column with one row for each area of a set; absent where the table has none."""
        made = np.full(len(areas), np.nan)
        for keys, value in zip(self.keys, self.column(name), strict=True):
            made[areas.position(keys[0])] = value
        return made


def read_given(table: Awaited, content: str, areas: AreaSet | None = None) -> Given:
    """Read a table from CSV text with the template's columns, in any order; further columns are left alone.

    Full-width digits and thousands separators are read, 「－」 and the like are absent. A row is left out and told
    (Problem `workforce.plan-row-unreadable`) where a figure is none, a key is empty, or keys stand twice; with `areas`
    also where `area_code` is not one of theirs. Raises the same for what is no CSV, and Problem
    `workforce.plan-columns` where columns are missing.
    """
    lines = csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline=""))
    header = [_plain(cell) for cell in next(lines, [])]
    missing = [name for name in table.columns if name not in header]
    if missing:
        raise Problem(
            "workforce.plan-columns",
            where=table.table,
            columns=", ".join(missing),
            template=",".join(table.columns),
        )
    at = [header.index(name) for name in table.columns]
    keys: list[tuple[str, ...]] = []
    numbers: list[list[float]] = []
    read: list[int] = []
    faults: list[Problem] = []
    seen: set[tuple[str, ...]] = set()
    for cells in _lines(lines, table):
        if not any(cell.strip() for cell in cells):
            continue
        texts = [_plain(cells[column]) if column < len(cells) else "" for column in at]
        try:
            key, row = _row(table, texts, seen, areas)
        except _UnreadableError as unreadable:
            faults.append(
                Problem(
                    "workforce.plan-row-unreadable",
                    where=f"{table.table} line {lines.line_num}",
                    line=lines.line_num,
                    field=unreadable.field,
                    reason=unreadable.reason,
                )
            )
            continue
        seen.add(key)
        keys.append(key)
        numbers.append(row)
        read.append(lines.line_num)
    figures = np.array(numbers, dtype=np.float64).reshape(len(numbers), len(table.numbers))
    return Given(table, tuple(keys), figures, tuple(read), tuple(faults))


def _lines(lines: "_csv.Reader", table: Awaited) -> Iterator[list[str]]:
    """The rows of a file; a row that is no CSV (a field without end) ends the reading, and says so."""
    try:
        yield from lines
    except csv.Error as error:
        where = f"{table.table} line {lines.line_num}"
        raise Problem(
            "workforce.plan-row-unreadable", where=where, line=lines.line_num, field="CSV", reason=str(error)
        ) from error


class _UnreadableError(Exception):
    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field, self.reason = field, reason


def _row(
    table: Awaited, texts: Sequence[str], seen: set[tuple[str, ...]], areas: AreaSet | None
) -> tuple[tuple[str, ...], list[float]]:
    key = tuple(texts[: len(table.keys)])
    for name, text in zip(table.keys, key, strict=True):
        if not text:
            raise _UnreadableError(name, "empty")
    if areas is not None:
        try:
            areas.position(key[0])
        except Problem as unknown:
            near = unknown.facts.get("near", "—")
            raise _UnreadableError(table.keys[0], f"{key[0]}: not in {areas.name}, near {near}") from unknown
    if key in seen:
        raise _UnreadableError(table.keys[0], f"{' '.join(key)}: twice")
    return key, [
        _number(name, text) for name, text in zip(table.numbers, texts[len(table.keys) :], strict=True)
    ]


def _number(name: str, text: str) -> float:
    if text in _ABSENT:
        return float("nan")
    bare = text.replace(",", "")
    if not _NUMBER.fullmatch(bare):
        raise _UnreadableError(name, text)
    return float(bare)


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip()
