"""An own table of distances: a CSV file with origin, destination and minutes or km (or both).

Places are named by the `key` of their points, or by municipality code where no row names the key. Origins are where
people live. A pair that stands nowhere cannot be reached, as one with neither number (an empty field says so).
"""

import csv
import math
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from kaihoken.problems import Problem
from kaihoken.rules import Status
from kaihoken.workforce.access.distance import Costs, Measure, Nearest, costs_of
from kaihoken.workforce.access.points import Floats, Points
from kaihoken.workforce.access.search import Integers
from kaihoken.workforce.tables import BadRow

_NAMES: Final = ("origin", "destination")
_MEASURES: Final[tuple[Measure, ...]] = ("minutes", "km")


@dataclass(frozen=True, slots=True, eq=False)
class OwnTable:
    """Distances of a file. `pairs` are minutes and km (`inf`: none given) by origin and destination; `bad_rows` were
    left out of them."""

    name: str
    measure: Measure
    pairs: Mapping[tuple[str, str], tuple[float, float]]
    bad_rows: tuple[BadRow, ...]

    @property
    def status(self) -> Status:
        """What somebody measured is no assumption of ours."""
        return Status.CONFIRMED

    @property
    def source(self) -> str:
        """The name of the file."""
        return self.name

    def within(self, origins: Points, destinations: Points, limit: float) -> Costs:
        """Every pair of the table within the limit."""
        at = _MEASURES.index(self.measure)
        from_places = _rows_by_name(origins, {origin for origin, _ in self.pairs})
        to_places = _rows_by_name(destinations, {destination for _, destination in self.pairs})
        found = [
            (from_places[origin], to_places[destination], costs[at])
            for (origin, destination), costs in self.pairs.items()
            if costs[at] <= limit and origin in from_places and destination in to_places
        ]
        rows = [np.repeat(here, len(there)) for here, there, _ in found]
        columns = [np.tile(there, len(here)) for here, there, _ in found]
        cost = [np.full(len(here) * len(there), each) for here, there, each in found]
        return costs_of(
            self.measure, (len(origins), len(destinations)), _joined(rows), _joined(columns), _all(cost)
        )

    def nearest(self, origins: Points, destinations: Points, limit: float = np.inf) -> Nearest:
        """The nearest of the table."""
        return self.within(origins, destinations, limit).nearest()


def read_table(file: Path, measure: Measure) -> OwnTable:
    """Reads a CSV file (UTF-8, with or without BOM). Good rows are kept, each bad one is in `bad_rows`: a name that is
    missing, a number that is none or negative, a pair that stood there before.

    Raises Problem `workforce.table-columns` where `origin`, `destination` or the measure is no column.
    """
    pairs: dict[tuple[str, str], tuple[float, float]] = {}
    bad: list[BadRow] = []
    for line, row in csv_rows(file, (*_NAMES, measure)):
        try:
            pair = _new_pair(row, pairs)
            pairs[pair] = read_cost(row, "minutes"), read_cost(row, "km")
        except BadField as found:
            bad.append(BadRow(line, found.field, found.reason))
    return OwnTable(file.name, measure, pairs, tuple(bad))


def _new_pair(row: Mapping[str, str], before: Container[tuple[str, str]]) -> tuple[str, str]:
    origin, destination = (row[name].strip() for name in _NAMES)
    if not origin or not destination:
        raise BadField("destination" if origin else "origin", "empty")
    if (origin, destination) in before:
        raise BadField("destination", "the pair stands there twice")
    return origin, destination


class BadField(ValueError):
    """What is wrong with one field of a row."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field, self.reason = field, reason


def csv_rows(file: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with their lines; a field that a short row lacks is "". Raises Problem
    `workforce.table-columns` for a column that is needed and not there."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        reader = csv.DictReader(text, restval="")
        there = tuple(reader.fieldnames or ())
        missing = [name for name in needed if name not in there]
        if missing:
            raise Problem(
                "workforce.table-columns",
                where=file.name,
                file=file.name,
                missing=", ".join(missing),
                there=", ".join(there) or "—",
            )
        for row in reader:
            yield reader.line_num, row


def read_cost(row: Mapping[str, str], field: str) -> float:
    """A number of 0 or more; `inf` for an empty field or a column that is not there."""
    text = row.get(field, "").strip()
    if not text:
        return math.inf
    try:
        value = float(text)
    except ValueError:
        raise BadField(field, f"{text!r} is no number") from None
    if not value >= 0.0:
        raise BadField(field, f"{text!r} is not 0 or more")
    return value


def _rows_by_name(places: Points, named: set[str]) -> dict[str, Integers]:
    """The rows of each name of the table: by key, by municipality where the table does not name the key."""
    known = np.array([str(key) in named for key in places.key], dtype=np.bool_)
    names = np.where(known, places.key, places.municipality)
    unique, group = np.unique(names, return_inverse=True)
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(len(unique) + 1))
    return {
        str(name): order[starts[row] : starts[row + 1]].astype(np.int64)
        for row, name in enumerate(unique)
        if str(name) in named
    }


def _joined(parts: list[Integers]) -> Integers:
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)


def _all(parts: list[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.empty(0)
