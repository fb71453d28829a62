"""The life of one consented item, as a table of states and what happens to them.

Pure: no clock, no store. A consent stands from the moment it is given. Whatever ends it ends it once: no state but
STANDING has a way out, so nothing that happens later makes it stand again (a new consent does).
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kaihoken.consent.item import EndReason
from kaihoken.transitions import Transitions


class State(StrEnum):
    """Where a consented item stands."""

    STANDING = "standing"
    EXPIRED = "expired"
    WITHDRAWN_BY_FACILITY = "withdrawn-by-facility"
    WITHDRAWN_BY_PATIENT = "withdrawn-by-patient"
    CHANGED_USE = "changed-use"
    CARE_OVER = "care-over"


class Event(StrEnum):
    """What can happen to it."""

    TIME_RUNS_OUT = "time-runs-out"
    FACILITY_WITHDRAWS = "facility-withdraws"
    PATIENT_WITHDRAWS = "patient-withdraws"
    USE_CHANGES = "use-changes"
    CARE_ENDS = "care-ends"


LIFE: Final = Transitions(
    State.STANDING,
    {
        State.STANDING: {
            Event.TIME_RUNS_OUT: State.EXPIRED,
            Event.FACILITY_WITHDRAWS: State.WITHDRAWN_BY_FACILITY,
            Event.PATIENT_WITHDRAWS: State.WITHDRAWN_BY_PATIENT,
            Event.USE_CHANGES: State.CHANGED_USE,
            Event.CARE_ENDS: State.CARE_OVER,
        },
        State.EXPIRED: {},
        State.WITHDRAWN_BY_FACILITY: {},
        State.WITHDRAWN_BY_PATIENT: {},
        State.CHANGED_USE: {},
        State.CARE_OVER: {},
    },
)
"""Every way from one state to another. What is not here changes nothing."""

EVENT_OF: Mapping[EndReason, Event] = MappingProxyType(
    {
        EndReason.FACILITY: Event.FACILITY_WITHDRAWS,
        EndReason.PATIENT: Event.PATIENT_WITHDRAWS,
        EndReason.CHANGED_USE: Event.USE_CHANGES,
        EndReason.CARE_OVER: Event.CARE_ENDS,
    }
)

EXPIRY_CODE: Mapping[State, str] = MappingProxyType(
    {
        State.EXPIRED: "0",
        State.CARE_OVER: "0",
        State.WITHDRAWN_BY_FACILITY: "1",
        State.WITHDRAWN_BY_PATIENT: "2",
        State.CHANGED_USE: "3",
    }
)
"""同意有効期限切れ理由 (OQSCD031) of a consent that no longer stands."""


def after(state: State, event: Event) -> State:
    """The state after something happened."""
    return LIFE.after(state, event) if LIFE.may(state, event) else state


END_REASON_OF_CODE: Mapping[str, EndReason] = MappingProxyType(
    {EXPIRY_CODE[after(State.STANDING, event)]: reason for reason, event in EVENT_OF.items()}
)
"""Why a consent is ended, by the code of OQSCD031 that then tells it."""
