"""Weighted sums of what lies around each point, straight from a search: no list of pairs is ever made.

Both sides are sorted in bands (`search`), so neighbours ask for the same runs of memory one after the other.
"""

import numba
import numpy as np
from numba import njit, prange

from kaihoken.workforce.access.kernels import Form, Kernel
from kaihoken.workforce.access.points import EARTH_RADIUS_KM, Floats
from kaihoken.workforce.access.search import ONE_AT_A_TIME, Bands, Integers, chord_squared, runs

_CHUNK = 64
_EDGES = 4
"""Zones that one look at a pair decides; a kernel of more takes several."""
_SHORT = 1e-3
"""Squared chord (some 200 km) below which four terms give the arc to the last bit."""
_BLOCK = 256
_LN_2 = 0.6931471805599453
_LEAST = -700.0


def sums_around(asking: Bands, around: Bands, values: Floats, kernel: Kernel, per_km: float) -> Floats:
    """For each point of `asking` the sum of weight × value over the points of `around`, both in their own row order.

    `per_km` is the cost of a kilometre of great circle, which is the same in both directions.
    """
    out = np.zeros(len(asking))
    if not len(asking) or not len(around):
        return out
    reach_km = min(kernel.reach / per_km, np.pi * EARTH_RADIUS_KM)
    sorted_values = np.ascontiguousarray(values[around.order])
    if kernel.form is Form.ZONES:
        for edges, steps in _steps(kernel, per_km):
            _call(_by_zones, asking, around, reach_km, sorted_values, out, (edges, steps))
    else:
        limit = chord_squared(reach_km)
        shape = (int(kernel.form), kernel.scale, kernel.exponent, per_km * EARTH_RADIUS_KM, limit)
        _call(_by_curve, asking, around, reach_km, sorted_values, out, shape)
    given = np.empty(len(asking))
    given[asking.order] = out
    return given


def _steps(kernel: Kernel, per_km: float) -> list[tuple[Floats, Floats]]:
    """Zones as steps that add up from the outside in: the weight of a pair is the sum of the steps whose edge it does
    not pass. Edges as squared chords, four at a time, the last filled up with edges that everything passes."""
    weights = [weight for _, weight in kernel.zones]
    steps = [here - beyond for here, beyond in zip(weights, [*weights[1:], 0.0], strict=True)]
    edges = [chord_squared(edge / per_km) for edge, _ in kernel.zones]
    empty = -len(edges) % _EDGES
    filled = np.array(edges + [-1.0] * empty), np.array(steps + [0.0] * empty)
    return [
        (filled[0][first : first + _EDGES], filled[1][first : first + _EDGES])
        for first in range(0, len(filled[0]), _EDGES)
    ]


def _call(
    function: object,
    asking: Bands,
    around: Bands,
    reach_km: float,
    values: Floats,
    out: Floats,
    shape: object,
) -> None:
    assert callable(function)
    with ONE_AT_A_TIME:
        function(
            (asking.lat, asking.lng, asking.x, asking.y, asking.z),
            (around.lng, around.x, around.y, around.z, values),
            (around.starts, around.south, around.height, reach_km / EARTH_RADIUS_KM),
            shape,
            out,
            numba.get_num_threads(),
        )


@njit(cache=True, nogil=True, parallel=True, fastmath={"reassoc", "nsz", "contract"})
def _by_zones(
    asking: tuple[Floats, ...],
    around: tuple[Floats, ...],
    index: tuple[Integers, float, float, float],
    shape: tuple[Floats, Floats],
    out: Floats,
    threads: int,
) -> None:
    """Adds to out[i], in the order of `asking`."""
    lat, lng, from_x, from_y, from_z = asking
    sorted_lng, x, y, z, values = around
    starts, south, height, reach = index
    edges, steps = shape
    edge_0, edge_1, edge_2, edge_3 = edges[0], edges[1], edges[2], edges[3]
    step_0, step_1, step_2, step_3 = steps[0], steps[1], steps[2], steps[3]
    turns = ((len(lat) + _CHUNK - 1) // _CHUNK + threads - 1) // threads
    for turn in prange(turns * threads):
        chunk = (turn % turns) * threads + turn // turns  # each thread gets its share of the crowded south
        touched = np.empty((2 * (len(starts) - 1), 2), dtype=np.int64)
        for i in range(chunk * _CHUNK, min((chunk + 1) * _CHUNK, len(lat))):
            at_x, at_y, at_z, total = from_x[i], from_y[i], from_z[i], 0.0
            for run in range(runs(lat[i], lng[i], reach, starts, sorted_lng, south, height, touched)):
                for k in range(touched[run, 0], touched[run, 1]):
                    dx, dy, dz = at_x - x[k], at_y - y[k], at_z - z[k]
                    apart = dx * dx + dy * dy + dz * dz
                    weight = step_0 if apart <= edge_0 else 0.0
                    weight += step_1 if apart <= edge_1 else 0.0
                    weight += step_2 if apart <= edge_2 else 0.0
                    weight += step_3 if apart <= edge_3 else 0.0
                    total += weight * values[k]
            out[i] += total


@njit(cache=True, nogil=True, parallel=True, fastmath={"reassoc", "nsz", "contract"})
def _by_curve(
    asking: tuple[Floats, ...],
    around: tuple[Floats, ...],
    index: tuple[Integers, float, float, float],
    shape: tuple[int, float, float, float, float],
    out: Floats,
    threads: int,
) -> None:
    """As `_by_zones` for the smooth forms. A run goes through in blocks: how far in units of the scale first, then one
    loop for each form, which the compiler can take several pairs at a time through."""
    lat, lng, from_x, from_y, from_z = asking
    sorted_lng, x, y, z, values = around
    starts, south, height, reach = index
    form, scale, exponent, per_radian, limit = shape
    turns = ((len(lat) + _CHUNK - 1) // _CHUNK + threads - 1) // threads
    for turn in prange(turns * threads):
        chunk = (turn % turns) * threads + turn // turns
        touched = np.empty((2 * (len(starts) - 1), 2), dtype=np.int64)
        far, worth = np.empty(_BLOCK), np.empty(_BLOCK)
        for i in range(chunk * _CHUNK, min((chunk + 1) * _CHUNK, len(lat))):
            at_x, at_y, at_z, total = from_x[i], from_y[i], from_z[i], 0.0
            for run in range(runs(lat[i], lng[i], reach, starts, sorted_lng, south, height, touched)):
                for first in range(touched[run, 0], touched[run, 1], _BLOCK):
                    size = min(_BLOCK, touched[run, 1] - first)
                    for k in range(size):
                        dx, dy, dz = at_x - x[first + k], at_y - y[first + k], at_z - z[first + k]
                        apart = dx * dx + dy * dy + dz * dz
                        worth[k] = values[first + k] if apart <= limit else 0.0
                        far[k] = apart
                    if limit <= _SHORT:
                        for k in range(size):
                            far[k] = _short_arc(far[k]) * per_radian / scale
                    else:
                        for k in range(size):
                            far[k] = 2.0 * np.arcsin(min(np.sqrt(far[k]) / 2.0, 1.0)) * per_radian / scale
                    total += _weighed(form, exponent, far, worth, size)
            out[i] += total


@njit(cache=True, inline="always")
def _weighed(form: int, exponent: float, far: Floats, worth: Floats, size: int) -> float:
    """Σ weight × worth, the cost in units of the kernel's scale (see `Kernel`)."""
    total = 0.0
    if form == 1:
        for k in range(size):
            total += _exponential(-far[k] * far[k] / 2.0) * worth[k]
    elif form == 2:
        for k in range(size):
            total += _exponential(-far[k]) * worth[k]
    elif form == 3:
        for k in range(size):
            if worth[k] != 0.0:
                total += max(far[k], 1.0) ** -exponent * worth[k]
    elif exponent == 1.0:
        for k in range(size):
            total += (1.0 - far[k] * far[k]) * worth[k]
    else:
        for k in range(size):
            total += max(1.0 - far[k] * far[k], 0.0) ** exponent * worth[k]
    return total


@njit(cache=True, inline="always")
def _short_arc(squared: float) -> float:
    """The angle under a squared chord of at most `_SHORT`, by its series."""
    terms = 1.0 + squared / 24.0 * (1.0 + squared * 9.0 / 80.0 * (1.0 + squared * 25.0 / 168.0))
    return float(np.sqrt(squared) * terms)


@njit(cache=True, inline="always")
def _exponential(x: float) -> float:
    """exp of 0 or less to 1e-14 (0 below -700), by its series around the nearest power of two: without a call, so that
    a loop of it runs several at a time."""
    x = max(x, _LEAST)
    power = np.floor(x / _LN_2 + 0.5)
    left = x - power * _LN_2
    series = 1.0
    for term in range(12, 0, -1):
        series = 1.0 + series * left / term
    return float(series * np.int64((np.int64(power) + 1023) << 52).view(np.float64))
