"""Whose answer it is: the patient of the clinic's file whom the numbers in an answer name. Pure."""

from collections.abc import Iterable

from kaihoken.coverage import Answer, Result
from kaihoken.desk.patients import Patient, plain_branch, same_insurer
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


def is_same_person(patient: Patient, result: Result) -> bool:
    """Whether an answer may be of that patient: by its numbers, or, where the insurance is another one than the file
    holds, by birthdate and name."""
    if has_numbers_of(patient, result):
        return True
    if patient.birthdate is None or patient.birthdate != result.birthdate:
        return False
    kana = bool(patient.kana and result.kana) and same_kana(patient.kana, result.kana or "")
    return kana or bool(result.name and may_be_same_name(patient.name, result.name))
