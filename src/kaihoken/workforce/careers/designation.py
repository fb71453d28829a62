"""医師の確保を特に図るべき区域等 by date: 医師少数区域 and 医師少数スポット, each for as long as it is one.

Classes are fixed anew with each plan. A day of work counts where the place was designated on that day, whatever it is
today.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.workforce.areas import AreaCode, AreaSet
from kaihoken.workforce.index import IndexClass

Days = npt.NDArray[np.bool_]
"""One truth value for each day of a span."""


class ShortArea(StrEnum):
    """Why a place is one in which years count."""

    MINORITY_AREA = "minority-area"  # 医師少数区域: a 二次医療圏
    SPOT = "spot"  # 医師少数スポット: in principle a municipality, set by the prefecture


@dataclass(frozen=True, slots=True)
class Designation:
    """One place that is designated from `first` to `last` (inclusive; None: until changed). `place` is an area code for
    a 少数区域 and a municipality code, or whatever code posts name, for a スポット."""

    kind: ShortArea
    place: str
    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise Problem(
                "workforce.career-days", where=self.place, first=str(self.first), last=str(self.last)
            )


@dataclass(frozen=True, slots=True)
class Designations:
    """All of them. Areas of several rounds may stand side by side: the days tell them apart."""

    all: tuple[Designation, ...]

    def days(self, area: str, municipality: str, first: date, count: int) -> Days:
        """On which of `count` days from `first` a place in that area and municipality is designated."""
        found = np.zeros(count, dtype=np.bool_)
        for one in self.all:
            place = area if one.kind is ShortArea.MINORITY_AREA else municipality
            if place and one.place == place:
                begin = max((one.first - first).days, 0)
                stop = count if one.last is None else (one.last - first).days + 1
                found[begin : max(stop, 0)] = True
        return found

    def on(self, area: str, municipality: str, day: date) -> bool:
        """Whether it is designated on that day."""
        return bool(self.days(area, municipality, day, 1)[0])


def of_plan(
    areas: AreaSet, classes: Iterable[IndexClass | None], first: date, last: date | None
) -> tuple[Designation, ...]:
    """The 少数区域 of one plan: the areas of class MINORITY, in the order of `areas`, for the days of the plan."""
    return tuple(
        Designation(ShortArea.MINORITY_AREA, AreaCode(code), first, last)
        for code, one in zip(areas.codes, classes, strict=True)
        if one is IndexClass.MINORITY
    )


def read_designations(text: str) -> tuple[Designations, tuple[Problem, ...]]:
    """Designations from CSV with the columns `kind,place,first,last`, and what is wrong with the rows not taken. `kind`
    is minority-area or spot; an empty `last` is open."""
    taken, problems = [], []
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    for row in reader:
        try:
            last = date.fromisoformat(row["last"]) if row["last"] else None
            first, kind = date.fromisoformat(row["first"]), ShortArea(row["kind"])
            taken.append(Designation(kind, row["place"], first, last))
        except (KeyError, TypeError, ValueError, Problem):
            problems.append(
                Problem(
                    "workforce.career-file",
                    where=f"line {reader.line_num}",
                    field="kind,place,first,last",
                    given=",".join(str(one or "") for one in row.values()),
                    wanted="minority-area / spot, 0306, 2024-04-01, 2027-03-31",
                )
            )
    return Designations(tuple(taken)), tuple(problems)


def span(first: date, last: date) -> int:
    """How many days from first to last, both counted; 0 where last lies before first."""
    return max((last - first).days + 1, 0)


def runs(days: Days, first: date) -> tuple[tuple[date, date], ...]:
    """The stretches of true days as first and last day, both counted."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], days, [False])).astype(np.int8)))
    return tuple(
        (first + timedelta(days=int(begin)), first + timedelta(days=int(stop) - 1))
        for begin, stop in zip(edges[::2], edges[1::2], strict=True)
    )
