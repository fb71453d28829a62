"""Every day of care of a file that is held, asked of the hub as one list, and the file checked once more."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Final

from kaihoken.claims.checks import receipts_of
from kaihoken.claims.eligibility import CareDay, Eligibility, HubSource, ReceiptOf
from kaihoken.claims.receipt import Receipt
from kaihoken.claims.uke import read
from kaihoken.coverage.client import AsyncHub, HubBeside
from kaihoken.desk.claimfiles import ClaimFiles, Held
from kaihoken.desk.day import Day, Visit
from kaihoken.desk.line import Line
from kaihoken.desk.patients import Patient, Patients
from kaihoken.desk.slices import in_slices
from kaihoken.identity import InsurerNumber, canonical_number
from kaihoken.problems import Problem

MOST_SECONDS: Final = 20.0
"""How long a page waits for the list; what is not there then is fetched by the next press."""


class ClaimQuestions:
    """Asks for one desk. `sleep` lets seconds pass between two looks whether the list is answered."""

    def __init__(
        self,
        files: ClaimFiles,
        hub: AsyncHub,
        line: Line,
        day: Day,
        patients: Patients,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._files = files
        self._hub = hub
        self._line = line
        self._day = day
        self._patients = patients
        self.sleep = sleep
        self._turn = asyncio.Lock()

    async def ask(self, file: str, asked_times: int) -> Held:
        """Ask about a file, or go on where the line broke. A press that was meant for what has been asked since asks
        nothing. Raises as `HubSource.ask` and `ClaimFiles.weighing`: then everything stays as it was."""
        async with self._turn:
            held = self._files.get(file)
            if held.asked_times != asked_times:
                return held
            hub = HubBeside(self._hub, self._line.asked)
            source = HubSource(
                hub, held.kept, lambda seconds: hub.wait_for(self.sleep(seconds)), MOST_SECONDS
            )
            # Read and asked in a thread: the reception goes on answering, and the thread may wait for the hub.
            eligibility = await asyncio.to_thread(
                lambda: Eligibility.asked(
                    receipts_of(read([held.content])), source, VisitOf(self._day, self._patients)
                )
            )
            return await in_slices(self._files.weighing(held, eligibility))


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
