"""The clinic's patients as its own file has them, beside what the hub last said of each."""

from kaihoken.desk.patients.matching import has_numbers_of, is_same_person, patient_of, person_in
from kaihoken.desk.patients.numbers import plain_branch, same_insurer
from kaihoken.desk.patients.patient import OnFile, Patient, Subsidy
from kaihoken.desk.patients.register import Patients, new_patient

__all__ = [
    "OnFile",
    "Patient",
    "Patients",
    "Subsidy",
    "has_numbers_of",
    "is_same_person",
    "new_patient",
    "patient_of",
    "person_in",
    "plain_branch",
    "same_insurer",
]
