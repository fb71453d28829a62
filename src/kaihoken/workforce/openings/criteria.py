"""候補区域 of 外来医師過多区域: where an opening is to be notified. Pure functions on arrays.

Two conditions, both needed: 外来医師偏在指標 at or above the national mean plus a multiple of the standard deviation,
and clinics per habitable area (可住地面積) in the top share. The prefecture then designates, possibly a municipality
or a district. Source: 厚生労働省 2026-01-16. What "national mean" is, and which deviation, is not said there: both
readings of each can be asked for.
"""

from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import ClassVar, Literal, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.rules import Sourced, Status

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Mean: TypeAlias = Literal["areas", "nation"]
"""全国平均値 as the mean over areas, or as the nation's own index."""


class OutpatientOpenings(msgspec.Struct, frozen=True, kw_only=True):
    """The criterion, the notice and what follows it (rule family workforce/outpatient-openings)."""

    family: ClassVar[str] = "workforce/outpatient-openings"

    article: str
    sd_multiple: float
    density_top_share: float
    mean: Sourced[Mean]
    ddof: Sourced[int]
    notice_months: int
    first_openings_from: date
    designation_years: int
    shortened_years: Sourced[int]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The criterion over areas; row i is area i of what was given. Where an index or a density is NaN, so is what
    follows from it; `awaiting` says which areas cannot be told for that reason (入力待ち): they are neither
    candidates nor not.

    `multiple` is (index − mean) / sd, `density_share` the share of areas with at least that density (the densest has
    1/n). `mean_reading` and `ddof` say how it was read, `confirmed` whether a text of the ministry says so.
    """

    mean: float
    sd: float
    multiple: Floats
    density_share: Floats
    high_index: Flags
    dense: Flags
    candidate: Flags
    awaiting: Flags
    mean_reading: Mean
    ddof: int
    confirmed: bool


def candidates(
    index: Floats,
    density: Floats,
    rule: OutpatientOpenings,
    *,
    national_index: float | None = None,
    mean: Mean | None = None,
    ddof: int | None = None,
) -> Candidates:
    """Which areas fulfil both conditions.

    `index` is 外来医師偏在指標, `density` clinics per km² of habitable land, by area. `mean` and `ddof` are the
    rule's where left out; mean "nation" needs `national_index`. Problems: `workforce.opening-arrays` (lengths that
    differ, fewer than two areas with an index), `workforce.opening-national-index`.
    """
    if index.shape != density.shape or np.isfinite(index).sum() < 2:
        raise Problem("workforce.opening-arrays", areas=index.size, densities=density.size)
    reading = mean or rule.mean.value
    freedom = rule.ddof.value if ddof is None else ddof
    if reading == "nation" and national_index is None:
        raise Problem("workforce.opening-national-index")
    over_areas = float(np.nanmean(index))
    centre = over_areas if national_index is None or reading == "areas" else national_index
    known = np.isfinite(index)
    # Around the mean that was chosen: 標準偏差 is of the areas' values in either reading.
    sd = float(np.nanstd(index, ddof=freedom))
    multiple = (index - centre) / sd if sd > 0 else np.where(known, 0.0, np.nan)
    share = _share_at_least(density)
    high, dense = multiple >= rule.sd_multiple, share <= rule.density_top_share
    return Candidates(
        mean=centre,
        sd=sd,
        multiple=multiple,
        density_share=share,
        high_index=high,
        dense=dense,
        candidate=high & dense,
        awaiting=_open(high, dense, known, np.isfinite(density)),
        mean_reading=reading,
        ddof=freedom,
        confirmed=rule.mean.status is rule.ddof.status is Status.CONFIRMED,
    )


def all_readings(
    index: Floats, density: Floats, rule: OutpatientOpenings, national_index: float | None = None
) -> tuple[Candidates, ...]:
    """The criterion by each reading of mean (the nation's own only where it is given) and of deviation, the rule's
    first."""
    means: tuple[Mean, ...] = ("areas",) if national_index is None else ("areas", "nation")
    made = (
        candidates(index, density, rule, national_index=national_index, mean=mean, ddof=ddof)
        for mean, ddof in product(means, (0, 1))
    )
    first = (rule.mean.value, rule.ddof.value)
    return tuple(sorted(made, key=lambda one: (one.mean_reading, one.ddof) != first))


@dataclass(frozen=True, slots=True)
class Solved:
    """Mean and standard deviation behind two printed multiples; the bounds follow from the rounding of the
    multiples."""

    mean: float
    sd: float
    mean_low: float
    mean_high: float
    sd_low: float
    sd_high: float


def solve_mean_and_sd(
    index: tuple[float, float], multiple: tuple[float, float], step: float = 0.01
) -> Solved:
    """The mean and deviation from which two areas have these multiples, printed to `step`: a check on how the ministry
    read its own criterion. Problem `workforce.opening-arrays` where the multiples cannot be told apart."""
    if abs(multiple[0] - multiple[1]) <= step:
        raise Problem("workforce.opening-arrays", areas=1, densities=1)
    half = step / 2
    corners = [
        _line(index, (multiple[0] + first, multiple[1] + second))
        for first, second in product((-half, half), repeat=2)
    ]
    mean, sd = _line(index, multiple)
    means, deviations = [one for one, _ in corners], [one for _, one in corners]
    return Solved(mean, sd, min(means), max(means), min(deviations), max(deviations))


def _line(index: tuple[float, float], multiple: tuple[float, float]) -> tuple[float, float]:
    sd = (index[0] - index[1]) / (multiple[0] - multiple[1])
    return index[0] - multiple[0] * sd, sd


def _share_at_least(density: Floats) -> Floats:
    """For each area the share of areas (with a density) that are at least as dense; equal ones share the better
    place."""
    known = density[np.isfinite(density)]
    if not known.size:
        return np.full(density.shape, np.nan)
    place = known.size - np.searchsorted(np.sort(known), density, side="right") + 1
    return np.where(np.isfinite(density), place / known.size, np.nan)


def _open(high: Flags, dense: Flags, index_known: Flags, density_known: Flags) -> Flags:
    """Where what is missing could make a candidate: what is known of the area does not rule it out."""
    return (~index_known | ~density_known) & (high | ~index_known) & (dense | ~density_known)
