"""The staff's side: open a questionnaire for a visit, read what came, print it, give it out as FHIR."""

from dataclasses import dataclass
from typing import Final

import msgspec
from markupsafe import Markup
from starlette.responses import Response

from kaihoken import rules
from kaihoken.desk.answering.address import phones_origin
from kaihoken.desk.answering.patient import LINK
from kaihoken.desk.answering.qr import qr_code
from kaihoken.desk.day import Visit
from kaihoken.desk.frame import Frame, Row, Visitor
from kaihoken.desk.papers import StandardQuestions, questionnaire
from kaihoken.desk.printing import person_of, printing_of
from kaihoken.desk.questionnaire import (
    SKIPPED,
    UNKNOWN,
    Sheet,
    Standing,
    Subject,
    from_records,
    prefilled,
    questionnaire_document,
    questions_on,
    response_document,
)
from kaihoken.problems import Problem
from kaihoken.web import Language, State, day_on_page, messages, path_in

PAGE: Final = "/visit/{visit}/questionnaire"
_FHIR: Final = "application/fhir+json"

_LOOKS: Final[dict[Standing, State]] = {
    Standing.OPEN: "pending",
    Standing.ASKING: "pending",
    Standing.REVIEW: "pending",
    Standing.SENT: "valid",
    Standing.CLOSED: "missing",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One question as the staff reads it: what the patient chose and wrote, and what records answer."""

    question: Markup
    answer: Markup
    text: str
    records: Markup


async def page(frame: Frame, visitor: Visitor) -> Response:
    """GET /visit/{visit}/questionnaire: how it is to be answered; its code while it waits; what came."""
    desk, visit = frame.desk, _visit(frame, visitor)
    sheet = desk.questionnaires.of(visit.visit)
    link = desk.questionnaires.link_of(visit.visit)
    origin = phones_origin(desk.settings)
    address = origin + path_in("ja@easy", LINK.format(link=link))
    by_phone = bool(link and origin) and sheet is not None and not sheet.on_screen
    values = {
        "visit": visit,
        "patient": desk.patients.get(visit.patient),
        "sheet": sheet,
        "standing": sheet.standing if sheet is not None else "none",
        "look": _LOOKS[sheet.standing] if sheet is not None else "missing",
        "phones": bool(origin),
        "address": address if by_phone else "",
        "code": qr_code(address) if by_phone else None,
        "lines": _lines(sheet, visitor.language) if sheet is not None and sheet.sent_at else [],
        "status": rules.version(StandardQuestions, on=visit.day).status,
        "may_open": visit.day == desk.clock.today(),
    }
    return frame.page("questionnaire.html", visitor, values)


async def open_it(frame: Frame, visitor: Visitor) -> Response:
    """POST /visit/{visit}/questionnaire: `how` phone or screen. Problems `desk.questionnaire-day`, `-over`,
    `desk.phones-setting` where no phone is let in."""
    visit, on_screen = _visit(frame, visitor), visitor.form.get("how") == "screen"
    if not on_screen and not frame.desk.settings.phones:
        raise Problem("desk.phones-setting", setting="phones")
    frame.desk.questionnaires.open(visit, visitor.sign, on_screen=on_screen)
    if on_screen:
        frame.desk.reader.show_anew()
    return _see(frame, visitor, visit)


async def close(frame: Frame, visitor: Visitor) -> Response:
    """POST /visit/{visit}/questionnaire/close: its link leads nowhere any more."""
    visit = _visit(frame, visitor)
    frame.desk.questionnaires.withdraw(visit.visit)
    frame.desk.reader.show_anew()
    return _see(frame, visitor, visit)


async def paper(frame: Frame, visitor: Visitor) -> Response:
    """GET /visit/{visit}/questionnaire.pdf: the same questions on paper."""
    visit = _visit(frame, visitor)
    records = from_records(visit, questions_on(visit.day))
    made = questionnaire(person_of(frame, visit), prefilled(records), printing_of(frame, visitor))
    return frame.file(made.content, "application/pdf", made.file_name)


async def response(frame: Frame, visitor: Visitor) -> Response:
    """GET /visit/{visit}/questionnaire.json: the answers as FHIR R4. Problem `desk.questionnaire-over` before they are
    sent."""
    desk, visit = frame.desk, _visit(frame, visitor)
    sheet, known = desk.questionnaires.of(visit.visit), desk.patients.get(visit.patient)
    if sheet is None or sheet.sent_at is None:
        raise Problem("desk.questionnaire-over")
    subject = Subject(desk.enrolment.facility, known.number if known is not None else "", visit.name)
    return _document(frame, response_document(sheet, subject), "questionnaire-response.json")


async def definition(frame: Frame, visitor: Visitor) -> Response:
    """GET /questionnaire.json: today's list of questions as FHIR R4."""
    today = frame.desk.clock.today()
    return _document(frame, questionnaire_document(today), "questionnaire.json")


def _lines(sheet: Sheet, language: Language) -> list[Line]:
    said, lines = messages("desk"), []
    records = {one.item: one for one in sheet.records}
    for key in questions_on(sheet.day):
        known, given = records.get(key), sheet.of(key)
        source = answer = Markup()
        if known is not None:
            source = said.html("asked.from-records", language, day=day_on_page(known.day, language))
            answer = said.html(f"ask.{key}.{known.answer}" if known.answer else "asked.see-records", language)
        if given is not None and given.answer:
            own = f"ask.{given.answer}" if given.answer in (UNKNOWN, SKIPPED) else f"ask.{key}.{given.answer}"
            word = said.html(own, language)
            answer = Markup("{}　{}").format(answer, word) if answer else word
        lines.append(
            Line(said.html(f"ask.{key}", language), answer, given.text if given is not None else "", source)
        )
    return lines


def _visit(frame: Frame, visitor: Visitor) -> Visit:
    """Problem `desk.no-such-visit`."""
    return frame.desk.day.get(visitor.named["visit"])


def _see(frame: Frame, visitor: Visitor, visit: Visit) -> Response:
    return frame.see(visitor, PAGE.format(visit=visit.visit))


def _document(frame: Frame, document: object, name: str) -> Response:
    return frame.file(msgspec.json.format(msgspec.json.encode(document), indent=2), _FHIR, name)


ROWS = (
    Row("GET", PAGE, page),
    Row("POST", PAGE, open_it),
    Row("POST", f"{PAGE}/close", close),
    Row("GET", f"{PAGE}.pdf", paper),
    Row("GET", f"{PAGE}.json", response),
    Row("GET", "/questionnaire.json", definition),
)
"""The staff's pages and forms."""
