"""A visit whose coverage is not clear, as a table: where it stands, what happens to it, and what follows. No I/O."""

from enum import StrEnum
from typing import Final

from kaihoken.transitions import Transitions


class Standing(StrEnum):
    """Where it stands."""

    OPEN = "open"  # something is left to find out
    ASKED = "asked"  # the insurer was asked, its reply is due
    REPLIED = "replied"  # the insurer or the patient has said something
    CONFIRMED = (
        "confirmed"  # an answer says that they are covered: what was left or declared is to be settled
    )
    SETTLED = "settled"  # nothing is left to do


class Happening(StrEnum):
    """What happens to it."""

    ASKED = "asked"  # somebody telephoned the insurer
    REPLIED = "replied"
    CONFIRMED = "confirmed"  # a check found the coverage
    LOST = "lost"  # a later check says again that it is not clear
    SETTLED = "settled"


_while_unclear = {
    Happening.ASKED: Standing.ASKED,
    Happening.REPLIED: Standing.REPLIED,
    Happening.CONFIRMED: Standing.CONFIRMED,
    Happening.SETTLED: Standing.SETTLED,
}

FOLLOW_UP: Final = Transitions(
    Standing.OPEN,
    {
        Standing.OPEN: _while_unclear,
        Standing.ASKED: _while_unclear,
        Standing.REPLIED: _while_unclear,
        Standing.CONFIRMED: {Happening.LOST: Standing.OPEN, Happening.SETTLED: Standing.SETTLED},
        Standing.SETTLED: {Happening.LOST: Standing.OPEN},
    },
)
