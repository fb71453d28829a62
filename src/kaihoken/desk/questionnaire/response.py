"""A questionnaire in FHIR R4: the list of questions (Questionnaire) and the answers (QuestionnaireResponse). Pure.

An answer is the item's code with its word, what was written stands below it. わからない and a skipped question are
data-absent reasons of HL7; an item that records answer says so, with the day of the consent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from kaihoken import rules
from kaihoken.coverage.fhir import JP_PATIENT_ID, OURS
from kaihoken.desk.papers import Item, StandardQuestions
from kaihoken.desk.questionnaire.records import FromRecords
from kaihoken.desk.questionnaire.sheet import SKIPPED, UNKNOWN, Given, Sheet, questions_on
from kaihoken.web import messages

URL: Final = f"{OURS}/Questionnaire/standard"
_ID: Final = f"{OURS}/IdSystem/questionnaire-response"
_ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_REASON: Final = {UNKNOWN: "asked-unknown", SKIPPED: "asked-declined"}
_RECORDS: Final = "from-records"
_DETAIL: Final = "detail"
_SINCE: Final = "consent-since"

Document = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose answers they are: 患者番号 of that facility, and the name of the clinic's file."""

    facility: str
    number: str = field(repr=False)
    name: str = field(repr=False)


def questionnaire_document(day: date) -> Document:
    """The list of questions of a day, as a draft: its source is not confirmed."""
    return {
        "resourceType": "Questionnaire",
        "url": URL,
        "version": _version(day),
        "name": "StandardQuestionnaire",
        "title": _said("title"),
        "status": "draft",
        "experimental": True,
        "language": "ja",
        "subjectType": ["Patient"],
        "item": [_question(item) for item in questions_on(day).values()],
    }


def response_document(sheet: Sheet, subject: Subject) -> Document:
    """What was answered; of a questionnaire that was sent."""
    assert sheet.sent_at is not None
    who: dict[str, object] = {"type": "Patient", "display": subject.name}
    if subject.number:
        system = JP_PATIENT_ID + subject.facility
        who["identifier"] = {"system": system, "value": subject.number}
    return {
        "resourceType": "QuestionnaireResponse",
        "identifier": {"system": _ID, "value": sheet.visit},
        "questionnaire": f"{URL}|{_version(sheet.day)}",
        "status": "completed",
        "language": "ja",
        "subject": who,
        "authored": sheet.sent_at.isoformat(),
        "item": [_answered(sheet, item) for item in questions_on(sheet.day).values()],
    }


def _question(item: Item) -> Document:
    below: list[Document] = []
    if item.answers and (item.lines or item.hint):
        below.append({"linkId": f"{item.key}.{_DETAIL}", "text": _said("write"), "type": "text"})
    if item.omit_with is not None:
        since = {"linkId": f"{item.key}.{_SINCE}", "text": _said("consent"), "type": "date"}
        below.append({**since, "readOnly": True})
    codes = [*item.answers, *([_RECORDS] if item.omit_with is not None else []), *_REASON]
    asked: dict[str, object] = {
        "linkId": item.key,
        "text": _said(item.key),
        "type": "choice" if item.answers else "open-choice",
        "repeats": item.still_ask,
        "answerOption": [{"valueCoding": _coding(item.key, code)} for code in codes],
    }
    return {**asked, "item": below} if below else asked


def _answered(sheet: Sheet, item: Item) -> Document:
    known = next((one for one in sheet.records if one.item == item.key), None)
    given = sheet.of(item.key)
    answers = [
        *([_of_records(item.key, known)] if known is not None else []),
        *([_of_patient(item.key, given)] if given is not None else []),
    ]
    said = {"linkId": item.key, "text": _said(item.key)}
    return {**said, "answer": answers} if answers else said


def _of_records(key: str, known: FromRecords) -> Document:
    since = {"linkId": f"{key}.{_SINCE}", "answer": [{"valueDate": known.day.isoformat()}]}
    return {"valueCoding": _coding(key, known.answer or _RECORDS), "item": [since]}


def _of_patient(key: str, given: Given) -> Document:
    if not given.answer:
        return {"valueString": given.text}
    said: dict[str, object] = {"valueCoding": _coding(key, given.answer)}
    if given.text:
        said["item"] = [{"linkId": f"{key}.{_DETAIL}", "answer": [{"valueString": given.text}]}]
    return said


def _coding(key: str, code: str) -> Document:
    if code in _REASON:
        return {"system": _ABSENT, "code": _REASON[code], "display": _said(code)}
    if code == _RECORDS:
        return {"code": code, "display": messages("desk").text("asked.see-records", "ja")}
    return {"code": code, "display": _said(f"{key}.{code}")}


def _version(day: date) -> str:
    return rules.version(StandardQuestions, on=day).effective_from.isoformat()


def _said(name: str) -> str:
    return messages("desk").text(f"ask.{name}", "ja")
