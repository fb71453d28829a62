"""What is true of each receipt of a fictional month: written beside the claim files, never into them."""

from typing import Literal

import msgspec

Verdict = Literal["as-written"]
"""What the register says of a receipt's days: the insurer that is written on it pays."""


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """One receipt: its file and number, whose it is, and on which days of the month that person came."""

    file: str
    receipt: int
    person: str
    days: tuple[int, ...]
    eligibility: Verdict = "as-written"
