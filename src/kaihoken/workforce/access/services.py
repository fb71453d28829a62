"""What three matrix services are asked and answer: OSRM table, Valhalla sources_to_targets, openrouteservice matrix.

Each request names its origins (people) before its destinations, and each answer is read as rows of origins; a pair that
cannot be travelled is `inf`. Nothing is sent from here: `matrices` does that.

Sources: the services' own pages (OSRM `docs/http.md`, Valhalla matrix API reference, openrouteservice matrix endpoint);
the numbers of Valhalla's refusals are from memory of its table of errors.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import msgspec
import numpy as np

from kaihoken.problems import Problem
from kaihoken.workforce.access.distance import Measure
from kaihoken.workforce.access.points import Floats, Points

_SECONDS = 60.0
_METRES = 1000.0
Cells = list[list[float | None]]
S = TypeVar("S", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Question:
    """One request: path and query, GET where there is no body."""

    path: str
    body: bytes | None
    headers: dict[str, str]


class OffNetwork(Exception):
    """The service says that one of the points lies on no road; it does not say which."""


class MatrixService(Protocol):
    """How one kind of service is asked for a block of a matrix."""

    @property
    def name(self) -> str:
        """For messages and sources: it holds no key."""

    @property
    def url(self) -> str:
        """Where the service answers, without its path."""

    @property
    def side(self) -> int:
        """How many origins, and how many destinations, one request may hold."""

    def question(self, origins: Points, destinations: Points, measure: Measure) -> Question:
        """What to send for a block."""

    def answer(self, status: int, body: bytes, shape: tuple[int, int], measure: Measure) -> Floats:
        """The block in minutes or kilometres, (origins, destinations). Raises `OffNetwork`, and Problem
        `workforce.matrix-answer` for what is not the answer to the question."""


@dataclass(frozen=True, slots=True)
class Osrm:
    """OSRM: `GET /table/v1/{profile}/…`; its default takes 100 × 100."""

    url: str
    profile: str = "driving"
    side: int = 50
    name: str = "OSRM"

    def question(self, origins: Points, destinations: Points, measure: Measure) -> Question:
        """Coordinates as longitude,latitude, origins first."""
        places = ";".join(f"{lng:.6f},{lat:.6f}" for lng, lat in _together(origins, destinations))
        n, m = len(origins), len(destinations)
        sources, targets = ";".join(map(str, range(n))), ";".join(map(str, range(n, n + m)))
        wanted = "duration" if measure == "minutes" else "distance"
        query = f"sources={sources}&destinations={targets}&annotations={wanted}"
        return Question(f"/table/v1/{self.profile}/{places}?{query}", None, {})

    def answer(self, status: int, body: bytes, shape: tuple[int, int], measure: Measure) -> Floats:
        """`durations` in seconds, `distances` in metres."""
        read = _read(self.name, body, _OsrmAnswer)
        if read.code == "NoSegment":
            raise OffNetwork
        if read.code == "NoTable":
            return np.full(shape, np.inf)
        if read.code != "Ok":
            raise _refused(self.name, f"{status} {read.code}")
        return _block(self.name, read.durations, read.distances, shape, measure, 1.0 / _METRES)


@dataclass(frozen=True, slots=True)
class Valhalla:
    """Valhalla: `POST /sources_to_targets`."""

    url: str
    costing: str = "auto"
    side: int = 50
    name: str = "Valhalla"

    def question(self, origins: Points, destinations: Points, measure: Measure) -> Question:
        """Sources are the people; kilometres are asked for, whatever the service was set to."""
        body = {
            "sources": _locations(origins),
            "targets": _locations(destinations),
            "costing": self.costing,
            "units": "kilometers",
        }
        return Question("/sources_to_targets", msgspec.json.encode(body), _JSON)

    def answer(self, status: int, body: bytes, shape: tuple[int, int], measure: Measure) -> Floats:
        """Rows of sources; each cell says from where to where, which is held against its place."""
        read = _read(self.name, body, _ValhallaAnswer)
        if read.error_code == _NO_EDGE:
            raise OffNetwork
        if read.error_code == _NO_PATH:
            return np.full(shape, np.inf)
        if read.error_code is not None or read.sources_to_targets is None:
            raise _refused(self.name, f"{status} {read.error_code} {read.error}")
        if not read.units.startswith("k"):
            raise _refused(self.name, f"units {read.units}")
        rows = read.sources_to_targets
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                # The page calls to_index an index "into the locations array": targets may follow the sources there.
                if cell.from_index != row or cell.to_index not in (column, column + shape[0]):
                    raise _refused(self.name, f"cell {row},{column} is {cell.from_index} to {cell.to_index}")
        times: Cells = [[cell.time for cell in cells] for cells in rows]
        lengths: Cells = [[cell.distance for cell in cells] for cells in rows]
        return _block(self.name, times, lengths, shape, measure, 1.0)


@dataclass(frozen=True, slots=True)
class OpenRouteService:
    """openrouteservice: `POST /v2/matrix/{profile}`. The key goes into the header Authorization and nowhere else."""

    url: str
    key: str = ""
    profile: str = "driving-car"
    side: int = 50
    name: str = "openrouteservice"

    def __repr__(self) -> str:
        return f"OpenRouteService({self.url!r}, profile={self.profile!r})"

    def question(self, origins: Points, destinations: Points, measure: Measure) -> Question:
        """One list of locations as [longitude, latitude], with the rows that are sources and destinations."""
        n, m = len(origins), len(destinations)
        body = {
            "locations": _together(origins, destinations),
            "sources": [str(row) for row in range(n)],
            "destinations": [str(row) for row in range(n, n + m)],
            "metrics": ["duration" if measure == "minutes" else "distance"],
            "units": "km",
        }
        key = {"authorization": self.key} if self.key else {}
        return Question(f"/v2/matrix/{self.profile}", msgspec.json.encode(body), _JSON | key)

    def answer(self, status: int, body: bytes, shape: tuple[int, int], measure: Measure) -> Floats:
        """`durations` in seconds, `distances` in the units asked for; null where there is no way or no road."""
        read = _read(self.name, body, _RouteServiceAnswer)
        if read.error is not None:
            raise _refused(self.name, f"{status} {read.error}")
        return _block(self.name, read.durations, read.distances, shape, measure, 1.0)


class _OsrmAnswer(msgspec.Struct):
    code: str = ""
    durations: Cells | None = None
    distances: Cells | None = None


class _ValhallaCell(msgspec.Struct):
    from_index: int
    to_index: int
    time: float | None = None
    distance: float | None = None


class _ValhallaAnswer(msgspec.Struct):
    sources_to_targets: list[list[_ValhallaCell]] | None = None
    units: str = "kilometers"
    error_code: int | None = None
    error: str = ""


class _RouteServiceAnswer(msgspec.Struct):
    durations: Cells | None = None
    distances: Cells | None = None
    error: dict[str, str | int] | str | None = None


_JSON = {"content-type": "application/json"}
_NO_EDGE = 171
_NO_PATH = 442


def _together(origins: Points, destinations: Points) -> list[tuple[float, float]]:
    return [
        (float(lng), float(lat))
        for places in (origins, destinations)
        for lng, lat in zip(places.lng, places.lat, strict=True)
    ]


def _locations(places: Points) -> list[dict[str, float]]:
    return [{"lat": float(lat), "lon": float(lng)} for lat, lng in zip(places.lat, places.lng, strict=True)]


def _block(
    name: str,
    durations: Sequence[Sequence[float | None]] | None,
    distances: Sequence[Sequence[float | None]] | None,
    shape: tuple[int, int],
    measure: Measure,
    kilometre: float,
) -> Floats:
    cells = durations if measure == "minutes" else distances
    if cells is None or len(cells) != shape[0] or any(len(row) != shape[1] for row in cells):
        raise _refused(name, f"no block of {shape[0]} × {shape[1]}")
    values = np.array([[np.inf if cell is None else cell for cell in row] for row in cells], dtype=np.float64)
    if not (values >= 0.0).all():
        raise _refused(name, "a negative cost")
    return np.asarray(values * (1.0 / _SECONDS if measure == "minutes" else kilometre))


def _read(name: str, body: bytes, kind: type[S]) -> S:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise _refused(name, str(error)) from error


def _refused(name: str, reason: str) -> Problem:
    return Problem("workforce.matrix-answer", where=name, service=name, reason=reason)
