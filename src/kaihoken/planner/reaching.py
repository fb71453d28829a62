"""What the pages of access read: the country's reach of each need, computed once, and what a closing changes in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from kaihoken import shipped
from kaihoken.planner.asked import NO_SERVICE, Asked, Travel
from kaihoken.problems import Problem
from kaihoken.workforce import AreaCode, AreaSet
from kaihoken.workforce.access import (
    BED_REPORT,
    CLINICS,
    HOSPITALS,
    LIMITS,
    Distances,
    Facilities,
    Measured,
    Measuring,
    Reach,
    ReachShares,
    Settlements,
    across_sea,
    by_municipality,
    coverage,
    measure,
    published_facilities,
    reach_facilities,
    settlements,
    shipped_land,
    thin,
    travel_rule,
)
from kaihoken.workforce.closure import CloseFacility, Effect, Need, NeedKind, edited, effect, wanted
from kaihoken.workforce.portrait import Atlas

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

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


@dataclass(frozen=True, slots=True)
class Ways:
    """How the pages measure on a day: minutes by car, with the ferries, closures and islands of a planner's folder;
    by a service where the settings name one, for the municipalities of a `region` alone."""

    folder: Path | None
    today: date
    travel: Travel = NO_SERVICE
    region: frozenset[str] = frozenset()

    @property
    def measured(self) -> Measured:
        """The distances with what has to be said of them. A service is asked anew by each."""
        return _measured(self) if not self.travel.service else _measured.__wrapped__(self)

    @property
    def people(self) -> Settlements:
        """Who is looked at."""
        everybody = geography().settlements
        return everybody.within(*sorted(self.region)) if self.region else everybody

    @property
    def distances(self) -> Distances:
        """The distances alone."""
        return self.measured.distances


def ways_of(atlas: Atlas, asked: Asked, region: frozenset[str] = frozenset()) -> Ways:
    """How a page is measured that is asked for today; a page of a region by the service of the settings."""
    if region and asked.travel.service:
        return Ways(atlas.data, asked.today, asked.travel, region)
    return Ways(atlas.data, asked.today)


def department(name: str) -> Need:
    """The need of a department, by its code or Japanese name. Problem `workforce.department-unknown`."""
    book = geography().facilities.book
    bit = book.bit(name)
    return Need(NeedKind.DEPARTMENT, next(one.code for one in book.groups if book.bit(one.code) == bit))


@lru_cache(maxsize=_NEEDS_HELD)
def reach_of(need: Need, ways: Ways) -> Reach:
    """The nearest facility of each settlement that is looked at. A service that leaves pairs unanswered is a Problem
    here (`workforce.matrix-unreachable`): what is held for the next reader must be whole."""
    facilities, measured = geography().facilities, ways.measured
    found = reach_facilities(ways.people, facilities, wanted(facilities, need), measured.distances)
    if measured.asking is not None and measured.asking.pairs:
        kind, _, url = ways.travel.service.partition("=")
        raise Problem(
            "workforce.matrix-unreachable",
            where=kind,
            service=kind,
            host=urlsplit(url).hostname or "",
            reason=f"{measured.asking.pairs} pairs",
        )
    return found


@lru_cache(maxsize=_NEEDS_HELD)
def shares_of(need: Need, ways: Ways) -> ReachShares:
    """The country's municipalities."""
    return by_municipality(reach_of(need, ways))


@lru_cache(maxsize=_NEEDS_HELD)
def crossing_of(need: Need, ways: Ways) -> Bools:
    """Which settlements have their nearest facility across the sea."""
    return across_sea(reach_of(need, ways), geography().facilities, shipped_land())


def people_across_sea(need: Need, ways: Ways, codes: Collection[str] | None = None) -> float:
    """People of these municipalities (of the country) whose way was measured across the sea."""
    people, crossing = ways.people, crossing_of(need, ways)
    if codes is not None:
        crossing = crossing & np.isin(people.municipality, np.array(sorted(codes), dtype=np.str_))
    return float(people.total[crossing].sum())


def municipalities_of(need: Need, codes: Collection[str], ways: Ways) -> tuple[Group, ...]:
    """These municipalities (wards of a designated city), in code order."""
    shares, known = shares_of(need, ways), geography().settlements.municipalities
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


def nearest_of(need: Need, codes: Collection[str], ways: Ways) -> tuple[tuple[int, float], ...]:
    """The facilities that are the nearest of somebody in these municipalities (rows of the table) and of how many
    people, in the order of their ids."""
    people, found = ways.people, reach_of(need, ways)
    inside = np.isin(people.municipality, np.array(sorted(codes), dtype=np.str_)) & ~found.unreachable
    rows, position = np.unique(found.facility[inside], return_inverse=True)
    counts = np.bincount(position, weights=people.total[inside], minlength=len(rows))
    ids = geography().facilities.ids
    listed = zip(rows.tolist(), counts.tolist(), strict=True)
    return tuple(sorted(((int(row), float(count)) for row, count in listed), key=lambda one: ids[one[0]]))


def closing(row: int, needs: Sequence[Need], ways: Ways) -> tuple[Closing, ...]:
    """What it changes that the facility of this row closes, for those of the needs that it answers and for which it is
    somebody's nearest."""
    land = geography()
    found = []
    for need in needs:
        if not wanted(land.facilities, need)[row]:
            continue
        people = ways.people
        served = np.equal(reach_of(need, ways).facility, row) & np.greater(people.total, 0)
        codes = np.unique(people.municipality[served])
        if not len(codes):
            continue
        # Who has another nearest keeps it: only these municipalities can change.
        near = land.settlements.within(*(str(code) for code in codes))
        after = edited(land.facilities, [CloseFacility(land.facilities.ids[row])])
        found.append(Closing(need, effect(near, land.facilities, after, need, ways.distances)))
    return tuple(found)


@lru_cache(maxsize=8)
def _measured(ways: Ways) -> Measured:
    asked = Measuring(ways.travel.service, ways.travel.key, folder=ways.folder, by_times=False)
    return measure(asked, travel_rule(ways.today), ways.today)
