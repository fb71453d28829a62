"""The numbers of the law on 高額療養費, as the rule files hold them. Yen a month unless said otherwise."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, TypeAlias

import msgspec

from kaihoken.rules import Sourced

Yen: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]
Percent: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=100)]


class AgeGroup(StrEnum):
    """Which table somebody belongs to."""

    UNDER_70 = "under-70"
    FROM_70 = "70-74"
    FROM_75 = "75-and-over"


class Class(msgspec.Struct, frozen=True):
    """所得区分: one row of the table. `base` and, of a cost above `threshold`, a percentage of what lies above;
    `multiple` instead of both from the fourth month on (多数回該当); `annual` from August to July (年間上限)."""

    remuneration_from: Yen | None  # 標準報酬月額
    base: Yen
    threshold: Yen | None
    multiple: Yen | None
    annual: Yen | None


class UnderSeventyClass(Class, frozen=True):
    """A row for those under 70. `income_over` is 旧ただし書所得 (国保)."""

    income_over: Yen | None


class ElderlyClass(Class, frozen=True):
    """A row for 70 and over. `taxable_from` is 課税所得; `outpatient` the ceiling of one person's 外来, and
    `outpatient_annual` the same from August to July."""

    taxable_from: Yen | None
    outpatient: Yen | None
    outpatient_annual: Yen | None


class LowRemuneration(msgspec.Struct, frozen=True):
    """Who of some classes has a lower annual ceiling: those with so little 標準報酬月額."""

    remuneration_to: Yen
    classes: tuple[str, ...]
    annual: Yen


class UnderSeventy(msgspec.Struct, frozen=True):
    """The table for those under 70 (rule family payment/ceiling-under-70), by class from the highest.

    `untaxed` is the class of who pays no resident tax, over the classes of `untaxed_over` and, by some readings of
    the law, those of `untaxed_over_high`; `dialysis_at_double` are the classes that pay more a month for dialysis
    (特定疾病).
    """

    family: ClassVar[str] = "payment/ceiling-under-70"

    classes: Mapping[str, UnderSeventyClass]
    untaxed: str
    untaxed_over: tuple[str, ...]
    untaxed_over_high: Sourced[tuple[str, ...]]
    dialysis_at_double: tuple[str, ...]
    low_remuneration: LowRemuneration | None


class HighIncome(msgspec.Struct, frozen=True):
    """Revenue of a year below which nobody is 現役並み: of one alone, of several of 70 and over together."""

    alone: Yen
    together: Yen


class Elderly(msgspec.Struct, frozen=True):
    """The table for 70 and over (rule family payment/ceiling-elderly), by class from the highest.

    `without_certificate` is the class of who shows none, by age and share in percent; `same_as` names classes that
    後期 tells apart and this table does not.
    """

    family: ClassVar[str] = "payment/ceiling-elderly"

    classes: Mapping[str, ElderlyClass]
    general: str
    untaxed: str
    untaxed_without_income: str
    without_certificate: Mapping[AgeGroup, Mapping[int, str]]
    high_income_from: HighIncome
    same_as: Sourced[Mapping[str, str]]
    low_remuneration: LowRemuneration | None


class MultipleTerms(msgspec.Struct, frozen=True):
    """多数回該当: in `months` that end with this one, `paid_before` were paid."""

    months: Annotated[int, msgspec.Meta(ge=1)]
    paid_before: Annotated[int, msgspec.Meta(ge=1)]


class SpecifiedDiseaseLimit(msgspec.Struct, frozen=True):
    """特定疾病: the ceiling at one institution, and the one of high incomes on dialysis."""

    ordinary: Yen
    double: Yen


class CeilingTerms(msgspec.Struct, frozen=True):
    """What holds for every table (rule family payment/ceiling-terms). `annual_sum` says of what the annual ceilings
    are one: of what a unit had to add up in the months; None while there were none."""

    family: ClassVar[str] = "payment/ceiling-terms"

    counted_from: Yen
    counted_from_when_halved: Sourced[Yen]
    percent_above: Percent
    multiple: MultipleTerms
    year_begins_in: Annotated[int, msgspec.Meta(ge=1, le=12)]
    specified_disease: SpecifiedDiseaseLimit
    specified_disease_halved: Sourced[bool]
    remainder_counts: Sourced[bool]
    halved_by: Sourced[Annotated[int, msgspec.Meta(ge=1)]]
    annual_sum: Sourced[Literal["added-up"]] | None


class Relief(msgspec.Struct, frozen=True):
    """配慮措置: the ceiling of outpatient care for the classes whose share had doubled: `base` and `percent_above` of
    the cost above `threshold`, never above the ordinary one."""

    classes: tuple[str, ...]
    base: Yen
    threshold: Yen
    percent_above: Percent


class CeilingRelief(msgspec.Struct, frozen=True):
    """配慮措置 of 2022 to 2025 (rule family payment/ceiling-relief)."""

    family: ClassVar[str] = "payment/ceiling-relief"

    relief: Relief | None


PerThousand: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=1000)]


class Fund(msgspec.Struct, frozen=True):
    """Of what an insurer pays, per thousand: 公費, and 後期高齢者支援金 of the younger. The rest are premiums."""

    tax: PerThousand
    support: PerThousand


class Funding(msgspec.Struct, frozen=True):
    """Who bears what insurers pay, by scheme (rule family payment/funding)."""

    family: ClassVar[str] = "payment/funding"

    funds: Mapping[str, Fund]
