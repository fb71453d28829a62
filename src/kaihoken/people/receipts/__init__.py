"""架空のレセプト: a month of claims of a fictional clinic, whose truth is known.

It knows the format of claim files by itself and imports nothing of `kaihoken.claims`: what the checks must find is
planted by code that knows nothing of the checks.
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.people.receipts.known import Known, write_known_month
    from kaihoken.people.receipts.month import CLAIM_FILE, TABLE_FILE, Written, cases, spoil, write_month
    from kaihoken.people.receipts.patients import Order, following, place_named
    from kaihoken.people.receipts.planting import TROUBLES
    from kaihoken.people.receipts.register import as_parquet
    from kaihoken.people.receipts.troubles.whole import FILE_TROUBLES, FileTrouble
    from kaihoken.people.receipts.truth import Stay, Truth

__all__ = [
    "CLAIM_FILE",
    "FILE_TROUBLES",
    "TABLE_FILE",
    "TROUBLES",
    "FileTrouble",
    "Known",
    "Order",
    "Stay",
    "Truth",
    "Written",
    "as_parquet",
    "cases",
    "following",
    "place_named",
    "spoil",
    "write_known_month",
    "write_month",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
