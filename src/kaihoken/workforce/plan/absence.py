"""Absent numbers: NaN in the columns of a computation, None in a row for people and files, never 0."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def quotient(part: Floats, whole: Floats) -> Floats:
    """part / whole, absent where there is no whole (zero, below zero or absent)."""
    made = np.full(np.shape(whole), np.nan)
    np.divide(part, whole, out=made, where=whole > 0)
    return made


def present(value: float) -> float | None:
    """A number of a column for a row."""
    return None if np.isnan(value) else float(value)
