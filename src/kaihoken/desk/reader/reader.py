"""The patient's reader as pages see it: where the operation stands, what the patient touches, what the staff may do."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from kaihoken.card import PIN_DIGITS, emptied
from kaihoken.desk.events import Events
from kaihoken.desk.reader.flow import Attention, Happened, Stage
from kaihoken.desk.reader.operation import Operation, Touch
from kaihoken.desk.reader.questioning import Questioning
from kaihoken.desk.reader.screens import Screens
from kaihoken.desk.staff import Staff
from kaihoken.problems import Problem

VISUAL_SHELF: Final = "visual-check"
VISUAL: Final = "目視"
"""The sign under which the facility's password for the visual check is kept."""


@dataclass(frozen=True, slots=True)
class OtherPerson:
    """A card of somebody else than the visit for which the staff had it put on: told to the staff alone. `visit` is
    where its answer stands."""

    expected: str
    visit: str


class Reader:
    """One operation at a time, at whichever reader. `now` is where it stands; `other_person` what the staff is told of
    the last card; `expected` the visit for which the next one is put on."""

    def __init__(
        self,
        questioning: Questioning,
        visual: Staff,
        events: Events,
        ticks: Callable[[], int],
        *,
        attested: bool = False,
    ) -> None:
        """`visual` keeps the password of the visual check. `attested`: faces and looks at cards are offered."""
        self.now = Operation()
        self.screens = Screens(ticks)
        self.attested = attested
        self.expected = ""
        self.other_person: OtherPerson | None = None
        self.visit = ""  # where the answer about the card that lies there was kept
        self.looked_at_by = ""
        self.woken = asyncio.Event()
        self._questioning = questioning
        self._visual = visual
        self._events = events
        self._pin = bytearray()

    def become(self, now: Operation) -> None:
        """It stands there now."""
        if now != self.now:
            self.now = now
            self.woken.set()
            self._events.bump("reader")

    def gone(self) -> None:
        """The card was taken away: nothing of its holder remains."""
        emptied(self._pin)
        self._pin = bytearray()
        self.visit = self.looked_at_by = ""
        self.become(self.now.gone())

    def show_anew(self) -> None:
        """What stands beside a screen that waits is another: it is fetched again."""
        if self.now.stage is Stage.WAITING:
            self.become(replace(self.now, step=self.now.step + 1))

    def touch(self, step: int, touch: Touch) -> None:
        """The patient touched something on the picture of that step. ImpossibleStep for what is not there; a touch on
        an earlier picture is none."""
        if step != self.now.step:
            return
        after = self.now.touched(touch)
        if self.now.stage is Stage.FIRST_USE and after.stage is Stage.RECEPTION:
            self._questioning.unanswered("desk.reader-first-use", self.visit)
        self.become(after)

    def type_pin(self, step: int, digits: bytearray) -> None:
        """The patient has typed the PIN on the picture of that step. Its buffer is emptied once it was sent, or where
        it is not wanted. Problem `card.pin-shape`: nothing was sent."""
        wanted = step == self.now.step and self.now.stage is Stage.PIN
        if not wanted or self.now.attention is not Attention.HERE:
            emptied(digits)
            return
        if len(digits) != PIN_DIGITS or not digits.isdigit():
            emptied(digits)
            raise Problem("card.pin-shape")
        self._pin = digits
        self.become(self.now.sent())

    def take_pin(self) -> bytearray:
        """The typed PIN, once: whoever takes it empties it."""
        pin, self._pin = self._pin, bytearray()
        return pin

    @property
    def waits_for_staff(self) -> bool:
        """Whether a patient asked for somebody to look at the card."""
        return self.now.stage is Stage.STAFF

    @property
    def card_left(self) -> bool:
        """Whether a card lies there that nobody takes."""
        return self.now.stage is Stage.LEFT_BEHIND

    def expect(self, visit: str) -> None:
        """The next card is put on for that visit; "" for nobody's in particular."""
        self.expected, self.other_person = visit, None

    def set_visual_password(self, password: str) -> None:
        """目視モード用パスワード of the facility. Problem `desk.password-short`."""
        self._visual.put(VISUAL, password)

    def allow_visual(self, sign: str, password: str) -> None:
        """Somebody of the staff has compared the card with its holder. Problems `desk.visual-off` (none is offered, or
        no password was set), `desk.nobody-waits`, `desk.sign-in`, `desk.sign-in-wait`."""
        if not self.now.attested or VISUAL not in self._visual.signs():
            raise Problem("desk.visual-off")
        self._require_waiting()
        self._visual.require(VISUAL, password)
        self.looked_at_by = sign
        self.become(self.now.known("visual"))

    def send_to_reception(self) -> None:
        """The staff helps at the reception instead. Problem `desk.nobody-waits`."""
        self._require_waiting()
        self._questioning.unanswered("desk.reader-by-staff", self.expected)
        self.become(self.now.unfit(Happened.NOT_CONFIRMED))

    def _require_waiting(self) -> None:
        if not self.waits_for_staff:
            raise Problem("desk.nobody-waits")
