"""The walk at a desk that was made for it: what each step looks at to know that it was done, and what happens next."""

import secrets
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kaihoken import rules
from kaihoken.clock import TOKYO, Clock, tokyo_day
from kaihoken.coverage.client import HubProblem
from kaihoken.desk.day import TypedNumbers, Visit
from kaihoken.desk.drill.clinic import EVENING, MORNING, MadeUp
from kaihoken.desk.drill.walk import WALK, DrillRecord, Event, Place, Taken
from kaihoken.desk.drill.wire import CutWire
from kaihoken.desk.offline import EntryState, Seen, TakenDown
from kaihoken.desk.orders import OrderState
from kaihoken.desk.papers import FailureMode
from kaihoken.desk.running import Desk
from kaihoken.identity import InsurerNumber, canonical_branch, canonical_number, canonical_symbol

_LOST = 2
"""So many questions without an answer are a line that is down."""

_WAITING = (EntryState.TAKEN_DOWN, EntryState.ASKED)


class MovedClock:
    """A clock that was moved, and goes on at its own pace."""

    def __init__(self, own: Clock) -> None:
        self._own = own
        self._by = timedelta()

    def now(self) -> datetime:
        """What it shows."""
        return self._own.now() + self._by

    def today(self) -> date:
        """The day it shows."""
        return tokyo_day(self.now())

    def move(self, day: date, at: time) -> None:
        """Show that time of that day in Tokyo."""
        self._by = datetime.combine(day, at, TOKYO) - self._own.now()


@dataclass(frozen=True, slots=True)
class Stage:
    """What the drill plays on: the desk that was made for it, its wire, its clock, its people. `own` is the clock on
    the wall, by which the minutes count."""

    desk: Desk
    wire: CutWire
    clock: MovedClock
    people: MadeUp
    own: Clock


class Rehearsal:
    """One drill. `tell` hears of each step as it ends, `keep` the record whenever it has grown."""

    def __init__(
        self,
        stage: Stage,
        staff: str,
        tell: Callable[[Taken], None],
        keep: Callable[[DrillRecord], None],
    ) -> None:
        self._stage = stage
        self._tell = tell
        self._keep = keep
        self._since = stage.own.now()
        self._printed = False
        self._settled = False
        self._typed = ""
        self._evening = stage.clock.today()
        self.place = WALK.first
        self.over = False
        self.record = DrillRecord(
            drill=secrets.token_hex(8), staff=staff, began=self._since, ended=self._since
        )

    @property
    def people(self) -> MadeUp:
        """The made-up people."""
        return self._stage.people

    @property
    def is_finished(self) -> bool:
        """Whether every step has ended."""
        return self.place in WALK.ends

    async def answered(self, path: str, status: int) -> None:
        """The desk answered a request for that page."""
        if status == 200 and path.endswith("/tomorrow.pdf"):
            self._printed = self._is_list_answered()
        if status == 200 and path.endswith("/settle"):
            self._settled = self.place is Place.SETTLE and self._is_settled()
        await self.look()

    async def type_number(self, text: str) -> bool:
        """The number of the centre, as somebody found it; whether it is that."""
        self._typed = _digits(text)
        await self.look()
        return self.place is not Place.CALL

    async def look(self) -> None:
        """Go on while what is to be done stands there."""
        while not self.is_finished and self._is_done(self.place):
            await self._end(Event.DONE)

    async def not_found(self, place: str) -> None:
        """Nobody knows how: it is noted, and the drill goes on. A page that is behind says which step it meant."""
        await self.look()
        if place != self.place or self.is_finished:
            return
        if self.place is Place.LAST_CHECK:
            self._take_down_for_them()
        await self._end(Event.NOT_FOUND)

    def leaver_visit(self) -> Visit:
        """The visit of who is to be taken by the last check. Problem `desk.no-such-visit`."""
        patient = self.people.leaver.patient
        morning = self._evening + timedelta(days=1)
        return next(one for one in self._stage.desk.day.of(morning) if one.patient == patient)

    def _is_done(self, place: Place) -> bool:
        """By what stands in the desk, not by what somebody says."""
        entries = self._stage.desk.entries
        leaver = self.leaver_visit().visit
        match place:
            case Place.PRINT:
                return self._printed
            case Place.LAST_CHECK:
                return any(one.taken.share_percent == self.people.share_percent for one in entries.of(leaver))
            case Place.NEWCOMER:
                return any(_same(one.taken.numbers, self.people.paper) for one in entries.all())
            case Place.SETTLE:
                return self._settled
            case Place.CONFLICT:
                return any(one.state is EntryState.DECIDED for one in entries.of(leaver))
            case Place.CALL:
                return self._typed != "" and self._typed == _digits(self._number())
            case Place.FINISHED:
                return False

    async def _end(self, event: Event) -> None:
        now = self._stage.own.now()
        taken = Taken(step=self.place, event=event, seconds=round((now - self._since).total_seconds()))
        self.place = WALK.after(self.place, event)
        self._since = now
        self.record = DrillRecord(
            drill=self.record.drill,
            staff=self.record.staff,
            began=self.record.began,
            ended=now,
            taken=(*self.record.taken, taken),
        )
        self._keep(self.record)
        self._tell(taken)
        if self.place is Place.LAST_CHECK:
            self._stage.clock.move(self._evening + timedelta(days=1), MORNING)
            await self._cut(is_cut=True)
        if self.place is Place.SETTLE:
            await self._cut(is_cut=False)
        self._stage.desk.events.bump("day", "line")

    async def _cut(self, *, is_cut: bool) -> None:
        """Cut the line, or mend it, and let the desk notice."""
        self._stage.wire.is_cut = is_cut
        for _ in range(_LOST):
            with suppress(HubProblem):
                await self._stage.desk.line.asked(self._stage.desk.hub.document("/ready"))

    def _is_list_answered(self) -> bool:
        order = self._stage.desk.evening.of(self._evening + timedelta(days=1))
        return order is not None and order.state is OrderState.KEPT

    def _is_settled(self) -> bool:
        entries = self._stage.desk.entries.all()
        return bool(entries) and not any(one.state in _WAITING for one in entries)

    def _take_down_for_them(self) -> None:
        taken = TakenDown(seen=Seen.CARD, share_percent=self.people.share_percent)
        self._stage.desk.entries.take_down(self.leaver_visit(), taken, self.record.staff)

    def _number(self) -> str:
        return rules.load(FailureMode, on=self._stage.clock.today()).telephone or ""


def at_the_evening(own: Clock) -> MovedClock:
    """The clock with which a drill begins."""
    clock = MovedClock(own)
    clock.move(own.today(), EVENING)
    return clock


def _same(typed: TypedNumbers | None, paper: TypedNumbers) -> bool:
    """Whether those are the numbers of the paper, however they were written."""
    return typed is not None and _plain(typed) == _plain(paper)


def _plain(numbers: TypedNumbers) -> tuple[str, str, str, str, date]:
    return (
        InsurerNumber.as_written(numbers.insurer_number).canonical,
        canonical_symbol(numbers.symbol),
        canonical_number(numbers.number),
        canonical_branch(numbers.branch),
        numbers.birthdate,
    )


def _digits(text: str) -> str:
    return "".join(character for character in unicodedata.normalize("NFKC", text) if character.isdecimal())
