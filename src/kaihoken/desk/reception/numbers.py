"""番号を入力: the question form for one visit, filled in with what is known; and papers that somebody saw."""

import msgspec
from starlette.responses import Response

from kaihoken.coverage import NumberCheck
from kaihoken.coverage.view import EMPTY, PRESENTED, Typed, check_of, filled_with, typed
from kaihoken.desk.asking import check_of_file
from kaihoken.desk.checked import By
from kaihoken.desk.day import Document, Seen, TypedNumbers, Visit
from kaihoken.desk.followup import numbers_of
from kaihoken.desk.frame import VISIT, Frame, Row, Visitor
from kaihoken.desk.reception.pages import show_visit
from kaihoken.problems import Problem


async def numbers_page(frame: Frame, visitor: Visitor) -> Response:
    """GET /visit/{visit}/numbers: the form, filled in."""
    visit = frame.desk.day.get(visitor.named["visit"])
    known = numbers_of(visit, frame.desk.patients.get(visit.patient))
    filled = EMPTY if known is None else filled_with(known)
    return _form(frame, visitor, visit, Typed({**filled.texts, "presented": ""}, {}))


async def ask(frame: Frame, visitor: Visitor) -> Response:
    """POST /visit/{visit}/numbers: ask by what was typed."""
    desk = frame.desk
    visit = desk.day.get(visitor.named["visit"])
    form = typed(visitor.form, desk.clock.today())
    if form.faults:
        return _form(frame, visitor, visit, form, status=422)
    question = check_of(form, visitor.language)
    patient = desk.patients.get(visit.patient)
    if isinstance(question, NumberCheck):
        chart = check_of_file(patient).chart if patient is not None and patient.can_be_asked else None
        question = msgspec.structs.replace(question, chart=chart)
        visit = desk.day.put(_with_typed(visit, question))
    by = By.CONFIRMATION if question.presented == "confirmation" else By.NUMBER
    try:
        kept = await desk.asking.check(visit, question, by, visitor.sign)
    except Problem as problem:
        if problem.where in form.texts:
            return _form(frame, visitor, visit, form.with_fault(problem), status=problem.entry.status)
        return show_visit(frame, visitor, desk.day.get(visit.visit), problem)
    if by is By.CONFIRMATION:
        kept = _seen(frame, visitor, kept, Document.CONFIRMATION)
    _named_by_answer(frame, kept)
    return frame.see(visitor, f"/visit/{visit.visit}")


async def see(frame: Frame, visitor: Visitor) -> Response:
    """POST /visit/{visit}/see: a paper or a screen that somebody saw with their own eyes."""
    visit = frame.desk.day.get(visitor.named["visit"])
    try:
        document = Document(visitor.form.get("document", ""))
    except ValueError:
        return show_visit(frame, visitor, visit, Problem("desk.document", where="document"))
    _seen(frame, visitor, visit, document, visitor.form.get("payer", ""))
    return frame.see(visitor, f"/visit/{visit.visit}")


def _seen(frame: Frame, visitor: Visitor, visit: Visit, document: Document, payer: str = "") -> Visit:
    desk = frame.desk
    paper = Seen(document=document, at=desk.clock.now(), staff=visitor.sign, payer_number=payer)
    kept = desk.day.put(msgspec.structs.replace(visit, shown=(*visit.shown, paper)))
    desk.events.bump("day")
    return kept


def _with_typed(visit: Visit, check: NumberCheck) -> Visit:
    numbers = TypedNumbers(
        insurer_number=check.insurer_number,
        symbol=check.symbol,
        number=check.number,
        branch=check.branch,
        birthdate=check.birthdate,
    )
    return msgspec.structs.replace(visit, typed=numbers)


def _named_by_answer(frame: Frame, visit: Visit) -> None:
    """Somebody who is not in the file is called as the answer calls them."""
    if visit.patient or visit.last is None or not visit.last.answer.results:
        return
    result = visit.last.answer.results[0]
    if result.name:
        frame.desk.day.put(msgspec.structs.replace(visit, name=result.name, kana=result.kana or visit.kana))


def _form(frame: Frame, visitor: Visitor, visit: Visit, form: Typed, status: int = 200) -> Response:
    page = show_visit(frame, visitor, visit, form=form, options=PRESENTED, as_form=True)
    page.status_code = status
    return page


ROWS = (
    Row("GET", f"{VISIT}/numbers", numbers_page),
    Row("POST", f"{VISIT}/numbers", ask),
    Row("POST", f"{VISIT}/see", see),
)
"""Numbers and papers."""
