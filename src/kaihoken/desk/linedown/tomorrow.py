"""翌日の一覧: what the evening's list answered, what it could not be asked, and the paper of it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup
from starlette.responses import Response

from kaihoken.clock import tokyo_day
from kaihoken.coverage import Situation
from kaihoken.coverage.view import state_of
from kaihoken.desk.day import Visit, in_short, standing_of
from kaihoken.desk.frame import Frame, Row, Visitor
from kaihoken.desk.orders import Order, OrderState, Why
from kaihoken.desk.printing import printing_of
from kaihoken.problems import Problem
from kaihoken.web import Language, State, day_on_page, messages, time_in_words

PAGE: Final = "/tomorrow"


@dataclass(frozen=True, slots=True)
class ExpectedLine:
    """One line of the list. `why` says why a row was not answered, None where it was."""

    visit: str
    time: str
    name: str
    under: str
    state: State
    word: Markup
    why: Why | None


async def tomorrow(frame: Frame, visitor: Visitor) -> Response:
    """GET /tomorrow: the next day with appointments, or `?day=`."""
    return _page(frame, visitor)


async def ask(frame: Frame, visitor: Visitor) -> Response:
    """POST /tomorrow: ask now. The list is sent; its answers come to the page by themselves."""
    desk = frame.desk
    try:
        await desk.evening.step(desk.evening.ask(_day(frame, visitor), visitor.sign))
    except Problem as problem:
        return _page(frame, visitor, problem)
    return frame.see(visitor, PAGE)


async def paper(frame: Frame, visitor: Visitor) -> Response:
    """GET /tomorrow.pdf: the list to print."""
    day = _day(frame, visitor)
    made = frame.desk.evening.paper(day, printing_of(frame, visitor))
    return frame.file(made.content, "application/pdf", made.file_name)


async def data(frame: Frame, visitor: Visitor) -> Response:
    """GET /tomorrow.json: the list as data."""
    day = _day(frame, visitor)
    lines = _lines(frame, visitor.language, day, frame.desk.evening.of(day))
    rows = [
        {
            "time": one.time,
            "name": one.name,
            "state": one.state,
            "said": str(one.word),
            "problem": one.why.code if one.why else None,
        }
        for one in lines
    ]
    return frame.data({"day": day.isoformat(), "rows": rows})


def _day(frame: Frame, visitor: Visitor) -> date:
    """The day of the page. Problem `identity.date` would name a typed day: what cannot be read is the next one."""
    try:
        return date.fromisoformat(visitor.query.get("day") or visitor.form.get("day", ""))
    except ValueError:
        return frame.desk.evening.next_day()


def _page(frame: Frame, visitor: Visitor, problem: Problem | None = None) -> Response:
    desk = frame.desk
    day = _day(frame, visitor)
    order = desk.evening.of(day)
    lines = _lines(frame, visitor.language, day, order)
    values = {
        "day": day,
        "order": order,
        "under_way": order is not None and order.is_open,
        "lines": lines,
        "left_out": [one for one in lines if one.why is not None],
        "problem": problem or desk.evening.trouble,
        "failed": order is not None and order.state is OrderState.REFUSED,
        "evening_at": desk.settings.evening_at,
    }
    template = "tomorrow_list.html" if visitor.query.get("part") else "tomorrow.html"
    return frame.page(template, visitor, values, problem.entry.status if problem else 200)


def _lines(frame: Frame, language: Language, day: date, order: Order | None) -> list[ExpectedLine]:
    desk = frame.desk
    return [_line(frame, one, order, language) for one in desk.day.of(day)]


def _line(frame: Frame, visit: Visit, order: Order | None, language: Language) -> ExpectedLine:
    patient = frame.desk.patients.get(visit.patient)
    standing = standing_of(visit, patient.last if patient is not None else None)
    checked = standing.checked
    words = messages("desk")
    number = patient.number if patient is not None else ""
    if checked is None:
        state: State = "missing"
        word = words.html("state.unchecked", language)
    elif order is not None and checked.day >= tokyo_day(order.drawn_at):
        state = state_of(Situation(checked.answer.situation))
        word = in_short(checked.answer, language)
    else:
        state = standing.state
        shown = day_on_page(checked.day, language, weekday=False)
        days = (frame.desk.clock.today() - checked.day).days
        word = words.html("state.last-known", language, day=shown, days=days)
    return ExpectedLine(
        visit.visit,
        time_in_words(visit.at),
        visit.name,
        "　".join(part for part in (visit.kana, number) if part),
        state,
        word,
        order.why(visit.visit) if order is not None else None,
    )


ROWS = (
    Row("GET", PAGE, tomorrow),
    Row("POST", PAGE, ask),
    Row("GET", f"{PAGE}.pdf", paper),
    Row("GET", f"{PAGE}.json", data),
)
"""Tomorrow's list."""
