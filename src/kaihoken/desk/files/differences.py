"""What differs between the clinic's file and what the hub last answered, as rows for the レセコン. Pure.

公費 that an answer does not mention are no difference: absent is not ended.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from kaihoken.coverage import Answer, Situation
from kaihoken.coverage.view import state_of
from kaihoken.desk.checked import Checked
from kaihoken.desk.files.cells import number_key
from kaihoken.desk.files.columns import Field
from kaihoken.desk.files.table import as_text
from kaihoken.desk.patients import Patient
from kaihoken.identity import (
    InsurerNumber,
    canonical_branch,
    canonical_number,
    canonical_symbol,
    encode_cp932,
    may_be_same_name,
    same_kana,
    same_name,
)
from kaihoken.problems import Problem
from kaihoken.web import Language, messages

Charset = Literal["utf-8", "cp932"]
VALIDITY: Final = "validity"
_VALID: Final = "1"  # OQSCD006


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which the file and the answer differ. `field` is a `Field` or `validity`."""

    patient: Patient
    checked: Checked
    field: str
    held: str
    answered: str


def differences_of(patients: Iterable[Patient]) -> list[Difference]:
    """Every difference of those who were asked about, in the order of their 患者番号."""
    ordered = sorted(patients, key=lambda one: (number_key(one.number).zfill(20), one.number))
    return [
        Difference(one, one.last, field, held, answered)
        for one in ordered
        if one.last is not None
        for field, held, answered in _compared(one, one.last.answer)
    ]


def _compared(patient: Patient, answer: Answer) -> Iterator[tuple[str, str, str]]:
    if answer.validity != _VALID or state_of(Situation(answer.situation)) != "valid":
        yield VALIDITY, "", answer.words.title
    if not answer.results:
        return
    result = answer.results[0]
    pairs = (
        (Field.INSURER_NUMBER, patient.insurer_number, result.insurer_number, _insurer),
        (Field.SYMBOL, patient.symbol, result.symbol, canonical_symbol),
        (Field.INSURED_NUMBER, patient.insured_number, result.number, canonical_number),
        (Field.BRANCH, patient.branch, result.branch, canonical_branch),
    )
    for field, held, answered, canonical in pairs:
        if answered is not None and canonical(held) != canonical(answered):
            shown = InsurerNumber.as_written(answered).unpadded if field is Field.INSURER_NUMBER else answered
            yield field, held, shown
    share = answer.share.percent
    if answer.share.kind == "value" and share is not None and share != patient.share_percent:
        yield Field.SHARE, "" if patient.share_percent is None else str(patient.share_percent), str(share)
    if result.name and not same_name(patient.name, result.name):
        # A ● stands for a character that did not arrive: shown with the reading.
        unread = may_be_same_name(patient.name, result.name) and result.name_reading
        yield Field.NAME, patient.name, f"{result.name}（{result.name_reading}）" if unread else result.name
    if result.kana and not same_kana(patient.kana, result.kana):
        yield Field.KANA, patient.kana, result.kana


def differences_csv(differences: Iterable[Difference], language: Language, charset: Charset) -> bytes:
    """One line for each, with the day and the method of the check."""
    words = messages("desk")
    columns = ("number", "name", "what", "held", "answered", "day", "method")
    rows = [[words.text(f"differences.column.{column}", language) for column in columns]]
    rows += [
        [
            one.patient.number,
            one.patient.name,
            words.text(f"file.field.{one.field}", language),
            one.held,
            one.answered,
            one.checked.day.isoformat(),
            words.text(f"by.{one.checked.by}", language),
        ]
        for one in differences
    ]
    return as_csv(rows, charset)


def as_csv(rows: Iterable[Iterable[str]], charset: Charset = "utf-8") -> bytes:
    """Rows as CSV with the ends of lines that spreadsheets expect: UTF-8 with a mark in front, or CP932, where what
    does not fit is written by its nearest shape or ●. No cell runs as a formula."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([as_text(cell) for cell in row] for row in rows)
    if charset == "cp932":
        return encode_cp932(text.getvalue())[0]
    return text.getvalue().encode("utf-8-sig")


def _insurer(text: str) -> str:
    try:
        return InsurerNumber.as_written(text).canonical
    except Problem:
        return text
