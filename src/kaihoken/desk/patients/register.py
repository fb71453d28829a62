"""All patients of the clinic, held in memory, found by number, name or kana."""

import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from kaihoken.desk.patients.patient import Patient
from kaihoken.desk.safe import Drop, Put, Safe
from kaihoken.desk.slices import Sliced, at_once
from kaihoken.identity import may_be_same_name

SHELF = "patient"
MOST_FOUND = 20
_DAYS_AT_ONCE = 500
"""So many birthdates are looked at in one go."""


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
        wanted = _plain(text)
        if not wanted:
            return []
        ranked = []
        for one in self._all.values():
            forms = [_plain(text) for text in (one.number, one.number.lstrip("0"), one.name, one.kana)]
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
                or bool(one.kana and _plain(one.kana) == _plain(patient.kana))
            )
        ]

    def alike(self) -> list[tuple[Patient, ...]]:
        """Everybody who may be taken for somebody else, with those others, in the order of their 患者番号."""
        return at_once(self.looking_alike())

    def looking_alike(self) -> Sliced[list[tuple[Patient, ...]]]:
        """The same in slices."""
        born: dict[date, list[tuple[Patient, str]]] = {}
        for one in self.all():
            if one.birthdate is not None:
                born.setdefault(one.birthdate, []).append((one, _plain(one.kana)))
        groups: dict[tuple[str, ...], tuple[Patient, ...]] = {}
        for at, same_day in enumerate(born.values()):
            if at % _DAYS_AT_ONCE == 0:
                yield
            if len(same_day) == 1:
                continue
            for one, kana in same_day:
                group = tuple(
                    other
                    for other, its_kana in same_day
                    if other is one
                    or (kana != "" and kana == its_kana)
                    or may_be_same_name(one.name, other.name)
                )
                if len(group) > 1:
                    groups.setdefault(tuple(each.patient for each in group), group)
        return list(groups.values())

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


def _plain(text: str) -> str:
    """Text as it is compared in a search: one width, kana in katakana, no spaces."""
    folded = unicodedata.normalize("NFKC", text)
    katakana = "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in folded)
    return "".join(katakana.split()).lower()
