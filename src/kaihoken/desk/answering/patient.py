"""The patient's pages: one question at a time, on a phone or on the reader's screen.

They show the questions and what was typed in this session, nothing else: no name, no day of an appointment, no answer
of a hub. Who has neither link nor session learns nothing, not even whether there is one.
"""

from typing import Final

from starlette.responses import Response

from kaihoken.desk.frame import Frame, Handler, Row, Visitor
from kaihoken.desk.questionnaire import SKIPPED, UNKNOWN, Happening, Sheet, Standing, asked
from kaihoken.problems import Problem
from kaihoken.web import path_in

QUESTIONS: Final = "/q"
LINK: Final = "/q/{link}"
COOKIE: Final = "kaihoken-questionnaire"
_LARGEST: Final = 16 * 1024
_ON_THE_FORM: Final = frozenset({"desk.questionnaire-empty", "desk.questionnaire-long"})
_ASK_SECONDS: Final = {True: 120, False: 900}
_LEAVE_SECONDS: Final = 60
"""So long the page waits before it asks whether somebody is there (the reader's screen, a phone), and for an answer."""


def _shown_as_page(handle: Handler) -> Handler:
    """What is refused is a page of the patient's own, the same whatever is wrong."""

    async def handler(frame: Frame, visitor: Visitor) -> Response:
        try:
            return await handle(frame, visitor)
        except Problem as problem:
            return _page(frame, visitor, "ask_problem.html", problem.entry.status, problem=problem)

    return handler


async def start(frame: Frame, visitor: Visitor) -> Response:
    """GET /q/{link}: nothing happens before somebody begins, so a picture that looks ahead uses nothing up."""
    book, link = frame.desk.questionnaires, visitor.named["link"]
    try:
        book.require_link(link)
    except Problem:
        if book.require(_session(visitor)).on_screen:
            raise  # the screen stands before everybody: a link that is used up leads nobody into what another typed
        return frame.see(visitor, QUESTIONS)
    return _page(frame, visitor, "ask_start.html", link=link)


async def begin(frame: Frame, visitor: Visitor) -> Response:
    """POST /q/{link}: the link is used up, the session begins."""
    session = frame.desk.questionnaires.begin(visitor.named["link"])
    response = frame.see(visitor, QUESTIONS)
    response.set_cookie(COOKIE, session, httponly=True, samesite="lax", secure=bool(frame.origin), path="/")
    return response


async def question(frame: Frame, visitor: Visitor) -> Response:
    """GET /q: what is asked now, or all that was answered."""
    return _now(frame, visitor, frame.desk.questionnaires.require(_session(visitor)))


async def answer(frame: Frame, visitor: Visitor) -> Response:
    """POST /q: `go` next, skip, unknown, back, change or send."""
    book, session, form = frame.desk.questionnaires, _session(visitor), visitor.form
    item, go = form.get("item", ""), form.get("go", "next")
    match go:
        case "back":
            book.back(session)
        case "change":
            book.back(session, item)
        case "send":
            book.send(session)
            return _over(frame, visitor, "sent")
        case _:
            chosen = {"skip": SKIPPED, "unknown": UNKNOWN}.get(go, form.get("answer", ""))
            try:
                book.answer(session, item, chosen, form.get("text", ""))
            except Problem as problem:
                if problem.code not in _ON_THE_FORM:
                    raise
                return _now(frame, visitor, book.require(session), problem)
    return frame.see(visitor, QUESTIONS)


async def leave(frame: Frame, visitor: Visitor) -> Response:
    """POST /q/leave: it ends, and what was typed is gone."""
    late = visitor.form.get("why") == "late"
    frame.desk.questionnaires.leave(_session(visitor), Happening.LATE if late else Happening.STOPPED)
    return _over(frame, visitor, "left")


async def still(frame: Frame, visitor: Visitor) -> Response:
    """GET /q/still: is somebody there? Where no script asks it over the page; what was typed is not shown."""
    frame.desk.questionnaires.require(_session(visitor))
    return _page(frame, visitor, "ask_still.html")


async def ended(frame: Frame, visitor: Visitor) -> Response:
    """GET /q/sent, /q/left."""
    return _page(frame, visitor, "ask_ended.html", how=visitor.path.rpartition("/")[2])


def _now(frame: Frame, visitor: Visitor, sheet: Sheet, problem: Problem | None = None) -> Response:
    status = problem.entry.status if problem is not None else 200
    values: dict[str, object] = {"sheet": sheet, "screen": sheet.on_screen, "problem": problem}
    seconds = {"ask_seconds": _ASK_SECONDS[sheet.on_screen], "leave_seconds": _LEAVE_SECONDS}
    if sheet.standing is Standing.REVIEW:
        rows = [(asked(sheet, key), sheet.of(key)) for key in sheet.items]
        return _page(frame, visitor, "ask_review.html", status, **values, **seconds, rows=rows)
    given = sheet.of(sheet.item)
    typed = visitor.form if problem is not None else {}
    more = {
        "question": asked(sheet, sheet.item),
        "chosen": typed.get("answer", given.answer if given is not None else ""),
        "text": typed.get("text", given.text if given is not None else ""),
        "unknown": UNKNOWN,
    }
    return _page(frame, visitor, "ask_question.html", status, **values, **seconds, **more)


def _page(frame: Frame, visitor: Visitor, template: str, status: int = 200, **values: object) -> Response:
    home = "" if frame.origin else path_in("ja@easy", "/reader")
    shown = {
        "home": home,
        "path": QUESTIONS,
        "address": QUESTIONS,
        "problem": None,
        "ask_seconds": 0,
        **values,
    }
    return frame.page(template, visitor, shown, status)


def _over(frame: Frame, visitor: Visitor, how: str) -> Response:
    response = frame.see(visitor, f"{QUESTIONS}/{how}")
    response.delete_cookie(COOKIE, path="/")
    return response


def _session(visitor: Visitor) -> str:
    return visitor.cookies.get(COOKIE, "")


ROWS = tuple(
    Row(row.method, row.path, _shown_as_page(row.handler), needs="anybody", largest=_LARGEST)
    for row in (
        Row("GET", QUESTIONS, question),
        Row("POST", QUESTIONS, answer),
        Row("POST", f"{QUESTIONS}/leave", leave),
        Row("GET", f"{QUESTIONS}/still", still),
        Row("GET", f"{QUESTIONS}/sent", ended),
        Row("GET", f"{QUESTIONS}/left", ended),
        Row("GET", LINK, start),
        Row("POST", LINK, begin),
    )
)
"""The patient's pages."""
