"""The course of a 医師偏在是正プラン, as a table of states and what happens to it. Pure: days come with the steps.

Both councils (地域医療対策協議会, 保険者協議会) agree before the prefecture decides, in either order; a plan that
comes back from one of them needs both again. That both are heard is confirmed (厚生労働省 2025-09-11); the order of
the other steps is our reading.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from kaihoken.problems import Problem
from kaihoken.transitions import Transitions


class Council(StrEnum):
    """The councils that a plan is discussed in."""

    REGIONAL_MEDICAL = "regional_medical"  # 地域医療対策協議会
    INSURERS = "insurers"  # 保険者協議会


class State(StrEnum):
    """Where a plan stands."""

    DRAFT = "draft"
    MEDICAL_COUNCIL_AGREED = "medical-council-agreed"
    INSURERS_COUNCIL_AGREED = "insurers-council-agreed"
    BOTH_AGREED = "both-agreed"
    DECIDED = "decided"
    PUBLISHED = "published"
    EFFECT_CHECKED = "effect-checked"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class Event(StrEnum):
    """What can happen to it."""

    MEDICAL_COUNCIL_AGREES = "medical-council-agrees"
    INSURERS_COUNCIL_AGREES = "insurers-council-agrees"
    RETURNED = "returned"
    DECIDED = "decided"
    PUBLISHED = "published"
    EFFECT_CHECKED = "effect-checked"
    REVISION_BEGINS = "revision-begins"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


CORRECTION_LIFE: Final = Transitions(
    State.DRAFT,
    {
        State.DRAFT: {
            Event.MEDICAL_COUNCIL_AGREES: State.MEDICAL_COUNCIL_AGREED,
            Event.INSURERS_COUNCIL_AGREES: State.INSURERS_COUNCIL_AGREED,
            Event.RETURNED: State.DRAFT,
            Event.WITHDRAWN: State.WITHDRAWN,
        },
        State.MEDICAL_COUNCIL_AGREED: {
            Event.INSURERS_COUNCIL_AGREES: State.BOTH_AGREED,
            Event.RETURNED: State.DRAFT,
            Event.WITHDRAWN: State.WITHDRAWN,
        },
        State.INSURERS_COUNCIL_AGREED: {
            Event.MEDICAL_COUNCIL_AGREES: State.BOTH_AGREED,
            Event.RETURNED: State.DRAFT,
            Event.WITHDRAWN: State.WITHDRAWN,
        },
        State.BOTH_AGREED: {
            Event.DECIDED: State.DECIDED,
            Event.RETURNED: State.DRAFT,
            Event.WITHDRAWN: State.WITHDRAWN,
        },
        State.DECIDED: {
            Event.PUBLISHED: State.PUBLISHED,
        },
        State.PUBLISHED: {
            Event.EFFECT_CHECKED: State.EFFECT_CHECKED,
            Event.REVISION_BEGINS: State.DRAFT,
        },
        State.EFFECT_CHECKED: {
            Event.EFFECT_CHECKED: State.EFFECT_CHECKED,
            Event.REVISION_BEGINS: State.DRAFT,
            Event.ENDED: State.ENDED,
        },
        State.ENDED: {},
        State.WITHDRAWN: {},
    },
)
"""Every way from one state to another. What is not here cannot happen."""


class Step(msgspec.Struct, frozen=True):
    """What happened on a day, with a word about it."""

    event: Event
    on: date
    note: str = ""


def after(state: State, event: Event) -> State:
    """The state after something happened. Raises Problem `workforce.correction-step`."""
    if not CORRECTION_LIFE.may(state, event):
        open_ways = ", ".join(CORRECTION_LIFE.ways(state)) or "—"
        raise Problem(
            "workforce.correction-step",
            where=event.value,
            state=state.value,
            step=event.value,
            ways=open_ways,
        )
    return CORRECTION_LIFE.after(state, event)


def standing(steps: Iterable[Step]) -> State:
    """Where a plan stands after its steps, in their order; several may share a day.

    Raises Problem `workforce.correction-step` for one that cannot happen there, `workforce.correction-days` for one
    that lies before the step in front of it.
    """
    state, last = CORRECTION_LIFE.first, date.min
    for at, step in enumerate(steps):
        if step.on < last:
            raise Problem(
                "workforce.correction-days",
                where=f"steps[{at}]",
                first=last.isoformat(),
                last=step.on.isoformat(),
            )
        state, last = after(state, step.event), step.on
    return state
