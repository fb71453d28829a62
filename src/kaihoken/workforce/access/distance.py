"""距離・所要時間: how far it is from where people live to where they are treated, behind one interface.

Origins are always the people, destinations the suppliers; a way need not take as long back as there. What cannot be
reached is `inf`, never left out.
"""

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from kaihoken.rules import Status
from kaihoken.workforce.access.points import (
    EARTH_RADIUS_KM,
    Floats,
    Points,
    refuse_rows,
    require_length,
)
from kaihoken.workforce.access.search import pairs_within
from kaihoken.workforce.access.travel import Mode, TravelRule

Measure: TypeAlias = Literal["km", "minutes"]
NOWHERE = -1
_MINUTES = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """The pairs within a limit, row by row: destinations of origin i are `destination[starts[i]:starts[i + 1]]`, in
    rising order, with their `cost` in `measure`. An origin that reaches nothing keeps its (empty) row."""

    measure: Measure
    destinations: int
    starts: npt.NDArray[np.int64]
    destination: npt.NDArray[np.int32]
    cost: Floats

    @property
    def origins(self) -> int:
        """How many origins there are, those without any pair too."""
        return len(self.starts) - 1

    @property
    def origin(self) -> npt.NDArray[np.int64]:
        """The origin of each pair."""
        return np.repeat(np.arange(self.origins), np.diff(self.starts))

    def within(self, limit: float) -> "Costs":
        """The pairs that cost at most the limit."""
        near = self.cost <= limit
        before = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(near, dtype=np.int64)))
        return Costs(
            self.measure, self.destinations, before[self.starts], self.destination[near], self.cost[near]
        )

    def nearest(self) -> "Nearest":
        """The least cost of each origin, the first destination where several are as near."""
        found, best = np.full(self.origins, NOWHERE, dtype=np.int64), np.full(self.origins, np.inf)
        origin = self.origin
        order = np.lexsort((self.destination, self.cost, origin))
        first = np.flatnonzero(np.diff(origin[order], prepend=-1))
        rows = order[first]
        found[origin[rows]], best[origin[rows]] = self.destination[rows], self.cost[rows]
        return Nearest(self.measure, found, best)


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """For each origin the row of its nearest destination (-1: none) and the cost (`inf`: unreachable)."""

    measure: Measure
    destination: npt.NDArray[np.int64]
    cost: Floats


class Distances(Protocol):
    """A way to tell distances: kilometres or minutes, from what, and how sure that is."""

    @property
    def measure(self) -> Measure:
        """What the numbers are."""

    @property
    def status(self) -> Status:
        """`unconfirmed` where an assumption stands for the road."""

    @property
    def source(self) -> str:
        """Where the numbers come from, in a line."""

    def within(self, origins: Points, destinations: Points, limit: float) -> Costs:
        """Every pair whose cost is at most the limit."""

    def nearest(self, origins: Points, destinations: Points, limit: float = np.inf) -> Nearest:
        """The nearest destination of each origin, if it is within the limit."""


@dataclass(frozen=True, slots=True)
class GreatCircle:
    """The great circle times a detour factor, as kilometres or, at a speed, as minutes. It knows no sea, pass or
    season: an island is as near as it looks, until links say otherwise (`Linked`)."""

    detour_factor: float
    km_per_hour: float | None
    status: Status
    source: str

    @property
    def measure(self) -> Measure:
        """Minutes where there is a speed."""
        return "km" if self.km_per_hour is None else "minutes"

    @property
    def per_km(self) -> float:
        """The cost of a kilometre of great circle."""
        pace = 1.0 if self.km_per_hour is None else _MINUTES / self.km_per_hour
        return self.detour_factor * pace

    def within(self, origins: Points, destinations: Points, limit: float) -> Costs:
        """Every pair within the limit, by a search over bands of latitude."""
        starts, destination, kilometres = pairs_within(origins, destinations, limit / self.per_km)
        return Costs(self.measure, len(destinations), starts, destination, kilometres * self.per_km)

    def nearest(self, origins: Points, destinations: Points, limit: float = np.inf) -> Nearest:
        """The nearest by a tree; the limit is inclusive."""
        if not len(destinations) or not len(origins):
            none = np.full(len(origins), NOWHERE, dtype=np.int64)
            return Nearest(self.measure, none, np.full(len(origins), np.inf))
        chord, found = cKDTree(destinations.vectors()).query(origins.vectors(), workers=-1)
        cost = arc_km(chord) * self.per_km
        reached = cost <= limit
        return Nearest(
            self.measure, np.where(reached, found, NOWHERE).astype(np.int64), np.where(reached, cost, np.inf)
        )


def great_circle(
    rule: TravelRule, *, minutes_by: Mode | None = None, detour_factor: float | None = None
) -> GreatCircle:
    """Great circle by the assumptions of a day: kilometres of way, or minutes by car or on foot.

    `detour_factor` in its place, 1.0 for the straight line itself, is the caller's own and makes the status that of a
    plain measure only where no speed is assumed either.
    """
    speed = None if minutes_by is None else rule.assumptions.kilometres_per_hour[minutes_by]
    factor = rule.assumptions.detour_factor if detour_factor is None else detour_factor
    assumed = speed is not None or factor != 1.0
    pace = "" if speed is None else f", {minutes_by} {speed:g} km/h"
    return GreatCircle(
        factor, speed, rule.status if assumed else Status.CONFIRMED, f"great circle × {factor:g}{pace}"
    )


def costs_of(
    measure: Measure,
    shape: tuple[int, int],
    origin: npt.NDArray[np.int64],
    destination: npt.NDArray[np.int64],
    cost: Floats,
) -> Costs:
    """Costs from triplets in any order: rows of origins (people) and destinations (suppliers) below `shape`, and the
    cost of the way from one to the other. `inf` is a pair that cannot be travelled.

    Raises Problem `workforce.costs-refused` for a cost that is negative or no number, `workforce.pair-unknown` for a
    row beyond the shape, `workforce.pair-twice` for a pair that stands twice, each with count and rows.
    """
    require_length("destination", destination, len(origin))
    require_length("cost", cost, len(origin))
    refuse_rows("workforce.costs-refused", ~(cost >= 0.0))
    outside = (origin < 0) | (origin >= shape[0]) | (destination < 0) | (destination >= shape[1])
    refuse_rows("workforce.pair-unknown", outside, origins=shape[0], destinations=shape[1])
    order = np.lexsort((destination, origin))
    origin, destination, cost = origin[order], destination[order], cost[order]
    twice = np.zeros(len(order), dtype=np.bool_)
    twice[order[1:]] = (np.diff(origin) == 0) & (np.diff(destination) == 0)
    refuse_rows("workforce.pair-twice", twice)
    there = cost < np.inf
    starts = np.searchsorted(origin[there], np.arange(shape[0] + 1)).astype(np.int64)
    return Costs(measure, shape[1], starts, destination[there].astype(np.int32), cost[there])


def arc_km(chord: Floats) -> Floats:
    """The great circle in kilometres that belongs to a chord of the unit sphere."""
    return np.asarray(2.0 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chord / 2.0, 1.0)), dtype=np.float64)
