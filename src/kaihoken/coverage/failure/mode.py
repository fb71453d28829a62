"""The life of a facility's system-failure mode, and for how long it may be opened. Pure."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Final

import msgspec

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.transitions import Transitions

LONGEST_SIGN: Final = 40
"""Characters of the operator's own sign for who called back."""


class ModeState(StrEnum):
    """Where the mode of a facility stands."""

    OPEN = "open"
    CLOSED = "closed"  # by the operator, before its time
    ENDED = "ended"  # its time ran out


class ModeEvent(StrEnum):
    """What happens to it."""

    OPEN = "open"
    CLOSE = "close"
    TIME_OUT = "time-out"


LIFE: Final = Transitions(
    ModeState.OPEN,
    {
        ModeState.OPEN: {
            ModeEvent.OPEN: ModeState.OPEN,  # after another call-back, for another time
            ModeEvent.CLOSE: ModeState.CLOSED,
            ModeEvent.TIME_OUT: ModeState.ENDED,
        },
        ModeState.CLOSED: {ModeEvent.OPEN: ModeState.OPEN},
        ModeState.ENDED: {ModeEvent.OPEN: ModeState.OPEN},
    },
)


class FailureTerms(msgspec.Struct, frozen=True):
    """For how many hours the mode may be opened at once, and how many minutes ago the facility may have been called
    back (rule family coverage/failure-mode)."""

    family: ClassVar[str] = "coverage/failure-mode"

    longest_hours: Annotated[int, msgspec.Meta(ge=1, le=168)]
    called_back_minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)]


class Mode(msgspec.Struct, frozen=True):
    """The mode of a facility as it was opened last: until when, and when and by whom (the operator's sign for them, no
    name) the registered telephone number was called back; `client` opened it."""

    facility: str
    opened: datetime
    until: datetime
    called_back: datetime
    staff: str
    client: str
    closed: datetime | None = None

    def state(self, now: datetime) -> ModeState:
        """Where it stands."""
        if self.closed is not None:
            return LIFE.after(ModeState.OPEN, ModeEvent.CLOSE)
        return ModeState.OPEN if now < self.until else LIFE.after(ModeState.OPEN, ModeEvent.TIME_OUT)


def opened(
    facility: str,
    until: datetime,
    called_back: datetime,
    staff: str,
    client: str,
    now: datetime,
    today: date,
) -> Mode:
    """The mode that an operator opens now.

    Problems `coverage.failure-sign` without a sign, `coverage.failure-called-back` for a
    call-back that is not of the last minutes, `coverage.failure-until` for a time that is over or too long."""
    terms = rules.load(FailureTerms, on=today)
    sign = staff.strip()
    if not 0 < len(sign) <= LONGEST_SIGN:
        raise Problem("coverage.failure-sign", where="staff", most=LONGEST_SIGN)
    if not timedelta() <= now - called_back <= timedelta(minutes=terms.called_back_minutes):
        raise Problem("coverage.failure-called-back", where="called_back", minutes=terms.called_back_minutes)
    if not timedelta() < until - now <= timedelta(hours=terms.longest_hours):
        raise Problem("coverage.failure-until", where="until", hours=terms.longest_hours)
    return Mode(facility, now, until, called_back, sign, client)
