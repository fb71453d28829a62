"""到達: the nearest facility of each settlement, and how many people have one within so many minutes.

What nobody can reach is counted as such, and people without a place stand beside the shares: nothing is divided away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.rules import Status
from kaihoken.workforce.access.distance import NOWHERE, Distances, Measure
from kaihoken.workforce.access.facilities import Bools, Coordinate, EmergencyLevel, Facilities
from kaihoken.workforce.access.points import Points
from kaihoken.workforce.access.settlements import AGE_BANDS, AgeBand, Settlements
from kaihoken.workforce.areas import AreaSet

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

LIMITS: tuple[float, float] = (30.0, 60.0)
"""Minutes that planners ask for."""


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """The nearest of some facilities for each place of `settlements`.

    `facility` is the row in the whole table of facilities (-1: none can be reached), `cost` its minutes or kilometres
    (`measure`; `inf`: none). `suppliers` facilities were looked among; `unplaced` more would have counted but have no
    place, and `roughly_placed` of the suppliers stand at a municipal office. `status` is that of the distances.
    """

    settlements: Settlements
    facility: Rows
    cost: Floats
    measure: Measure
    suppliers: int
    unplaced: int
    roughly_placed: int
    status: Status
    source: str

    @property
    def unreachable(self) -> Bools:
        """Which places reach none."""
        return np.isinf(self.cost)

    def people_unreachable(self) -> float:
        """How many people live where none can be reached."""
        return float(self.settlements.total[self.unreachable].sum())


@dataclass(frozen=True, slots=True, eq=False)
class ReachShares:
    """How many people of each group have a facility within each limit.

    Row g is group g of `codes` (municipalities or areas, in code order); the last axis is `columns`: each age band,
    then "all" (which counts those of unknown age too). `people` has shape (g, 5); `within` (limit, g, 5), the limit
    itself included; `unreachable` (g, 5) are people with none at any cost. `not_in_a_group` lives outside every group.
    """

    codes: tuple[str, ...]
    limits: tuple[float, ...]
    measure: Measure
    people: Floats
    within: Floats
    unreachable: Floats
    not_in_a_group: float
    status: Status
    assumption: str

    columns = (*AGE_BANDS, "all")

    def shares(self) -> Floats:
        """Shares, shape (limit, g, 5); NaN where nobody of that age lives."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.within / self.people, dtype=np.float64)

    def beyond(self) -> Floats:
        """People who have none within each limit, those who reach none at all among them; shape (limit, g, 5)."""
        return np.asarray(self.people - self.within, dtype=np.float64)

    def row(self, code: str) -> int:
        """The row of a group. Raises Problem `workforce.group-unknown`."""
        if code not in self.codes:
            raise Problem("workforce.group-unknown", where=code, group=code)
        return self.codes.index(code)

    def of_all(self) -> "ReachShares":
        """The groups in one row, coded "all"."""
        return ReachShares(
            ("all",),
            self.limits,
            self.measure,
            self.people.sum(axis=0, keepdims=True),
            self.within.sum(axis=1, keepdims=True),
            self.unreachable.sum(axis=0, keepdims=True),
            self.not_in_a_group,
            self.status,
            self.assumption,
        )


def facility_places(facilities: Facilities, rows: Rows) -> Points:
    """Facilities as points keyed by their id. Each must have a place (`Facilities.located`)."""
    return Points(
        facilities.latitude[rows],
        facilities.longitude[rows],
        np.array([facilities.ids[row] for row in rows], dtype=np.str_),
        facilities.municipality[rows],
    )


def reach_facilities(
    settlements: Settlements,
    facilities: Facilities,
    wanted: Bools,
    distances: Distances,
    *,
    limit: float = np.inf,
) -> Reach:
    """The nearest of the `wanted` facilities (a mask over the table) for each settlement, if within `limit`.

    Facilities without a place cannot be reached and are counted; so a prefecture whose list is thin looks farther from
    care than it is (`access.coverage`).
    """
    rows = np.flatnonzero(wanted & facilities.located)
    found = distances.nearest(settlements.places, facility_places(facilities, rows), limit)
    nearest = np.full(len(settlements), NOWHERE, dtype=np.int64)
    some = found.destination != NOWHERE
    nearest[some] = rows[found.destination[some]]
    return Reach(
        settlements=settlements,
        facility=nearest,
        cost=found.cost,
        measure=distances.measure,
        suppliers=len(rows),
        unplaced=int((wanted & ~facilities.located).sum()),
        roughly_placed=int((facilities.coordinate[rows] == Coordinate.MUNICIPALITY).sum()),
        status=distances.status,
        source=distances.source,
    )


def reach_department(
    settlements: Settlements, facilities: Facilities, group: str, distances: Distances
) -> Reach:
    """The nearest facility that states a department of that group (code or Japanese name)."""
    return reach_facilities(settlements, facilities, facilities.with_department(group), distances)


def reach_emergency(
    settlements: Settlements,
    facilities: Facilities,
    distances: Distances,
    least: EmergencyLevel = EmergencyLevel.SECONDARY,
) -> Reach:
    """The nearest hospital of that emergency level or above, by 病床機能報告."""
    return reach_facilities(settlements, facilities, facilities.with_emergency(least), distances)


def by_municipality(found: Reach, limits: Sequence[float] = LIMITS) -> ReachShares:
    """Shares by municipality (ward of a designated city)."""
    codes, group = np.unique(found.settlements.municipality, return_inverse=True)
    return _shares(found, tuple(str(code) for code in codes), group.astype(np.int64), limits)


def by_area(found: Reach, areas: AreaSet, limits: Sequence[float] = LIMITS) -> ReachShares:
    """Shares by area of a set, also where nobody lives; people of municipalities in none are `not_in_a_group`."""
    members = {str(code): str(area) for code, area in areas.of_municipality.items()}
    return by_group(found, areas.codes, members, limits)


def by_group(
    found: Reach,
    codes: Sequence[str],
    of_municipality: Mapping[str, str],
    limits: Sequence[float] = LIMITS,
) -> ReachShares:
    """Shares by any grouping of municipalities: perinatal areas, prefectures, an own one."""
    position = {str(code): row for row, code in enumerate(codes)}
    named = {key: position.get(code, NOWHERE) for key, code in of_municipality.items()}
    places, inverse = np.unique(found.settlements.municipality, return_inverse=True)
    rows = np.array([named.get(str(code), NOWHERE) for code in places], dtype=np.int64)
    return _shares(found, tuple(str(code) for code in codes), rows[inverse], limits)


def aged_share(shares: ReachShares, band: AgeBand, limit: float) -> Floats:
    """The share of one age band within one of the limits, by group. Raises Problem `workforce.limit-unknown`."""
    if limit not in shares.limits:
        known = ", ".join(f"{one:g}" for one in shares.limits)
        raise Problem("workforce.limit-unknown", where=str(limit), limit=f"{limit:g}", known=known)
    column = AGE_BANDS.index(band)
    return np.asarray(shares.shares()[shares.limits.index(limit), :, column], dtype=np.float64)


def _shares(found: Reach, codes: tuple[str, ...], group: Rows, limits: Sequence[float]) -> ReachShares:
    people = np.column_stack((found.settlements.by_age, found.settlements.total))
    inside = group != NOWHERE

    def summed(chosen: Bools) -> Floats:
        rows = chosen & inside
        table = [
            np.bincount(group[rows], weights=people[rows, column], minlength=len(codes))
            for column in range(people.shape[1])
        ]
        return np.column_stack(table)

    return ReachShares(
        codes=codes,
        limits=tuple(limits),
        measure=found.measure,
        people=summed(np.ones(len(group), dtype=np.bool_)),
        within=np.stack([summed(np.less_equal(found.cost, limit)) for limit in limits]),
        unreachable=summed(found.unreachable),
        not_in_a_group=float(found.settlements.total[~inside].sum()),
        status=found.status,
        assumption=found.settlements.assumption,
    )
