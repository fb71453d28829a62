"""公費 and 医療費助成 of one visit: what each leaves to the patient.

Made from the rules and from what stands on the patient's certificate, which goes before the rules.
"""

from collections.abc import Iterable
from datetime import date

import msgspec

from kaihoken import rules
from kaihoken.identity import LOCAL_LAWS, following_march, reached_on
from kaihoken.payment.counter.law import (
    LocalSubsidyPatterns,
    Marked,
    PublicExpenseTerms,
    SubsidyPattern,
)
from kaihoken.payment.counter.order import PublicExpenseOrder
from kaihoken.payment.counter.rounding import percent_of
from kaihoken.problems import Problem
from kaihoken.rules import Status


class Assistance(msgspec.Struct, frozen=True, gc=False):
    """One 公費 or subsidy as it holds on the day of a visit. `law` is the 法別番号.

    The patient is left with at most `percent` of what it covers, `visit_yen` for this visit, and `month_yen` in the
    month, of which `month_paid_yen` is paid already. `points` are those of the visit that it covers, None all of them.
    `refunded_later`: it is not settled at this counter; the patient pays first. `asks_certificate`: the limit of
    the month stands on a certificate that nobody has read yet; `asks_income`: whether income allows it is not known.
    `name` is the pattern of a municipality. `repaid_above_yen`: what the patient pays of it in a month above that comes
    back, at all institutions together; `month_elsewhere_yen` is what was paid at others.
    """

    law: str
    percent: int | None = None
    visit_yen: int | None = None
    month_yen: int | None = None
    month_paid_yen: int = 0
    points: int | None = None
    refunded_later: bool = False
    asks_certificate: bool = False
    asks_income: bool = False
    confirmed: bool = True
    name: str = ""
    repaid_above_yen: int | None = None
    month_elsewhere_yen: int = 0

    @property
    def is_local(self) -> bool:
        """Whether a municipality pays (地方単独)."""
        return self.law in LOCAL_LAWS

    @property
    def cap(self) -> int | None:
        """The most in yen that this visit can still cost the patient, None where only a share stands."""
        caps = [] if self.visit_yen is None else [self.visit_yen]
        if self.month_yen is not None:
            caps.append(max(0, self.month_yen - self.month_paid_yen))
        return min(caps, default=None)

    def left_of(self, burden: int, cost: int) -> int:
        """What the patient is left with, of a burden for care that cost so much. Never more than the burden."""
        bounds = [burden]
        if self.percent is not None:
            bounds.append(percent_of(cost, self.percent))
        if self.cap is not None:
            bounds.append(self.cap)
        return min(bounds)

    def repaid_of(self, paid: int) -> int:
        """What comes back of a sum paid today, because the month at all institutions is above the most of it."""
        if self.repaid_above_yen is None:
            return 0
        room = self.repaid_above_yen - self.month_paid_yen - self.month_elsewhere_yen
        return paid - min(paid, max(0, room))


def public_assistance(
    law: str,
    on: date,
    *,
    month_yen: int | None = None,
    month_paid_yen: int = 0,
    points: int | None = None,
) -> Assistance:
    """A national 公費 by its 法別番号; `month_yen` is the limit on the certificate.

    Problem `payment.public-unknown` for a law that the rules do not have. Source: payment/public-expense.
    """
    family = rules.load(PublicExpenseTerms, on=on)
    if law not in family.laws:
        raise Problem("payment.public-unknown", where="law", law=law)
    terms = family.laws[law]
    return Assistance(
        law,
        percent=terms.percent,
        month_yen=terms.month_yen if month_yen is None else month_yen,
        month_paid_yen=month_paid_yen,
        points=points,
        asks_certificate=terms.on_certificate and month_yen is None,
        confirmed=_sure(terms, PublicExpenseTerms, on),
    )


def local_assistance(
    name: str,
    on: date,
    *,
    law: str = "80",
    birthdate: date | None = None,
    income_yen: int | None = None,
    dependents: int = 0,
    inside: bool = True,
    inpatient: bool = False,
    first_visit: bool = True,
    days_before: int = 0,
    month_paid_yen: int = 0,
    month_elsewhere_yen: int = 0,
) -> Assistance:
    """A subsidy by the pattern of the municipality that pays it. Outside of its prefecture the patient pays first.
    `days_before` are the days of this month on which the patient paid the sum of a visit here, `month_paid_yen` what
    was paid here, `month_elsewhere_yen` at other institutions.

    Problem `payment.pattern-unknown`, `payment.not-entitled` for who is too old or earns too much.
    Source: payment/local-subsidy-patterns.
    """
    pattern = subsidy_pattern(name, on)
    entitled = birthdate is None or may_receive(
        pattern, birthdate, on, income_yen=income_yen, dependents=dependents
    )
    if entitled is False:
        raise Problem("payment.not-entitled", where="subsidy")
    spent = pattern.visit_days is not None and days_before >= pattern.visit_days
    spared = spent or (pattern.first_visit_only and not first_visit)
    place_limit = pattern.inpatient_month_yen if inpatient else pattern.outpatient_month_yen
    month_yen = pattern.month_yen if place_limit is None else place_limit
    of_all = month_yen if pattern.month_of == "all" else None
    return Assistance(
        law,
        percent=pattern.percent,
        visit_yen=0 if spared else pattern.visit_yen,
        month_yen=month_yen,
        month_paid_yen=month_paid_yen,
        refunded_later=not (inside and pattern.in_kind),
        asks_income=entitled is None,
        confirmed=_sure(pattern, LocalSubsidyPatterns, on),
        name=name,
        repaid_above_yen=of_all if pattern.repaid_above_yen is None else pattern.repaid_above_yen,
        month_elsewhere_yen=month_elsewhere_yen,
    )


def subsidy_pattern(name: str, on: date) -> SubsidyPattern:
    """A pattern by its name. Problem `payment.pattern-unknown`."""
    patterns = rules.load(LocalSubsidyPatterns, on=on).patterns
    if name not in patterns:
        raise Problem("payment.pattern-unknown", where="subsidy", known=", ".join(patterns))
    return patterns[name]


def may_receive(
    pattern: SubsidyPattern, birthdate: date, on: date, *, income_yen: int | None = None, dependents: int = 0
) -> bool | None:
    """Whether age and income let somebody have this subsidy; None where an income has to be known and is not."""
    until = pattern.until_age
    if until is not None and on > following_march(reached_on(birthdate, until)):
        return False
    if not pattern.income_below_yen:
        return True
    if income_yen is None:
        return None
    listed = pattern.income_below_yen[min(dependents, len(pattern.income_below_yen) - 1)]
    further = max(0, dependents - len(pattern.income_below_yen) + 1)
    return income_yen < listed + further * pattern.income_each_further_yen


def in_order(assistance: Iterable[Assistance], on: date) -> tuple[Assistance, ...]:
    """第1公費 first, those of municipalities last; two of one law stay as they are given."""
    several = tuple(assistance)
    if len(several) < 2:
        return several
    order = rules.load(PublicExpenseOrder, on=on)
    return tuple(sorted(several, key=lambda one: (order.place(one.law), one.law)))


def _sure(said: Marked, family: type[PublicExpenseTerms] | type[LocalSubsidyPatterns], on: date) -> bool:
    return (said.status or rules.version(family, on=on).status) is Status.CONFIRMED
