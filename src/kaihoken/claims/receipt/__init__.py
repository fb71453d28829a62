"""レセプト, typed: who, by whom covered, on which days, what was billed."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.claims.receipt.receipt import (
        Confirmation,
        Insurance,
        PublicPayer,
        Receipt,
        VisitDays,
        places_of,
    )
    from kaihoken.claims.receipt.share import claimed_percent, day_of_care
    from kaihoken.claims.receipt.written import day_written, month_written, receipt_of, whole

__all__ = [
    "Confirmation",
    "Insurance",
    "PublicPayer",
    "Receipt",
    "VisitDays",
    "claimed_percent",
    "day_of_care",
    "day_written",
    "month_written",
    "places_of",
    "receipt_of",
    "whole",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
