"""専攻医シーリング: the rules of the ceilings of specialty training, and the cells that they hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import msgspec

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce.training.basis import Basis, basis, needed


class Spared(msgspec.Struct, frozen=True):
    """A cell is left out where doctors of one year lie below what another year requires."""

    doctors_year: int
    required_year: int


class Target(msgspec.Struct, frozen=True):
    """A cell is held where its doctors of a year reach what each of `required_years` requires, and its mean hires lie
    above `hires_above` (None: not asked, or not found)."""

    doctors_year: int
    required_years: tuple[int, ...]
    spared_below: Spared | None
    hires_years: tuple[int, ...]
    hires_above: float | None


class LegacyShares(msgspec.Struct, frozen=True):
    """Shares of `base` (mean hires less what is needed) of the fiscal years 2020 to 2025."""

    normal_cut: float
    partner_least: float
    partner_most: float
    prefecture_limited: float
    special: float
    contribution_least: float


class Partner(msgspec.Struct, frozen=True):
    """Who may be a partner: current doctors ÷ required ones at most this, by exception of a specialty."""

    at_most: float
    exceptions: dict[str, float]


class CeilingRules(msgspec.Struct, frozen=True):
    """Rule family workforce/ceilings. Specialties are 基本領域 by name. None is not in force or not found."""

    family: ClassVar[str] = "workforce/ceilings"
    may_end: ClassVar[bool] = (
        True  # each year has rules of its own, and those of the next may be planned only
    )

    capped: tuple[str, ...]
    exempt: tuple[str, ...]
    target: Target | None
    shares: LegacyShares | None
    partner: Partner
    small_cell_share: float | None
    weekly_hours_cap: float
    not_found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellFigures:
    """A cell's doctors (adjusted for sex and age), required doctors and hires, each by year."""

    doctors: Mapping[int, float]
    required: Mapping[int, float]
    hires: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a test: `left` was held against `right`."""

    name: str
    left: float
    right: float
    holds: bool


@dataclass(frozen=True, slots=True)
class CeilingTest:
    """Whether a cell is under the ceiling, and by which conditions."""

    held: bool
    conditions: tuple[Condition, ...]
    basis: Basis


def under_ceiling(specialty: str, cell: CellFigures, *, on: date) -> CeilingTest:
    """Whether a prefecture's specialty is under the ceiling in the fiscal year of a day.

    Raises Problem `workforce.training-input` for a specialty that is none, a year that the cell lacks, and a fiscal
    year whose test was not found (2020 to 2025).
    """
    rule, basis_of = rules.load(CeilingRules, on=on), basis(CeilingRules, on=on)
    if specialty in rule.exempt:
        return CeilingTest(False, (), basis_of)
    if specialty not in rule.capped:
        raise Problem(
            "workforce.training-input", where="specialty", input=specialty, reason="基本領域名でない"
        )
    target = rule.target
    if target is None:
        raise Problem("workforce.training-input", where="target", input="target", reason="入力待ち")
    doctors = _of(cell.doctors, "doctors", target.doctors_year)
    conditions = [
        Condition(
            f"doctors {target.doctors_year} >= required {year}",
            doctors,
            required := _of(cell.required, "required", year),
            doctors >= required,
        )
        for year in target.required_years
    ]
    if target.spared_below is not None:
        spared = target.spared_below
        later = _of(cell.doctors, "doctors", spared.doctors_year)
        bound = _of(cell.required, "required", spared.required_year)
        name = f"doctors {spared.doctors_year} >= required {spared.required_year}"
        conditions.append(Condition(name, later, bound, later >= bound))
    if target.hires_above is not None:
        years = target.hires_years
        mean = sum(_of(cell.hires, "hires", year) for year in years) / len(years)
        name = f"mean hires {years[0]}-{years[-1]} > {target.hires_above:g}"
        conditions.append(Condition(name, mean, target.hires_above, mean > target.hires_above))
    return CeilingTest(all(condition.holds for condition in conditions), tuple(conditions), basis_of)


def may_be_partner(ratio: float, specialty: str, *, on: date) -> bool:
    """Whether an area's ratio of current to required doctors, not rounded, lets it be the partner of a
    特別地域連携プログラム."""
    partner = rules.load(CeilingRules, on=on).partner
    return ratio <= partner.exceptions.get(specialty, partner.at_most)


def small_cell_seats(
    ceiling: float,
    national_mean_hires: float,
    *,
    previous: float | None,
    last: float | None,
    mean_hires: float,
    on: date,
) -> float:
    """留意分: the normal seats that may be added where a ceiling lies below a share of the specialty's mean hires in
    the nation, up to the previous ceiling. A cell without one uses `last`, the latest it ever had, else its mean
    hires of three years."""
    share = needed(rules.load(CeilingRules, on=on).small_cell_share, "small_cell_share")
    if ceiling >= share * national_mean_hires - 1e-9:
        return 0.0
    reference = previous if previous is not None else last if last is not None else mean_hires
    return max(0.0, reference - ceiling)


def _of(values: Mapping[int, float], name: str, year: int) -> float:
    return needed(values.get(year), f"{name} {year}")
