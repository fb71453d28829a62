"""Where a request stands on its way from `req` to `res`, and what moves it on: one table, no I/O.

Where a request stands is told by the files alone, so nothing is forgotten with the process:

    arriving   in `req`: a writer may still be at it
    queued     in the agent's own folder `queue`: nobody else writes there; it will be asked, or asked again
    decided    what goes to `res` is whole in `out`: from here on it is never asked again
    delivered  `out` is empty but there: everything stands in `res`; the request is still to be put away
    done       nothing is left but the result
"""

from enum import StrEnum
from typing import Final

from kaihoken.transitions import Transitions


class State(StrEnum):
    """Where a request stands."""

    ARRIVING = "arriving"
    QUEUED = "queued"
    DECIDED = "decided"
    DELIVERED = "delivered"
    DONE = "done"


class Event(StrEnum):
    """What happened to it."""

    CHANGED = "changed"  # a reading differs from the one before, or could not be had
    GONE = "gone"  # the writer took it back
    WHOLE = "whole"  # readings agree
    HELD_UP = "held-up"  # the line is down, or the hub cannot just now
    ANSWERED = "answered"  # by the hub, be it a refusal in kind
    REFUSED = "refused"  # on the spot, or by the hub outside the message
    PLACED = "placed"  # everything stands in res
    CLEARED = "cleared"  # the request was put away


PASSAGE: Final = Transitions(
    State.ARRIVING,
    {
        State.ARRIVING: {
            Event.CHANGED: State.ARRIVING,
            Event.GONE: State.DONE,
            Event.WHOLE: State.QUEUED,
        },
        State.QUEUED: {
            Event.HELD_UP: State.QUEUED,
            Event.ANSWERED: State.DECIDED,
            Event.REFUSED: State.DECIDED,
        },
        State.DECIDED: {
            Event.HELD_UP: State.DECIDED,
            Event.PLACED: State.DELIVERED,
        },
        State.DELIVERED: {
            Event.CLEARED: State.DONE,
        },
        State.DONE: {},
    },
)
"""From where to where, and by what."""


def standing(*, in_queue: bool, out: bool, undelivered: bool) -> State:
    """Where a request that the agent has taken stands, from its files: whether it is in the queue, whether its folder
    in `out` is there, and whether that holds anything."""
    if not out:
        return State.QUEUED if in_queue else State.DONE
    return State.DECIDED if undelivered else State.DELIVERED
