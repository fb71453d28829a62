"""算定単位: acts that are billed together. The points of a unit stand on its last line."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

import msgspec

from kaihoken.claims.records import ClaimLayout
from kaihoken.claims.uke import Line

DAYS = 31
_COMMENT = "CO"
_MOST_DIGITS = 12


class Act(msgspec.Struct, frozen=True, gc=False):
    """A line of an act, a drug or a material. `days` are days of the month with how often it was billed on each."""

    line: Line
    burden: str  # 負担区分
    code: str
    amount: str
    points: int | None
    times: int | None
    days: tuple[tuple[int, int], ...]


class Unit(msgspec.Struct, frozen=True, gc=False):
    """Acts billed together. `points` are those of one time; `closed` is whether the last line says them."""

    acts: tuple[Act, ...]
    points: int | None
    closed: bool

    @property
    def last(self) -> Act:
        """The line that has the points."""
        return self.acts[-1]

    @property
    def total(self) -> int:
        """Points times how often; 0 where either cannot be read."""
        return (self.points or 0) * (self.last.times or 0)


def billed_on(act: Act, month: date | None) -> tuple[date, ...]:
    """The days on which an act was billed, of the month that begins on `month`; those that the month does not have
    are left out, and all where the month cannot be read."""
    if month is None:
        return ()
    last = last_day_of(month)
    return tuple(month.replace(day=day) for day, _ in act.days if day <= last)


@lru_cache(maxsize=256)
def last_day_of(month: date) -> int:
    """How many days a month has."""
    return monthrange(month.year, month.month)[1]


class ActPlaces(NamedTuple):
    """Where the fields of a record of acts stand in its line, 0 where it has none."""

    burden: int
    code: int
    amount: int
    points: int
    times: int
    day: int


@cache
def act_places(layout: ClaimLayout) -> Mapping[str, ActPlaces]:
    """The places of every record of a layout."""
    return {
        record.id: ActPlaces(*(record.index.get(key, 0) for key in ActPlaces._fields))
        for record in layout.records
    }


def units_in(lines: Iterable[Line], layout: ClaimLayout) -> Iterator[Unit]:
    """The units among the lines of a receipt, in order. Comments belong to none."""
    places = act_places(layout)
    held: list[Act] = []
    for line in lines:
        kind = line.fields[0]
        at = places.get(kind)
        if kind == _COMMENT or at is None:  # a record of another kind of file
            continue
        act = _act(line, at)
        held.append(act)
        if at.points and line.at(at.points):
            yield Unit(tuple(held), act.points, closed=True)
            held = []
    if held:
        yield Unit(tuple(held), None, closed=False)


def _act(line: Line, at: ActPlaces) -> Act:
    fields = line.fields
    if len(fields) <= max(at):
        fields = [*fields, *[""] * (max(at) + 1 - len(fields))]
    fields = ["", *fields[1:]]  # place 0: the record has no such field
    marks = fields[at.day : at.day + DAYS] if at.day else ()
    return Act(
        line=line,
        burden=fields[at.burden],
        code=fields[at.code],
        amount=fields[at.amount],
        points=whole(fields[at.points]),
        times=whole(fields[at.times]),
        days=tuple([(day, whole(mark) or 0) for day, mark in enumerate(marks, 1) if mark]),
    )


def whole(text: str) -> int | None:
    """A whole number as written, None for anything else: no number of a claim has more than 12 digits."""
    return int(text) if len(text) <= _MOST_DIGITS and text.isdecimal() and text.isascii() else None
