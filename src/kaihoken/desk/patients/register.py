"""All patients of the clinic, held in memory, found by number, name or kana."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from kaihoken.desk.patients.alike import alike_of_a_day, plain
from kaihoken.desk.patients.patient import Patient
from kaihoken.desk.safe import Drop, Put, Safe
from kaihoken.desk.slices import Sliced, at_once
from kaihoken.identity import may_be_same_name

SHELF = "patient"
MOST_FOUND = 20
_PEOPLE_AT_ONCE = 500
"""So many are compared in one go, and all of one birthdate."""


class Patients:
    """The patients of one desk."""

    def __init__(self, safe: Safe) -> None:
        """Reads them all. Problem `desk.safe-broken`."""
        self._safe = safe
        self._all = {one.patient: one for one in safe.all(SHELF, Patient)}

    def __len__(self) -> int:
        return len(self._all)

    def all(self) -> list[Patient]:
        """Everybody, in the order of their 患者番号."""
        return sorted(self._all.values(), key=lambda one: one.number)

    def everybody(self) -> Iterable[Patient]:
        """The same in no order."""
        return self._all.values()

    def get(self, patient: str) -> Patient | None:
        """Who has that key."""
        return self._all.get(patient)

    def numbered(self, number: str) -> Patient | None:
        """Who has that 患者番号, leading zeros aside."""
        wanted = number.strip().lstrip("0")
        return next((one for one in self._all.values() if one.number.lstrip("0") == wanted), None)

    def search(self, text: str) -> list[Patient]:
        """Whose 患者番号, name or kana begins with or holds the text; at most 20, those that begin with it first."""
        wanted = plain(text)
        if not wanted:
            return []
        ranked = []
        for one in self._all.values():
            forms = [plain(text) for text in (one.number, one.number.lstrip("0"), one.name, one.kana)]
            if any(wanted in form for form in forms):
                ranked.append((not any(form.startswith(wanted) for form in forms), one.number, one))
        return [one for _, _, one in sorted(ranked, key=lambda each: each[:2])[:MOST_FOUND]]

    def like(self, patient: Patient) -> list[Patient]:
        """Others who may be taken for them: the same birthdate and a name or kana that may be the same
        (同姓同名・同じ生年月日)."""
        return [
            one
            for one in self._all.values()
            if one.patient != patient.patient
            and one.birthdate is not None
            and one.birthdate == patient.birthdate
            and (
                may_be_same_name(one.name, patient.name)
                or bool(one.kana and plain(one.kana) == plain(patient.kana))
            )
        ]

    def alike(self) -> list[tuple[Patient, ...]]:
        """Everybody who may be taken for somebody else, with those others, in the order of their 患者番号."""
        return at_once(self.looking_alike())

    def looking_alike(self) -> Sliced[list[tuple[Patient, ...]]]:
        """The same in slices."""
        born: dict[date, list[Patient]] = {}
        for one in self.all():
            if one.birthdate is not None:
                born.setdefault(one.birthdate, []).append(one)
        groups: list[tuple[Patient, ...]] = []
        waiting = 0
        for same_day in born.values():
            waiting += len(same_day)
            if waiting >= _PEOPLE_AT_ONCE:
                waiting = 0
                yield
            if len(same_day) > 1:
                groups += alike_of_a_day(same_day)
        return groups

    def put(self, patients: Iterable[Patient], beside: Sequence[Put | Drop] = ()) -> None:
        """Write them down in one go, with what belongs to the same event."""
        every = list(patients)
        self._safe.write([*(Put(SHELF, one.patient, one) for one in every), *beside])
        self._all.update((one.patient, one) for one in every)

    def drop(self, patients: Iterable[str]) -> None:
        """Take them away."""
        every = list(patients)
        self._safe.write([Drop(SHELF, one) for one in every])
        for one in every:
            self._all.pop(one, None)


def new_patient(number: str, **known: object) -> Patient:
    """A patient with a fresh key, and what the file says of them by the names of `Patient`."""
    return msgspec.convert({"patient": secrets.token_hex(8), "number": number, **known}, Patient)
