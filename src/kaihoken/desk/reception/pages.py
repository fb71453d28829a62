"""The reception's pages."""

from collections.abc import AsyncIterator
from typing import Final

import orjson
from starlette.responses import Response

from kaihoken.coverage.view import view_of
from kaihoken.desk.asking import check_of_file
from kaihoken.desk.checked import By
from kaihoken.desk.day import Source, Visit, standing_of
from kaihoken.desk.frame import Frame, Row, Visitor
from kaihoken.desk.reception.listing import lines_of
from kaihoken.problems import Problem

RECEPTION: Final = "/"
VISIT: Final = "/visit/{visit}"


async def reception(frame: Frame, visitor: Visitor) -> Response:
    """GET /: today's list, and how to begin."""
    return frame.page("reception.html", visitor, {**_shared(frame, visitor, None), "found": None})


async def listing(frame: Frame, visitor: Visitor) -> Response:
    """GET /list: the list alone, for a page that was told that it changed."""
    chosen = visitor.query.get("visit", "")
    return frame.page("reception_list.html", visitor, _listed(frame, visitor, chosen))


async def search(frame: Frame, visitor: Visitor) -> Response:
    """POST /search: patients by number, name or kana."""
    text = visitor.form.get("text", "")
    found = frame.desk.patients.search(text)
    values = {**_shared(frame, visitor, None), "found": found, "searched": text}
    return frame.page("reception.html", visitor, values)


async def arrive(frame: Frame, visitor: Visitor) -> Response:
    """POST /arrive: a patient has come."""
    patient = frame.desk.patients.get(visitor.form.get("patient", ""))
    if patient is None:
        raise Problem("desk.no-such-patient")
    visit = frame.desk.day.arrive(patient, Source.WALK_IN)
    frame.desk.events.bump("day")
    return frame.see(visitor, f"/visit/{visit.visit}")


async def visit_page(frame: Frame, visitor: Visitor) -> Response:
    """GET /visit/{visit}: one patient's verdict, what to do, and the line to copy."""
    return _visit_page(frame, visitor, frame.desk.day.get(visitor.named["visit"]))


async def check(frame: Frame, visitor: Visitor) -> Response:
    """POST /visit/{visit}/check: ask by the numbers of the clinic's file."""
    desk = frame.desk
    visit = desk.day.get(visitor.named["visit"])
    patient = desk.patients.get(visit.patient)
    if patient is None:
        return _visit_page(frame, visitor, visit, Problem("desk.patient-incomplete"))
    try:
        await desk.asking.check(visit, check_of_file(patient, visitor.language), By.NUMBER, visitor.sign)
    except Problem as problem:  # the hub's, or that the file does not hold enough
        return _visit_page(frame, visitor, desk.day.get(visit.visit), problem)
    return frame.see(visitor, f"/visit/{visit.visit}")


async def events(frame: Frame, visitor: Visitor) -> Response:
    """GET /events: what changed, for pages that stay open. Nothing personal."""

    async def told() -> AsyncIterator[bytes]:
        async for counts in frame.desk.events.listen():
            yield b"data: " + orjson.dumps(counts) + b"\n\n"

    return frame.stream(told())


def _visit_page(frame: Frame, visitor: Visitor, visit: Visit, problem: Problem | None = None) -> Response:
    desk = frame.desk
    patient = desk.patients.get(visit.patient)
    standing = standing_of(visit, patient.last if patient is not None else None)
    checked = standing.checked
    view = None
    if checked is not None and standing.is_today and patient is not None and patient.can_be_asked:
        view = view_of(checked.answer, check_of_file(patient, visitor.language), has_card=False)
    values = {
        **_shared(frame, visitor, visit),
        "visit": visit,
        "patient": patient,
        "standing": standing,
        "checked": checked,
        "view": view,
        "problem": problem,
        "alike": desk.patients.like(patient) if patient is not None else [],
    }
    return frame.page("visit.html", visitor, values, problem.entry.status if problem is not None else 200)


def _shared(frame: Frame, visitor: Visitor, visit: Visit | None) -> dict[str, object]:
    return {**_listed(frame, visitor, visit.visit if visit is not None else ""), "searched": ""}


def _listed(frame: Frame, visitor: Visitor, chosen: str) -> dict[str, object]:
    desk = frame.desk
    lines = lines_of(desk.day.today(), desk.patients, desk.clock.today(), visitor.language, chosen)
    return {"lines": lines, "unchecked": sum(not one.is_today for one in lines), "chosen": chosen}


ROWS = (
    Row("GET", RECEPTION, reception),
    Row("GET", "/list", listing),
    Row("GET", "/events", events),
    Row("POST", "/search", search),
    Row("POST", "/arrive", arrive),
    Row("GET", VISIT, visit_page),
    Row("POST", f"{VISIT}/check", check),
)
"""The reception's pages."""
