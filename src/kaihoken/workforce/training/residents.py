"""臨床研修の募集定員上限: how many residents a prefecture may recruit.

The provisional cap is the base, the 地域枠 and what geography adds; 激変緩和 then keeps it near what there was.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.rules import Sourced
from kaihoken.workforce.training.basis import Basis, basis, needed

Floats: TypeAlias = npt.NDArray[np.float64]


class Density(msgspec.Struct, frozen=True):
    """Shares of the base that doctors per 100 km² add: below the nation's mean, and below `sparse`."""

    below_nation: float
    sparse: float
    below_sparse: float


class NationalQuota(msgspec.Struct, frozen=True):
    """What was published for the nation: applicants, residents expected, and the cap."""

    applicants: int
    residents: int
    cap: int


class ResidentQuotaRules(msgspec.Struct, frozen=True):
    """Rule family workforce/resident-quota. None is not found. `smoothing` is 激変緩和: "kept" the old one, "falling"
    the one under which a prefecture gets fewer than the year before."""

    family: ClassVar[str] = "workforce/resident-quota"
    may_end: ClassVar[bool] = (
        True  # each year has rules of its own, and those of the next may be planned only
    )

    applicants_factor: float | None
    seats_limit: float
    duty_factor: float | None
    density: Density | None
    island_factor: Sourced[float] | None
    smoothing: Literal["kept", "falling"]
    national: NationalQuota | None
    not_found: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class BaseSeats:
    """①基本となる数 by prefecture, not rounded: A by population, B by the seats of medical schools (limited), the
    larger of both, and the base, which sums to the residents of the nation."""

    by_population: Floats
    by_seats: Floats
    larger: Floats
    base: Floats
    basis: Basis


@dataclass(frozen=True, slots=True)
class ResidentCap:
    """A cap after 激変緩和. `cap` is None where the rule is not found; `at_most` is known all the same."""

    provisional: float
    smoothed: bool
    cap: float | None
    at_most: float
    basis: Basis


def national_cap(applicants: int, *, on: date) -> float:
    """The cap of the nation: applicants times the factor of the year, not rounded."""
    factor = needed(rules.load(ResidentQuotaRules, on=on).applicants_factor, "applicants_factor")
    return applicants * factor


def base_seats(residents: float, population: Floats, seats: Floats, *, on: date) -> BaseSeats:
    """The base of every prefecture from the residents expected in the nation, its population and its seats."""
    rule = rules.load(ResidentQuotaRules, on=on)
    for name, table in (("population", population), ("seats", seats)):
        if np.isnan(table).any() or (table < 0).any() or table.sum() <= 0:
            raise Problem("workforce.training-input", where=name, input=name, reason="< 0, 0 or absent")
    by_population = residents * population / population.sum()
    by_seats = np.minimum(residents * seats / seats.sum(), rule.seats_limit * by_population)
    larger = np.maximum(by_population, by_seats)
    basis_of = basis(ResidentQuotaRules, on=on)
    return BaseSeats(by_population, by_seats, larger, residents * larger / larger.sum(), basis_of)


def density_addition(base: float, doctors_per_100km2: float, nation: float, *, on: date) -> float:
    """What few doctors per 100 km² add to the base; the larger share alone where both bounds are passed."""
    density = rules.load(ResidentQuotaRules, on=on).density
    if density is None:
        raise Problem("workforce.training-input", where="density", input="density", reason="入力待ち")
    if doctors_per_100km2 < density.sparse:
        return density.below_sparse * base
    return density.below_nation * base if doctors_per_100km2 < nation else 0.0


def island_addition(base: float, island_population: float, population: float, *, on: date) -> float:
    """What islands add. The denominator is our reading: the value is `unconfirmed`."""
    factor = rules.load(ResidentQuotaRules, on=on).island_factor
    share = needed(None if factor is None else factor.value, "island_factor")
    return base * island_population * share / population


def provisional_cap(base: float, duty_entrants: float, additions: tuple[float, ...], *, on: date) -> float:
    """仮上限: the base, the entrants of 地域枠 times the factor of the year, and what geography adds. The amounts of
    少数区域 and of imbalance are given (their coefficients were not found), not reckoned."""
    duty = 0.0
    if duty_entrants:
        factor = needed(rules.load(ResidentQuotaRules, on=on).duty_factor, "duty_factor")
        duty = factor * duty_entrants
    return base + duty + sum(additions)


def smoothed(
    provisional: float, hires_two_years_before: float, cap_before: float, *, on: date
) -> ResidentCap:
    """激変緩和: a provisional cap below the hires of two years before is raised to those hires or the cap of the year
    before, whichever is fewer. From 2025 it has to fall below the year before by a rate that was not found: then `cap`
    is None."""
    rule, basis_of = rules.load(ResidentQuotaRules, on=on), basis(ResidentQuotaRules, on=on)
    if provisional >= hires_two_years_before:
        return ResidentCap(provisional, False, provisional, provisional, basis_of)
    kept = min(hires_two_years_before, cap_before)
    if rule.smoothing == "kept":
        return ResidentCap(provisional, True, kept, kept, basis_of)
    return ResidentCap(provisional, True, None, max(provisional, min(kept, cap_before - 1)), basis_of)
