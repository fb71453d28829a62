"""What a file of appointments changes in the lists of the coming days. Pure: twice the same is one, and an appointment
that was taken off by hand stays off."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec

from kaihoken.clock import tokyo_day
from kaihoken.desk.day import Source, Visit
from kaihoken.desk.files.cells import number_key
from kaihoken.desk.files.columns import Field
from kaihoken.desk.files.rows import AppointmentRow, BadRow, Rows, refused
from kaihoken.desk.patients import Patient
from kaihoken.identity import may_be_same_name, same_name

DAYS_AHEAD: Final = 31
"""So far into the future appointments are taken: a Monday's are wanted on the Friday before."""


class TakenOff(msgspec.Struct, frozen=True):
    """An appointment that somebody took off the list by hand."""

    patient: str
    at: datetime


@dataclass(slots=True)
class Appointed:
    """Visits to be written and to be taken off, how many rows change nothing, how many are of days that are over or
    far ahead, and the rows that cannot be taken."""

    new: list[Visit] = field(default_factory=list)
    moved: list[Visit] = field(default_factory=list)
    off: list[Visit] = field(default_factory=list)
    same: int = 0
    outside: int = 0
    bad: list[BadRow] = field(default_factory=list)


def appoint(
    rows: Rows[AppointmentRow],
    patients: Sequence[Patient],
    visits: Iterable[Visit],
    taken_off: Iterable[TakenOff],
    today: date,
) -> Appointed:
    """The appointments beside what the lists hold. A patient has one line a day: the earliest of their appointments."""
    people = _People(patients)
    made = Appointed(bad=list(rows.bad))
    wanted: dict[tuple[str, date], tuple[Patient, list[datetime]]] = {}
    for line, row in rows.good:
        found = people.of(row)
        if isinstance(found, str):
            made.bad.append(refused(line, found, Field.NUMBER if row.number else Field.NAME))
            continue
        day = tokyo_day(row.at)
        if not today <= day <= today + timedelta(days=DAYS_AHEAD):
            made.outside += 1
            continue
        _, times = wanted.setdefault((found.patient, day), (found, []))
        if not row.cancelled:
            times.append(row.at.astimezone(UTC))
    off = {(one.patient, one.at) for one in taken_off}
    there = {(one.patient, one.day): one for one in visits}
    for (key, day), (patient, times) in wanted.items():
        standing = [at for at in times if (key, at) not in off]
        _appoint(made, patient, day, min(standing, default=None), there.get((key, day)))
    made.bad.sort(key=lambda bad: bad.line)
    return made


def can_be_taken_off(visit: Visit) -> bool:
    """Whether nothing happened yet but that somebody made an appointment."""
    return visit.source is Source.APPOINTMENT and not visit.checks and not visit.shown


def _appoint(made: Appointed, patient: Patient, day: date, at: datetime | None, there: Visit | None) -> None:
    if at is None:
        if there is not None and can_be_taken_off(there):
            made.off.append(there)
        else:
            made.same += 1
    elif there is None:
        made.new.append(
            Visit(
                visit=secrets.token_hex(8),
                day=day,
                at=at,
                source=Source.APPOINTMENT,
                patient=patient.patient,
                name=patient.name,
                kana=patient.kana,
            )
        )
    elif can_be_taken_off(there) and there.at != at:
        made.moved.append(msgspec.structs.replace(there, at=at))
    else:
        made.same += 1


class _People:
    """The patients, found by what a row says of one."""

    def __init__(self, patients: Sequence[Patient]) -> None:
        self._by_number: Mapping[str, Patient] = {number_key(one.number): one for one in patients}
        self._by_birthdate: dict[date, list[Patient]] = {}
        for one in patients:
            if one.birthdate is not None:
                self._by_birthdate.setdefault(one.birthdate, []).append(one)

    def of(self, row: AppointmentRow) -> Patient | str:
        """Who is meant, or the code of why nobody can be said to be."""
        if row.number:
            found = self._by_number.get(number_key(row.number))
            if found is None:
                return "desk.no-such-patient"
            other_day = row.birthdate not in (None, found.birthdate) and found.birthdate is not None
            other_name = bool(row.name) and not may_be_same_name(row.name, found.name)
            return "desk.file-somebody-else" if other_day or other_name else found
        born = self._by_birthdate.get(row.birthdate, []) if row.birthdate is not None else []
        named = [one for one in born if same_name(one.name, row.name)]
        if not named:
            return "desk.no-such-patient"
        return named[0] if len(named) == 1 else "desk.file-nobody"
