"""The entries of a desk: kept at once when they are taken down, asked as one list when the line is back, settled once.

Nothing that was taken down is ever overwritten: an answer stands beside it."""

import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from kaihoken.clock import Clock
from kaihoken.coverage.client import ListResult, NumberRow
from kaihoken.desk.checked import Checked
from kaihoken.desk.day import Day, Document, TypedNumbers, Visit
from kaihoken.desk.day import Seen as SeenPaper
from kaihoken.desk.events import Events
from kaihoken.desk.line import Line
from kaihoken.desk.offline.comparing import between, differences
from kaihoken.desk.offline.entry import Decision, Entry, EntryState, Seen, TakenDown
from kaihoken.desk.orders import Order, Orders, OrderState, new_key, row_checked, why
from kaihoken.desk.patients import Patients
from kaihoken.desk.safe import Drop, Put, Safe
from kaihoken.problems import Problem

SETTLE: Final = "settle"
"""What an order of entries is about."""

SHELF = "offline"
_BUSY, _QUIET = 0.5, 5.0
_DOCUMENTS = {Seen.CONFIRMATION: Document.CONFIRMATION, Seen.PORTAL: Document.PORTAL}


class Entries:
    """The entries of one desk. `trouble` is what stopped their settlement last, None while nothing did."""

    def __init__(
        self,
        safe: Safe,
        orders: Orders,
        day: Day,
        patients: Patients,
        line: Line,
        clock: Clock,
        events: Events,
        keep_days: int,
    ) -> None:
        """Reads those that are kept. Problem `desk.safe-broken`."""
        self._safe = safe
        self._orders = orders
        self._day = day
        self._patients = patients
        self._line = line
        self._clock = clock
        self._events = events
        self._all = {one.entry: one for one in safe.all(SHELF, Entry)}
        self.trouble: Problem | None = None
        self._forget(keep_days)

    def all(self) -> list[Entry]:
        """Every entry in the order in which it was taken down."""
        return sorted(self._all.values(), key=lambda one: (one.at, one.entry))

    def open(self) -> list[Entry]:
        """Those that are still to be settled."""
        return [one for one in self.all() if one.is_open]

    def of(self, visit: str) -> list[Entry]:
        """Those about one visit."""
        return [one for one in self.all() if one.visit == visit]

    def get(self, entry: str) -> Entry:
        """That entry. Problem `desk.no-such-entry`."""
        found = self._all.get(entry)
        if found is None:
            raise Problem("desk.no-such-entry")
        return found

    def take_down(self, visit: Visit, taken: TakenDown, staff: str) -> Entry:
        """Keep what was seen, with the visit, at once. Without numbers of its own an entry holds those of the clinic's
        file. Problem `store.full`."""
        if taken.numbers is None:
            taken = msgspec.structs.replace(taken, numbers=self._numbers_of_file(visit))
        entry = Entry(
            entry=secrets.token_hex(8),
            visit=visit.visit,
            day=visit.day,
            at=self._clock.now(),
            staff=staff,
            name=visit.name,
            kana=visit.kana,
            taken=taken,
        )
        document = _DOCUMENTS.get(taken.seen)
        papers = () if document is None else (SeenPaper(document=document, at=entry.at, staff=staff),)
        noted = msgspec.structs.replace(visit, shown=(*visit.shown, *papers), offline=True, is_here=True)
        self._day.put(noted, [_put(entry)])
        self._all[entry.entry] = entry
        self._events.bump("day")
        return entry

    def decide(self, entry: str, decision: Decision, staff: str) -> Entry:
        """A person decides about a conflict, or about an entry that cannot be asked. Problems `desk.no-such-entry`,
        `desk.entry-settled` (somebody was faster, or there is nothing to decide)."""
        found = self.get(entry)
        if found.state not in (EntryState.CONFLICT, EntryState.CANNOT_BE_ASKED):
            raise Problem("desk.entry-settled")
        decided = found.decided(decision, staff, self._clock.now())
        visit = self._day.find(found.visit)
        if visit is None:
            self._write([decided])
        else:
            self._day.put(msgspec.structs.replace(visit, offline=False), [_put(decided)])
            self._hold([decided])
        return decided

    async def carry_on(self) -> bool:
        """One step of the settlement; whether more of it is to come. Raises the HubProblems of the line, and
        `store.full`: then everything stands where it stood."""
        self._reconcile()
        order = self._orders.open(SETTLE) or self._drawn()
        if order is None:
            return False
        after = await self._orders.step(order.key, self._keep)
        self._reconcile()
        return after.is_open or any(one.state is EntryState.TAKEN_DOWN for one in self.open())

    async def watch(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Settle by itself whenever the line is up, until cancelled. What stops it is told on the page, and tried
        again."""
        while True:
            seconds = _QUIET
            if self._line.view.is_up:
                try:
                    seconds = _BUSY if await self.carry_on() else _QUIET
                    self.trouble = None
                except Problem as problem:
                    self.trouble = problem
            await sleep(seconds)

    def _drawn(self) -> Order | None:
        """A list of everything that waits to be asked, written down together with the entries that stand on it."""
        waiting = [one for one in self.open() if one.state is EntryState.TAKEN_DOWN]
        rows = [_row(one.entry, one.taken.numbers) for one in waiting if one.taken.numbers is not None]
        silent = [
            one.cannot(why(Problem("desk.patient-incomplete")))
            for one in waiting
            if one.taken.numbers is None
        ]
        if silent:
            self._write(silent)
        if not rows:
            return None
        key = new_key()
        asked = [one.asked(key) for one in waiting if one.taken.numbers is not None]
        order = self._orders.draw(
            SETTLE, self._clock.today(), rows, key=key, beside=[_put(one) for one in asked]
        )
        self._hold(asked)
        return order

    def _reconcile(self) -> None:
        """Bring entries to where what is known has left them: somebody checked meanwhile, or their list ended without
        them. A crash between the two is mended here."""
        found = [settled for one in self.open() if (settled := self._meanwhile(one)) is not None]
        if found:
            self._write(found)

    def _meanwhile(self, entry: Entry) -> Entry | None:
        if entry.state in (EntryState.TAKEN_DOWN, EntryState.CANNOT_BE_ASKED):
            checked = self._checked_since(entry)
            if checked is not None:
                return entry.answered(checked, differences(entry.taken, entry.name, checked.answer))
        if entry.state is EntryState.ASKED:
            order = self._orders.get(entry.order)
            if order is None or order.state is OrderState.LOST:
                return entry.lost()
            if not order.is_open:
                return entry.cannot(
                    order.why(entry.entry) or order.problem or why(Problem("coverage.bulk-row"))
                )
        return None

    def _checked_since(self, entry: Entry) -> Checked | None:
        visit = self._day.find(entry.visit)
        last = visit.last if visit is not None else None
        return last if last is not None and last.at >= entry.at else None

    def _keep(self, order: Order, results: Sequence[ListResult], beside: Put) -> None:
        now = self._clock.now()
        answers: list[tuple[str, Checked]] = []
        settled: list[Entry] = []
        for result in results:
            entry = self._all.get(result.id)
            if entry is None or entry.state is not EntryState.ASKED:
                continue
            checked = row_checked(result, now, entry.staff)
            if checked is None:
                settled.append(entry.cannot(order.why(entry.entry) or why(Problem("coverage.bulk-row"))))
                continue
            meanwhile = self._checked_since(entry)
            told = differences(entry.taken, entry.name, checked.answer)
            if meanwhile is not None:
                told = (*told, *between(meanwhile.answer, checked.answer))
            answers.append((entry.visit, checked))
            settled.append(entry.answered(checked, told))
        self._day.keep_each(answers, [*(_put(one) for one in settled), beside])
        self._hold(settled)

    def _numbers_of_file(self, visit: Visit) -> TypedNumbers | None:
        patient = self._patients.get(visit.patient)
        if patient is None or not patient.can_be_asked or patient.birthdate is None:
            return None
        return TypedNumbers(
            insurer_number=patient.insurer_number,
            symbol=patient.symbol,
            number=patient.insured_number,
            branch=patient.branch,
            birthdate=patient.birthdate,
        )

    def _write(self, entries: Sequence[Entry]) -> None:
        self._safe.write([_put(one) for one in entries])
        self._hold(entries)

    def _hold(self, entries: Iterable[Entry]) -> None:
        self._all.update((one.entry, one) for one in entries)
        self._events.bump("day")

    def _forget(self, keep_days: int) -> None:
        before = self._clock.today() - timedelta(days=keep_days)
        old = [one.entry for one in self._all.values() if one.day < before and not one.is_open]
        if old:
            self._safe.write([Drop(SHELF, one) for one in old])
            for one in old:
                del self._all[one]


def _row(id_: str, numbers: TypedNumbers) -> NumberRow:
    return NumberRow(id=id_, **msgspec.structs.asdict(numbers))


def _put(entry: Entry) -> Put:
    return Put(SHELF, entry.entry, entry)
