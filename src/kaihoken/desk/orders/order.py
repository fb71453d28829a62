"""The life of one list that a desk asks, as a table. Pure: no clock, no safe, no line.

An order is drawn and written down with its key and its rows before anything is sent. While it is not known whether the
hub has it, the same rows are sent again under the same key, which is the same list to a hub."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from kaihoken.coverage.client import NumberRow
from kaihoken.problems import Problem
from kaihoken.transitions import Transitions
from kaihoken.web import Language


class OrderState(StrEnum):
    """Where an order stands."""

    DRAWN = "drawn"  # rows and key stand in the safe; whether the hub has them is not known
    SENT = "sent"  # 受付: the hub has the list, and gave it its 受付番号
    KEPT = "kept"  # every answer stands in the safe
    REFUSED = "refused"  # the hub does not answer this list
    LOST = "lost"  # the hub knows the list no more: it is drawn anew by whoever wants it


class OrderEvent(StrEnum):
    """What happens to an order."""

    RECEIVED = "received"
    ANSWERED = "answered"
    REFUSE = "refuse"
    FORGOTTEN = "forgotten"  # the days for which a hub keeps results are over


ORDER: Final = Transitions(
    OrderState.DRAWN,
    {
        OrderState.DRAWN: {OrderEvent.RECEIVED: OrderState.SENT, OrderEvent.REFUSE: OrderState.REFUSED},
        OrderState.SENT: {
            OrderEvent.ANSWERED: OrderState.KEPT,
            OrderEvent.REFUSE: OrderState.REFUSED,
            OrderEvent.FORGOTTEN: OrderState.LOST,
        },
        OrderState.KEPT: {},
        OrderState.REFUSED: {},
        OrderState.LOST: {},
    },
)
"""From where to where, and by what."""


class Why(msgspec.Struct, frozen=True):
    """Why a row or an order was not answered: the code of a problem, and what happened in words as they were then."""

    code: str
    ja: str
    en: str

    def said(self, language: Language) -> str:
        """What happened."""
        return self.en if language == "en" else self.ja


def why(problem: Problem) -> Why:
    """A problem of ours or of a hub."""
    return Why(problem.code, problem.title("ja"), problem.title("en"))


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One list. `key` is random: what makes a list that is sent again the same list. `about` says what it is for and
    `day` for which day; `rows` go once the list has ended. `left_out` are rows that could not be asked or were answered
    with a problem, by their id; `staff` "" where the desk asked by itself."""

    key: str
    about: str
    day: date
    drawn_at: datetime
    rows: tuple[NumberRow, ...] = ()
    left_out: tuple[tuple[str, Why], ...] = ()
    asked: int = 0
    staff: str = ""
    state: OrderState = ORDER.first
    reception_number: str = ""
    ended_at: datetime | None = None
    problem: Why | None = None

    @property
    def is_open(self) -> bool:
        """Whether something of it is still to come."""
        return self.state not in ORDER.ends

    def why(self, id_: str) -> Why | None:
        """Why a row was not answered, None where it was."""
        return dict(self.left_out).get(id_)

    def received(self, number: str) -> "Order":
        """The hub has it."""
        state = ORDER.after(self.state, OrderEvent.RECEIVED)
        return msgspec.structs.replace(self, state=state, reception_number=number)

    def ended(self, event: OrderEvent, at: datetime, problem: Why | None = None) -> "Order":
        """Nothing more comes of it; what was asked is kept no longer."""
        state = ORDER.after(self.state, event)
        return msgspec.structs.replace(self, state=state, rows=(), ended_at=at, problem=problem)
