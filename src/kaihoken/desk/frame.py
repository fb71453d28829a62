"""The frame of the desk's pages: what every request passes, and what every page is made with.

Every page and form is a row of one table (`site`): who may come. In the order in which it happens: the right host, the
right origin of a form, who it is; only then the handler. The reader's screen is for patients and shows nothing of
anybody who has not put a card on it; everything else is for the staff.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Final, Literal
from urllib.parse import quote, urlsplit

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from kaihoken.desk.carrying import folder_trouble
from kaihoken.desk.line import at_counter
from kaihoken.desk.running import Desk
from kaihoken.desk.staff import Session
from kaihoken.desk.staff.sessions import COOKIE
from kaihoken.problems import Problem
from kaihoken.web import (
    HERE,
    PAGE_HEADERS,
    Assets,
    Language,
    Pages,
    host_of,
    path_in,
    read_body,
    read_form,
    require_own_form,
)

SIGN_IN: Final = "/sign-in"
COVER: Final = "/cover"
VISIT: Final = "/visit/{visit}"
LARGEST_FORM: Final = 256 * 1024
LONGEST_NOTE: Final = 200
"""Characters of a note in one line."""


@dataclass(slots=True)
class Visitor:
    """What a handler is given of a request. `path` is the row's, without the language; `named` the parts of the address
    that the row names; `here` the page on which the visitor stays when the language is changed."""

    language: Language
    path: str
    named: Mapping[str, str]
    query: Mapping[str, str]
    cookies: Mapping[str, str] = field(default_factory=dict)
    session: Session | None = None
    cookie: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_type: str = ""
    here: str = "/"

    @property
    def sign(self) -> str:
        """Who of the staff asks. Problem `desk.sign-in-first`."""
        if self.session is None:
            raise Problem("desk.sign-in-first")
        return self.session.sign


Handler = Callable[["Frame", Visitor], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Row:
    """One page (GET) or form (POST). `needs` says who may come. `raw`: the body is no form (an uploaded file, JSON of
    our own script), and the handler reads it. `when_covered`: also while 覗き見防止 hides the screen.
    `largest`: the most bytes of a body."""

    method: Literal["GET", "POST"]
    path: str
    handler: Handler
    needs: Literal["anybody", "staff", "demo"] = "staff"
    raw: bool = False
    when_covered: bool = False
    largest: int = LARGEST_FORM


class Frame:
    """The pages over a running desk."""

    def __init__(self, desk: Desk, origin: str = "") -> None:
        """`origin`: the one by which other machines than this reach the pages; nobody signs in there."""
        self.desk = desk
        self.origin = origin
        self.assets = Assets("web", "desk")
        self._pages = Pages("desk", assets=self.assets, demo=desk.settings.demo, words={"c": "coverage"})
        self._hosts = {urlsplit(origin).hostname} if origin else {*HERE, desk.settings.host}
        self._headers = _headers("" if origin else desk.settings.framed_by)

    async def answer(self, row: Row, language: Language, request: Request) -> Response:
        """One request of a row. What is refused is a page too, or a problem for a program."""
        headers = dict(reversed(request.scope["headers"]))
        named = {name: str(value) for name, value in request.path_params.items()}
        here = _here(row, named, request.url.query)
        visitor = Visitor(language, row.path, named, dict(request.query_params), here=here)
        try:
            self._require_host(headers)
            self._recognise(visitor, headers)
            if row.method == "POST":
                await self._take(row, visitor, headers, request)
            if (
                row.needs == "staff"
                and visitor.session is None
                and row.method == "GET"
                and _wants_page(headers)
            ):
                return self.see(visitor, SIGN_IN)
            self._require(row, visitor)
            if row.needs == "staff" and _is_covered(visitor) and not row.when_covered:
                return self._cover(row, visitor, headers)
            return await row.handler(self, visitor)
        except Problem as problem:
            return self.refusal(visitor, problem, as_page=_wants_page(headers))

    def _require(self, row: Row, visitor: Visitor) -> None:
        """Problems `desk.sign-in-first`, `desk.no-such-page`."""
        if row.needs == "staff" and visitor.session is None:
            raise Problem("desk.sign-in-first")
        if row.needs == "demo" and not self.desk.settings.demo:
            raise Problem("desk.no-such-page")

    def _cover(self, row: Row, visitor: Visitor, headers: Mapping[bytes, bytes]) -> Response:
        """Nothing of anybody while the screen is covered. Problem `desk.covered` for a form or a program."""
        if row.method == "GET" and _wants_page(headers):
            return self.see(visitor, COVER)
        raise Problem("desk.covered")

    def _require_host(self, headers: Mapping[bytes, bytes]) -> None:
        """Only our own names: another site's name that leads here is not ours (DNS rebinding)."""
        if host_of(headers) not in self._hosts:
            raise Problem("hub.other-origin")

    def _recognise(self, visitor: Visitor, headers: Mapping[bytes, bytes]) -> None:
        cookies = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
        visitor.cookies = {name: one.value for name, one in cookies.items()}
        if COOKIE in cookies and not self.origin:
            visitor.cookie = cookies[COOKIE].value
            visitor.session = self.desk.sessions.get(visitor.cookie)

    async def _take(
        self, row: Row, visitor: Visitor, headers: Mapping[bytes, bytes], request: Request
    ) -> None:
        if row.raw:
            require_own_form({**headers, b"content-type": b"application/x-www-form-urlencoded"}, self.origin)
            visitor.body = await read_body(request.stream(), row.largest)
            visitor.content_type = headers.get(b"content-type", b"").decode("latin-1")
            return
        require_own_form(headers, self.origin)
        visitor.form = read_form(await read_body(request.stream(), row.largest))

    def page(
        self, template: str, visitor: Visitor, values: Mapping[str, object], status: int = 200
    ) -> Response:
        """One page for a visitor. A `problem` among the values is said in the words of a counter, and where the page is
        a refusal its status is that problem's: what a hub refused this desk is no refusal of the browser."""
        problem = values.get("problem")
        if isinstance(problem, Problem):
            told = at_counter(problem)
            values = {**values, "problem": told}
            status = told.entry.status if status == problem.entry.status else status
        content = self.part(template, visitor, values)
        return Response(content, status, media_type="text/html; charset=utf-8", headers=dict(self._headers))

    def part(self, template: str, visitor: Visitor, values: Mapping[str, object]) -> str:
        """A template as text: a page, or a part of one that a script puts in its place."""
        desk = self.desk
        return self._pages.render(
            template,
            visitor.language,
            here=visitor.here,
            again=None,
            visitor=visitor,
            line=desk.line.view,
            at_reader=desk.reader,
            disk_is_full=desk.safe.is_full,
            folder_trouble=folder_trouble(desk.carrier),
            found_cards=len(desk.found_cards.open()),
            seen=orjson.dumps(desk.events.counts()).decode(),
            unsettled=len(desk.entries.open()),
            guide=desk.guide,
            unreported=desk.failures.owed(),
            failure=desk.failures.mode,
            today=desk.clock.today(),
            now=desk.clock.now(),
            clinic=desk.enrolment.facility_name,
            cover_minutes=desk.settings.cover_minutes,
            **values,
        )

    def see(self, visitor: Visitor, path: str) -> Response:
        """Fetch that page."""
        return RedirectResponse(path_in(visitor.language, path), 303, headers=dict(self._headers))

    def file(self, body: bytes, media_type: str, name: str) -> Response:
        """Something to keep or print, kept by no cache."""
        shown = "inline" if media_type == "application/pdf" else "attachment"
        headers = {**self._headers, "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(name)}"}
        return Response(body, media_type=media_type, headers=headers)

    def data(self, value: object, status: int = 200) -> Response:
        """JSON for our own scripts."""
        headers = dict(self._headers)
        return Response(orjson.dumps(value), status, media_type="application/json", headers=headers)

    def stream(self, parts: AsyncIterator[bytes]) -> Response:
        """Events for an open page (text/event-stream)."""
        return StreamingResponse(parts, media_type="text/event-stream", headers=dict(self._headers))

    def refusal(self, visitor: Visitor, problem: Problem, *, as_page: bool = True) -> Response:
        """A problem as a page for a browser, as RFC 9457 for a program."""
        if as_page:
            template = "ask_problem.html" if self.origin else "problem.html"
            return self.page(template, visitor, {"problem": problem}, problem.entry.status)
        body = orjson.dumps(problem.as_rfc9457())
        headers = dict(self._headers)
        return Response(body, problem.entry.status, media_type="application/problem+json", headers=headers)


def _headers(framed_by: str) -> Mapping[str, str]:
    """The headers of every page. A demonstration shows the screens of a desk side by side in frames of its own page."""
    if not framed_by:
        return PAGE_HEADERS
    policy = PAGE_HEADERS["Content-Security-Policy"].replace(
        "frame-ancestors 'none'", f"frame-ancestors {framed_by}"
    )
    return {**PAGE_HEADERS, "Content-Security-Policy": policy}


def with_session(response: Response, cookie: str) -> Response:
    """The response that also sets the cookie of a session, or takes it away ("")."""
    response.set_cookie(
        COOKIE, cookie, max_age=0 if not cookie else None, httponly=True, samesite="strict", path="/"
    )
    return response


def line_typed(text: str) -> str:
    """What was typed, in one line. Problem `desk.note-long`."""
    plain = " ".join(text.split())
    if len(plain) > LONGEST_NOTE:
        raise Problem("desk.note-long", most=LONGEST_NOTE)
    return plain


def _is_covered(visitor: Visitor) -> bool:
    return visitor.session is not None and visitor.session.covered


def _here(row: Row, named: Mapping[str, str], query: str) -> str:
    """The page of a row with its query; what answers a form is another page in the same place, of which only that of a
    visit can be told from the address: a handler that gives another says which."""
    path = row.path
    if row.method == "POST":
        path = VISIT if path.startswith(VISIT) else "/"
    filled = path.format(**{name: quote(value, safe="") for name, value in named.items()})
    return f"{filled}?{query}" if query and row.method == "GET" else filled


def _wants_page(headers: Mapping[bytes, bytes]) -> bool:
    return b"text/html" in headers.get(b"accept", b"")
