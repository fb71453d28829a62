"""書きとめる: what was seen while nobody can be asked, by whom, and by which numbers it is to be asked later."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from kaihoken.coverage.view import EMPTY, Typed, typed
from kaihoken.desk.day import Source, TypedNumbers, Visit
from kaihoken.desk.frame import Frame, Row, Visitor
from kaihoken.desk.offline import Seen, TakenDown
from kaihoken.identity import read_birthdate
from kaihoken.problems import Problem

PAGE: Final = "/take-down/{visit}"
NEWCOMER: Final = "new"
"""In place of a visit: somebody who is on no list."""

SHARES: Final = (30, 20, 10, 0)
_NUMBERS: Final = ("insurer_number", "symbol", "number", "branch", "birthdate")
_LONGEST_NAME = 40
_LONGEST_NOTE = 200


async def form_page(frame: Frame, visitor: Visitor) -> Response:
    """GET /take-down/{visit}: the form; `new` for somebody who is on no list."""
    return _page(frame, visitor, _visit(frame, visitor), EMPTY)


async def take_down(frame: Frame, visitor: Visitor) -> Response:
    """POST /take-down/{visit}: keep it. It stands in the safe when the next page is seen."""
    desk = frame.desk
    visit = _visit(frame, visitor)
    form = _read(visitor.form, frame)
    problem = _fault(visitor.form, visit)
    if problem is not None or form.faults:
        return _page(frame, visitor, visit, form, problem)
    of_whom = visit
    if of_whom is None:
        name, kana = (visitor.form.get(one, "").strip() for one in ("name", "kana"))
        of_whom = desk.day.a_stranger(name[:_LONGEST_NAME], kana[:_LONGEST_NAME], Source.WALK_IN)
    share = visitor.form.get("share", "")
    taken = TakenDown(
        seen=Seen(visitor.form["seen"]),
        numbers=_numbers(form),
        share_percent=int(share) if share in map(str, SHARES) else None,
        note=visitor.form.get("note", "").strip()[:_LONGEST_NOTE],
    )
    try:
        desk.entries.take_down(of_whom, taken, visitor.sign)
    except Problem as full:  # what was typed stays on the page
        return _page(frame, visitor, visit, form, full)
    return frame.see(visitor, f"/visit/{of_whom.visit}")


def _visit(frame: Frame, visitor: Visitor) -> Visit | None:
    """Problem `desk.no-such-visit`."""
    key = visitor.named["visit"]
    return None if key == NEWCOMER else frame.desk.day.get(key)


def _read(form: Mapping[str, str], frame: Frame) -> Typed:
    """The numbers, where any was typed: then all that a question needs."""
    if not any(form.get(name, "").strip() for name in _NUMBERS):
        return EMPTY
    return typed(form, frame.desk.clock.today(), _NUMBERS)


def _fault(form: Mapping[str, str], visit: Visit | None) -> Problem | None:
    if form.get("seen") not in list(Seen):
        return Problem("desk.entry-incomplete")
    if visit is None and not form.get("name", "").strip():
        return Problem("hub.form-missing", where="name")
    return None


def _numbers(form: Typed) -> TypedNumbers | None:
    if form is EMPTY:
        return None
    texts = form.texts
    return TypedNumbers(
        insurer_number=texts["insurer_number"],
        symbol=texts["symbol"],
        number=texts["number"],
        branch=texts["branch"],
        birthdate=read_birthdate(texts["birthdate"]),
    )


def _page(
    frame: Frame, visitor: Visitor, visit: Visit | None, form: Typed, problem: Problem | None = None
) -> Response:
    patient = frame.desk.patients.get(visit.patient) if visit is not None else None
    values = {
        "visit": visit,
        "key": visit.visit if visit is not None else NEWCOMER,
        "form": form,
        "texts": visitor.form,
        "problem": problem,
        "in_file": patient is not None and patient.can_be_asked,
        "seen_choices": list(Seen),
        "shares": SHARES,
        "known": frame.desk.entries.of(visit.visit) if visit is not None else [],
    }
    refused = 422 if form.faults else 200
    return frame.page("take_down.html", visitor, values, problem.entry.status if problem else refused)


ROWS = (Row("GET", PAGE, form_page), Row("POST", PAGE, take_down))
"""Taking down."""
