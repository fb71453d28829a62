"""The life of a participant in a キャリア形成プログラム: states, what happens to them, and the table between the two.

Pure: no clock, no store, no days. What a state means for the duty is told by `COUNTS`: days count while somebody is
working in the programme, and in no other state. Source: 厚生労働省 2025-09-11 (suspension is allowed on grounds that
the prefecture sets; completing is the condition on which a loan is forgiven).
"""

from enum import StrEnum
from typing import Final

from kaihoken.transitions import Transitions


class State(StrEnum):
    """Where somebody stands in the programme."""

    ENROLLED = "enrolled"  # 適用前: agreed, the duty has not begun (卒前支援プラン)
    WORKING = "working"  # 従事
    PAUSED = "paused"  # 中断
    IN_BREACH = "in-breach"  # 違反: the prefecture holds that a condition is broken
    LEFT = "left"  # 離脱
    COMPLETED = "completed"  # 満了


class Event(StrEnum):
    """What the prefecture records of somebody."""

    BEGIN = "begin"
    PAUSE = "pause"
    RESUME = "resume"
    BREACH = "breach"
    REMEDY = "remedy"
    LEAVE = "leave"
    COMPLETE = "complete"


LIFE: Final = Transitions(
    State.ENROLLED,
    {
        State.ENROLLED: {Event.BEGIN: State.WORKING, Event.LEAVE: State.LEFT},
        State.WORKING: {
            Event.PAUSE: State.PAUSED,
            Event.BREACH: State.IN_BREACH,
            Event.LEAVE: State.LEFT,
            Event.COMPLETE: State.COMPLETED,
        },
        State.PAUSED: {
            Event.RESUME: State.WORKING,
            Event.BREACH: State.IN_BREACH,
            Event.LEAVE: State.LEFT,
        },
        State.IN_BREACH: {Event.REMEDY: State.WORKING, Event.LEAVE: State.LEFT},
        State.LEFT: {},
        State.COMPLETED: {},
    },
)
"""From where to where, and by what."""

COUNTS: Final = frozenset({State.WORKING})
"""In which states days count towards the duty."""
