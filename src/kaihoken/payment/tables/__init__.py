"""The twin of shares, ceilings and plain bills for tables: whole columns at once, with numpy. Equal to the scalar, row
by row.

The hub and the desk never load it.
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.payment.tables.bills import Bills, Visits, bills_of
    from kaihoken.payment.tables.ceilings import CeilingTable, Marks, PersonMonths, month_number
    from kaihoken.payment.tables.columns import columns_of
    from kaihoken.payment.tables.days import day_number
    from kaihoken.payment.tables.shares import NOT_KNOWN, WHOLE_THEN_CLAIM, Insured, Shares, shares_of
    from kaihoken.payment.tables.units import UnitMonths, UnitSums, unit_sums

__all__ = [
    "NOT_KNOWN",
    "WHOLE_THEN_CLAIM",
    "Bills",
    "CeilingTable",
    "Insured",
    "Marks",
    "PersonMonths",
    "Shares",
    "UnitMonths",
    "UnitSums",
    "Visits",
    "bills_of",
    "columns_of",
    "day_number",
    "month_number",
    "shares_of",
    "unit_sums",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
