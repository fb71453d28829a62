"""Which points lie within a radius of which, on the sphere, without ever holding all pairs.

Points lie sorted in bands of latitude, and inside a band by longitude. What a circle can touch of a band is then one
run of neighbours (two where it crosses the date line), which is looked through without a branch.
"""

import threading
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from numba import njit, prange
from scipy.sparse import csr_matrix

from kaihoken.workforce.access.points import EARTH_RADIUS_KM, Floats, Points

Integers = npt.NDArray[np.int64]

ONE_AT_A_TIME: Final = threading.Lock()
"""Numba's simplest thread layer ends the program when two threads start parallel work: whoever calls a parallel
function holds this. Such a function lets go of the interpreter, so that a server goes on answering meanwhile."""

_BANDS_IN_A_RADIUS = 8
_THINNEST_BAND = 2e-5  # radians, about 130 m
_SLACK = 1e-9  # radians, about 6 mm: the runs are looked for a little wider than the circle
_CHUNK = 64


@dataclass(frozen=True, slots=True, eq=False)
class Bands:
    """Points in bands: `order[k]` is the row of the k-th sorted point, `starts[b]` the first of band b. `x`, `y`, `z`
    are unit vectors, `lat` and `lng` radians, all sorted."""

    order: Integers
    lat: Floats
    lng: Floats
    x: Floats
    y: Floats
    z: Floats
    starts: Integers
    south: float
    height: float

    def __len__(self) -> int:
        return len(self.order)


def bands(places: Points, radius_km: float) -> Bands:
    """An index of places for searches of about this radius."""
    lat, lng = np.radians(places.lat), np.radians(places.lng)
    south, north = (float(lat.min()), float(lat.max())) if len(lat) else (0.0, 0.0)
    height = max(radius_km / EARTH_RADIUS_KM / _BANDS_IN_A_RADIUS, _THINNEST_BAND)
    count = int((north - south) / height) + 1
    band = np.minimum(((lat - south) / height).astype(np.int64), count - 1)
    order = np.lexsort((lng, band))
    vectors = places.vectors()[order]
    return Bands(
        order.astype(np.int64),
        lat[order],
        lng[order],
        np.ascontiguousarray(vectors[:, 0]),
        np.ascontiguousarray(vectors[:, 1]),
        np.ascontiguousarray(vectors[:, 2]),
        np.searchsorted(band[order], np.arange(count + 1)).astype(np.int64),
        south,
        height,
    )


def chord_squared(kilometres: float) -> float:
    """The square of the chord of the unit sphere under an arc of so many kilometres; -1 below none."""
    if kilometres < 0.0:
        return -1.0
    half = min(kilometres / EARTH_RADIUS_KM / 2.0, np.pi / 2.0)
    return float(4.0 * np.sin(half) ** 2)


def pairs_within(
    origins: Points, destinations: Points, radius_km: float
) -> tuple[Integers, npt.NDArray[np.int32], Floats]:
    """All pairs within a great circle (inclusive), as compressed rows by origin: starts, destinations in rising order
    and kilometres. An infinite radius gives every pair."""
    radius = min(radius_km, np.pi * EARTH_RADIUS_KM)
    if not len(origins) or not len(destinations) or radius < 0.0:
        none = np.zeros(len(origins) + 1, dtype=np.int64)
        return none, np.empty(0, dtype=np.int32), np.empty(0)
    index = bands(destinations, radius)
    asked = origins.vectors()
    lat, lng = np.radians(origins.lat), np.radians(origins.lng)
    looked = (index.x, index.y, index.z, index.lng, index.starts, index.south, index.height)
    reach, limit = radius / EARTH_RADIUS_KM, chord_squared(radius)
    counts = np.zeros(len(origins), dtype=np.int64)
    nobody, nothing = np.empty(0, dtype=np.int64), np.empty(0)
    with ONE_AT_A_TIME:
        _pairs(asked, lat, lng, *looked, reach, limit, counts, counts, nobody, nothing)
        starts = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))
        found, squared = np.empty(starts[-1], dtype=np.int64), np.empty(starts[-1])
        _pairs(asked, lat, lng, *looked, reach, limit, counts, starts, found, squared)
    kilometres = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.minimum(np.sqrt(squared) / 2.0, 1.0))
    rows = csr_matrix(
        (kilometres, index.order[found].astype(np.int32), starts), shape=(len(origins), len(destinations))
    )
    rows.sort_indices()
    return starts, rows.indices.astype(np.int32), rows.data


@njit(cache=True)
def runs(
    lat: float,
    lng: float,
    reach: float,
    starts: Integers,
    sorted_lng: Floats,
    south: float,
    height: float,
    out: Integers,
) -> int:
    """Writes the runs [from, to) of sorted points that a circle about (lat, lng) can touch, and returns how many.
    All in radians; `out` has a row for each run, two for each band at most."""
    wide = reach + _SLACK
    count = len(starts) - 1
    first = max(int(np.floor((lat - wide - south) / height)), 0)
    last = min(int(np.floor((lat + wide - south) / height)), count - 1)
    over_pole = abs(lat) + wide >= np.pi / 2.0
    widest_at = 0.0 if over_pole else np.arcsin(np.sin(lat) / np.cos(wide))
    found = 0
    for band in range(first, last + 1):
        begin, end = starts[band], starts[band + 1]
        if begin == end:
            continue
        half = np.pi
        if not over_pole:
            low = south + band * height
            at = min(max(widest_at, low), low + height)
            cosine = (np.cos(wide) - np.sin(lat) * np.sin(at)) / (np.cos(lat) * np.cos(at))
            half = np.arccos(min(max(cosine, -1.0), 1.0)) + _SLACK
        if half >= np.pi:
            out[found, 0], out[found, 1] = begin, end
            found += 1
            continue
        inside = sorted_lng[begin:end]
        out[found, 0] = begin + np.searchsorted(inside, lng - half)
        out[found, 1] = begin + np.searchsorted(inside, lng + half, side="right")
        found += 1
        if lng - half < -np.pi:
            out[found, 0] = begin + np.searchsorted(inside, lng - half + 2.0 * np.pi)
            out[found, 1] = end
            found += 1
        elif lng + half > np.pi:
            out[found, 0] = begin
            out[found, 1] = begin + np.searchsorted(inside, lng + half - 2.0 * np.pi, side="right")
            found += 1
    return found


@njit(cache=True, nogil=True, parallel=True)
def _pairs(
    asked: Floats,
    lat: Floats,
    lng: Floats,
    x: Floats,
    y: Floats,
    z: Floats,
    sorted_lng: Floats,
    starts: Integers,
    south: float,
    height: float,
    reach: float,
    limit: float,
    counts: Integers,
    places: Integers,
    found: Integers,
    squared: Floats,
) -> None:
    """Counts the pairs of each origin; where `found` has room, writes them from places[i] on."""
    origins = len(lat)
    writing = len(found) > 0
    for chunk in prange((origins + _CHUNK - 1) // _CHUNK):
        touched = np.empty((2 * (len(starts) - 1), 2), dtype=np.int64)
        for i in range(chunk * _CHUNK, min((chunk + 1) * _CHUNK, origins)):
            at = 0
            for run in range(runs(lat[i], lng[i], reach, starts, sorted_lng, south, height, touched)):
                for k in range(touched[run, 0], touched[run, 1]):
                    dx, dy, dz = asked[i, 0] - x[k], asked[i, 1] - y[k], asked[i, 2] - z[k]
                    apart = dx * dx + dy * dy + dz * dz
                    if apart <= limit:
                        if writing:
                            found[places[i] + at] = k
                            squared[places[i] + at] = apart
                        at += 1
            if not writing:
                counts[i] = at
