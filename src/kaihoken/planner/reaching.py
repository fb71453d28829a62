"""What the pages of access read: the country's reach of each need, computed once, and what a closing changes in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from kaihoken import shipped
from kaihoken.clock import SystemClock
from kaihoken.workforce import AreaCode, AreaSet
from kaihoken.workforce.access import (
    BED_REPORT,
    CLINICS,
    HOSPITALS,
    LIMITS,
    Facilities,
    GreatCircle,
    Reach,
    ReachShares,
    Settlements,
    by_municipality,
    coverage,
    great_circle,
    published_facilities,
    reach_facilities,
    settlements,
    thin,
    travel_rule,
)
from kaihoken.workforce.closure import CloseFacility, Effect, Need, NeedKind, edited, effect, wanted

Floats = npt.NDArray[np.float64]

COLUMNS: Final = ReachShares.columns
"""Each age band, then all."""

EMERGENCY: Final = Need(NeedKind.EMERGENCY)
_NEEDS_HELD = 32


@dataclass(frozen=True, slots=True)
class Geography:
    """Where people live and where they are treated, in the whole country; `thin` are the prefectures whose lists of
    facilities hold too few of them (`access.thin`)."""

    settlements: Settlements
    facilities: Facilities
    thin: frozenset[str]
    credits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """People of a municipality, or of several in one row, by `COLUMNS`: all of them (5), those within each of `LIMITS`
    (2, 5), those who reach none at any cost (5)."""

    code: str
    name: str
    people: Floats
    within: Floats
    unreachable: Floats

    def parts(self) -> tuple[Floats, ...]:
        """The people in parts that sum to all: within the first limit, up to the second, beyond it, reaching none."""
        near, far = self.within
        return near, far - near, self.people - far - self.unreachable, self.unreachable


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing one facility changes for one need, in the municipalities where it is the nearest of somebody."""

    need: Need
    effect: Effect

    @property
    def newly_beyond(self) -> Floats:
        """People then beyond each limit, by `COLUMNS`."""
        return np.asarray(self.effect.newly_beyond.sum(axis=1), dtype=np.float64)


@cache
def geography() -> Geography:
    """The tables that ship, read at the first question."""
    people = settlements()
    named = (*people.credits, *(shipped.credit(name) for name in (HOSPITALS, CLINICS, BED_REPORT)))
    credits = tuple(dict.fromkeys(named))
    return Geography(people, published_facilities(), frozenset(thin(coverage())), credits)


def by_car() -> GreatCircle:
    """Minutes by car on the assumptions of today."""
    return great_circle(travel_rule(SystemClock().today()), minutes_by="car")


def department(name: str) -> Need:
    """The need of a department, by its code or Japanese name. Problem `workforce.department-unknown`."""
    book = geography().facilities.book
    bit = book.bit(name)
    return Need(NeedKind.DEPARTMENT, next(one.code for one in book.groups if book.bit(one.code) == bit))


def reach_of(need: Need) -> Reach:
    """The nearest facility of each settlement of the country."""
    return _reached(need, by_car())


def shares_of(need: Need) -> ReachShares:
    """The country's municipalities."""
    return _shared(need, by_car())


def municipalities_of(need: Need, codes: Collection[str]) -> tuple[Group, ...]:
    """These municipalities (wards of a designated city), in code order."""
    shares, known = shares_of(need), geography().settlements.municipalities
    return tuple(
        Group(
            code,
            known[code].name if code in known else code,
            shares.people[row],
            shares.within[:, row],
            shares.unreachable[row],
        )
        for row, code in enumerate(shares.codes)
        if code in codes
    )


def together(groups: Sequence[Group], code: str, name: str) -> Group:
    """Several groups in one."""
    empty = np.zeros(len(COLUMNS))
    return Group(
        code,
        name,
        np.asarray(sum((one.people for one in groups), empty)),
        np.asarray(sum((one.within for one in groups), np.zeros((len(LIMITS), len(COLUMNS))))),
        np.asarray(sum((one.unreachable for one in groups), empty)),
    )


def members(areas: AreaSet, code: AreaCode) -> frozenset[str]:
    """The municipalities of an area."""
    return frozenset(str(member) for member, area in areas.of_municipality.items() if area == code)


def nearest_of(need: Need, codes: Collection[str]) -> tuple[tuple[int, float], ...]:
    """The facilities that are the nearest of somebody in these municipalities (rows of the table) and of how many
    people, in the order of their ids."""
    people, found = geography().settlements, reach_of(need)
    inside = np.isin(people.municipality, np.array(sorted(codes), dtype=np.str_)) & ~found.unreachable
    rows, position = np.unique(found.facility[inside], return_inverse=True)
    counts = np.bincount(position, weights=people.total[inside], minlength=len(rows))
    ids = geography().facilities.ids
    listed = zip(rows.tolist(), counts.tolist(), strict=True)
    return tuple(sorted(((int(row), float(count)) for row, count in listed), key=lambda one: ids[one[0]]))


def closing(row: int, needs: Sequence[Need]) -> tuple[Closing, ...]:
    """What it changes that the facility of this row closes, for those of the needs that it answers and for which it is
    somebody's nearest."""
    land, distances = geography(), by_car()
    found = []
    for need in needs:
        if not wanted(land.facilities, need)[row]:
            continue
        served = np.equal(reach_of(need).facility, row) & np.greater(land.settlements.total, 0)
        codes = np.unique(land.settlements.municipality[served])
        if not len(codes):
            continue
        # Who has another nearest keeps it: only these municipalities can change.
        near = land.settlements.within(*(str(code) for code in codes))
        after = edited(land.facilities, [CloseFacility(land.facilities.ids[row])])
        found.append(Closing(need, effect(near, land.facilities, after, need, distances)))
    return tuple(found)


@lru_cache(maxsize=_NEEDS_HELD)
def _reached(need: Need, distances: GreatCircle) -> Reach:
    land = geography()
    return reach_facilities(land.settlements, land.facilities, wanted(land.facilities, need), distances)


@lru_cache(maxsize=_NEEDS_HELD)
def _shared(need: Need, distances: GreatCircle) -> ReachShares:
    return by_municipality(_reached(need, distances))
