"""Who comes: searching the file, a line for a patient or for somebody who is not in it, taking over into the file."""

import msgspec
from starlette.responses import Response

from kaihoken.desk.day import Source, Visit
from kaihoken.desk.frame import VISIT, Frame, Row, Visitor
from kaihoken.desk.patients import Patient, Patients
from kaihoken.desk.patients.register import new_patient
from kaihoken.desk.reception.comparison import adopted, has_numbers
from kaihoken.desk.reception.pages import reception_page, show_visit
from kaihoken.problems import Problem

LONGEST_NUMBER = 20
LONGEST_NAME = 40


async def search(frame: Frame, visitor: Visitor) -> Response:
    """POST /search: patients by number, name or kana; the visit that is open stays open."""
    text = visitor.form.get("text", "")
    values: dict[str, object] = {"found": frame.desk.patients.search(text), "searched": text}
    chosen = visitor.form.get("visit", "")
    if chosen:
        return show_visit(frame, visitor, frame.desk.day.get(chosen), None, **values)
    return reception_page(frame, visitor, **values)


async def search_part(frame: Frame, visitor: Visitor) -> Response:
    """POST /search/found: what was found alone, for the script that searches while somebody types."""
    text = visitor.form.get("text", "")
    values = {"found": frame.desk.patients.search(text), "searched": text}
    return frame.page("reception_found.html", visitor, values)


async def arrive(frame: Frame, visitor: Visitor) -> Response:
    """POST /arrive: a patient has come."""
    patient = frame.desk.patients.get(visitor.form.get("patient", ""))
    if patient is None:
        raise Problem("desk.no-such-patient")
    visit = frame.desk.day.arrive(patient, Source.WALK_IN)
    frame.desk.events.bump("day")
    return frame.see(visitor, f"/visit/{visit.visit}")


async def stranger(frame: Frame, visitor: Visitor) -> Response:
    """POST /stranger: somebody who is not in the file has come."""
    visit = frame.desk.day.stranger(visitor.form.get("name", "").strip()[:LONGEST_NAME], "", Source.WALK_IN)
    frame.desk.events.bump("day")
    return frame.see(visitor, f"/visit/{visit.visit}/numbers")


async def take_over(frame: Frame, visitor: Visitor) -> Response:
    """POST /visit/{visit}/take-over: the person of the answer into the clinic's file, under a number that is not
    taken."""
    desk = frame.desk
    visit = desk.day.get(visitor.named["visit"])
    try:
        patient = _newcomer(desk.patients, visit, visitor.form.get("number", "").strip())
    except Problem as problem:
        return show_visit(frame, visitor, visit, problem)
    return _joined(frame, visitor, visit, patient)


async def join(frame: Frame, visitor: Visitor) -> Response:
    """POST /visit/{visit}/join: the person of the answer is that patient of the file."""
    visit = frame.desk.day.get(visitor.named["visit"])
    patient = frame.desk.patients.get(visitor.form.get("patient", ""))
    if patient is None:
        raise Problem("desk.no-such-patient")
    return _joined(frame, visitor, visit, patient)


async def adopt(frame: Frame, visitor: Visitor) -> Response:
    """POST /visit/{visit}/adopt: the numbers of the answer into the file; what it does not mention stays."""
    desk = frame.desk
    visit = desk.day.get(visitor.named["visit"])
    patient = desk.patients.get(visit.patient)
    if patient is None or visit.last is None:
        raise Problem("desk.no-such-patient")
    try:
        desk.patients.put([adopted(patient, visit.last.answer)])
    except Problem as problem:
        return show_visit(frame, visitor, visit, problem)
    desk.day.put(msgspec.structs.replace(visit, typed=None))
    desk.events.bump("day")
    return frame.see(visitor, f"/visit/{visit.visit}")


def _newcomer(patients: Patients, visit: Visit, number: str) -> Patient:
    """The person of the answer as a patient of the clinic. Problems `desk.patient-number`,
    `desk.patient-number-taken`, `desk.nothing-to-adopt`."""
    if not number or len(number) > LONGEST_NUMBER or not number.isprintable():
        raise Problem("desk.patient-number", where="number")
    if patients.numbered(number) is not None:
        raise Problem("desk.patient-number-taken", where="number")
    if visit.last is None or not visit.last.answer.results:
        raise Problem("desk.nothing-to-adopt")
    result = visit.last.answer.results[0]
    patient = new_patient(number, name=result.name or visit.name, kana=result.kana or visit.kana)
    patient = msgspec.structs.replace(patient, birthdate=result.birthdate)
    return adopted(patient, visit.last.answer) if has_numbers(visit.last.answer) else patient


def _joined(frame: Frame, visitor: Visitor, visit: Visit, patient: Patient) -> Response:
    """The visit is that patient's, and its newest answer the last that is known of them. Written together."""
    desk = frame.desk
    theirs = msgspec.structs.replace(visit, patient=patient.patient, name=patient.name, kana=patient.kana)
    known = msgspec.structs.replace(patient, last=visit.last or patient.last)
    desk.day.put_with(theirs, known)
    desk.events.bump("day")
    return frame.see(visitor, f"/visit/{visit.visit}")


ROWS = (
    Row("POST", "/search", search),
    Row("POST", "/search/found", search_part),
    Row("POST", "/arrive", arrive),
    Row("POST", "/stranger", stranger),
    Row("POST", f"{VISIT}/take-over", take_over),
    Row("POST", f"{VISIT}/join", join),
    Row("POST", f"{VISIT}/adopt", adopt),
)
"""Who comes."""
