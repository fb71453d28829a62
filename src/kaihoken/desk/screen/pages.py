"""The pages of the patient's screen: the picture, its changes, and what was touched.

Anybody may come: nothing of a person is shown, and only the screen that has the reader sees or answers anything. A form
carries the step of the picture that it stands on, so a late or a double touch answers nothing else.
"""

import unicodedata
from collections.abc import AsyncIterator
from typing import Final, cast

import orjson
from starlette.responses import Response

from kaihoken.desk.frame import Frame, Row, Visitor
from kaihoken.desk.reader import COOKIE, Stage, Touch, reader_terms
from kaihoken.desk.screen.picture import PARTS, picture_of
from kaihoken.problems import Problem
from kaihoken.transitions import ImpossibleStep
from kaihoken.web import path_in

READER: Final = "/reader"
ELSEWHERE: Final = -2
"""The step of a screen that has the reader no more."""

HOME: Final = path_in("ja@easy", READER)


async def screen(frame: Frame, visitor: Visitor) -> Response:
    """GET /reader. A screen that comes for the first time gets the easy words."""
    known = visitor.cookies.get(COOKIE, "")
    cookie = known or frame.desk.reader.screens.new()
    if not known and visitor.language == "ja":
        return _with_cookie(frame.see(visitor, "/easy/reader"), cookie)
    shown = _shown(frame, visitor, cookie)
    return _with_cookie(frame.page("reader.html", visitor, shown), cookie)


async def part(frame: Frame, visitor: Visitor) -> Response:
    """GET /reader/part: the picture alone, for the script of an open screen."""
    return frame.page("reader_part.html", visitor, _shown(frame, visitor, visitor.cookies.get(COOKIE, "")))


async def changes(frame: Frame, visitor: Visitor) -> Response:
    """GET /reader/events: the step, whenever it is another one, until another screen has the reader. Nothing of a
    person."""
    reader, cookie = frame.desk.reader, visitor.cookies.get(COOKIE, "")
    _require_holder(frame, visitor)

    async def told() -> AsyncIterator[bytes]:
        with reader.screens.watching(cookie):
            step = -1
            async for _ in frame.desk.events.listen():
                now = reader.now.step if reader.screens.has(cookie) else ELSEWHERE
                if now != step:
                    step = now
                    yield b"data: " + orjson.dumps({"step": step}) + b"\n\n"
                if step == ELSEWHERE:
                    return

    return frame.stream(told())


async def touched(frame: Frame, visitor: Visitor) -> Response:
    """POST /reader: `step` and `touch`, or `pin`."""
    _require_holder(frame, visitor)
    reader, form, wrong_shape = frame.desk.reader, visitor.form, False
    step = int(form["step"]) if form.get("step", "").isascii() and form.get("step", "").isdigit() else -1
    try:
        if "touch" in form:
            reader.touch(step, cast(Touch, form["touch"]))
        elif "pin" in form:
            reader.type_pin(step, bytearray(unicodedata.normalize("NFKC", form["pin"]), "ascii", "replace"))
    except ImpossibleStep:
        """Not among what this picture offers: it is shown again."""
    except Problem:  # the PIN is none: nothing was sent
        wrong_shape = True
    if form.get("by") == "script":
        return frame.data({"step": reader.now.step, "shape": not wrong_shape})
    return frame.see(visitor, READER)


async def take(frame: Frame, visitor: Visitor) -> Response:
    """POST /reader/take: this screen has the reader from now on; not while a card lies there (`desk.reader-busy`), and
    the patient's screen stays one."""
    cookie = visitor.cookies.get(COOKIE, "")
    if frame.desk.reader.now.stage is not Stage.WAITING:
        busy = Problem("desk.reader-busy")
        shown = {**_shown(frame, visitor, cookie), "busy": True}
        return frame.page("reader.html", visitor, shown, busy.entry.status)
    if cookie:
        frame.desk.reader.screens.take(cookie)
        frame.desk.events.bump("reader")
    return frame.see(visitor, READER)


def _shown(frame: Frame, visitor: Visitor, cookie: str) -> dict[str, object]:
    desk = frame.desk
    free = desk.reader.now.stage is Stage.WAITING
    terms = reader_terms(desk.clock.today())
    mine = desk.reader.screens.holds(cookie, free=free)
    picture = picture_of(desk.reader.now, terms, visitor.language) if mine else None
    link = desk.questionnaires.link_on_screen() if mine and free else ""
    return {"picture": picture, "parts": PARTS, "home": HOME, "reader_path": READER, "questionnaire": link}


def _require_holder(frame: Frame, visitor: Visitor) -> None:
    """Problem `desk.reader-elsewhere`."""
    cookie = visitor.cookies.get(COOKIE, "")
    if not frame.desk.reader.screens.holds(cookie, free=False):
        raise Problem("desk.reader-elsewhere")


def _with_cookie(response: Response, cookie: str) -> Response:
    response.set_cookie(COOKIE, cookie, httponly=True, samesite="strict", path="/")
    return response


ROWS = (
    Row("GET", READER, screen, needs="anybody"),
    Row("GET", f"{READER}/part", part, needs="anybody"),
    Row("GET", f"{READER}/events", changes, needs="anybody"),
    Row("POST", READER, touched, needs="anybody"),
    Row("POST", f"{READER}/take", take, needs="anybody"),
)
"""The patient's screen."""
