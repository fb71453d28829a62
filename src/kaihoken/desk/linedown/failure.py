"""システム障害時モード: the call, the call-back, the question by four items, the report. In that order on one page."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Literal, get_args

import msgspec
from starlette.responses import Response

from kaihoken import rules
from kaihoken.clock import TOKYO, tokyo_day
from kaihoken.coverage import Answer, birthdate_asked
from kaihoken.coverage.client import FailureCheck
from kaihoken.desk.day import Visit
from kaihoken.desk.failuremode import CalledBack, Telephoned, Use, UseEvent
from kaihoken.desk.frame import Frame, Row, Visitor
from kaihoken.desk.papers import FailureMode, FailureUse, Looked, failure_report
from kaihoken.desk.printing import printing_of
from kaihoken.identity import read_birthdate
from kaihoken.paper import Patient
from kaihoken.problems import Problem

PAGE: Final = "/failure-mode"
_LONGEST = 200
_SEXES: Final = ("1", "2", "3")
Sex = Literal["1", "2", "3"]
_SEX_ON_PAPER = {"1": "男", "2": "女"}
_TYPED = "%Y-%m-%dT%H:%M"


async def failure_mode(frame: Frame, visitor: Visitor) -> Response:
    """GET /failure-mode: the step that comes next; `?visit=` fills in who is asked about."""
    return _page(frame, visitor)


async def telephone(frame: Frame, visitor: Visitor) -> Response:
    """POST /failure-mode/telephone: the centre was called."""
    desk = frame.desk

    def telephoned() -> None:
        called = Telephoned(
            at=desk.clock.now(),
            staff=visitor.sign,
            why=_text(visitor.form, "why"),
            failed_at=_instant(visitor.form, "failed_at"),
            reference=visitor.form.get("reference", "").strip()[:_LONGEST],
        )
        desk.failures.telephone(called)

    return _done(frame, visitor, telephoned)


async def called_back(frame: Frame, visitor: Visitor) -> Response:
    """POST /failure-mode/called-back: by whom, to which number, when, until when."""

    def call_back() -> None:
        form = visitor.form
        until = _instant(form, "until") if form.get("until", "").strip() else None
        called = CalledBack(
            at=_instant(form, "at"),
            by=_text(form, "by"),
            number=_text(form, "number"),
            staff=visitor.sign,
            until=until,
        )
        frame.desk.failures.call_back(_current(frame), called)

    return _done(frame, visitor, call_back)


async def ask(frame: Frame, visitor: Visitor) -> Response:
    """POST /failure-mode/ask: by four items. Who is found stands on the page of the visit."""
    desk = frame.desk
    try:
        visit = _visit(frame, visitor)
        check = _check(frame, visitor)
        said, kept = await desk.failures.ask(_current(frame), check, visitor.sign, visit)
    except Problem as problem:
        return _page(frame, visitor, problem)
    if kept:
        return frame.see(visitor, f"/visit/{kept}")
    return _page(frame, visitor, said=said.answer)


async def end(frame: Frame, visitor: Visitor) -> Response:
    """POST /failure-mode/end: over, and nothing is owed."""
    return _done(frame, visitor, lambda: frame.desk.failures.end(_current(frame)))


async def report(frame: Frame, visitor: Visitor) -> Response:
    """POST /failure-mode/report: write it down, then send it. What cannot be sent stays written."""
    uses = frame.desk.failures
    try:
        form = visitor.form
        written = uses.write(_current(frame), _text(form, "why"), _instant(form, "failed_at"), visitor.sign)
        await uses.send(written)
    except Problem as problem:
        return _page(frame, visitor, problem)
    return frame.see(visitor, PAGE)


async def paper(frame: Frame, visitor: Visitor) -> Response:
    """GET /failure-mode/{use}.pdf: the 利用報告書."""
    made = failure_report(
        _on_paper(frame.desk.failures.get(visitor.named["use"])), printing_of(frame, visitor)
    )
    return frame.file(made.content, "application/pdf", made.file_name)


async def data(frame: Frame, visitor: Visitor) -> Response:
    """GET /failure-mode.json: the uses as data, without who was looked at."""
    return frame.data(
        [
            {
                "state": one.state,
                "telephoned": one.telephoned.at.isoformat(),
                "called_back": one.called_back.at.isoformat() if one.called_back else None,
                "found": len(one.looked),
                "unfound": one.unfound,
                "owed": one.owed,
                "reported": one.received_at.isoformat() if one.received_at else None,
            }
            for one in frame.desk.failures.all()
        ]
    )


def _done(frame: Frame, visitor: Visitor, step: Callable[[], object]) -> Response:
    """A step that was taken; the page again with what was wrong."""
    try:
        step()
    except Problem as problem:
        return _page(frame, visitor, problem)
    return frame.see(visitor, PAGE)


def _current(frame: Frame) -> Use:
    """The use that is under way. Problem `desk.no-such-use`."""
    current = frame.desk.failures.current()
    if current is None:
        raise Problem("desk.no-such-use")
    return current


def _visit(frame: Frame, visitor: Visitor) -> Visit | None:
    """Whose visit it is. Problem `desk.no-such-visit`."""
    key = visitor.form.get("visit") or visitor.query.get("visit", "")
    return frame.desk.day.get(key) if key else None


def _check(frame: Frame, visitor: Visitor) -> FailureCheck:
    """The four items. Problems `hub.form-missing`, `coverage.failure-items`, those of a birthdate."""
    form = visitor.form
    name, sex = _text(form, "name"), form.get("sex", "")
    birthdate = read_birthdate(_text(form, "birthdate"))
    birthdate_asked(birthdate, tokyo_day(frame.desk.clock.now()), "birthdate")
    if sex not in get_args(Sex):
        raise Problem("hub.form-missing", where="sex")
    address, insurer = (form.get(one, "").strip()[:_LONGEST] for one in ("address", "insurer_name"))
    if not address and not insurer:
        raise Problem("coverage.failure-items", where="address")
    items = {"name": name, "birthdate": birthdate, "sex": sex, "address": address, "insurer_name": insurer}
    return msgspec.convert({**items, "language": visitor.language}, FailureCheck)


def _text(form: Mapping[str, str], name: str) -> str:
    """A text that must be there. Problem `hub.form-missing`."""
    text = form.get(name, "").strip()[:_LONGEST]
    if not text:
        raise Problem("hub.form-missing", where=name)
    return text


def _instant(form: Mapping[str, str], name: str) -> datetime:
    """An instant as it is typed, in Tokyo. Problems `hub.form-missing`, `identity.date`."""
    try:
        return datetime.fromisoformat(_text(form, name)).replace(tzinfo=TOKYO)
    except ValueError:
        raise Problem("identity.date", where=name, form="yyyy-MM-ddThh:mm") from None


def _page(
    frame: Frame, visitor: Visitor, problem: Problem | None = None, said: Answer | None = None
) -> Response:
    desk = frame.desk
    current = desk.failures.current()
    values = {
        "use": current,
        "past": [one for one in desk.failures.all() if one.is_over],
        "may_end": current is not None and current.may(UseEvent.END),
        "may_write": current is not None and current.may(UseEvent.WRITE),
        "can_ask": desk.failures.can_ask,
        "telephone": rules.load(FailureMode, on=desk.clock.today()).telephone,
        "texts": visitor.form or _known(frame, visitor),
        "typed_now": desk.clock.now().astimezone(TOKYO).strftime(_TYPED),
        "typed": lambda at: at.astimezone(TOKYO).strftime(_TYPED),
        "sexes": _SEXES,
        "problem": problem,
        "said": said,
        "visit_of": lambda looked: desk.day.find(looked.visit),
    }
    return frame.page("failure_mode.html", visitor, values, problem.entry.status if problem else 200)


def _known(frame: Frame, visitor: Visitor) -> dict[str, str]:
    """What the clinic knows of the visit that is asked about."""
    visit = _visit(frame, visitor)
    if visit is None:
        return {}
    patient = frame.desk.patients.get(visit.patient)
    born = patient.birthdate.isoformat() if patient is not None and patient.birthdate else ""
    return {"visit": visit.visit, "name": visit.name, "birthdate": born}


def _on_paper(use: Use) -> FailureUse:
    called, back = use.telephoned, use.called_back
    return FailureUse(
        looked=tuple(
            Looked(
                one.at,
                Patient(
                    name=one.name,
                    kana=one.kana,
                    birthdate=one.birthdate,
                    sex=_SEX_ON_PAPER.get(one.sex, ""),
                    address=one.address or one.insurer_name,
                ),
                seen=("資格",),
                by=one.staff,
            )
            for one in use.looked
        ),
        failure=called.why,
        began=called.failed_at,
        called=called.at,
        called_by=called.staff,
        called_back=back.at if back else None,
        called_back_by=back.by if back else "",
        called_back_to=back.number if back else "",
        reference=called.reference,
    )


ROWS = (
    Row("GET", PAGE, failure_mode),
    Row("GET", f"{PAGE}.json", data),
    Row("POST", f"{PAGE}/telephone", telephone),
    Row("POST", f"{PAGE}/called-back", called_back),
    Row("POST", f"{PAGE}/ask", ask),
    Row("POST", f"{PAGE}/end", end),
    Row("POST", f"{PAGE}/report", report),
    Row("GET", f"{PAGE}/{{use}}.pdf", paper),
)
"""The system-failure mode."""
