"""請求前の点検: what would come back, as data with id, level, source and remedy, and the functions that find it."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.claims.checks.catalogue import (
        GRAVEST_FIRST,
        Check,
        Checks,
        Level,
        checks_of,
        remedy,
        said,
        shown,
    )
    from kaihoken.claims.checks.earlier import EarlierClaims
    from kaihoken.claims.checks.engine import (
        RECEIPT_CHECKS,
        Begun,
        Ended,
        Examined,
        Step,
        examine,
        receipts_of,
        terms_of,
    )
    from kaihoken.claims.checks.reclaimed import IN_FRONT, history_findings, history_of, search_in
    from kaihoken.claims.checks.report_classes import ReportClass, ReportClasses, report_class
    from kaihoken.claims.checks.terms import ReceiptCheck, Terms, found
    from kaihoken.claims.finding import Finding

__all__ = [
    "GRAVEST_FIRST",
    "IN_FRONT",
    "RECEIPT_CHECKS",
    "Begun",
    "Check",
    "Checks",
    "EarlierClaims",
    "Ended",
    "Examined",
    "Finding",
    "Level",
    "ReceiptCheck",
    "ReportClass",
    "ReportClasses",
    "Step",
    "Terms",
    "checks_of",
    "examine",
    "found",
    "history_findings",
    "history_of",
    "receipts_of",
    "remedy",
    "report_class",
    "said",
    "search_in",
    "shown",
    "terms_of",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
