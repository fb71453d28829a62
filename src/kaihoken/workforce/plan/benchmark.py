"""偏在対策基準医師数: for deliveries and for children, the doctors with which the index at the plan's end reaches the
value of the lowest third at its start. A benchmark, not a quota."""

from typing import ClassVar

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class BenchmarkRules(msgspec.Struct, frozen=True):
    """The units of both indices (rule family workforce/benchmark-doctors). The thresholds are not in it: they were not
    found, so whoever computes gives them."""

    family: ClassVar[str] = "workforce/benchmark-doctors"

    deliveries_unit: int
    children_unit: int
    children_through_age: int


def obstetric_benchmark(lower_threshold: float, deliveries_at_end: Floats, units: BenchmarkRules) -> Floats:
    """L_start · deliveries at the end / 1,000: 分娩取扱医師 by 周産期医療圏, standardised. Zero deliveries give zero,
    absent ones stay absent. Source: 厚生労働省 医師偏在対策について, 2025-09-11."""
    return np.asarray(lower_threshold * deliveries_at_end / units.deliveries_unit)


def paediatric_benchmark(
    lower_threshold: float, children_at_end: Floats, ratio_at_end: Floats, units: BenchmarkRules
) -> Floats:
    """L_start · children of 0 to 14 at the end / 100,000 · U_end: 小児科医 by 小児医療圏, standardised. Source as
    above."""
    return np.asarray(lower_threshold * children_at_end / units.children_unit * ratio_at_end)
