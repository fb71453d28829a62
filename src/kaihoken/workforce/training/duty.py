"""地域枠の医師: doctors with years of duty, by entrance year, department, area class and year, and the seats needed.

A year is a fiscal year. Who enters in April of e works from e + 6 on: residency first, then posts by the plan of the
department. A suspended year does not count, so the duty ends later; who leaves does not come back.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce.training.basis import Basis, basis

Floats: TypeAlias = npt.NDArray[np.float64]


class DutyRules(msgspec.Struct, frozen=True):
    """Rule family workforce/duty: years of school, of duty, of residency inside it, of duty in designated areas, and
    the factor on the loan's period that may stand for the years of duty."""

    family: ClassVar[str] = "workforce/duty"

    school_years: int
    duty_years: int
    residency_years: int
    designated_area_years: int
    loan_period_factor: float


@dataclass(frozen=True, slots=True, eq=False)
class DutyCohorts:
    """Who enters, and what is assumed of them; nothing has a default.

    `entrants` [entrance year, department]. `licensed`: the share that works as a doctor six years later.
    `suspension`, `leaving` [years of duty done]: of those with so many years behind them, the share that pauses for the
    year, and that leaves the duty at its beginning. `placement` [department, year of duty after residency, area
    class]: where they work; sums to 1 over the classes.
    """

    entrance_years: tuple[int, ...]
    departments: tuple[str, ...]
    area_classes: tuple[str, ...]
    entrants: Floats
    licensed: float
    suspension: Floats
    leaving: Floats
    placement: Floats


@dataclass(frozen=True, slots=True, eq=False)
class DutyDoctors:
    """Expected doctors of each entrance year, department and year of `years`, not rounded.

    `residents` are in 臨床研修, `serving` [entrance year, department, area class, year] in posts, `suspended` pause;
    `left` and `finished` count from the beginning. The five sum to those who were licensed.
    """

    entrance_years: tuple[int, ...]
    departments: tuple[str, ...]
    area_classes: tuple[str, ...]
    years: tuple[int, ...]
    entrants: Floats
    residents: Floats
    serving: Floats
    suspended: Floats
    left: Floats
    finished: Floats
    basis: Basis

    def retained(self, year: int, *, staying: float) -> Mapping[int, float]:
        """By entrance year, the share of entrants that works in the prefecture in a year: residents, those in posts,
        and of those who finished the share `staying`. Entrance years without entrants have no share."""
        at = self.years.index(year)
        working = self.residents[:, :, at] + self.serving[:, :, :, at].sum(axis=2)
        there = (working + staying * self.finished[:, :, at]).sum(axis=1)
        entrants = self.entrants.sum(axis=1)
        return {
            entered: float(there[row] / entrants[row])
            for row, entered in enumerate(self.entrance_years)
            if entrants[row] > 0
        }


@dataclass(frozen=True, slots=True)
class SeatsNeeded:
    """地域枠 seats a year: `shortfall` is X, `a_year` g = X ÷ Σ retained over `cohorts`, `seats` rounded up."""

    shortfall: float
    cohorts: tuple[int, ...]
    retained: float
    a_year: float
    seats: int
    basis: Basis


def duty_doctors(cohorts: DutyCohorts, *, until: int, on: date) -> DutyDoctors:
    """Duty doctors of every fiscal year from the first graduates to `until` by the rules in force on a day.

    Raises Problem `workforce.training-input` for a table whose form or shares are wrong.
    """
    rule = rules.load(DutyRules, on=on)
    _check(cohorts, rule)
    entered = np.array(cohorts.entrance_years)
    begin = int(entered.min()) + rule.school_years
    years = tuple(range(begin, max(until, begin) + 1))
    shape = (*cohorts.entrants.shape, len(years))
    residents, suspended, left, finished = (np.zeros(shape) for _ in range(4))
    serving = np.zeros((*cohorts.entrants.shape, len(cohorts.area_classes), len(years)))
    bound = np.zeros((*cohorts.entrants.shape, rule.duty_years))  # by years of duty done
    gone, done = np.zeros(cohorts.entrants.shape), np.zeros(cohorts.entrants.shape)
    for at, year in enumerate(years):
        graduates = entered + rule.school_years == year
        bound[graduates, :, 0] = cohorts.licensed * cohorts.entrants[graduates]
        leaving, pausing = bound * cohorts.leaving, bound * cohorts.suspension
        working = bound - leaving - pausing
        gone = gone + leaving.sum(axis=2)
        residents[:, :, at] = working[:, :, : rule.residency_years].sum(axis=2)
        serving[:, :, :, at] = np.einsum(
            "edk,dkc->edc", working[:, :, rule.residency_years :], cohorts.placement
        )
        suspended[:, :, at], left[:, :, at], finished[:, :, at] = pausing.sum(axis=2), gone, done
        done = done + working[:, :, -1]
        bound = pausing
        bound[:, :, 1:] += working[:, :, :-1]
    return DutyDoctors(
        cohorts.entrance_years,
        cohorts.departments,
        cohorts.area_classes,
        years,
        cohorts.entrants,
        residents,
        serving,
        suspended,
        left,
        finished,
        basis(DutyRules, on=on),
    )


def designated_years(
    cohorts: DutyCohorts, designated: frozenset[str], *, on: date
) -> dict[str, tuple[float, bool]]:
    """By department, the years of duty in designated area classes (医師の確保を特に図るべき区域等) that its
    placement plans, and whether they reach the rule's."""
    least = rules.load(DutyRules, on=on).designated_area_years
    columns = [place for place, name in enumerate(cohorts.area_classes) if name in designated]
    planned = cohorts.placement[:, :, columns].sum(axis=(1, 2))
    return {
        name: (float(years), bool(years >= least - 1e-9))
        for name, years in zip(cohorts.departments, planned, strict=True)
    }


def seats_needed(
    required: float,
    supply_without: float,
    retained: Mapping[int, float],
    *,
    first_entrance: int,
    target_year: int,
    on: date,
) -> SeatsNeeded:
    """How many 地域枠 seats a year from `first_entrance` on would close the gap of `target_year`.

    `required` and `supply_without` (supply without the new seats) in the same unit; `retained` the share of each
    entrance year that works in the prefecture then. Counted are the entrance years that graduate before the target
    year. Raises Problem `workforce.seats-too-late` where none does, `workforce.training-input` for a missing share.
    The formula is our reading of what prefectures do, so `unconfirmed`.
    """
    rule = rules.load(DutyRules, on=on)
    shortfall = max(0.0, required - supply_without)
    cohorts = tuple(range(first_entrance, target_year - rule.school_years))
    missing = [str(year) for year in cohorts if year not in retained]
    if missing:
        raise _wrong("retained", ", ".join(missing))
    total = sum(retained[year] for year in cohorts)
    if shortfall and total <= 0:
        raise Problem(
            "workforce.seats-too-late", where="first_entrance", first=first_entrance, target=target_year
        )
    a_year = shortfall / total if shortfall else 0.0
    seats = math.ceil(a_year - 1e-9)
    return SeatsNeeded(shortfall, cohorts, total, a_year, seats, basis(DutyRules, on=on))


def _check(cohorts: DutyCohorts, rule: DutyRules) -> None:
    departments, classes = len(cohorts.departments), len(cohorts.area_classes)
    forms = {
        "entrants": (cohorts.entrants, (len(cohorts.entrance_years), departments)),
        "suspension": (cohorts.suspension, (rule.duty_years,)),
        "leaving": (cohorts.leaving, (rule.duty_years,)),
        "placement": (cohorts.placement, (departments, rule.duty_years - rule.residency_years, classes)),
    }
    for name, (table, form) in forms.items():
        if table.shape != form:
            raise _wrong(name, f"{table.shape}, expected {form}")
        if np.isnan(table).any() or (table < 0).any():
            raise _wrong(name, "< 0 or absent")
    if not 0 <= cohorts.licensed <= 1:
        raise _wrong("licensed", f"{cohorts.licensed:g}")
    if (cohorts.suspension + cohorts.leaving > 1).any():
        raise _wrong("leaving", "more leave and pause than there are")
    if (abs(cohorts.placement.sum(axis=2) - 1) > 1e-9).any():
        raise _wrong("placement", "the shares of the classes do not sum to 1")


def _wrong(name: str, reason: str) -> Problem:
    return Problem("workforce.training-input", where=name, input=name, reason=reason)
