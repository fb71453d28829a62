"""Distances from a matrix service behind a URL, asked block by block for the pairs that can lie within a limit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import numpy as np

from kaihoken.loopback import require_https
from kaihoken.problems import Problem
from kaihoken.rules import Status
from kaihoken.workforce.access.distance import Costs, Measure, Nearest, costs_of
from kaihoken.workforce.access.points import Floats, Points
from kaihoken.workforce.access.search import Integers, bands, pairs_within
from kaihoken.workforce.access.services import MatrixService, OffNetwork

_ATTEMPTS = 5
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 120.0
_BUSY = frozenset({429, 502, 503, 504})
_MINUTES = 60.0

Wait = Callable[[float], object]
"""Passes so many seconds: `threading.Event().wait`, or nothing at all in a test."""


@dataclass(frozen=True, slots=True)
class MatrixDistances:
    """A service as distances. A pair is asked for only where its great circle lies within the limit: as kilometres, or
    as the minutes that it would take at `fastest_km_per_hour`, which no way there may exceed.

    A point that lies on no road is unreachable, not an error: its block is halved until it stands alone. Busy services
    (429, 502, 503, 504) and broken lines are asked again, five times in all, after what Retry-After says or 1, 2, 4, 8
    seconds. Raises Problem `workforce.matrix-unreachable` after that, `workforce.matrix-answer` for another answer.
    """

    service: MatrixService
    measure: Measure
    client: httpx.Client
    wait: Wait
    fastest_km_per_hour: float

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
        if not limit < np.inf:
            raise Problem("workforce.matrix-limit", where="limit", service=self.service.name)
        radius = limit if self.measure == "km" else limit / _MINUTES * self.fastest_km_per_hour
        found: list[tuple[Integers, Integers, Floats]] = []
        for rows, columns in self._blocks(origins, destinations, radius):
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
        """The nearest within the limit, which must be finite here."""
        return self.within(origins, destinations, limit).nearest()

    def _blocks(
        self, origins: Points, destinations: Points, radius: float
    ) -> Iterator[tuple[Integers, Integers]]:
        """Neighbouring origins, and the destinations that any of them could reach, in parts of one request."""
        side = self.service.side
        order = bands(origins, max(radius, 1.0)).order
        for first in range(0, len(order), side):
            rows = order[first : first + side]
            near = np.unique(pairs_within(origins.take(rows), destinations, radius)[1]).astype(np.int64)
            for begin in range(0, len(near), side):
                yield rows, near[begin : begin + side]

    def _ask(self, origins: Points, destinations: Points) -> Floats:
        shape = len(origins), len(destinations)
        question = self.service.question(origins, destinations, self.measure)
        try:
            response = self._send(
                "GET" if question.body is None else "POST",
                self.service.url.rstrip("/") + question.path,
                question.body,
                question.headers,
            )
            return self.service.answer(response.status_code, response.content, shape, self.measure)
        except OffNetwork:
            return self._halved(origins, destinations)

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
        raise Problem(
            "workforce.matrix-unreachable",
            where=self.service.name,
            service=self.service.name,
            host=httpx.URL(url).host,
            reason=reason,
        )


def _asked_pause(response: httpx.Response, otherwise: float) -> float:
    """Retry-After in seconds; as a date it is not read."""
    said = response.headers.get("retry-after", "")
    return float(said) if said.isdecimal() else otherwise
