"""A questionnaire of one visit, as a table: from its link to what the reception reads. No I/O, nothing of a person."""

from enum import StrEnum
from typing import Final

from kaihoken.transitions import Transitions


class Standing(StrEnum):
    """Where it stands."""

    OPEN = "open"  # a link waits for whoever opens it first
    ASKING = "asking"  # one question at a time
    REVIEW = "review"  # everything is asked: the patient looks it over
    SENT = "sent"  # the reception has it
    CLOSED = "closed"  # ended without being sent: nothing of it is kept


class Happening(StrEnum):
    """What leads on."""

    BEGUN = "begun"
    ANSWERED = "answered"  # and another question is left
    ANSWERED_LAST = "answered-last"
    BACK = "back"  # to the question before, or to one that is to be changed
    SENT = "sent"
    STOPPED = "stopped"  # by who answers
    LATE = "late"  # nobody was there any more
    WITHDRAWN = "withdrawn"  # by the staff
    DAY_OVER = "day-over"
    OPENED = "opened"  # again, with a new link


_ended: Final = {
    Happening.STOPPED: Standing.CLOSED,
    Happening.LATE: Standing.CLOSED,
    Happening.WITHDRAWN: Standing.CLOSED,
    Happening.DAY_OVER: Standing.CLOSED,
}

QUESTIONNAIRE: Final = Transitions(
    Standing.OPEN,
    {
        Standing.OPEN: {
            Happening.BEGUN: Standing.ASKING,
            Happening.WITHDRAWN: Standing.CLOSED,
            Happening.DAY_OVER: Standing.CLOSED,
        },
        Standing.ASKING: {
            Happening.ANSWERED: Standing.ASKING,
            Happening.ANSWERED_LAST: Standing.REVIEW,
            Happening.BACK: Standing.ASKING,
            **_ended,
        },
        Standing.REVIEW: {Happening.BACK: Standing.ASKING, Happening.SENT: Standing.SENT, **_ended},
        Standing.SENT: {},
        Standing.CLOSED: {Happening.OPENED: Standing.OPEN},
    },
)
