"""The rows of a prefecture's plan, for pages, documents and files: numbers are not rounded, None is absent."""

from datetime import date

import msgspec

from kaihoken import rules
from kaihoken.workforce.index import ClassSource, IndexClass
from kaihoken.workforce.plan.awaited import Awaited
from kaihoken.workforce.plan.clinics import SizeClass
from kaihoken.workforce.plan.correction import CorrectionPlan
from kaihoken.workforce.plan.effect import Effect
from kaihoken.workforce.plan.evaluation import AreaEvaluation, Attainment, PublishedAttainment
from kaihoken.workforce.plan.priority import Candidate
from kaihoken.workforce.plan.procedure import State
from kaihoken.workforce.plan.targets import Basis, Spread


class AreaTarget(msgspec.Struct, frozen=True, kw_only=True):
    """One area's target. Doctors are standardised, but `heads_*` are people, rounded up. `population_*` in 100,000
    residents. `gap` = lower_third − physicians and `increase` = target − physicians keep their sign."""

    area_code: str
    area: str
    index: float | None
    published_index: float | None
    index_class: IndexClass | None
    class_source: ClassSource
    borderline: bool
    physicians: float | None
    population_start: float | None
    population_end: float | None
    ratio_start: float | None
    ratio_end: float | None
    lower_third: float | None
    keep_index: float | None
    limit: float | None
    target: float | None
    gap: float | None
    increase: float | None
    heads_now: float | None
    heads_target: float | None
    heads_increase: float | None


class AreaNeed(msgspec.Struct, frozen=True, kw_only=True):
    """One area's need of the far year and its supply, standardised: by the upper and the lower assumption, and where
    it was projected the median and the 5 and 95 percent of the runs. The balances are supply less need."""

    area_code: str
    required: float | None
    supply_upper: float | None
    supply_lower: float | None
    supply_p05: float | None
    supply_median: float | None
    supply_p95: float | None
    balance_upper: float | None
    balance_lower: float | None
    balance_median: float | None


class Projection(msgspec.Struct, frozen=True, kw_only=True):
    """How the supply was projected: with the same tables, seed, runs and method the same figures come again."""

    first_year: int
    seed: int
    runs: int
    method: str
    inputs_digest: str
    watermark: str


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """The need of `year`. The nation's index is made of its doctors (`national_basis` frozen: those of the published
    index; projected: the median of the projected supply) and its projected residents. `sum_of_areas` is no
    prefecture's need: each level has flows of its own. `projection` is None where supply was given, or waits."""

    year: int
    national_index: float
    national_basis: Basis
    ratio_basis: Basis
    areas: tuple[AreaNeed, ...]
    sum_of_areas: float | None
    status: rules.Status
    projection: Projection | None


class DutyYear(msgspec.Struct, frozen=True, kw_only=True):
    """Expected doctors under duty (地域枠) of a fiscal year, not rounded: in 臨床研修, in posts by class of area,
    pausing; who left and who ended the duty since the beginning."""

    fiscal_year: int
    residents: float
    serving: dict[str, float]
    suspended: float
    left: float
    finished: float


class PrefectureTarget(msgspec.Struct, frozen=True, kw_only=True):
    """The prefecture itself. `physicians` is the sum of its areas'. `limit` is T_L or today's doctors in a
    医師少数都道府県 and today's doctors elsewhere; `over_limit` what a spread could not take."""

    index: float | None
    index_class: IndexClass | None
    physicians: float
    lower_third: float | None
    limit: float | None
    sum_of_targets: float | None
    over_limit: float
    held: bool


class AreaAges(msgspec.Struct, frozen=True, kw_only=True):
    """Shares (0 to 1) and mean age of an area's doctors (`doctors` and `clinic_doctors` are the heads of its table),
    and what stands out among all areas given."""

    area_code: str
    doctors: float | None
    clinic_doctors: float | None
    young: float | None
    old: float | None
    mean_age: float | None
    clinic_old: float | None
    young_few: bool
    old_many: bool
    clinic_old_many: bool


class MunicipalityClinics(msgspec.Struct, frozen=True, kw_only=True):
    """Changes in percent of the first date; `speed` clinics less people, `faster` below zero."""

    municipality_code: str
    clinics: float | None
    population: float | None
    speed: float | None
    faster: bool


class Benchmark(msgspec.Struct, frozen=True, kw_only=True):
    """偏在対策基準医師数 of one area (周産期 or 小児医療圏): a benchmark, not a quota; `gap` keeps its sign."""

    area_code: str
    physicians: float | None
    benchmark: float | None
    gap: float | None


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """The prefecture's 医師偏在是正プラン, where it stands, what is found missing (code and place), and its effects."""

    plan: CorrectionPlan
    state: State
    findings: tuple[tuple[str, str], ...]
    effects: tuple[Effect, ...]


class Credit(msgspec.Struct, frozen=True):
    """A table that was used: its title and the credit to print."""

    title: str
    credit: str


class Doubt(msgspec.Struct, frozen=True):
    """A rule that a result rests on and that is not confirmed: where it stands, its status, and what is known of it."""

    rule: str
    status: rules.Status
    source: str


class PrefecturePlan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one prefecture's plan, made on a day; rows in code order.

    What waits for a table is empty or None, and `awaited` names it. `faults` are rows of given tables that were left
    out (code and place). `candidates` are the nation's, `own_candidates` what the prefecture's own policy finds.
    `doubts` are the unconfirmed rules behind the numbers.
    """

    prefecture_code: str
    prefecture: str
    made_on: date
    first_fiscal_year: int
    last_fiscal_year: int
    threshold_upper: float
    threshold_lower: float
    population_basis: Basis
    population_year: int
    population_interpolated: bool
    ratio_basis: Basis
    spread: Spread
    status: rules.Status
    whole: PrefectureTarget
    areas: tuple[AreaTarget, ...]
    need: Need
    duty: tuple[DutyYear, ...]
    ages: tuple[AreaAges, ...]
    candidates: tuple[Candidate, ...]
    own_candidates: tuple[Candidate, ...]
    clinics: tuple[MunicipalityClinics, ...]
    clinics_by_size: tuple[SizeClass, ...]
    obstetric: tuple[Benchmark, ...]
    paediatric: tuple[Benchmark, ...]
    evaluation: tuple[AreaEvaluation, ...]
    attainment: Attainment | None
    published_attainment: PublishedAttainment
    correction: Correction | None
    awaited: tuple[Awaited, ...]
    faults: tuple[tuple[str, str], ...]
    doubts: tuple[Doubt, ...]
    credits: tuple[Credit, ...]
