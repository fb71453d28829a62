"""診療所数と人口の増減: whether a municipality's clinics go faster than its people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.workforce.plan.absence import quotient

Floats = npt.NDArray[np.float64]

SIZE_BOUNDS: Final = (5_000, 10_000, 30_000, 50_000, 100_000, 300_000, 500_000, 1_000_000)
"""Residents at which a size class of municipalities begins; our own choice, a parameter of `by_size`."""


@dataclass(frozen=True, slots=True, eq=False)
class ClinicCounts:
    """General clinics (一般診療所) and residents of municipalities on two dates; row i is municipality `codes[i]`.
    NaN is absent; zero clinics is a count."""

    codes: tuple[str, ...]
    clinics_then: Floats
    clinics_now: Floats
    population_then: Floats
    population_now: Floats

    def __post_init__(self) -> None:
        columns = (self.clinics_then, self.clinics_now, self.population_then, self.population_now)
        for column in columns:
            if column.shape != (len(self.codes),):
                raise Problem("workforce.plan-rows", where="clinics", rows=len(self.codes), found=len(column))
            below = np.flatnonzero(column < 0)
            if len(below):
                code = self.codes[below[0]]
                raise Problem(
                    "workforce.plan-below-zero", where=code, row=code, value=f"{column[below[0]]:g}"
                )


@dataclass(frozen=True, slots=True, eq=False)
class ClinicSpeed:
    """By row, in percent points over the years between the dates: `clinics` and `population` are changes in percent of
    the first date, `speed` the first less the second; `faster` where it is below zero, so that clinics go faster than
    people. Absent where the first date has no clinic or nobody (`from_zero`), or a count is absent."""

    clinics: Floats
    population: Floats
    speed: Floats
    faster: npt.NDArray[np.bool_]
    from_zero: npt.NDArray[np.bool_]


def clinic_speed(counts: ClinicCounts) -> ClinicSpeed:
    """The speed of each municipality: %Δclinics − %Δpopulation."""
    clinics = _change(counts.clinics_then, counts.clinics_now)
    population = _change(counts.population_then, counts.population_now)
    speed = clinics - population
    from_zero = (counts.clinics_then == 0) | (counts.population_then == 0)
    return ClinicSpeed(clinics, population, speed, np.asarray(speed < 0), from_zero)


@dataclass(frozen=True, slots=True)
class SizeClass:
    """Municipalities of `least` to below `below` residents at the first date (None: no upper end), their sums, and the
    speed of the sums (NaN where they begin at zero). `absent` counts municipalities of the class without a count; they
    are in no sum."""

    least: int
    below: int | None
    municipalities: int
    absent: int
    clinics_then: float
    clinics_now: float
    population_then: float
    population_now: float
    speed: float


def by_size(counts: ClinicCounts, bounds: Sequence[int] = SIZE_BOUNDS) -> tuple[SizeClass, ...]:
    """The speed by size class of municipality, of sums and not of means; every class has a row. A municipality whose
    first population is absent belongs to no class."""
    edges = (0, *bounds)
    ends = (*bounds, None)
    table = np.stack([counts.clinics_then, counts.clinics_now, counts.population_then, counts.population_now])
    whole = ~np.isnan(table).any(axis=0)
    made = []
    for least, below in zip(edges, ends, strict=True):
        inside = counts.population_then >= least
        if below is not None:
            inside &= counts.population_then < below
        sums = table[:, inside & whole].sum(axis=1)
        speed = _change(sums[0:1], sums[1:2]) - _change(sums[2:3], sums[3:4])
        made.append(
            SizeClass(
                least,
                below,
                municipalities=int(np.count_nonzero(inside)),
                absent=int(np.count_nonzero(inside & ~whole)),
                clinics_then=float(sums[0]),
                clinics_now=float(sums[1]),
                population_then=float(sums[2]),
                population_now=float(sums[3]),
                speed=float(speed[0]),
            )
        )
    return tuple(made)


def _change(then: Floats, now: Floats) -> Floats:
    return quotient(100 * (now - then), then)
