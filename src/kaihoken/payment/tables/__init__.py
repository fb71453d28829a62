"""The twin of `payment.ceiling` for tables: whole columns at once, with numpy. Equal to the scalar, row by row.

The hub and the desk never load it.
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.payment.tables.ceilings import CeilingTable, PersonMonths, month_number
    from kaihoken.payment.tables.columns import columns_of
    from kaihoken.payment.tables.units import UnitMonths, UnitSums, unit_sums

__all__ = [
    "CeilingTable",
    "PersonMonths",
    "UnitMonths",
    "UnitSums",
    "columns_of",
    "month_number",
    "unit_sums",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
