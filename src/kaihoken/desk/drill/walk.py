"""The steps of the drill as a table, and what is kept of one. Pure: no clock, no desk."""

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from kaihoken.transitions import Transitions


class Place(StrEnum):
    """Where the walk stands: each but the last is a step that is to be done."""

    PRINT = "print"  # the evening: tomorrow's list is printed
    LAST_CHECK = "last-check"  # the line is cut: a patient is taken by the last check
    NEWCOMER = "newcomer"  # somebody on no list is taken down
    SETTLE = "settle"  # the line is back: what was taken down is settled
    CONFLICT = "conflict"  # one answer differs: a person decides
    CALL = "call"  # the number of the centre, which calls back
    FINISHED = "finished"


class Event(StrEnum):
    """How a step ended."""

    DONE = "done"
    NOT_FOUND = "not-found"


def _both(to: Place) -> dict[Event, Place]:
    return {Event.DONE: to, Event.NOT_FOUND: to}


WALK: Final = Transitions(
    Place.PRINT,
    {
        Place.PRINT: _both(Place.LAST_CHECK),
        Place.LAST_CHECK: _both(Place.NEWCOMER),
        Place.NEWCOMER: _both(Place.SETTLE),
        Place.SETTLE: _both(Place.CONFLICT),
        Place.CONFLICT: _both(Place.CALL),
        Place.CALL: _both(Place.FINISHED),
        Place.FINISHED: {},
    },
)

STEPS: Final = tuple(place for place in Place if place not in WALK.ends)


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A step that ended: how, and after how many seconds by the clock."""

    step: Place
    event: Event
    seconds: int


class DrillRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One drill: when, who of the staff, and the steps that ended. Nothing of its made-up patients."""

    drill: str
    staff: str
    began: datetime
    ended: datetime
    taken: tuple[Taken, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every step was come to; one that was broken off is kept, too."""
        return len(self.taken) == len(STEPS)

    @property
    def done(self) -> tuple[Place, ...]:
        """What was done."""
        return tuple(one.step for one in self.taken if one.event is Event.DONE)

    @property
    def not_found(self) -> tuple[Place, ...]:
        """What nobody found."""
        return tuple(one.step for one in self.taken if one.event is Event.NOT_FOUND)

    @property
    def minutes(self) -> int:
        """The whole of it, in minutes begun."""
        return -(-sum(one.seconds for one in self.taken) // 60)
