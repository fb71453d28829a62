"""Upper and lower parts of a set of areas by rank, as thresholds are found when an index is published."""

from math import ceil

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def upper_part(values: Floats, share: float) -> Mask:
    """Which of the defined values are among the upper `share` of them: the first ⌈n·share⌉ by rank, and whoever ties
    with the last of these. 47 prefectures have an upper third of 16. NaN is in no part and does not count."""
    return ~np.isnan(values) & (values >= -_boundary(-values, share))


def lower_part(values: Floats, share: float) -> Mask:
    """The same from below."""
    return ~np.isnan(values) & (values <= _boundary(values, share))


def _boundary(values: Floats, share: float) -> float:
    ordered = np.sort(values[~np.isnan(values)])
    if not len(ordered):
        return float("nan")
    # A share such as 1/3 of 330 must not become 111 by the last bit of a float.
    count = max(ceil(len(ordered) * share - 1e-9), 1)
    return float(ordered[count - 1])
