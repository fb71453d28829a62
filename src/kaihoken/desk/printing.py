"""What a page gives to a paper: who prints it, and whom it is about."""

from kaihoken.desk.day import Visit
from kaihoken.desk.frame import Frame, Visitor
from kaihoken.paper import Clinic, Patient, Printing


def printing_of(frame: Frame, visitor: Visitor) -> Printing:
    """One act of printing, by who is signed in, now."""
    desk = frame.desk
    clinic = Clinic(desk.enrolment.facility_name, code=desk.enrolment.facility)
    return Printing(clinic, at=desk.clock.now(), by=visitor.sign, demonstration=desk.settings.demo)


def person_of(frame: Frame, visit: Visit) -> Patient:
    """Who it is, as the clinic's file has them."""
    patient = frame.desk.patients.get(visit.patient)
    if patient is None:
        return Patient(
            name=visit.name, kana=visit.kana, birthdate=visit.typed.birthdate if visit.typed else None
        )
    return Patient(
        name=patient.name,
        kana=patient.kana,
        birthdate=patient.birthdate,
        telephone=patient.phone,
        number=patient.number,
    )
