"""Outlines of areas as paths to draw: the shipped topology projected and simplified, far islands moved near.

Neighbours share their arcs, and an arc is simplified once, so no gap opens between two areas whatever the tolerance.
For display only: nothing is measured on them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import orjson

from kaihoken import shipped

Floats = npt.NDArray[np.float64]
Layer: TypeAlias = Literal["area330", "area339", "municipalities", "prefectures"]

WIDTH: Final = 4000
"""Units across the map of the nation; coordinates are whole numbers of them, a unit is about half a kilometre."""

_FILES: Final = {
    "area330": ("boundaries/medical_areas_330_339_s1pct.topojson", "area330_code"),
    "area339": ("boundaries/medical_areas_330_339_s1pct.topojson", "area339_code"),
    "municipalities": ("boundaries/municipalities_n03_2021_s1pct.topojson", "muni_code"),
    "prefectures": ("boundaries/prefectures_n03_2021_s1pct.topojson", "N03_001"),
}
CREDIT: Final = shipped.credit(_FILES["area330"][0])

_CENTRE, _SOUTH, _NORTH = np.radians((137.5, 33.0, 44.0))
_FARTHEST_EAST: Final = 0.18  # earth radii from the centre
_SOUTH_WEST_SHIFT: Final = np.array([0.100, 0.246])
_OGASAWARA_SHIFT: Final = np.array([0.006, 0.130])


@dataclass(frozen=True, slots=True)
class Outline:
    """One area: its code (of prefectures its name), its path in the units of the map, and the box around it
    (left, top, right, bottom)."""

    code: str
    path: str
    box: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Outlines:
    """All areas of a layer in the order of the file, and the size of the map. `insets` are the boxes of the islands
    that are drawn nearer than they lie: 奄美・沖縄 and 小笠原; `frame` (left, top, units in an earth radius) is
    what places are laid by (`at`)."""

    layer: Layer
    width: int
    height: int
    areas: tuple[Outline, ...]
    insets: tuple[tuple[int, int, int, int], ...]
    frame: tuple[float, float, float]

    def at(self, longitude: Floats, latitude: Floats) -> Floats:
        """Where places lie on the map, shape (n, 2); far islands where they are drawn."""
        there = projected(np.column_stack((longitude, latitude)))
        there = there + np.array([_shift(point) for point in there]).reshape(-1, 2)
        left, top, unit = self.frame
        return np.column_stack(((there[:, 0] - left) * unit, (top - there[:, 1]) * unit))

    def around(self, codes: Iterable[str], margin: float = 0.08) -> tuple[int, int, int, int]:
        """The box (left, top, width, height) that holds these areas with a margin, at least a tenth of the map wide."""
        wanted = set(codes)
        boxes = [area.box for area in self.areas if area.code in wanted]
        left, top = (min(box[side] for box in boxes) for side in (0, 1))
        right, bottom = (max(box[side] for box in boxes) for side in (2, 3))
        wide = max(right - left, bottom - top, self.width // 10)
        pad = int(wide * margin)
        return left - pad, top - pad, right - left + 2 * pad, bottom - top + 2 * pad


@cache
def outlines(layer: Layer = "area330", tolerance: float = 2.0) -> Outlines:
    """The outlines of a layer. `tolerance` is in units of the map: 2 for the nation, 0.5 for one prefecture.

    Source: 国土数値情報（行政区域データ） as shipped, see `CREDIT`.
    """
    file, key = _FILES[layer]
    topology = orjson.loads(shipped.path(file).read_bytes())
    scale, move = (np.array(topology["transform"][name]) for name in ("scale", "translate"))
    arcs = [
        projected(np.cumsum(np.array(arc, dtype=float), axis=0) * scale + move) for arc in topology["arcs"]
    ]
    ends = [arc[0] for arc in arcs]
    features = [
        (str(feature["properties"][key]), _near(_rings(feature["type"], feature["arcs"]), ends))
        for feature in topology["objects"][layer]["geometries"]
    ]
    shift = {
        index: _shift(_start(ring, ends))
        for _, rings in features
        for ring in rings
        for index in (index if index >= 0 else ~index for index in ring)
    }
    moved = [arc + shift.get(index, 0.0) for index, arc in enumerate(arcs)]
    every = np.concatenate([moved[index] for index in shift])
    low, high = every.min(axis=0), every.max(axis=0)
    unit = WIDTH / (high[0] - low[0])
    drawn = {index: _simplified(_in_units(moved[index], low, high, unit), tolerance) for index in shift}
    insets = tuple(_inset(drawn, shift, by) for by in (_SOUTH_WEST_SHIFT, _OGASAWARA_SHIFT))
    return Outlines(
        layer,
        WIDTH,
        int((high[1] - low[1]) * unit) + 1,
        tuple(_outline(code, rings, drawn, tolerance) for code, rings in features),
        insets,
        (float(low[0]), float(high[1]), unit),
    )


def projected(degrees: Floats) -> Floats:
    """Longitude and latitude as Lambert's conformal conic (standard parallels 33° and 44° north, centre 137.5° east),
    in earth radii, y to the north. Shape: (n, 2)."""
    longitude, latitude = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])
    south, north, here = (np.tan(np.pi / 4 + angle / 2) for angle in (_SOUTH, _NORTH, latitude))
    n = np.log(np.cos(_SOUTH) / np.cos(_NORTH)) / np.log(north / south)
    radius = np.cos(_SOUTH) * (south / here) ** n / n
    turn = n * (longitude - _CENTRE)
    return np.column_stack((radius * np.sin(turn), -radius * np.cos(turn)))


@cache
def _borders() -> tuple[Floats, Floats]:
    """Where the south-western islands begin (north-east corner) and where 小笠原 does (north-west corner)."""
    corners = projected(np.array([[131.2, 29.7], [139.5, 28.6]]))
    return corners[0], corners[1]


def _start(ring: list[int], ends: Sequence[Floats]) -> Floats:
    return ends[ring[0] if ring[0] >= 0 else ~ring[0]]


def _near(rings: Iterable[list[int]], ends: Sequence[Floats]) -> list[list[int]]:
    """Without 南鳥島, which nobody resides on: it would double the width of the map."""
    return [ring for ring in rings if _start(ring, ends)[0] < _FARTHEST_EAST]


def _shift(point: Floats) -> Floats:
    """How far a ring that begins here is moved."""
    south_west, ogasawara = _borders()
    if point[0] < south_west[0] and point[1] < south_west[1]:
        return _SOUTH_WEST_SHIFT
    if point[0] > ogasawara[0] and point[1] < ogasawara[1]:
        return _OGASAWARA_SHIFT
    return np.zeros(2)


def _rings(kind: str, arcs: Sequence[object]) -> Iterator[list[int]]:
    polygons = arcs if kind == "MultiPolygon" else [arcs]
    for polygon in polygons:
        assert isinstance(polygon, list)
        yield from polygon


def _in_units(points: Floats, low: Floats, high: Floats, unit: float) -> Floats:
    return np.column_stack(((points[:, 0] - low[0]) * unit, (high[1] - points[:, 1]) * unit))


def _simplified(points: Floats, tolerance: float) -> npt.NDArray[np.int64]:
    """Ramer's line simplification, its ends kept, in whole units without repeated points."""
    keep = np.zeros(len(points), dtype=bool)
    keep[[0, -1]] = True
    waiting = [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        between = points[first + 1 : last]
        line = points[last] - points[first]
        length = np.hypot(*line)
        away = between - points[first]
        distance = (
            np.abs(away[:, 0] * line[1] - away[:, 1] * line[0]) / length
            if length
            else np.hypot(away[:, 0], away[:, 1])
        )
        farthest = int(distance.argmax())
        if distance[farthest] > tolerance:
            middle = first + 1 + farthest
            keep[middle] = True
            waiting += [(first, middle), (middle, last)]
    whole = np.rint(points[keep]).astype(np.int64)
    new = np.ones(len(whole), dtype=bool)
    new[1:] = (whole[1:] != whole[:-1]).any(axis=1)
    return whole[new]


def _outline(
    code: str, rings: list[list[int]], drawn: dict[int, npt.NDArray[np.int64]], tolerance: float
) -> Outline:
    """The rings of an area as one path; of islands smaller than the tolerance only the largest of an area stays."""
    shapes = [_ring(ring, drawn) for ring in rings]
    sizes = [int(np.ptp(shape, axis=0).max()) for shape in shapes]
    seen = [
        shape
        for shape, size in zip(shapes, sizes, strict=True)
        if len(shape) > 2 and (size > 2 * tolerance or size == max(sizes))
    ] or [shapes[int(np.argmax(sizes))]]
    points = np.concatenate(seen)
    left, top = points.min(axis=0)
    right, bottom = points.max(axis=0)
    return Outline(
        code, "".join(_path(shape) for shape in seen), (int(left), int(top), int(right), int(bottom))
    )


def _ring(ring: list[int], drawn: dict[int, npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    parts = [drawn[index] if index >= 0 else drawn[~index][::-1] for index in ring]
    points = np.concatenate(parts)
    new = np.ones(len(points), dtype=bool)
    new[1:] = (points[1:] != points[:-1]).any(axis=1)
    return points[new]


def _path(shape: npt.NDArray[np.int64]) -> str:
    steps = np.diff(shape, axis=0)
    start = f"M{shape[0][0]} {shape[0][1]}"
    if not len(steps):  # an island that is one point at this scale is still to be seen
        return f"{start}h3v3h-3z"
    return start + "l" + " ".join(f"{x} {y}" for x, y in steps[:-1].tolist() or steps.tolist()) + "z"


def _inset(
    drawn: dict[int, npt.NDArray[np.int64]], shift: dict[int, Floats], by: Floats
) -> tuple[int, int, int, int]:
    points = np.concatenate([drawn[index] for index, moved in shift.items() if moved is by])
    left, top = points.min(axis=0) - 40
    right, bottom = points.max(axis=0) + 40
    return int(left), int(top), int(right), int(bottom)
