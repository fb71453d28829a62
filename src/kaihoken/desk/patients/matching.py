"""Whose answer it is: the patient of the clinic's file whom the numbers in an answer name. Pure."""

from collections.abc import Iterable

from kaihoken.coverage import Answer, Result
from kaihoken.desk.patients.numbers import plain_branch, same_insurer
from kaihoken.desk.patients.patient import Patient
from kaihoken.identity import (
    canonical_number,
    canonical_symbol,
    may_be_same_name,
    same_kana,
)


def person_in(answer: Answer) -> Result | None:
    """Whom an answer tells of, where it names somebody."""
    return next((one for one in answer.results if one.birthdate is not None), None)


def patient_of(result: Result, patients: Iterable[Patient]) -> Patient | None:
    """The one patient with these numbers and this birthdate; none where the file has two of them."""
    found = [one for one in patients if has_numbers_of(one, result)]
    return found[0] if len(found) == 1 else None


def has_numbers_of(patient: Patient, result: Result) -> bool:
    """Whether insurer, symbol, number and birthdate are the same, and the branch where both say it."""
    if patient.birthdate is None or patient.birthdate != result.birthdate:
        return False
    if not same_insurer(patient.insurer_number, result.insurer_number or ""):
        return False
    if canonical_number(patient.insured_number) != canonical_number(result.number or ""):
        return False
    if canonical_symbol(patient.symbol) != canonical_symbol(result.symbol or ""):
        return False
    branches = {plain_branch(one) for one in (patient.branch, result.branch or "") if one}
    return len(branches) < 2


def is_same_person(known: Patient | Result, result: Result) -> bool:
    """Whether an answer may be of a patient, or of whom an earlier answer told: by the numbers of the file, or, where
    the insurance is another one, by birthdate and name."""
    if isinstance(known, Patient) and has_numbers_of(known, result):
        return True
    if known.birthdate is None or known.birthdate != result.birthdate:
        return False
    kana = bool(known.kana and result.kana) and same_kana(known.kana or "", result.kana or "")
    return kana or bool(result.name and may_be_same_name(known.name or "", result.name))
