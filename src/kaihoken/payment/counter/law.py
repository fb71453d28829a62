"""The numbers of the law on what is paid at a counter, as the rule files hold them. Shares are whole percent."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

import msgspec

from kaihoken.rules import Status

Yen: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]
Percent: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=100)]


class CounterTerms(msgspec.Struct, frozen=True):
    """点数と端数 (rule family payment/counter): what a point is worth, and to what a bill of the day is rounded."""

    family: ClassVar[str] = "payment/counter"

    point_yen: Annotated[int, msgspec.Meta(ge=1)]
    round_to_yen: Annotated[int, msgspec.Meta(ge=1)]


class Marked(msgspec.Struct, frozen=True, kw_only=True):
    """What may be surer than the file around it: with a status and a source of its own."""

    status: Status | None = None
    source: str = ""
    url: str = ""


class PublicTerms(Marked, frozen=True, kw_only=True):
    """What one national law leaves to the patient: at most `percent` of the cost, at most `month_yen` a month.
    `on_certificate`: the limit of the month differs from person to person and stands on the certificate."""

    percent: Percent | None = None
    month_yen: Yen | None = None
    on_certificate: bool = False


class PublicExpenseTerms(msgspec.Struct, frozen=True):
    """公費 by 法別番号 (rule family payment/public-expense)."""

    family: ClassVar[str] = "payment/public-expense"

    laws: Mapping[str, PublicTerms]


class SubsidyPattern(Marked, frozen=True, kw_only=True):
    """One way in which municipalities help (地方単独の医療費助成).

    The patient pays at most `percent` of the cost, `visit_yen` a visit (on the first `visit_days` days of a month, only
    at a first visit with `first_visit_only`) and so much a month. `until_age`: to the 31 March after that birthday.
    `income_below_yen` by dependents (0, 1, 2 …), beyond the table `income_each_further_yen` more for each. Not
    `in_kind`: the patient pays first everywhere and is refunded.

    A counter counts toward a limit of the month what was paid there. `month_of`: whether that limit is one of each
    institution, or of all together, so that what lies above comes back on application; `repaid_above_yen` is such a
    most of all institutions where it is another sum than the counter's.
    """

    percent: Percent | None = None
    visit_yen: Yen | None = None
    visit_days: Annotated[int, msgspec.Meta(ge=1)] | None = None
    first_visit_only: bool = False
    month_yen: Yen | None = None
    outpatient_month_yen: Yen | None = None
    inpatient_month_yen: Yen | None = None
    month_of: Literal["institution", "all"] = "institution"
    repaid_above_yen: Yen | None = None
    until_age: Annotated[int, msgspec.Meta(ge=0, le=150)] | None = None
    income_below_yen: tuple[Yen, ...] = ()
    income_each_further_yen: Yen = 0
    in_kind: bool = True


class LocalSubsidyPatterns(msgspec.Struct, frozen=True):
    """地方単独の型 (rule family payment/local-subsidy-patterns), by name."""

    family: ClassVar[str] = "payment/local-subsidy-patterns"

    patterns: Mapping[str, SubsidyPattern]
