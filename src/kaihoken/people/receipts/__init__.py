"""架空のレセプト: a month of claims of a fictional clinic, whose truth is known.

It knows the format of claim files by itself and imports nothing of `kaihoken.claims`: what the checks must find is
planted by code that knows nothing of the checks.
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.people.receipts.month import Written, write_month
    from kaihoken.people.receipts.patients import Order, following, place_named
    from kaihoken.people.receipts.truth import Truth

__all__ = ["Order", "Truth", "Written", "following", "place_named", "write_month"]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
