"""船便・冬期閉鎖: what a map does not know of the way, by hand and by season: ferries, closed passes, islands.

- A *closure* parts the places of two zones, or of one zone from everything else (an island).
- A *way* says what it costs between two zones, in the place of whatever was computed.
- A *crossing* joins two ports: to one by land, across, and on by land, over as many crossings as it takes.

A zone is a set of municipality codes or keys of points.
"""

from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.rules import Status
from kaihoken.workforce.access.distance import (
    NOWHERE,
    Costs,
    Distances,
    Measure,
    Nearest,
    costs_of,
)
from kaihoken.workforce.access.points import Floats, Points, points
from kaihoken.workforce.access.search import Integers

Zone = frozenset[str]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Season:
    """When a link holds: from one day to another (inclusive), and in a part of each year, which may lie around the new
    year. Months and days as (12, 1)."""

    first: date | None = None
    last: date | None = None
    begins: tuple[int, int] = (1, 1)
    ends: tuple[int, int] = (12, 31)

    def covers(self, on: date) -> bool:
        """Whether the link holds on a day."""
        if (self.first is not None and on < self.first) or (self.last is not None and self.last < on):
            return False
        day = on.month, on.day
        if self.begins <= self.ends:
            return self.begins <= day <= self.ends
        return day >= self.begins or day <= self.ends


ALWAYS = Season()


@dataclass(frozen=True, slots=True)
class Closure:
    """No land way between two zones, in either direction; `other` None is everything outside the zone."""

    zone: Zone
    other: Zone | None = None
    season: Season = ALWAYS


@dataclass(frozen=True, slots=True)
class Way:
    """What it costs from the people of one zone to the suppliers of another (one direction)."""

    origin: Zone
    destination: Zone
    minutes: float | None = None
    km: float | None = None
    season: Season = ALWAYS


@dataclass(frozen=True, slots=True)
class Port:
    """A landing place, with the municipality in which it lies."""

    lat: float
    lng: float
    municipality: str


@dataclass(frozen=True, slots=True)
class Crossing:
    """A ferry between two ports, in both directions; minutes include the usual wait."""

    here: Port
    there: Port
    minutes: float | None = None
    km: float | None = None
    season: Season = ALWAYS


Link = Closure | Way | Crossing


@dataclass(frozen=True, slots=True)
class Linked:
    """Distances with links that hold on a day (`linked` makes them). A way stands before everything; else the least of
    the land, where it is not closed, and the crossings."""

    base: Distances
    closures: tuple[Closure, ...]
    ways: tuple[tuple[Way, float], ...]
    crossings: tuple[tuple[Crossing, float], ...]

    @property
    def measure(self) -> Measure:
        """That of the land."""
        return self.base.measure

    @property
    def status(self) -> Status:
        """That of the land."""
        return self.base.status

    @property
    def source(self) -> str:
        """The land, and how many links of each kind hold."""
        told = f"{len(self.closures)} closures, {len(self.ways)} ways, {len(self.crossings)} crossings"
        return f"{self.base.source}; {told}"

    def within(self, origins: Points, destinations: Points, limit: float) -> Costs:
        """Every pair within the limit; pairs are listed, so a limit and a region keep this small."""
        parts = [self._by_land(origins, destinations, limit), *self._by_sea(origins, destinations, limit)]
        rows, columns, cost = (np.concatenate(each) for each in zip(*parts, strict=True))
        for way, price in self.ways:
            here, there = _inside(origins, way.origin), _inside(destinations, way.destination)
            other = ~(here[rows] & there[columns])
            pairs = np.array(list(product(np.flatnonzero(here), np.flatnonzero(there))), dtype=np.int64)
            pairs = pairs.reshape(-1, 2) if price <= limit else np.empty((0, 2), dtype=np.int64)
            rows = np.concatenate((rows[other], pairs[:, 0]))
            columns = np.concatenate((columns[other], pairs[:, 1]))
            cost = np.concatenate((cost[other], np.full(len(pairs), price)))
        order = np.lexsort((cost, columns, rows))
        rows, columns, cost = rows[order], columns[order], cost[order]
        least = np.ones(len(rows), dtype=np.bool_)
        least[1:] = (np.diff(rows) != 0) | (np.diff(columns) != 0)
        shape = len(origins), len(destinations)
        return costs_of(self.measure, shape, rows[least], columns[least], cost[least])

    def nearest(self, origins: Points, destinations: Points, limit: float = np.inf) -> Nearest:
        """The nearest within the limit. Places that see the same links are asked for together."""
        found, best = np.full(len(origins), NOWHERE, dtype=np.int64), np.full(len(origins), np.inf)
        for rows, columns in self._alike(origins, destinations):
            some = self.base.nearest(origins.take(rows), destinations.take(columns), limit)
            near = some.destination >= 0
            _keep_less(found, best, rows[near], columns[some.destination[near]], some.cost[near])
        # By land a way is a closure: what it says is looked at here, with the crossings.
        for way, price in self.ways:
            there = np.flatnonzero(_inside(destinations, way.destination))
            if price <= limit and len(there):
                rows = np.flatnonzero(_inside(origins, way.origin))
                _keep_less(found, best, rows, np.full(len(rows), there[0]), np.full(len(rows), price))
        if self.crossings:
            ports, over = self._ports(limit)
            landed = _least_sum(self._to_each(origins, ports, limit), over)
            land = Linked(self.base, self.closures, (), ())
            for rows, columns in Linked(self.base, (), self.ways, ())._alike(origins, destinations):
                onward = land.nearest(ports, destinations.take(columns), limit)
                for port in np.flatnonzero(onward.destination >= 0):
                    cost = landed[rows, port] + onward.cost[port]
                    near = cost <= limit
                    row = np.full(len(rows), columns[onward.destination[port]])
                    _keep_less(found, best, rows[near], row[near], cost[near])
        return Nearest(self.measure, found, best)

    def _by_land(
        self, origins: Points, destinations: Points, limit: float
    ) -> tuple[Integers, Integers, Floats]:
        made = self.base.within(origins, destinations, limit)
        rows, columns = made.origin, made.destination.astype(np.int64)
        open_land = np.ones(len(rows), dtype=np.bool_)
        for closure in self.closures:
            open_land &= ~_parted(closure, origins, destinations, rows, columns)
        return rows[open_land], columns[open_land], made.cost[open_land]

    def _by_sea(
        self, origins: Points, destinations: Points, limit: float
    ) -> list[tuple[Integers, Integers, Floats]]:
        if not self.crossings:
            return []
        ports, over = self._ports(limit)
        landed = _least_sum(_dense(self._by_land(origins, ports, limit), len(origins), len(ports)), over)
        onward = _dense(self._by_land(ports, destinations, limit), len(ports), len(destinations))
        parts = []
        for port in range(len(ports)):
            rows, columns = np.flatnonzero(landed[:, port] <= limit), np.flatnonzero(onward[port] <= limit)
            cost = landed[rows, port][:, np.newaxis] + onward[port, columns][np.newaxis]
            near = np.nonzero(cost <= limit)
            parts.append((rows[near[0]], columns[near[1]], cost[near]))
        return parts

    def _to_each(self, origins: Points, ports: Points, limit: float) -> Floats:
        land = Linked(self.base, self.closures, (), ())
        one = [land.nearest(origins, ports.take(np.array([at])), limit).cost for at in range(len(ports))]
        return np.column_stack(one)

    def _ports(self, limit: float) -> tuple[Points, Floats]:
        """The ports, and what it costs from one to another over at least one crossing and any land between."""
        ends = [port for crossing, _ in self.crossings for port in (crossing.here, crossing.there)]
        ports = points(
            [port.lat for port in ends],
            [port.lng for port in ends],
            municipality=[port.municipality for port in ends],
        )
        sea = np.full((len(ends), len(ends)), np.inf)
        for at, (_, price) in enumerate(self.crossings):
            sea[2 * at, 2 * at + 1] = sea[2 * at + 1, 2 * at] = price
        land = _dense(self._by_land(ports, ports, limit), len(ends), len(ends))
        np.fill_diagonal(land, 0.0)
        over = sea
        for _ in self.crossings:
            over = np.minimum(over, _least_sum(_least_sum(over, land), sea))
        return ports, over

    def _alike(self, origins: Points, destinations: Points) -> list[tuple[Integers, Integers]]:
        """Groups of origins with all the destinations that no closure and no way takes from them."""
        rules = [*self.closures, *(Closure(way.origin, way.destination) for way, _ in self.ways)]
        zones = sorted({zone for rule in rules for zone in (rule.zone, rule.other) if zone}, key=sorted)
        everybody = np.ones(len(origins), dtype=np.bool_)
        member = np.vstack([everybody, *(_inside(origins, zone) for zone in zones)])
        kinds, group = np.unique(member, axis=1, return_inverse=True)
        groups = []
        for kind in range(kinds.shape[1]):
            rows = np.flatnonzero(group.ravel() == kind)
            first = np.full(len(destinations), rows[0])
            columns = np.arange(len(destinations))
            taken = np.zeros(len(destinations), dtype=np.bool_)
            for closure in self.closures:
                taken |= _parted(closure, origins, destinations, first, columns)
            for way, _ in self.ways:
                if _inside(origins.take(rows[:1]), way.origin)[0]:
                    taken |= _inside(destinations, way.destination)
            groups.append((rows, columns[~taken]))
        return groups


def linked(base: Distances, links: tuple[Link, ...], on: date) -> Linked:
    """Distances with the links of a day. Raises Problem `workforce.link-refused` for a way or crossing without the
    cost in the measure of the distances."""
    held = [link for link in links if link.season.covers(on)]
    return Linked(
        base,
        tuple(link for link in held if isinstance(link, Closure)),
        tuple((link, _price(link, base.measure)) for link in held if isinstance(link, Way)),
        tuple((link, _price(link, base.measure)) for link in held if isinstance(link, Crossing)),
    )


def _price(link: Way | Crossing, measure: Measure) -> float:
    price = link.minutes if measure == "minutes" else link.km
    if price is None or not price >= 0.0:
        raise Problem(
            "workforce.link-refused", where=measure, link=type(link).__name__.lower(), field=measure
        )
    return price


def _inside(places: Points, zone: Zone) -> Flags:
    codes = np.array(sorted(zone), dtype=np.str_)
    return np.asarray(np.isin(places.municipality, codes) | np.isin(places.key, codes))


def _parted(
    closure: Closure, origins: Points, destinations: Points, rows: Integers, columns: Integers
) -> Flags:
    here, there = _inside(origins, closure.zone)[rows], _inside(destinations, closure.zone)[columns]
    if closure.other is None:
        return np.asarray(here != there)
    beyond = _inside(origins, closure.other)[rows]
    across = _inside(destinations, closure.other)[columns]
    return np.asarray((here & across) | (beyond & there))


def _dense(triplets: tuple[Integers, Integers, Floats], rows: int, columns: int) -> Floats:
    made = np.full((rows, columns), np.inf)
    made[triplets[0], triplets[1]] = triplets[2]
    return made


def _least_sum(first: Floats, second: Floats) -> Floats:
    """min over k of first[i, k] + second[k, j]."""
    made = np.full((first.shape[0], second.shape[1]), np.inf)
    for at in range(first.shape[1]):
        np.minimum(made, first[:, at, np.newaxis] + second[at], out=made)
    return made


def _keep_less(found: Integers, best: Floats, rows: Integers, row: Integers, cost: Floats) -> None:
    less = cost < best[rows]
    found[rows[less]], best[rows[less]] = row[less], cost[less]
