"""The log of cards that were found in one clinic."""

import secrets
from datetime import date, timedelta
from typing import Final

from kaihoken.clock import Clock
from kaihoken.desk.events import Events
from kaihoken.desk.foundcards.card import CardKind, Confirmed, Finder, FoundCard, Place, Receiver, Step, after
from kaihoken.desk.foundcards.life import Happening
from kaihoken.desk.safe import Drop, Put, Safe
from kaihoken.identity import may_hold_individual_number
from kaihoken.problems import Problem

SHELF: Final = "found-card"


class FoundCards:
    """The cards that were found. What is settled is kept for so many days, what is not until it is."""

    def __init__(self, safe: Safe, clock: Clock, events: Events, keep_days: int) -> None:
        """Reads those that are kept, and drops what was settled before. Problem `desk.safe-broken`."""
        self._safe = safe
        self._clock = clock
        self._events = events
        self._all = {one.card: one for one in safe.all(SHELF, FoundCard)}
        self._of_alarm: tuple[int, str] | None = None
        before = clock.today() - timedelta(days=keep_days)
        old = [one.card for one in self._all.values() if one.is_settled and one.day < before]
        if old:
            safe.write([Drop(SHELF, card) for card in old])
            for card in old:
                del self._all[card]

    def open(self) -> list[FoundCard]:
        """Those that lie here, the oldest first."""
        return sorted((one for one in self._all.values() if not one.is_settled), key=lambda one: one.at)

    def settled_since(self, day: date) -> list[FoundCard]:
        """Those that were found since a day and are out of the house, the newest first."""
        gone = (one for one in self._all.values() if one.is_settled and one.day >= day)
        return sorted(gone, key=lambda one: one.at, reverse=True)

    def get(self, card: str) -> FoundCard:
        """That card. Problem `desk.no-such-found-card`."""
        try:
            return self._all[card]
        except KeyError:
            raise Problem("desk.no-such-found-card") from None

    def found(
        self, kind: CardKind, place: Place, finder: Finder, staff: str, visit: str = "", note: str = ""
    ) -> FoundCard:
        """Write a card down. Problem `desk.found-card-number`."""
        _require_no_number(note)
        return self._put(
            FoundCard(
                card=secrets.token_hex(8),
                kind=kind,
                place=place,
                finder=finder,
                at=self._clock.now(),
                staff=staff,
                visit=visit,
                note=note,
            )
        )

    def left_at_reader(self, alarm: int, kind: CardKind, visit: str, staff: str) -> FoundCard:
        """The card that lies at the reader while it calls, once however often it is pressed. `alarm` tells one alarm
        from the next."""
        if self._of_alarm is not None and self._of_alarm[0] == alarm:
            return self.get(self._of_alarm[1])
        card = self.found(kind, Place.READER, Finder.STAFF, staff, visit)
        self._of_alarm = (alarm, card.card)
        return card

    def told(self, card: str, staff: str, note: str) -> FoundCard:
        """Its owner knows that it is here. Problems `desk.found-card-step`, `desk.found-card-number`."""
        return self._step(card, Happening.TOLD, staff, note)

    def corrected(self, card: str, kind: CardKind, staff: str) -> FoundCard:
        """It is of that kind; what it was taken for stays on record. Nothing is written where it was taken for that.
        Problem `desk.found-card-step`."""
        before = self.get(card)
        if before.kind is kind:
            return before
        step = Step(
            happening=Happening.CORRECTED, at=self._clock.now(), staff=staff, taken_for=before.kind, kind=kind
        )
        return self._put(after(before, step))

    def stopped(self, card: str, staff: str, note: str) -> FoundCard:
        """The line that stops a card was called. Problems as `told`."""
        return self._step(card, Happening.STOPPED, staff, note)

    def handed_back(self, card: str, to: Receiver, confirmed: Confirmed, staff: str, note: str) -> FoundCard:
        """It is back with its owner. Problems as `told`, `desk.found-card-choice`."""
        if to not in (Receiver.OWNER, Receiver.FAMILY):
            raise Problem("desk.found-card-choice", where="to")
        return self._step(card, Happening.HANDED_BACK, staff, note, to, confirmed)

    def handed_over(self, card: str, to: Receiver, staff: str, note: str) -> FoundCard:
        """The police or the city hall has it. Problems as `told`, `desk.found-card-choice`."""
        if to not in (Receiver.POLICE, Receiver.CITY_HALL):
            raise Problem("desk.found-card-choice", where="to")
        return self._step(card, Happening.HANDED_OVER, staff, note, to)

    def _step(
        self,
        card: str,
        happening: Happening,
        staff: str,
        note: str,
        receiver: Receiver | None = None,
        confirmed: Confirmed | None = None,
    ) -> FoundCard:
        _require_no_number(note)
        step = Step(
            happening=happening,
            at=self._clock.now(),
            staff=staff,
            receiver=receiver,
            confirmed=confirmed,
            note=note,
        )
        return self._put(after(self.get(card), step))

    def _put(self, card: FoundCard) -> FoundCard:
        self._safe.write([Put(SHELF, card.card, card)])
        self._all[card.card] = card
        self._events.bump("found-card")
        return card


def _require_no_number(note: str) -> None:
    if may_hold_individual_number(note):
        raise Problem("desk.found-card-number", where="note")
