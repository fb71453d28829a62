"""Before and after: who is then beyond 30 or 60 minutes, by municipality and age, and who comes within."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec
import numpy as np
import numpy.typing as npt

from kaihoken.workforce.access import (
    LIMITS,
    Distances,
    EmergencyLevel,
    Facilities,
    Reach,
    ReachShares,
    Settlements,
    by_municipality,
    reach_facilities,
)
from kaihoken.workforce.closure.edits import EditedFacilities

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class NeedKind(StrEnum):
    """What people go to a facility for."""

    ANY = "any"
    DEPARTMENT = "department"
    EMERGENCY = "emergency"
    DELIVERY = "delivery"


class Need(msgspec.Struct, frozen=True):
    """What is looked for: any facility, one with a department (`group`), of an emergency level or above (`level`), or
    with deliveries. `least_days`: open so many days a week at least, where the days are stated."""

    kind: NeedKind
    group: str = ""
    level: EmergencyLevel = EmergencyLevel.SECONDARY
    least_days: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """What the edits change for residents. `before` and `after` by municipality; `newly_beyond` and `newly_within` have
    their shape (limit, municipality, age band and all) and count people who cross a limit. `farther` is the people
    whose nearest facility is farther than before, `added` the mean of what it adds for them (minutes or kilometres,
    NaN where nobody is); `lost` those who reach none any more."""

    before: ReachShares
    after: ReachShares
    newly_beyond: Floats
    newly_within: Floats
    farther: float
    added: float
    lost: float
    reach_before: Reach
    reach_after: Reach

    def touched(self) -> tuple[int, ...]:
        """The rows of municipalities in which somebody crosses a limit, in code order."""
        crossing = (self.newly_beyond + self.newly_within)[:, :, -1].sum(axis=0)
        return tuple(int(row) for row in np.flatnonzero(crossing))


def wanted(facilities: Facilities, need: Need) -> Bools:
    """Which facilities answer a need. Raises Problem `workforce.department-unknown`."""
    chosen = {
        NeedKind.ANY: lambda: np.ones(len(facilities), dtype=np.bool_),
        NeedKind.DEPARTMENT: lambda: facilities.with_department(need.group),
        NeedKind.EMERGENCY: lambda: facilities.with_emergency(need.level),
        NeedKind.DELIVERY: facilities.with_deliveries,
    }[need.kind]()
    # Days that are not stated are not few: NaN compares as false.
    return np.asarray(chosen & ~np.less(facilities.days, need.least_days), dtype=np.bool_)


def effect(
    settlements: Settlements,
    facilities: Facilities,
    after: EditedFacilities,
    need: Need,
    distances: Distances,
    limits: Sequence[float] = LIMITS,
) -> Effect:
    """Compares the nearest facility of each settlement before and after the edits."""
    old = reach_facilities(settlements, facilities, wanted(facilities, need), distances)
    new = reach_facilities(
        settlements, after.facilities, wanted(after.facilities, need) & after.is_open, distances
    )
    before, later = by_municipality(old, limits), by_municipality(new, limits)
    position = np.searchsorted(np.array(before.codes), settlements.municipality)
    people = np.column_stack((settlements.by_age, settlements.total))
    beyond, within = [], []
    for limit in limits:
        was, is_now = np.less_equal(old.cost, limit), np.less_equal(new.cost, limit)
        beyond.append(_by_row(people, position, was & ~is_now, len(before.codes)))
        within.append(_by_row(people, position, ~was & is_now, len(before.codes)))
    farther = np.greater(new.cost, old.cost)
    still = farther & np.isfinite(new.cost)
    moved = float(settlements.total[still].sum())
    extra = float((settlements.total[still] * (new.cost[still] - old.cost[still])).sum())
    return Effect(
        before=before,
        after=later,
        newly_beyond=np.stack(beyond),
        newly_within=np.stack(within),
        farther=float(settlements.total[farther].sum()),
        added=extra / moved if moved else float("nan"),
        lost=float(settlements.total[new.unreachable & ~old.unreachable].sum()),
        reach_before=old,
        reach_after=new,
    )


def _by_row(people: Floats, position: npt.NDArray[np.intp], chosen: Bools, rows: int) -> Floats:
    return np.column_stack(
        [
            np.bincount(position[chosen], weights=people[chosen, column], minlength=rows)
            for column in range(people.shape[1])
        ]
    )
