"""Every day of care of a file that is held, asked of the hub as one list, and the file checked once more."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from kaihoken.claims.checks import receipts_of
from kaihoken.claims.eligibility import CareDay, Eligibility, HubSource, Kept, ReceiptOf
from kaihoken.claims.receipt import Receipt
from kaihoken.claims.uke import read
from kaihoken.coverage.client import AsyncHub, HubBeside
from kaihoken.desk.claimfiles import ClaimFiles, Held
from kaihoken.desk.day import Day, Visit
from kaihoken.desk.events import Events
from kaihoken.desk.line import Line
from kaihoken.desk.patients import Patient, Patients
from kaihoken.desk.slices import in_slices
from kaihoken.identity import InsurerNumber, canonical_number
from kaihoken.problems import Problem

SOON: Final = 1.0
"""Seconds for which a page waits before it shows how far the asking is."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Under:
    """確かめています: how many days of how many the hub has answered; 0 of 0 before it was told of them."""

    done: int = 0
    of: int = 0


class ClaimQuestions:
    """Asks for one desk, beside its pages: who leaves the page finds it going on. `sleep` lets seconds pass between two
    looks whether the list is answered, `soon` is how long a page waits."""

    def __init__(
        self,
        files: ClaimFiles,
        hub: AsyncHub,
        line: Line,
        day: Day,
        patients: Patients,
        events: Events,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._files = files
        self._hub = hub
        self._line = line
        self._day = day
        self._patients = patients
        self._events = events
        self.sleep = sleep
        self.soon = SOON
        self._turn = asyncio.Lock()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._under: dict[str, Under] = {}
        self._refused: dict[str, Problem] = {}
        self._give_up: Callable[[], object] = lambda: None
        self._ended = False

    def under(self, file: str) -> Under | None:
        """How far the asking about a file is; None where nothing is being asked."""
        return self._under.get(file)

    def refused(self, file: str) -> Problem | None:
        """Why the last asking about a file came to nothing: everything is as it was before."""
        return self._refused.get(file)

    async def ask(self, file: str, asked_times: int) -> None:
        """Ask about a file, or go on where the line broke, and come back when that is done or after `soon`. A press
        that was meant for what has been asked since, or is being asked, asks nothing. Problem
        `desk.no-such-claim-file`."""
        task = self._tasks.get(file)
        if task is None:
            if self._ended or self._files.get(file).asked_times != asked_times:
                return
            self._refused.pop(file, None)
            self._under[file] = Under()
            task = self._tasks[file] = asyncio.create_task(self._one(file))
        done, _ = await asyncio.wait([task], timeout=self.soon)
        for one in done:
            one.result()

    async def stop(self) -> None:
        """The desk ends: what is being asked is given up, and asked again by the next press."""
        self._ended = True
        while self._tasks:
            self._give_up()
            await asyncio.wait(self._tasks.values(), timeout=SOON)

    async def _one(self, file: str) -> None:
        try:
            async with self._turn:
                await self._asked(self._files.get(file))
        except Problem as problem:
            self._refused[file] = problem
        except asyncio.CancelledError:
            if not self._ended:
                raise
        finally:
            del self._tasks[file], self._under[file]
            self._events.bump("claims", "claims-asking")

    async def _asked(self, held: Held) -> None:
        # Asked once more from the beginning, what is known stays until the new answers are there.
        kept = held.kept if held.kept.next is not None else Kept()
        hub = HubBeside(self._hub, self._through)
        loop = asyncio.get_running_loop()
        source = HubSource(
            hub,
            kept,
            lambda seconds: hub.wait_for(self._open(self.sleep(seconds))),
            told=lambda done, of: loop.call_soon_threadsafe(self._tell, held.file, Under(done, of)),
        )
        # Read and asked in a thread: the reception goes on answering, and the thread may wait for the hub.
        eligibility = await asyncio.to_thread(
            lambda: Eligibility.asked(
                receipts_of(read([held.content])), source, VisitOf(self._day, self._patients)
            )
        )
        asking, known = eligibility.asking, held.asking
        if asking.broke and known is not None and asking.answered < known.answered:
            self._files.standing(held, asking.broke, kept)
        else:
            await in_slices(self._files.weighing(held, eligibility, kept))

    def _tell(self, file: str, under: Under) -> None:
        if file in self._under and self._under[file] != under:
            self._under[file] = under
            self._events.bump("claims-asking")

    async def _through(self, question: Awaitable[T]) -> T:
        return await self._line.asked(self._open(question))

    async def _open(self, awaited: Awaitable[T]) -> T:
        """Waited for as long as the desk is open."""
        waited: asyncio.Future[T] = asyncio.ensure_future(awaited)
        self._give_up = waited.cancel
        if self._ended:
            waited.cancel()
        return await waited


class VisitOf(ReceiptOf):
    """Finds the visit of a day of care and gives its key: by chart number and date of birth, or by the numbers that the
    clinic's file holds or that were typed then. Of several the one that was answered."""

    def __init__(self, day: Day, patients: Patients) -> None:
        self._by_chart: dict[tuple[date, str, date], Visit] = {}
        self._by_numbers: dict[tuple[date, str, str, date], Visit] = {}
        for visit in sorted(day.since(date.min), key=lambda one: bool(one.checks)):
            self._take(visit, patients.get(visit.patient))

    def __call__(self, receipt: Receipt, day: CareDay) -> str:
        """See `ReceiptOf`."""
        visit = self._by_chart.get((day.on, receipt.chart, day.birthdate)) or self._by_numbers.get(
            (day.on, day.insurer, canonical_number(day.number), day.birthdate)
        )
        return visit.visit if visit is not None else ""

    def _take(self, visit: Visit, patient: Patient | None) -> None:
        typed = visit.typed
        if typed is not None:
            self._put(visit, typed.insurer_number, typed.number, typed.birthdate)
        if patient is None or patient.birthdate is None:
            return
        if patient.number:
            self._by_chart[visit.day, patient.number, patient.birthdate] = visit
        if patient.can_be_asked:
            self._put(visit, patient.insurer_number, patient.insured_number, patient.birthdate)

    def _put(self, visit: Visit, insurer: str, number: str, birthdate: date) -> None:
        try:
            canonical = InsurerNumber.parse(insurer).canonical
        except Problem:
            return
        self._by_numbers[visit.day, canonical, canonical_number(number), birthdate] = visit
