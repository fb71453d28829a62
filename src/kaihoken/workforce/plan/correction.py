"""医師偏在是正プラン: what a prefecture writes for its priority areas, as data that documents are made from.

Which areas and why, the institutions to be supported, the doctors needed, measures with money, people and days, what
both councils said, and how the effect is checked. It counts posts and never names a doctor. What is
missing or does not fit `completeness` finds; `procedure` says where the plan stands.
"""

from collections import Counter
from datetime import date
from enum import StrEnum
from typing import Annotated, TypeAlias

import msgspec

from kaihoken.problems import Problem
from kaihoken.workforce.plan.priority import Unit
from kaihoken.workforce.plan.procedure import Council, Step

Key: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
"""A short name by which parts of one plan point to each other, "area-1"."""


class Factor(StrEnum):
    """What the ministry asks a prefecture to look at when it chooses (2026-01-16, p. 45), and what it adds itself."""

    INDEX = "index"
    DOCTORS_PER_HABITABLE_LAND = "doctors_per_habitable_land"
    ACCESS = "access"
    OLD_CLINIC_DOCTORS = "old_clinic_doctors"
    USE_OF_CARE = "use_of_care"
    POPULATION_CHANGE = "population_change"
    OTHER = "other"


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why an area was chosen: a factor in words, with its figure where there is one, unit and source."""

    factor: Factor
    text: str
    value: float | None = None
    unit: str = ""
    source: str = ""


class SupportArea(msgspec.Struct, frozen=True, kw_only=True):
    """重点医師偏在対策支援区域. `code` is that of its unit; a district or circle has its name. `within` are the
    二次医療圏 that it lies in; `national_candidate` whether the ministry's criteria name it (None: not looked at)."""

    key: Key
    unit: Unit
    code: str
    name: str
    within: tuple[str, ...]
    reasons: tuple[Reason, ...]
    national_candidate: bool | None = None


class InstitutionKind(StrEnum):
    """Of which kind a supported institution is."""

    HOSPITAL = "hospital"
    CLINIC = "clinic"
    CLINIC_TO_OPEN = "clinic_to_open"
    CLINIC_TO_TAKE_OVER = "clinic_to_take_over"


class Institution(msgspec.Struct, frozen=True, kw_only=True):
    """支援対象医療機関: an institution in a support area; its published name and code."""

    key: Key
    area: Key
    kind: InstitutionKind
    name: str
    institution_code: str = ""
    municipality_code: str = ""
    departments: tuple[str, ...] = ()
    role: str = ""


class NeededDoctors(msgspec.Struct, frozen=True, kw_only=True):
    """必要な医師数 of a support area, or of one institution in it: full-time equivalents of a department by a day,
    and how the number was reached."""

    area: Key
    institution: Key | None = None
    department: str
    full_time: float
    days_a_week: float | None = None
    by: date
    basis: str


class MeasureKind(StrEnum):
    """取組 by kind; the first five are supports of the package of 2024-12, 手当 from FY2028 on."""

    TAKE_OVER_OR_OPEN = "take_over_or_open"
    ALLOWANCE = "allowance"
    WORKING_CONDITIONS = "working_conditions"
    SENDING_HOSPITAL = "sending_hospital"
    WIDE_MATCHING = "wide_matching"
    DISPATCH = "dispatch"
    MOBILE_CLINIC = "mobile_clinic"
    REMOTE_CARE = "remote_care"
    TRAINING = "training"
    OTHER = "other"


class Payer(StrEnum):
    """Who pays a part of a measure."""

    NATION = "nation"
    PREFECTURE = "prefecture"
    MUNICIPALITY = "municipality"
    INSURERS = "insurers"
    INSTITUTION = "institution"


class Money(msgspec.Struct, frozen=True, kw_only=True):
    """Yen that one payer gives in one fiscal year."""

    fiscal_year: int
    payer: Payer
    yen: Annotated[int, msgspec.Meta(ge=0)]


class Posts(msgspec.Struct, frozen=True, kw_only=True):
    """People that a measure brings: posts of a department, as full-time equivalents; never names."""

    department: str
    full_time: float
    since: date


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """取組: what is done where, by whom, when, with which money and posts."""

    key: Key
    kind: MeasureKind
    title: str
    text: str
    areas: tuple[Key, ...]
    institutions: tuple[Key, ...] = ()
    responsible: str
    begins: date
    ends: date
    money: tuple[Money, ...] = ()
    posts: tuple[Posts, ...] = ()


class Outcome(StrEnum):
    """How a council's discussion of the plan ended."""

    EXPLAINED = "explained"
    AGREED = "agreed"
    RETURNED = "returned"


class Discussion(msgspec.Struct, frozen=True, kw_only=True):
    """協議: a council's meeting on the plan, what was said, how it ended, and where the minutes are."""

    council: Council
    held_on: date
    agenda: str
    opinions: tuple[str, ...]
    answers: tuple[str, ...] = ()
    outcome: Outcome
    minutes: str = ""


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator's value on a day, with its source."""

    on: date
    value: float
    source: str


class Direction(StrEnum):
    """Which way an indicator should move."""

    UP = "up"
    DOWN = "down"
    HOLD = "hold"  # not below the target


class EffectCheck(msgspec.Struct, frozen=True, kw_only=True):
    """効果検証: an indicator of areas or measures, its base, the target with its day, and what was measured so far."""

    key: Key
    indicator: str
    unit: str
    areas: tuple[Key, ...] = ()
    measures: tuple[Key, ...] = ()
    direction: Direction
    base: Measurement
    target: float
    target_on: date
    measured: tuple[Measurement, ...] = ()


class CorrectionPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One 医師偏在是正プラン with its whole course. `demo` plans are fictional, and every document of them says so."""

    prefecture_code: str
    title: str
    first_fiscal_year: int
    last_fiscal_year: int
    areas: tuple[SupportArea, ...]
    institutions: tuple[Institution, ...] = ()
    needed: tuple[NeededDoctors, ...] = ()
    measures: tuple[Measure, ...] = ()
    discussions: tuple[Discussion, ...] = ()
    effects: tuple[EffectCheck, ...] = ()
    steps: tuple[Step, ...] = ()
    sources: tuple[str, ...] = ()
    demo: bool = False


def read_correction_plan(content: bytes) -> CorrectionPlan:
    """A plan from its JSON. Raises Problem `workforce.correction-unreadable`, which says where."""
    try:
        return msgspec.json.decode(content, type=CorrectionPlan)
    except msgspec.DecodeError as error:
        reason, _, place = str(error).partition(" - at `")
        raise Problem(
            "workforce.correction-unreadable", where=place.rstrip("`") or "$", reason=reason
        ) from error


def written_correction_plan(plan: CorrectionPlan) -> bytes:
    """A plan as JSON, indented; reads back to the same plan."""
    return msgspec.json.format(msgspec.json.encode(plan), indent=2)


def money_by_year(plan: CorrectionPlan) -> dict[tuple[int, Payer], int]:
    """Yen of all measures by fiscal year and payer."""
    sums: Counter[tuple[int, Payer]] = Counter()
    for measure in plan.measures:
        for money in measure.money:
            sums[money.fiscal_year, money.payer] += money.yen
    return dict(sorted(sums.items()))
