"""The visits of a desk, by day. Those of today are held in memory."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

import msgspec

from kaihoken.clock import Clock
from kaihoken.desk.checked import Checked
from kaihoken.desk.day.visit import Source, Visit
from kaihoken.desk.patients import Patient, Patients
from kaihoken.desk.safe import Drop, Put, Safe
from kaihoken.problems import Problem

SHELF = "visit"


class Day:
    """The visits of one desk."""

    def __init__(self, safe: Safe, patients: Patients, clock: Clock) -> None:
        """Reads those that are kept. Problem `desk.safe-broken`."""
        self._safe = safe
        self._patients = patients
        self._clock = clock
        self._all = {one.visit: one for one in safe.all(SHELF, Visit)}

    def of(self, day: date) -> list[Visit]:
        """The visits of a day by their time."""
        return sorted(
            (one for one in self._all.values() if one.day == day), key=lambda one: (one.at, one.visit)
        )

    def today(self) -> list[Visit]:
        """Today's list."""
        return self.of(self._clock.today())

    def since(self, day: date) -> list[Visit]:
        """Every visit from a day on."""
        return [one for one in self._all.values() if one.day >= day]

    def get(self, visit: str) -> Visit:
        """That visit. Problem `desk.no-such-visit`."""
        found = self.find(visit)
        if found is None:
            raise Problem("desk.no-such-visit")
        return found

    def find(self, visit: str) -> Visit | None:
        """That visit, None where it was taken off the list."""
        return self._all.get(visit)

    def visit_of(self, patient: str) -> Visit | None:
        """Today's visit of a patient."""
        return next((one for one in self.today() if one.patient == patient), None)

    def arrive(self, patient: Patient, source: Source) -> Visit:
        """A patient's line on today's list: the one that is there already, or a new one."""
        return self.visit_of(patient.patient) or self.put(self.a_line(patient, source))

    def a_line(self, patient: Patient, source: Source) -> Visit:
        """A new line of a patient, not written down yet: for who writes it together with what belongs to it."""
        return Visit(
            visit=secrets.token_hex(8),
            day=self._clock.today(),
            at=self._clock.now(),
            source=source,
            patient=patient.patient,
            name=patient.name,
            kana=patient.kana,
        )

    def stranger(self, name: str, kana: str, source: Source) -> Visit:
        """A line for somebody who is not in the clinic's file (yet)."""
        return self.put(self.a_stranger(name, kana, source))

    def a_stranger(self, name: str, kana: str, source: Source) -> Visit:
        """The same line, not written down yet."""
        return Visit(
            visit=secrets.token_hex(8),
            day=self._clock.today(),
            at=self._clock.now(),
            source=source,
            name=name,
            kana=kana,
        )

    def put(self, visit: Visit, beside: Sequence[Put | Drop] = ()) -> Visit:
        """Write it down, with what belongs to the same event."""
        self._safe.write([Put(SHELF, visit.visit, visit), *beside])
        self._all[visit.visit] = visit
        return visit

    def keep(self, visit: Visit, checked: Checked, instead_of: Sequence[Visit] = ()) -> Visit:
        """Write an answer down: with the visit and as the last one of its patient, together. The lines that it stands
        `instead_of` go with the same write."""
        kept = msgspec.structs.replace(visit, checks=(*visit.checks, checked), offline=False, trouble="")
        drops = [Drop(SHELF, one.visit) for one in instead_of]
        patient = self._patients.get(visit.patient)
        known = [] if patient is None else [msgspec.structs.replace(patient, last=checked)]
        self._patients.put(known, [Put(SHELF, kept.visit, kept), *drops])
        self._all[kept.visit] = kept
        for one in instead_of:
            self._all.pop(one.visit, None)
        return kept

    def keep_each(self, answers: Iterable[tuple[str, Checked]], beside: Sequence[Put | Drop] = ()) -> None:
        """Write answers down by their visits, each also as the last one of its patient where no newer one is known, and
        what belongs to the same event: all of it or nothing. A visit that was taken off the list is passed over.
        Problem `store.full`: then nothing is kept."""
        visits: dict[str, Visit] = {}
        patients: dict[str, Patient] = {}
        for key, checked in answers:
            visit = visits.get(key) or self._all.get(key)
            if visit is None:
                continue
            checks = tuple(sorted((*visit.checks, checked), key=lambda one: one.at))
            visits[key] = msgspec.structs.replace(visit, checks=checks, offline=False, trouble="")
            patient = patients.get(visit.patient) or self._patients.get(visit.patient)
            if patient is not None and (patient.last is None or patient.last.at <= checked.at):
                patients[patient.patient] = msgspec.structs.replace(patient, last=checked)
        puts = [Put(SHELF, one.visit, one) for one in visits.values()]
        self._patients.put(patients.values(), [*puts, *beside])
        self._all.update(visits)

    def trouble(self, visit: Visit, code: str) -> Visit:
        """Write down what kept the reader from an answer about it, by the code of the problem. The line may be new."""
        return self.put(msgspec.structs.replace(self.find(visit.visit) or visit, trouble=code))

    def put_with(self, visit: Visit, patient: Patient) -> Visit:
        """Write a visit and its patient down, together."""
        self._patients.put([patient], [Put(SHELF, visit.visit, visit)])
        self._all[visit.visit] = visit
        return visit

    def change(
        self, put: Sequence[Visit], off: Sequence[Visit] = (), beside: Sequence[Put | Drop] = ()
    ) -> None:
        """Write visits down and take others off the lists, with what belongs to the same event."""
        drops = [Drop(SHELF, one.visit) for one in off]
        self._safe.write([*(Put(SHELF, one.visit, one) for one in put), *drops, *beside])
        self._all.update((one.visit, one) for one in put)
        for one in off:
            self._all.pop(one.visit, None)

    def forget(self, keep_days: int, unless: Collection[str] = ()) -> int:
        """Drop the visits of days longer ago than that, unless they are still wanted; how many."""
        before = self._clock.today() - timedelta(days=keep_days)
        old = [one.visit for one in self._all.values() if one.day < before and one.visit not in unless]
        if old:
            self._safe.write([Drop(SHELF, one) for one in old])
            for one in old:
                del self._all[one]
        return len(old)
