"""The uses of the system-failure mode at one desk."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from kaihoken.clock import Clock
from kaihoken.coverage import Situation
from kaihoken.coverage.client import (
    MOST_REPORTED,
    AsyncHub,
    CheckAnswer,
    FailureCheck,
    FailureReport,
    OwnFailureMode,
)
from kaihoken.desk.asking import checked_of
from kaihoken.desk.checked import By
from kaihoken.desk.day import Day, Source, Visit
from kaihoken.desk.events import Events
from kaihoken.desk.failuremode.use import CalledBack, Looked, Telephoned, Use, UseEvent, UseState
from kaihoken.desk.line import Line
from kaihoken.desk.patients import Patients, patient_of, person_in
from kaihoken.desk.safe import Drop, Put, Safe
from kaihoken.desk.troubles import Troubles
from kaihoken.identity import may_be_same_name
from kaihoken.problems import Problem

SHELF: Final = "failure-mode"
_WAITING = frozenset({UseState.TELEPHONED, UseState.OPEN})
_CLOSING = frozenset({UseEvent.END, UseEvent.WRITE})
_NOBODY = frozenset({Situation.NOT_FOUND, Situation.MULTIPLE})


class Uses:
    """What was done in the mode, and what is owed for it."""

    def __init__(
        self,
        safe: Safe,
        hub: AsyncHub,
        line: Line,
        day: Day,
        patients: Patients,
        clock: Clock,
        events: Events,
        troubles: Troubles,
        keep_days: int,
    ) -> None:
        """Reads those that are kept. Problem `desk.safe-broken`."""
        self._safe = safe
        self._hub = hub
        self._line = line
        self._day = day
        self._patients = patients
        self._clock = clock
        self._events = events
        self._troubles = troubles
        self._all = {one.use: one for one in safe.all(SHELF, Use)}
        self._mode: OwnFailureMode | None = None
        self._asking = 0  # questions under way: who they find is owed a report
        self._forget(keep_days)

    def all(self) -> list[Use]:
        """Every use, the newest first."""
        return sorted(self._all.values(), key=lambda one: one.telephoned.at, reverse=True)

    def get(self, use: str) -> Use:
        """That use. Problem `desk.no-such-use`."""
        found = self._all.get(use)
        if found is None:
            raise Problem("desk.no-such-use")
        return found

    def current(self) -> Use | None:
        """The one of which something is left to be done."""
        return next((one for one in self.all() if not one.is_over), None)

    @property
    def can_ask(self) -> bool:
        """Whether the centre called back: four items can be asked by."""
        current = self.current()
        return current is not None and current.state is UseState.OPEN

    @property
    def mode(self) -> OwnFailureMode | None:
        """What the hub said last of this facility's mode; None where no use waits for it, or nothing was heard."""
        current = self.current()
        return self._mode if current is not None and current.state in _WAITING else None

    async def look(self) -> None:
        """Ask the hub whether the mode is open, where a use waits for that. Raises HubProblem."""
        current = self.current()
        if current is None or current.state not in _WAITING:
            self._mode = None
            return
        before, self._mode = self._mode, await self._hub.failure_mode()
        if self._mode != before:
            self._events.bump("line")

    def owed(self) -> int:
        """How many answers bear no report yet."""
        return sum(one.owed for one in self._all.values())

    def telephone(self, telephoned: Telephoned) -> Use:
        """The centre was called. Where a use is under way, that one stays. Problems `desk.failure-instant`,
        `store.full`."""
        current = self.current()
        if current is not None:
            return current
        self._require_past(telephoned.failed_at, "failed_at")
        return self._keep(Use(use=secrets.token_hex(8), telephoned=telephoned))

    def call_back(self, use: Use, called_back: CalledBack) -> Use:
        """The centre called back. Problems `desk.failure-instant` for a call-back before the call or still to come,
        `desk.failure-step`."""
        self._require(use, UseEvent.CALLED_BACK)
        self._require_past(called_back.at, "at")
        if called_back.at < use.telephoned.at.replace(second=0, microsecond=0):
            raise Problem("desk.failure-instant", where="at")
        if called_back.until is not None and called_back.until <= called_back.at:
            raise Problem("desk.failure-instant", where="until")
        state = use.after(UseEvent.CALLED_BACK)
        return self._keep(msgspec.structs.replace(use, state=state, called_back=called_back))

    async def ask(
        self, use: Use, check: FailureCheck, staff: str, visit: Visit | None
    ) -> tuple[CheckAnswer, str]:
        """Ask by four items: the answer, and the visit where it stands ("" where it led to nobody). It is kept with a
        visit of the day, and with the use that reports it, before it is shown. Problem
        `desk.failure-not-called-back`; the HubProblems of the question, `coverage.failure-not-open` among them."""
        if use.state is not UseState.OPEN:
            raise Problem("desk.failure-not-called-back")
        self._asking += 1
        try:
            said = await self._line.asked(self._hub.check_in_failure(check))
        finally:
            self._asking -= 1
        assert said.answer is not None, "this question knows no if_unchanged"
        use = self.get(use.use)  # somebody else may have asked meanwhile
        if Situation(said.answer.situation) in _NOBODY:
            self._keep(msgspec.structs.replace(use, unfound=use.unfound + 1))
            return said, ""
        visit = self._line_for(check, said, visit)
        checked = checked_of(said, By.FAILURE, staff)
        looked = Looked(
            at=said.answered_at,
            staff=staff,
            name=check.name,
            birthdate=check.birthdate,
            sex=check.sex,
            visit=visit.visit,
            receipt=checked.receipt,
            address=check.address,
            insurer_name=check.insurer_name,
            kana=visit.kana,
        )
        grown = msgspec.structs.replace(use, looked=(*use.looked, looked))
        beside = [Put(SHELF, grown.use, grown)]
        if visit.patient:
            self._day.keep_each([(visit.visit, checked)], beside)
        else:
            self._day.put(
                msgspec.structs.replace(visit, checks=(*visit.checks, checked), offline=False), beside
            )
        self._hold(grown)
        self._troubles.count_answer(said.answer)
        return said, visit.visit

    def end(self, use: Use) -> Use:
        """The failure is over, and nobody was found by it. Problem `desk.failure-step`."""
        self._require(use, UseEvent.END)
        return self._keep(msgspec.structs.replace(use, state=use.after(UseEvent.END)))

    def write(self, use: Use, why: str, failed_at: datetime, staff: str) -> Use:
        """Write the report down, with what fails and since when as it is known now. Problems `desk.failure-step`,
        `desk.failure-instant`."""
        self._require(use, UseEvent.WRITE)
        self._require_past(failed_at, "failed_at")
        return self._keep(
            msgspec.structs.replace(
                use,
                telephoned=msgspec.structs.replace(use.telephoned, why=why, failed_at=failed_at),
                state=use.after(UseEvent.WRITE),
                written_at=self._clock.now(),
                written_by=staff,
            )
        )

    async def send(self, use: Use) -> Use:
        """Send the written report; sending it again is safe. Problem `desk.failure-step`; the HubProblems of the line:
        then it stays written."""
        self._require(use, UseEvent.RECEIVED)
        for some in _portions(use.looked):
            report = FailureReport(
                receipts=tuple(msgspec.json.decode(one.receipt, type=dict[str, object]) for one in some),
                why=use.telephoned.why,
                failed_at=use.telephoned.failed_at,
                staff=use.written_by,
            )
            await self._line.asked(self._hub.report_failure(report))
        received = msgspec.structs.replace(
            self.get(use.use), state=use.after(UseEvent.RECEIVED), received_at=self._clock.now()
        )
        return self._keep(received)

    def _line_for(self, check: FailureCheck, said: CheckAnswer, visit: Visit | None) -> Visit:
        """Their line of today: the one that was asked about, where name and birthdate were not typed otherwise; else
        that of the one patient of the file with the numbers and the name of the answer; else a new one, as the hub has
        them."""
        visit = self._day.find(visit.visit) if visit is not None else None
        if visit is not None:
            patient = self._patients.get(visit.patient)
            born = patient.birthdate if patient is not None else None
            if may_be_same_name(visit.name, check.name) and born in (None, check.birthdate):
                return visit
        person = person_in(said.answer) if said.answer is not None else None
        patient = patient_of(person, self._patients.all()) if person is not None else None
        if patient is not None and may_be_same_name(patient.name, check.name):
            return self._day.arrive(patient, Source.WALK_IN)
        name, kana = (person.name, person.kana) if person is not None else (None, None)
        return self._day.a_stranger(name or check.name, kana or "", Source.WALK_IN)

    def _require(self, use: Use, event: UseEvent) -> None:
        if not use.may(event) or (self._asking and event in _CLOSING):
            raise Problem("desk.failure-step")

    def _require_past(self, at: datetime, where: str) -> None:
        if at > self._clock.now():
            raise Problem("desk.failure-instant", where=where)

    def _forget(self, keep_days: int) -> None:
        """Those that are over and old go, with the names in them; what is owed stays."""
        before = self._clock.now() - timedelta(days=keep_days)
        old = [one.use for one in self._all.values() if one.is_over and one.telephoned.at < before]
        if old:
            self._safe.write([Drop(SHELF, one) for one in old])
            for one in old:
                del self._all[one]

    def _keep(self, use: Use) -> Use:
        self._safe.write([Put(SHELF, use.use, use)])
        self._hold(use)
        return use

    def _hold(self, use: Use) -> None:
        self._all[use.use] = use
        self._events.bump("day", "line")


def _portions(looked: Sequence[Looked]) -> list[Sequence[Looked]]:
    """As many as one report names."""
    return [looked[begin : begin + MOST_REPORTED] for begin in range(0, len(looked), MOST_REPORTED)]
