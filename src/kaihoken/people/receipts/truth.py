"""What is true of each receipt of a fictional month: written beside the claim files, never into them."""

from typing import Literal

import msgspec

Verdict = Literal["as-written", "branch", "switch", "split", "excluded", "lost", "died", "unknown", "differs"]
"""What the register says of a receipt's days:

as-written — the insurer on the receipt pays. branch — it does, and 枝番 is wrong or missing (枝番特定).
switch — another insurer pays for all of them (振替). split — one pays for some days, another for the rest (分割).
excluded — it would be switched, and 公費 on the receipt forbids it.
lost — the coverage had ended, and no other is known. died — it had ended by the person's death.
unknown — nobody has that number. differs — the number is that of somebody of another birthday.
Numbers and birthdays decide: a 記号 that is missing, a 枝番 that lost its zero, another sex leave it as written.
"""


class Stay(msgspec.Struct, frozen=True):
    """Days of the month for which one coverage pays."""

    days: tuple[int, ...]
    insurer_number: str
    symbol: str
    number: str
    branch: str


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """One receipt: its file, its place in it counted from 1, the number that is written on it, whose it is, and on
    which days of which month (YYYY-MM) that person came. Place 0 is the file as a whole.

    `trouble` is the key of what
    was planted, `twin` the key of the trouble whose lawful twin it is; both are empty on a plain receipt.
    `eligibility` is what the whole table says, `eligibility_at_claim` what it said on the 10th, the day of claiming.
    """

    file: str
    receipt: int
    number: str
    person: str
    month: str
    days: tuple[int, ...]
    trouble: str = ""
    twin: str = ""
    eligibility: Verdict = "as-written"
    eligibility_at_claim: Verdict = "as-written"
    belongs: tuple[Stay, ...] = ()
