"""The clinic's PC: the card reader's screen for patients, the reception's screen, papers, and what goes on when the
line is down. One process beside the レセコン; it asks a hub over HTTP and keeps its own small sealed store."""

from kaihoken.desk.enrolment import enrolment_of_key
from kaihoken.desk.making import Appointment, make_desk, move_desk
from kaihoken.desk.patients import Patient, Subsidy, new_patient
from kaihoken.desk.serving import serve
from kaihoken.desk.settings import DeskSettings

__all__ = [
    "Appointment",
    "DeskSettings",
    "Patient",
    "Subsidy",
    "enrolment_of_key",
    "make_desk",
    "move_desk",
    "new_patient",
    "serve",
]
