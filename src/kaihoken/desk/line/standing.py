"""The line as a table: what was heard of the hub, and how the line stands after it. No I/O.

One answer that does not come may be chance: the line is slow first, and down when a second one stays out."""

from enum import StrEnum
from typing import Final

from kaihoken.transitions import Transitions

WRONG_CLOCK: Final = "access.assertion-time"
"""The code with which a hub refuses a desk whose clock is wrong."""

UNTRUSTED: Final = "access.hub-untrusted"
"""The code of a hub whose certificate does not hold."""


class LineState(StrEnum):
    """How the line stands."""

    UNKNOWN = "unknown"  # nothing was asked yet
    UP = "up"
    SLOW = "slow"  # answers take long, or one stayed out
    DOWN = "down"  # nothing comes back
    REFUSED = "refused"  # the hub answers, and does not let this desk in


class Heard(StrEnum):
    """What came back."""

    ANSWER = "answer"
    LATE = "late"  # an answer that took longer than a counter likes to wait
    NOTHING = "nothing"
    FAULT = "fault"  # the hub says that it cannot just now
    REFUSAL = "refusal"  # it does not take our key, certificate or clock


_after_any = {Heard.ANSWER: LineState.UP, Heard.LATE: LineState.SLOW, Heard.REFUSAL: LineState.REFUSED}

LINE: Final = Transitions(
    LineState.UNKNOWN,
    {
        LineState.UNKNOWN: {**_after_any, Heard.NOTHING: LineState.DOWN, Heard.FAULT: LineState.DOWN},
        LineState.UP: {**_after_any, Heard.NOTHING: LineState.SLOW, Heard.FAULT: LineState.SLOW},
        LineState.SLOW: {**_after_any, Heard.NOTHING: LineState.DOWN, Heard.FAULT: LineState.DOWN},
        LineState.DOWN: {**_after_any, Heard.NOTHING: LineState.DOWN, Heard.FAULT: LineState.DOWN},
        LineState.REFUSED: {**_after_any, Heard.NOTHING: LineState.DOWN, Heard.FAULT: LineState.DOWN},
    },
)
