"""The reception's pages: today's list, and one visit with its verdict."""

from collections.abc import AsyncIterator
from typing import Final

import msgspec
import orjson
from starlette.responses import Response

from kaihoken.desk.asking import check_of_file
from kaihoken.desk.checked import By
from kaihoken.desk.day import Visit
from kaihoken.desk.followup import is_unclear, numbers_of
from kaihoken.desk.frame import VISIT, Frame, Row, Visitor
from kaihoken.desk.reception.listing import lines_of, sent_from_reader, stopped_at_reader
from kaihoken.desk.reception.month import by_person, usage_of
from kaihoken.desk.reception.visit_view import visit_values
from kaihoken.problems import Problem

RECEPTION: Final = "/"
_FILTERS: Final = ("unchecked", "unconfirmed", "clarify")


async def reception(frame: Frame, visitor: Visitor) -> Response:
    """GET /: today's list, and how to begin."""
    return reception_page(frame, visitor)


async def listing(frame: Frame, visitor: Visitor) -> Response:
    """GET /list: the list alone, for a page that was told that it changed."""
    return frame.page("reception_list.html", visitor, _listed(frame, visitor, visitor.query.get("visit", "")))


async def visit_page(frame: Frame, visitor: Visitor) -> Response:
    """GET /visit/{visit}: one patient's verdict, what to do, and the line to copy."""
    return show_visit(frame, visitor, frame.desk.day.get(visitor.named["visit"]))


async def check(frame: Frame, visitor: Visitor) -> Response:
    """POST /visit/{visit}/check: ask by the numbers that are known, those typed for the visit or the file's."""
    desk = frame.desk
    visit = desk.day.get(visitor.named["visit"])
    patient = desk.patients.get(visit.patient)
    question = numbers_of(visit, patient)
    if question is None:
        return show_visit(frame, visitor, visit, Problem("desk.patient-incomplete"))
    chart = check_of_file(patient).chart if patient is not None and patient.can_be_asked else None
    question = msgspec.structs.replace(question, language=visitor.language, chart=chart, on=visit.day)
    try:
        await desk.asking.check(visit, question, By.NUMBER, visitor.sign)
    except Problem as problem:
        return show_visit(frame, visitor, desk.day.get(visit.visit), problem)
    return frame.see(visitor, f"/visit/{visit.visit}")


async def await_card(frame: Frame, visitor: Visitor) -> Response:
    """POST /visit/{visit}/await-card: the next card at the reader is to be this person's; once more: anybody's."""
    visit = frame.desk.day.get(visitor.named["visit"])
    reader = frame.desk.reader
    reader.expect("" if reader.expected == visit.visit else visit.visit)
    return frame.see(visitor, f"/visit/{visit.visit}")


async def events(frame: Frame, visitor: Visitor) -> Response:
    """GET /events: what changed, for pages that stay open. Nothing personal."""

    async def told() -> AsyncIterator[bytes]:
        async for counts in frame.desk.events.listen():
            yield b"data: " + orjson.dumps(counts) + b"\n\n"

    return frame.stream(told())


def reception_page(frame: Frame, visitor: Visitor, **more: object) -> Response:
    """The list with nobody chosen; `more` are values of a search."""
    return frame.page("reception.html", visitor, {**_shared(frame, visitor, ""), **more})


def show_visit(
    frame: Frame, visitor: Visitor, visit: Visit, problem: Problem | None = None, **more: object
) -> Response:
    """The page of a visit, with a problem of what was just tried; `more` are values of a search or a form."""
    values = {
        **_shared(frame, visitor, visit.visit),
        **visit_values(frame.desk, visit, visitor.language),
        "problem": problem,
        **more,
    }
    return frame.page("visit.html", visitor, values, problem.entry.status if problem is not None else 200)


def _shared(frame: Frame, visitor: Visitor, chosen: str) -> dict[str, object]:
    return {**_listed(frame, visitor, chosen), "searched": "", "found": None}


def _listed(frame: Frame, visitor: Visitor, chosen: str) -> dict[str, object]:
    desk = frame.desk
    today = desk.clock.today()
    visits = desk.day.since(today.replace(day=1))
    month = by_person(one for one in visits if one.day <= today)
    everybody = desk.day.today()
    lines = lines_of(everybody, desk.patients, month, today, visitor.language, chosen)
    only = visitor.query.get("only", "")
    kept = {
        "unchecked": [not one.is_today for one in lines],
        "unconfirmed": [not one.is_confirmed for one in lines],
        "clarify": [is_unclear(one) for one in everybody],
    }
    return {
        "lines": [one for one, is_in in zip(lines, kept[only], strict=True) if is_in]
        if only in kept
        else lines,
        "everybody": len(lines),
        "has_patients": len(desk.patients) > 0,
        "filters": [(name, sum(kept[name])) for name in _FILTERS],
        "only": only if only in kept else "",
        "unchecked": sum(kept["unchecked"]),
        "chosen": chosen,
        "usage": usage_of(one for one in visits if one.day <= today),
        "follow_up": len(desk.follow_ups.open()),
        "stopped": [
            one
            for one in everybody
            if stopped_at_reader(one)
            or (sent_from_reader(one) and one.visit != chosen and not desk.follow_ups.has(one.visit))
        ],
    }


ROWS = (
    Row("GET", RECEPTION, reception),
    Row("GET", "/list", listing),
    Row("GET", "/events", events),
    Row("GET", VISIT, visit_page),
    Row("POST", f"{VISIT}/check", check),
    Row("POST", f"{VISIT}/await-card", await_card),
)
"""The list and a visit."""
