"""窓口: what a patient pays for one visit, and who bears the rest."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.payment.counter.asked import Asked, visit_asked
    from kaihoken.payment.counter.assistance import (
        Assistance,
        in_order,
        local_assistance,
        may_receive,
        public_assistance,
        subsidy_pattern,
    )
    from kaihoken.payment.counter.bill import Bill, BillLine, Borne, MonthSoFar, Payer, Reckoning, Visit
    from kaihoken.payment.counter.by_class import Bound, ClassOf, ClassSum, Measure, span_of, sums_by_class
    from kaihoken.payment.counter.law import (
        CounterTerms,
        LocalSubsidyPatterns,
        PublicExpenseTerms,
        SubsidyPattern,
    )
    from kaihoken.payment.counter.limit import MonthLimit
    from kaihoken.payment.counter.order import PublicExpenseOrder
    from kaihoken.payment.counter.reckoning import counter_bill
    from kaihoken.payment.counter.rounding import counter_rounded, percent_of
    from kaihoken.payment.counter.sources import Source, sources_of

__all__ = [
    "Asked",
    "Assistance",
    "Bill",
    "BillLine",
    "Borne",
    "Bound",
    "ClassOf",
    "ClassSum",
    "CounterTerms",
    "LocalSubsidyPatterns",
    "Measure",
    "MonthLimit",
    "MonthSoFar",
    "Payer",
    "PublicExpenseOrder",
    "PublicExpenseTerms",
    "Reckoning",
    "Source",
    "SubsidyPattern",
    "Visit",
    "counter_bill",
    "counter_rounded",
    "in_order",
    "local_assistance",
    "may_receive",
    "percent_of",
    "public_assistance",
    "sources_of",
    "span_of",
    "subsidy_pattern",
    "sums_by_class",
    "visit_asked",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
