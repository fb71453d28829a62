"""The question form of the start page: what was typed, read into a check, with every fault at its field.

Tolerant in reading, like the counter: either width, 西暦 or 和暦. What was typed is kept and shown again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from kaihoken.coverage.checks import Check, NumberCheck, ReferenceCheck
from kaihoken.coverage.inquiry import Consent, birthdate_asked, reference_asked
from kaihoken.identity import InsurerNumber, canonical_branch, canonical_number, read_birthdate
from kaihoken.problems import Problem
from kaihoken.web import FilledForm, Language

Field = Literal[
    "insurer_number", "symbol", "number", "branch", "reference_number", "birthdate", "presented", "limit"
]
FIELDS: tuple[Field, ...] = get_args(Field)
PATIENT: tuple[Field, ...] = (
    "insurer_number",
    "symbol",
    "number",
    "branch",
    "reference_number",
    "birthdate",
)
"""Whose: the fields by which a patient is named."""

PRESENTED = ("confirmation", "number", "card", "phone", "nothing")
"""What can be put on the counter, in the order of the form."""

MOST_CHARACTERS = 40

_REQUIRED: tuple[Field, ...] = ("insurer_number", "number", "birthdate", "presented")
_NUMBERS: tuple[Field, ...] = ("insurer_number", "symbol", "number", "branch")
"""What 照会番号 stands for: where it is typed none of these is."""


@dataclass(frozen=True, slots=True)
class Typed(FilledForm):
    """The form of a question as somebody filled it in."""


EMPTY = Typed(dict.fromkeys(FIELDS, ""), {})


def typed(form: Mapping[str, str], today: date, fields: Collection[Field] = FIELDS) -> Typed:
    """Read a form that has these fields. `faults` holds a Problem for every one that has to be mended before anybody is
    asked."""
    texts: dict[str, str] = {name: form.get(name, "").strip() if name in fields else "" for name in FIELDS}
    faults: dict[str, Problem] = {}
    by_reference = bool(texts["reference_number"])
    for name in fields:
        if by_reference and name in _NUMBERS:
            continue
        try:
            _check(name, texts[name], today)
        except Problem as problem:
            faults[name] = Problem(problem.code, where=name, **problem.facts)
    if by_reference and any(texts[name] for name in _NUMBERS):
        faults["reference_number"] = Problem("hub.form-either", where="reference_number")
    return Typed(texts, faults)


def filled_with(check: Check) -> Typed:
    """The form as it looks after that question; empty after one by card."""
    if isinstance(check, NumberCheck):
        numbers = {
            "insurer_number": InsurerNumber.as_written(check.insurer_number).unpadded,
            "symbol": check.symbol,
            "number": check.number,
            "branch": check.branch,
            "reference_number": "",
        }
    elif isinstance(check, ReferenceCheck):
        numbers = {**dict.fromkeys(_NUMBERS, ""), "reference_number": check.reference_number}
    else:
        return EMPTY
    texts = {
        **numbers,
        "birthdate": check.birthdate.isoformat(),
        "presented": check.presented,
        "limit": "yes" if Consent.LIMIT in check.consents else "",
    }
    return Typed(texts, {})


def check_of(form: Typed, language: Language) -> NumberCheck | ReferenceCheck:
    """The check that a form without faults asks for."""
    texts = form.texts
    if texts["reference_number"]:
        return ReferenceCheck(
            reference_number=texts["reference_number"],
            birthdate=read_birthdate(texts["birthdate"]),
            presented=_presented(texts["presented"]),
            consents=(Consent.LIMIT,) if texts["limit"] == "yes" else (),
            language=language,
        )
    return NumberCheck(
        insurer_number=texts["insurer_number"],
        symbol=texts["symbol"],
        number=texts["number"],
        branch=texts["branch"],
        birthdate=read_birthdate(texts["birthdate"]),
        presented=_presented(texts["presented"]),
        consents=(Consent.LIMIT,) if texts["limit"] == "yes" else (),
        language=language,
    )


def _check(name: Field, text: str, today: date) -> None:
    """Raises the Problem of one field."""
    if not text:
        if name in _REQUIRED:
            raise Problem("hub.form-missing")
        return
    if name == "reference_number":
        reference_asked(text, name)
        return
    if len(text) > MOST_CHARACTERS:
        raise Problem("coverage.request-length", most=MOST_CHARACTERS)
    match name:
        case "insurer_number":
            InsurerNumber.as_written(text)
        case "number":
            if not canonical_number(text):
                raise Problem("hub.form-missing")
        case "branch":
            canonical_branch(text)
        case "birthdate":
            birthdate_asked(read_birthdate(text), today, "birthdate")
        case "presented":
            if text not in PRESENTED:
                raise Problem("hub.form-missing")
        case "symbol" | "limit":
            pass


def _presented(text: str) -> Literal["card", "phone", "confirmation", "number", "nothing"]:
    match text:
        case "card" | "phone" | "confirmation" | "nothing":
            return text
        case _:
            return "number"
