"""Making a desk that is there at once: for a demonstration, a training, a trial."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from kaihoken.clock import tokyo_day
from kaihoken.desk.day import Source, Visit
from kaihoken.desk.day.book import SHELF as VISITS
from kaihoken.desk.enrolment import Enrolment, enrolment_in, keep_enrolment
from kaihoken.desk.patients import Patient
from kaihoken.desk.patients.register import SHELF as PATIENTS
from kaihoken.desk.reader import VISUAL, VISUAL_SHELF
from kaihoken.desk.running import open_safe
from kaihoken.desk.safe import Put
from kaihoken.desk.staff import Staff


class Appointment(msgspec.Struct, frozen=True):
    """When a patient comes: the desk's key of the patient, and the instant."""

    patient: Patient
    at: datetime


def make_desk(
    folder: Path,
    enrolment: Enrolment,
    staff: Mapping[str, str],
    patients: Iterable[Patient],
    appointments: Iterable[Appointment],
    visual: str = "",
) -> None:
    """Fill the folder of a desk that does not run: who it is, its staff (sign to password), patients and visits, and
    the facility's password for the visual check ("": none yet).
    Problems of `open_safe` and `Staff.put`."""
    safe = open_safe(folder)
    try:
        keep_enrolment(safe, enrolment)
        people = Staff(safe, lambda: 0)
        for sign, password in staff.items():
            people.put(sign, password)
        if visual:
            Staff(safe, lambda: 0, VISUAL_SHELF).put(VISUAL, visual)
        safe.write([Put(PATIENTS, one.patient, one) for one in patients])
        visits = [_visit(one) for one in appointments]
        safe.write([Put(VISITS, one.visit, one) for one in visits])
    finally:
        safe.close()


def move_desk(folder: Path, hub: str) -> None:
    """Tell a desk that does not run that its hub is at that address now: the same hub, which knows the same key.
    Problems of `open_safe`, `desk.not-enrolled`."""
    safe = open_safe(folder)
    try:
        known = enrolment_in(safe)
        if known.hub != hub:
            keep_enrolment(safe, msgspec.structs.replace(known, hub=hub))
    finally:
        safe.close()


def _visit(appointment: Appointment) -> Visit:
    patient = appointment.patient
    return Visit(
        visit=secrets.token_hex(8),
        day=tokyo_day(appointment.at),
        at=appointment.at,
        source=Source.APPOINTMENT,
        patient=patient.patient,
        name=patient.name,
        kana=patient.kana,
    )
