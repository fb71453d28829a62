"""The book on pages: everybody without a name, one with the name once it is on record why, calendars, counts."""

from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from kaihoken import rules
from kaihoken.access.people import Right
from kaihoken.planner.desk.frame import Desk, Row, Visit
from kaihoken.problems import Problem
from kaihoken.workforce import fiscal_year
from kaihoken.workforce.careers import (
    Career,
    Reckoning,
    SmallCounts,
    calendar,
    duty_of,
    entries,
    judge,
    sentences,
    state_in_words,
)

_CALENDAR = "text/calendar; charset=utf-8"
_OF_THE_REASON = ("workforce.career-reason",)
_MOST_YEARS = 60


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody without a name."""

    participant: str
    state: str
    reckoning: Reckoning


async def people(desk: Desk, visit: Visit) -> Response:
    """GET /people: everybody without a name."""
    today = desk.clock.today()
    listed = []
    for one in await desk.book.listed(visit.opener):
        found = duty_of(one.timeline, desk.designations, today)
        listed.append(Listed(one.participant, state_in_words(found, visit.language), found))
    return desk.page("desk/people.html", visit, listed=listed)


async def wish(desk: Desk, visit: Visit) -> Response:
    """POST /people: whose record is wanted; asks why."""
    return _wish(desk, visit, visit.form.get("participant", ""))


async def own(desk: Desk, visit: Visit) -> Response:
    """GET /own: a participant is asked why they open their own."""
    return _wish(desk, visit, visit.opener.participant)


async def open_one(desk: Desk, visit: Visit) -> Response:
    """POST /people/open and /own/open: the named record, after the record of its opening."""
    participant = _whose(visit)
    try:
        (career,) = await desk.book.open_named(visit.opener, visit.form.get("reason", ""), [participant])
    except Problem as problem:
        if problem.code not in _OF_THE_REASON:
            raise
        return _wish(desk, visit, participant, problem)
    judged = judge(career, desk.designations, desk.clock.today())
    return desk.page(
        "desk/career.html",
        visit,
        career=career,
        state=state_in_words(judged.reckoning, visit.language),
        said=sentences(judged, visit.language),
        form_path=_path(visit, "calendar"),
    )


async def calendar_of_one(desk: Desk, visit: Visit) -> Response:
    """POST /people/calendar and /own/calendar: the same days for a calendar programme, with the name."""
    careers = await desk.book.open_named(visit.opener, visit.form.get("reason", ""), [_whose(visit)])
    return _calendar(desk, careers, named=True)


async def calendar_of_all(desk: Desk, visit: Visit) -> Response:
    """POST /programme: the days of everybody without a name."""
    try:
        careers = await desk.book.open_named(visit.opener, visit.form.get("reason", ""))
    except Problem as problem:
        if problem.code not in _OF_THE_REASON:
            raise
        return desk.page("desk/programme.html", visit, problem.entry.status, wrong=problem)
    return _calendar(desk, careers, named=False)


async def programme(desk: Desk, visit: Visit) -> Response:
    """GET /programme: asks why the calendar of everybody is wanted."""
    return desk.page("desk/programme.html", visit, wrong=None)


async def counts_page(desk: Desk, visit: Visit) -> Response:
    """GET /counts: of which years."""
    this = str(fiscal_year(desk.clock.today()))
    return desk.page("desk/counts.html", visit, first=this, last=this, made=None, wrong=None)


async def counts(desk: Desk, visit: Visit) -> Response:
    """POST /counts: 病院 × 診療科 × 人数 × 年度, as a page or as the table `duty-doctors`."""
    try:
        first, last = _years(visit)
    except Problem as problem:
        values = {name: visit.form.get(name, "") for name in ("first", "last")}
        return desk.page("desk/counts.html", visit, problem.entry.status, **values, made=None, wrong=problem)
    rule = rules.load(SmallCounts, on=desk.clock.today())
    made = await desk.book.counts(visit.opener, rule, first, last)
    if visit.form.get("as") == "file":
        return desk.file(made.as_csv().encode(), "text/csv; charset=utf-8", "duty-doctors.csv")
    return desk.page("desk/counts.html", visit, first=str(first), last=str(last), made=made, wrong=None)


def _wish(desk: Desk, visit: Visit, participant: str, wrong: Problem | None = None) -> Response:
    return desk.page(
        "desk/wish.html",
        visit,
        wrong.entry.status if wrong is not None else 200,
        participant=participant,
        reason=visit.form.get("reason", ""),
        wrong=wrong,
        form_path=_path(visit, "open"),
    )


def _path(visit: Visit, what: str) -> str:
    """The form of who may open everybody's, or of who may open their own."""
    return f"/people/{what}" if visit.has(Right.OPEN_CAREERS) else f"/own/{what}"


def _whose(visit: Visit) -> str:
    """Whose record is wanted: a participant's own, whatever their form says."""
    return visit.opener.participant or visit.form.get("participant", "")


def _calendar(desk: Desk, careers: tuple[Career, ...], *, named: bool) -> Response:
    today: date = desk.clock.today()
    some = tuple(
        (one.participant, one.version, entries(one.timeline, duty_of(one.timeline, desk.designations, today)))
        for one in careers
    )
    names = {one.participant: one.name for one in careers} if named else None
    return desk.file(calendar(some, desk.clock.now(), names), _CALENDAR, "careers.ics")


def _years(visit: Visit) -> tuple[int, int]:
    first, last = _year(visit, "first"), _year(visit, "last")
    if not 0 <= last - first < _MOST_YEARS:
        raise Problem("workforce.career-days", where="last", first=str(first), last=str(last))
    return first, last


def _year(visit: Visit, name: str) -> int:
    given = visit.form.get(name, "").strip()
    if len(given) != 4 or not (given.isascii() and given.isdecimal()):
        raise Problem("workforce.career-file", where=name, field=name, given=given or "－", wanted="2026")
    return int(given)


BOOK = (
    Row("GET", "/people", people, right=Right.OPEN_CAREERS),
    Row("POST", "/people", wish, right=Right.OPEN_CAREERS),
    Row("POST", "/people/open", open_one, right=Right.OPEN_CAREERS, fresh=True),
    Row("POST", "/people/calendar", calendar_of_one, right=Right.OPEN_CAREERS, fresh=True),
    Row("GET", "/programme", programme, right=Right.OPEN_CAREERS),
    Row("POST", "/programme", calendar_of_all, right=Right.OPEN_CAREERS, fresh=True),
    Row("GET", "/own", own, right=Right.OWN_CAREER),
    Row("POST", "/own/open", open_one, right=Right.OWN_CAREER, fresh=True),
    Row("POST", "/own/calendar", calendar_of_one, right=Right.OWN_CAREER, fresh=True),
    Row("GET", "/counts", counts_page, right=Right.COUNT_CAREERS),
    Row("POST", "/counts", counts, right=Right.COUNT_CAREERS),
)
