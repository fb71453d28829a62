"""資格: each day of care of a claim held against the register before the claim is sent, and what would become of it."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.claims.eligibility.answers import NOT_ASKED, Answers, Asking, DayAnswer, Other, Source
    from kaihoken.claims.eligibility.check import Eligibility
    from kaihoken.claims.eligibility.hub_source import HubSource
    from kaihoken.claims.eligibility.kept import Kept
    from kaihoken.claims.eligibility.questions import CareDay, Unasked, care_days, days_in
    from kaihoken.claims.eligibility.table_source import TableSource
    from kaihoken.claims.eligibility.verdict import DayOfCare, Part, ReceiptOf, Verdict, verdict_of
    from kaihoken.claims.recheck.terms import ClaimVerdict

__all__ = [
    "NOT_ASKED",
    "Answers",
    "Asking",
    "CareDay",
    "ClaimVerdict",
    "DayAnswer",
    "DayOfCare",
    "Eligibility",
    "HubSource",
    "Kept",
    "Other",
    "Part",
    "ReceiptOf",
    "Source",
    "TableSource",
    "Unasked",
    "Verdict",
    "care_days",
    "days_in",
    "verdict_of",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
