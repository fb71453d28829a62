"""レセプト, typed: who, by whom covered, on which days, what was billed."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.claims.receipt.receipt import (
        OF_INSURANCE,
        Confirmation,
        Insurance,
        PublicPayer,
        Receipt,
        VisitDays,
        places_of,
    )
    from kaihoken.claims.receipt.share import YEN_PER_POINT, claimed_percent, day_of_care
    from kaihoken.claims.receipt.units import Act, Unit, billed_on, last_day_of, whole
    from kaihoken.claims.receipt.written import (
        END_OF_MONTHS,
        FIRST_MONTH,
        day_written,
        month_judged,
        month_written,
        receipt_of,
    )

__all__ = [
    "END_OF_MONTHS",
    "FIRST_MONTH",
    "OF_INSURANCE",
    "YEN_PER_POINT",
    "Act",
    "Confirmation",
    "Insurance",
    "PublicPayer",
    "Receipt",
    "Unit",
    "VisitDays",
    "billed_on",
    "claimed_percent",
    "day_of_care",
    "day_written",
    "last_day_of",
    "month_judged",
    "month_written",
    "places_of",
    "receipt_of",
    "whole",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
