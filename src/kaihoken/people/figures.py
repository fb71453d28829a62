"""The figures behind the nation, as the rule files `rules/people/` hold them: chances, ages and counts with source.

A chance is a share between 0 and 1. Steps are `(from, value)` pairs in rising order: the last pair whose first number
is not above the age counts; below the first pair the first counts.
"""

from datetime import date
from typing import ClassVar

import msgspec

from kaihoken import rules
from kaihoken.rules import Sourced

Steps = tuple[tuple[int, float], ...]
Weights = dict[str, float]


class Mortality(msgspec.Struct, frozen=True):
    """A Gompertz curve: hazard = growth x exp(growth x (age - mode_age)) per year."""

    mode_age: float
    growth: float


class PopulationFigures(msgspec.Struct, frozen=True):
    """Ageing and families (rule family people/population)."""

    family: ClassVar[str] = "people/population"

    births: Sourced[dict[int, int]]
    later_births_factor: float
    male_births: float
    male_mortality: Mortality
    female_mortality: Mortality
    years_of_dead_kept: float
    married_men: Steps
    married_women: Steps
    spouse_gap_years: float
    mother_age: tuple[float, float, float]
    lone_mothers: float
    students_at_home: float
    twin_share: float
    parents_supported: float


class SchemeFigures(msgspec.Struct, frozen=True):
    """Who is insured where (rule family people/schemes)."""

    family: ClassVar[str] = "people/schemes"

    employed_men: Steps
    employed_women: Steps
    employed_spouses: Steps
    dependant_spouses: Steps
    employees_by_scheme: Weights
    employees_by_scheme_65: Weights
    society_near_home: float
    guild_members: float
    guild_members_65: float
    welfare_heads: Steps
    special_retirees: float
    late_elderly_by_disability: float
    society_count: Sourced[int]
    mutual_aid_count: Sourced[int]
    guild_count: Sourced[int]
    special_society_count: int
    self_defence_count: int


class HistoryFigures(msgspec.Struct, frozen=True):
    """How people come and go between insurers (rule family people/histories)."""

    family: ClassVar[str] = "people/histories"

    window_years: int
    employees_change: Steps
    national_change: Steps
    employee_from_employment: float
    national_from_employment: float
    late_elderly_move: float
    voluntary_continuation: float
    welfare_began: float
    arrears_national: Sourced[float]
    arrears_late_elderly: float


class CardFigures(msgspec.Struct, frozen=True):
    """Cards that stand for people (rule family people/cards)."""

    family: ClassVar[str] = "people/cards"

    registered: Sourced[float]
    years_valid: int
    expired: float
    expired_in_grace: float
    revoked: float
    replaced: float
    phone: float


class BenefitFigures(msgspec.Struct, frozen=True):
    """Shares, certificates and subsidies (rule family people/benefits)."""

    family: ClassVar[str] = "people/benefits"

    elderly_high_income: float
    late_elderly_30: float
    late_elderly_20: Sourced[float]
    paper_cards_ended: Sourced[date]
    confirmation_letters: float
    limits_national: float
    limits_employees: float
    limits_late_elderly: float
    categories_below_70: Weights
    categories_70_high: Weights
    categories_70: Weights
    categories_late_high: Weights
    categories_late_20: Weights
    categories_late_10: Weights
    long_term: float
    reduction_only: float
    dialysis_per_million: Sourced[Steps]
    haemophilia_per_million: float
    hiv_by_blood_products_per_million: float
    disease_limit_yen: int
    disease_limit_high_yen: int
    municipalities_online: Sourced[int]
    child_subsidy: float
    child_subsidy_until: tuple[int, ...]
    child_self_pay_yen: tuple[int, ...]
    intractable_per_million: float
    psychiatric_outpatient_per_million: float
    rehabilitation_per_million: float
    child_chronic_per_million: float
    severe_disability_per_million: float
    lone_parent_per_million_children: float
    atomic_bomb_per_million_80: float
    tickets: float
    ticket_days: tuple[int, int]
    welfare_with_insurance: float


class TroubleFigures(msgspec.Struct, frozen=True):
    """The field's troubles and how often they come (rule family people/field-troubles)."""

    family: ClassVar[str] = "people/field-troubles"

    external_characters: Sourced[float]
    wrong_links: Sourced[float]
    notice_days: Sourced[Steps]
    register_days: Sourced[Steps]
    match_days: int
    loss_never_told: float
    suspended: float
    suspended_levels: tuple[float, float, float]
    corrected: float
    wrong_branch: float
    blank_branch: float
    blank_share: Sourced[float]
    non_disclosure: float
    other_name: float


class Figures(msgspec.Struct, frozen=True):
    """All figures in force on one day."""

    population: PopulationFigures
    schemes: SchemeFigures
    histories: HistoryFigures
    cards: CardFigures
    benefits: BenefitFigures
    troubles: TroubleFigures


FAMILIES = (PopulationFigures, SchemeFigures, HistoryFigures, CardFigures, BenefitFigures, TroubleFigures)


def figures_on(day: date) -> Figures:
    """The figures in force on a day. Raises Problem `rules.no_version` before 2020-10-01, the day of the census."""
    return Figures(
        population=rules.load(PopulationFigures, on=day),
        schemes=rules.load(SchemeFigures, on=day),
        histories=rules.load(HistoryFigures, on=day),
        cards=rules.load(CardFigures, on=day),
        benefits=rules.load(BenefitFigures, on=day),
        troubles=rules.load(TroubleFigures, on=day),
    )
