"""A card that somebody found in the clinic, as a table: until it is back with its owner or handed over. No I/O."""

from enum import StrEnum
from typing import Final

from kaihoken.transitions import Transitions


class Standing(StrEnum):
    """Where it stands."""

    FOUND = "found"
    TOLD = "told"  # its owner knows
    HANDED_BACK = "handed-back"
    HANDED_OVER = "handed-over"  # to the police or the city hall


class Happening(StrEnum):
    """What happens to it."""

    TOLD = "told"
    CORRECTED = "corrected"  # it is of another kind than was written down
    STOPPED = "stopped"  # the line that stops a card was called: the card lies here still
    HANDED_BACK = "handed-back"
    HANDED_OVER = "handed-over"


_ends: Final = {
    Happening.HANDED_BACK: Standing.HANDED_BACK,
    Happening.HANDED_OVER: Standing.HANDED_OVER,
}

FOUND_CARD: Final = Transitions(
    Standing.FOUND,
    {
        Standing.FOUND: {
            Happening.TOLD: Standing.TOLD,
            Happening.CORRECTED: Standing.FOUND,
            Happening.STOPPED: Standing.FOUND,
            **_ends,
        },
        Standing.TOLD: {
            Happening.TOLD: Standing.TOLD,
            Happening.CORRECTED: Standing.TOLD,
            Happening.STOPPED: Standing.TOLD,
            **_ends,
        },
        Standing.HANDED_BACK: {},
        Standing.HANDED_OVER: {},
    },
)
