"""What was taken down while the line was down, and how it is settled, as a table. Pure: no clock, no safe, no line."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from kaihoken.desk.checked import Checked
from kaihoken.desk.day import TypedNumbers
from kaihoken.desk.orders import Why
from kaihoken.transitions import Transitions


class Seen(StrEnum):
    """What lay on the counter."""

    CARD = "card"  # マイナンバーカード, by eye: not a reader's check
    CONFIRMATION = "confirmation"  # 資格確認書
    PORTAL = "portal"  # the マイナポータル screen or a print of it, with a card
    NUMBERS = "numbers"  # read aloud or written down by the patient
    NOTHING = "nothing"


class EntryState(StrEnum):
    """Where an entry stands."""

    TAKEN_DOWN = "taken-down"
    ASKED = "asked"  # on a list that is with the hub
    AGREED = "agreed"  # the answer says what was taken down
    CONFLICT = "conflict"  # it says something else: a person decides
    CANNOT_BE_ASKED = "cannot-be-asked"  # without numbers, or the hub does not take them
    DECIDED = "decided"


class EntryEvent(StrEnum):
    """What happens to an entry."""

    ASK = "ask"
    AGREES = "agrees"  # an answer to the list, or to somebody who checked meanwhile
    DIFFERS = "differs"
    CANNOT = "cannot"
    LOSE = "lose"  # the hub knows the list no more
    DECIDE = "decide"


_answered = {EntryEvent.AGREES: EntryState.AGREED, EntryEvent.DIFFERS: EntryState.CONFLICT}

ENTRY: Final = Transitions(
    EntryState.TAKEN_DOWN,
    {
        EntryState.TAKEN_DOWN: {
            EntryEvent.ASK: EntryState.ASKED,
            EntryEvent.CANNOT: EntryState.CANNOT_BE_ASKED,
            **_answered,
        },
        EntryState.ASKED: {
            **_answered,
            EntryEvent.CANNOT: EntryState.CANNOT_BE_ASKED,
            EntryEvent.LOSE: EntryState.TAKEN_DOWN,
        },
        EntryState.CONFLICT: {EntryEvent.DECIDE: EntryState.DECIDED},
        EntryState.CANNOT_BE_ASKED: {**_answered, EntryEvent.DECIDE: EntryState.DECIDED},
        EntryState.AGREED: {},
        EntryState.DECIDED: {},
    },
)
"""From where to where, and by what."""


class Difference(msgspec.Struct, frozen=True):
    """One thing that the answer says otherwise. `field` names it (share, situation, name, …)."""

    field: str
    taken: str
    answered: str


class Decision(StrEnum):
    """What a person decided about an entry."""

    ANSWER = "answer"  # the hub's answer holds: file and money are mended
    TAKEN = "taken"  # what was taken down holds: the insurer is asked
    CALL = "call"  # the patient is telephoned


class TakenDown(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody of the staff took down. `share_percent` is the share that was taken at the counter, None where
    nothing was taken yet."""

    seen: Seen
    numbers: TypedNumbers | None = None
    share_percent: int | None = None
    note: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry, by whom and when. `order` is the key of the list on which it was asked; `answer` what was answered,
    `problem` why nothing was."""

    entry: str
    visit: str
    day: date
    at: datetime
    staff: str
    name: str
    kana: str
    taken: TakenDown
    state: EntryState = ENTRY.first
    order: str = ""
    answer: Checked | None = None
    differences: tuple[Difference, ...] = ()
    problem: Why | None = None
    decision: Decision | None = None
    decided_by: str = ""
    decided_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be settled."""
        return self.state not in ENTRY.ends

    def asked(self, order: str) -> "Entry":
        """It stands on a list."""
        return msgspec.structs.replace(self, state=ENTRY.after(self.state, EntryEvent.ASK), order=order)

    def answered(self, answer: Checked, differences: tuple[Difference, ...]) -> "Entry":
        """An answer came, which agrees or differs."""
        event = EntryEvent.DIFFERS if differences else EntryEvent.AGREES
        state = ENTRY.after(self.state, event)
        return msgspec.structs.replace(
            self, state=state, answer=answer, differences=differences, problem=None
        )

    def cannot(self, problem: Why) -> "Entry":
        """It cannot be asked, or the hub does not answer it."""
        return msgspec.structs.replace(
            self, state=ENTRY.after(self.state, EntryEvent.CANNOT), problem=problem
        )

    def lost(self) -> "Entry":
        """It is to be asked anew."""
        return msgspec.structs.replace(self, state=ENTRY.after(self.state, EntryEvent.LOSE), order="")

    def decided(self, decision: Decision, staff: str, at: datetime) -> "Entry":
        """A person decided."""
        state = ENTRY.after(self.state, EntryEvent.DECIDE)
        return msgspec.structs.replace(self, state=state, decision=decision, decided_by=staff, decided_at=at)
