"""One use of the system-failure mode, from the call to its report, as a table. Pure: no clock, no safe, no line.

The desk notes what was said on the telephone. Whether the mode is open is known to the hub alone, which is asked by
four items and then answers or says that it is not."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from kaihoken.transitions import Transitions


class UseState(StrEnum):
    """Where a use stands."""

    TELEPHONED = "telephoned"  # the centre was called: it calls back
    OPEN = "open"  # it called back: four items can be asked by
    WRITTEN = "written"  # the report is written, and not known to be with the hub
    REPORTED = "reported"
    ENDED = "ended"  # nobody was found by it: nothing is owed


class UseEvent(StrEnum):
    """What happens to it."""

    CALLED_BACK = "called-back"
    WRITE = "write"
    RECEIVED = "received"
    END = "end"


USE: Final = Transitions(
    UseState.TELEPHONED,
    {
        UseState.TELEPHONED: {UseEvent.CALLED_BACK: UseState.OPEN, UseEvent.END: UseState.ENDED},
        UseState.OPEN: {
            UseEvent.CALLED_BACK: UseState.OPEN,  # the failure goes on: another call-back, another time
            UseEvent.WRITE: UseState.WRITTEN,
            UseEvent.END: UseState.ENDED,
        },
        UseState.WRITTEN: {UseEvent.WRITE: UseState.WRITTEN, UseEvent.RECEIVED: UseState.REPORTED},
        UseState.REPORTED: {},
        UseState.ENDED: {},
    },
)


class Telephoned(msgspec.Struct, frozen=True, kw_only=True):
    """The call to the centre: when and by whom of the clinic, what fails and since when, the 受付番号 where one was
    given."""

    at: datetime
    staff: str
    why: str
    failed_at: datetime
    reference: str = ""


class CalledBack(msgspec.Struct, frozen=True, kw_only=True):
    """The call-back: when, `by` whom (the centre's sign for them), to which `number` of the clinic, and until when the
    mode is open, None where that was not said."""

    at: datetime
    by: str
    number: str
    staff: str
    until: datetime | None = None


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was found by four items. `sex` is OQSCD007; `receipt` the receipt's JSON, which the report names;
    `visit` where the answer stands."""

    at: datetime
    staff: str
    name: str
    birthdate: date
    sex: str
    visit: str
    receipt: str
    address: str = ""
    insurer_name: str = ""
    kana: str = ""


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """One use. `unfound` counts the questions that led to nobody or to several, which are not reported; `written_by`
    and `written_at` are of the report."""

    use: str
    telephoned: Telephoned
    called_back: CalledBack | None = None
    state: UseState = USE.first
    looked: tuple[Looked, ...] = ()
    unfound: int = 0
    written_at: datetime | None = None
    written_by: str = ""
    received_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is left to be done."""
        return self.state in USE.ends

    @property
    def owed(self) -> int:
        """How many answers bear no report yet."""
        return 0 if self.is_over else len(self.looked)

    def after(self, event: UseEvent) -> UseState:
        """Where it stands after that. ImpossibleStep where it cannot happen."""
        return USE.after(self.state, event)

    def may(self, event: UseEvent) -> bool:
        """Whether that can happen now: what owes a report is not ended without one, what owes none has none."""
        if event is UseEvent.END and self.looked:
            return False
        if event is UseEvent.WRITE and not self.looked:
            return False
        return USE.may(self.state, event)
