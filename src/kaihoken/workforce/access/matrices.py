"""Distances from a matrix service behind a URL, asked block by block for the pairs that can lie within a limit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
import numpy as np

from kaihoken.loopback import require_https
from kaihoken.problems import Problem
from kaihoken.rules import Status
from kaihoken.workforce.access.distance import NOWHERE, Costs, Measure, Nearest, costs_of
from kaihoken.workforce.access.points import Floats, Points
from kaihoken.workforce.access.search import Integers, bands, pairs_within
from kaihoken.workforce.access.services import MatrixService, OffNetwork

_ATTEMPTS = 5
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 120.0
_BUSY = frozenset({429, 502, 503, 504})
_GIVES_UP = 3
_UNANSWERED = frozenset({"workforce.matrix-unreachable", "workforce.matrix-answer"})
_MINUTES = 60.0

Wait = Callable[[float], object]
"""Passes so many seconds: `threading.Event().wait`, or nothing at all in a test."""


@dataclass(slots=True)
class Asking:
    """How the asking went: requests `answered`, and the `pairs` left without an answer, which stand as unreachable.
    `failed` counts the last requests in a row that had none."""

    answered: int = 0
    pairs: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class MatrixDistances:
    """A service as distances. A pair is asked for only where its great circle lies within the limit: as kilometres, or
    as the minutes that it would take at `fastest_km_per_hour`, which no way there may exceed.

    A point that lies on no road is unreachable, not an error: its block is halved until it stands alone. Busy services
    (429, 502, 503, 504) and broken lines are asked again, five times in all, after what Retry-After says or 1, 2, 4, 8
    seconds. Raises Problem `workforce.matrix-unreachable` after that, `workforce.matrix-answer` for another answer,
    while there was no answer at all; later a block without one stands as unreachable and is counted in `asking`, and
    after three of these in a row nothing more is asked. `farthest` is a limit that always holds.
    """

    service: MatrixService
    measure: Measure
    client: httpx.Client
    wait: Wait
    fastest_km_per_hour: float
    farthest: float = np.inf
    asking: Asking = field(default_factory=Asking, compare=False)

    def __post_init__(self) -> None:
        require_https(self.service.url)

    @property
    def status(self) -> Status:
        """A road that a service measured is no assumption of ours."""
        return Status.CONFIRMED

    @property
    def source(self) -> str:
        """The service and its host."""
        return f"{self.service.name} {httpx.URL(self.service.url).host}"

    def within(self, origins: Points, destinations: Points, limit: float) -> Costs:
        """Every pair within the limit, which must be finite: it keeps the questions few. Raises Problem
        `workforce.matrix-limit`."""
        limit = self._limit(limit)
        found: list[tuple[Integers, Integers, Floats]] = []
        for rows, columns in self._blocks(origins, destinations, self._radius(limit)):
            cost = self._ask(origins.take(rows), destinations.take(columns))
            near = np.nonzero(cost <= limit)
            found.append((rows[near[0]], columns[near[1]], cost[near]))
        shape = len(origins), len(destinations)
        if not found:
            none = np.empty(0, dtype=np.int64)
            return costs_of(self.measure, shape, none, none, np.empty(0))
        rows, columns, cost = (np.concatenate(each) for each in zip(*found, strict=True))
        return costs_of(self.measure, shape, rows, columns, cost)

    def nearest(self, origins: Points, destinations: Points, limit: float = np.inf) -> Nearest:
        """The nearest within the limit, which must be finite here. Neighbours are first asked for what lies nearest to
        them on the map; what that finds tells how far off a nearer one could still lie."""
        limit = self._limit(limit)
        found, best = np.full(len(origins), NOWHERE, dtype=np.int64), np.full(len(origins), np.inf)
        for rows in self._neighbours(origins, self._radius(limit)) if len(destinations) else ():
            here = origins.take(rows)
            first = _around(here, destinations, self.service.side)
            self._nearer(here, destinations, first, rows, found, best)
            bound = self._radius(min(limit, float(best[rows].max())))
            near = np.unique(pairs_within(here, destinations, bound)[1]).astype(np.int64)
            rest = np.setdiff1d(near, first)
            for begin in range(0, len(rest), self.service.side):
                columns = rest[begin : begin + self.service.side]
                self._nearer(here, destinations, columns, rows, found, best)
        beyond = best > limit
        found[beyond], best[beyond] = NOWHERE, np.inf
        return Nearest(self.measure, found, best)

    def _nearer(
        self,
        here: Points,
        destinations: Points,
        columns: Integers,
        rows: Integers,
        found: Integers,
        best: Floats,
    ) -> None:
        cost = self._ask(here, destinations.take(columns))
        least = cost.argmin(axis=1)
        price = cost[np.arange(len(rows)), least]
        less = price < best[rows]
        found[rows[less]], best[rows[less]] = columns[least[less]], price[less]

    def _limit(self, limit: float) -> float:
        limit = min(limit, self.farthest)
        if not limit < np.inf:
            raise Problem("workforce.matrix-limit", where="limit", service=self.service.name)
        return limit

    def _radius(self, limit: float) -> float:
        return limit if self.measure == "km" else limit / _MINUTES * self.fastest_km_per_hour

    def _neighbours(self, origins: Points, radius: float) -> Iterator[Integers]:
        order = bands(origins, max(radius, 1.0)).order
        for first in range(0, len(order), self.service.side):
            yield order[first : first + self.service.side]

    def _blocks(
        self, origins: Points, destinations: Points, radius: float
    ) -> Iterator[tuple[Integers, Integers]]:
        """Neighbouring origins, and the destinations that any of them could reach, in parts of one request."""
        side = self.service.side
        for rows in self._neighbours(origins, radius):
            near = np.unique(pairs_within(origins.take(rows), destinations, radius)[1]).astype(np.int64)
            for begin in range(0, len(near), side):
                yield rows, near[begin : begin + side]

    def _ask(self, origins: Points, destinations: Points) -> Floats:
        """A block in the measure: `inf` where there is no way, and where a service that did answer is silent."""
        shape = len(origins), len(destinations)
        try:
            if self.asking.failed >= _GIVES_UP:
                raise self._silent("—")
            cost = self._answer(origins, destinations)
        except OffNetwork:
            self.asking.answered, self.asking.failed = self.asking.answered + 1, 0
            return self._halved(origins, destinations)
        except Problem as problem:
            if problem.code not in _UNANSWERED or not self.asking.answered:
                raise
            self.asking.pairs += len(origins) * len(destinations)
            self.asking.failed += 1
            return np.full(shape, np.inf)
        self.asking.answered, self.asking.failed = self.asking.answered + 1, 0
        return cost

    def _answer(self, origins: Points, destinations: Points) -> Floats:
        question = self.service.question(origins, destinations, self.measure)
        response = self._send(
            "GET" if question.body is None else "POST",
            self.service.url.rstrip("/") + question.path,
            question.body,
            question.headers,
        )
        shape = len(origins), len(destinations)
        return self.service.answer(response.status_code, response.content, shape, self.measure)

    def _halved(self, origins: Points, destinations: Points) -> Floats:
        n, m = len(origins), len(destinations)
        if n == m == 1:
            return np.full((1, 1), np.inf)
        rows, columns = np.arange(n), np.arange(m)
        if n >= m:
            return np.vstack(
                [self._ask(origins.take(part), destinations) for part in np.array_split(rows, 2)]
            )
        return np.hstack([self._ask(origins, destinations.take(part)) for part in np.array_split(columns, 2)])

    def _send(self, method: str, url: str, body: bytes | None, headers: dict[str, str]) -> httpx.Response:
        reason = ""
        for attempt in range(_ATTEMPTS):
            pause = _FIRST_WAIT * 2**attempt
            try:
                response = self.client.request(method, url, content=body, headers=headers)
            except httpx.TransportError as error:
                reason = type(error).__name__
            else:
                if response.status_code not in _BUSY:
                    return response
                reason = f"HTTP {response.status_code}"
                pause = _asked_pause(response, pause)
            if attempt < _ATTEMPTS - 1:
                self.wait(min(pause, _LONGEST_WAIT))
        raise self._silent(reason)

    def _silent(self, reason: str) -> Problem:
        return Problem(
            "workforce.matrix-unreachable",
            where=self.service.name,
            service=self.service.name,
            host=httpx.URL(self.service.url).host,
            reason=reason,
        )


def _around(here: Points, destinations: Points, count: int) -> Integers:
    """The destinations nearest to the middle of some places, as the crow flies."""
    middle = here.vectors().mean(axis=0)
    away = -(destinations.vectors() @ middle)
    kept = min(count, len(away))
    return np.sort(np.argpartition(away, kept - 1)[:kept]).astype(np.int64)


def _asked_pause(response: httpx.Response, otherwise: float) -> float:
    """Retry-After in seconds; as a date it is not read."""
    said = response.headers.get("retry-after", "")
    return float(said) if said.isdecimal() else otherwise
