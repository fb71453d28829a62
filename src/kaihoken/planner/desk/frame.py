"""The frame of the desk's pages: what every request passes, and what every page is made with.

Every page and form is a row of one table (`site.ROWS`): who may come, by which right, whether a fresh proof is asked.
In the order in which it happens: the right host, the right origin, who it is and how often, the right, the form's own
token, the fresh proof; only then the handler.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kaihoken.access import Limits
from kaihoken.access.people import (
    Accounts,
    CookieNames,
    RelyingParty,
    Right,
    Sessions,
    SignIn,
    Visitor,
    cookies_in,
    new_visit,
)
from kaihoken.clock import Clock
from kaihoken.problems import Problem
from kaihoken.web import (
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
from kaihoken.workforce.careers import Designations, OpenedBook, Opener

SIGN_IN, HOME, CONFIRM = "/sign-in", "/", "/confirm"
LARGEST_FORM = 64 * 1024
_FORGET = {"Clear-Site-Data": '"cache", "storage"'}


@dataclass(slots=True)
class Visit(Visitor):
    """What a handler is given: who came, in which language, to which path (without the language)."""

    language: Language = "ja"
    path: str = "/"

    @property
    def opener(self) -> Opener:
        """Who asks the book. Problem `access.sign-in-required`."""
        _, account = self.somebody
        return Opener(account.account_id, account.role, account.person)


Handler = Callable[["Desk", Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Row:
    """One page (GET) or form (POST). `needs` says who may come, `right` by which right, `fresh` whether somebody must
    have proved within the last minutes who they are; `counted` whether it is an attempt to prove it."""

    method: Literal["GET", "POST"]
    path: str
    handler: Handler
    needs: Literal["anybody", "somebody"] = "somebody"
    right: Right | None = None
    fresh: bool = False
    counted: bool = False


class Desk:
    """The pages over one open book. `url` is the address under which browsers reach it: over TLS, or this machine's
    own localhost. `designations` say what is a short area."""

    def __init__(
        self,
        opened: OpenedBook,
        clock: Clock,
        url: str,
        designations: Designations,
        ticks: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """Problem `hub.pages-need-tls`."""
        party = RelyingParty.at(url)
        if urlsplit(url).scheme != "https" and party.rp_id != "localhost":
            raise Problem("hub.pages-need-tls")
        sessions = Sessions(ticks)
        self.book = opened.book
        self.clock = clock
        self.party = party
        self.designations = designations
        self.accounts = Accounts(opened.store, opened.committer, clock, sessions)
        self.door = SignIn(self.accounts, sessions, party, clock, ticks, Limits())
        self.assets = Assets("web", "planner")
        self._cookies = CookieNames.over(tls=party.origin.startswith("https:"))
        self._pages = Pages("planner", assets=self.assets, demo=opened.store.purpose == "demo")

    async def answer(self, row: Row, language: Language, request: Request) -> Response:
        """One request of a row. What is refused is a page too."""
        headers = dict(reversed(request.scope["headers"]))
        known = cookies_in(headers.get(b"cookie", b"")).get(self._cookies.visit, "")
        source = request.client.host if request.client is not None else ""
        visit = Visit(source, known or new_visit(), is_new=not known, language=language, path=row.path)
        try:
            self._require_host(headers)
            await self._recognise(visit, headers)
            response = await self._answered(row, visit, headers, request)
        except Problem as problem:
            response = self.refusal(visit, problem)
        if visit.is_over:
            self._set(response, self._cookies.session, "")
            response.headers.update(_FORGET)
        if visit.is_new:
            self._set(response, self._cookies.visit, visit.visit)
        return response

    def _require_host(self, headers: Mapping[bytes, bytes]) -> None:
        if host_of(headers) != self.party.rp_id:
            raise Problem("hub.other-origin")

    async def _recognise(self, visit: Visit, headers: Mapping[bytes, bytes]) -> None:
        cookie = cookies_in(headers.get(b"cookie", b"")).get(self._cookies.session, "")
        await self.door.recognise(visit, cookie)

    async def _answered(
        self, row: Row, visit: Visit, headers: Mapping[bytes, bytes], request: Request
    ) -> Response:
        if row.method == "POST":
            require_own_form(headers, self.party.origin)
            visit.form = read_form(await read_body(request.stream(), LARGEST_FORM))
            await self._recognise(visit, headers)  # once more: somebody may have been shut out meanwhile
        if row.needs == "somebody":
            if visit.session is None and row.method == "GET":
                return self.see(visit, SIGN_IN)
            self.door.require(visit, row.right)
        if row.method == "POST":
            visit.require_form(row.path)
        if row.fresh:
            session, _ = visit.somebody
            self.door.require_fresh(session)
        if row.counted:
            self.door.admit(visit.source)
        return await row.handler(self, visit)

    def page(self, template: str, visit: Visit, status: int = 200, **values: object) -> Response:
        """One page for a visit, with the token of every form in reach."""
        content = self._pages.render(
            template,
            visit.language,
            here=visit.path if visit.path in _FETCHED else HOME,
            again=None,
            visit=visit,
            account=visit.account,
            **values,
        )
        headers = dict(PAGE_HEADERS)
        return Response(content, status, media_type="text/html; charset=utf-8", headers=headers)

    def refusal(self, visit: Visit, problem: Problem) -> Response:
        """A problem as a page."""
        response = self.page("desk/problem.html", visit, problem.entry.status, problem=problem)
        wait = problem.facts.get("retry_after")
        if wait is not None:
            response.headers["Retry-After"] = str(wait)
        return response

    def file(self, body: bytes, media_type: str, name: str) -> Response:
        """Data to keep, kept by no cache."""
        headers = {
            **PAGE_HEADERS,
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        }
        return Response(body, media_type=media_type, headers=headers)

    def see(self, visit: Visit, path: str) -> Response:
        """Fetch that page."""
        return RedirectResponse(path_in(visit.language, path), 303, headers=dict(PAGE_HEADERS))

    def with_session(self, response: Response, cookie: str) -> Response:
        """The response that also sets the cookie of a session."""
        self._set(response, self._cookies.session, cookie)
        return response

    def _set(self, response: Response, name: str, value: str) -> None:
        header, said = self._cookies.setting(name, value)
        response.headers.append(header.decode(), said.decode())


_FETCHED = (SIGN_IN, HOME, CONFIRM, "/invitation", "/people", "/own", "/counts")
"""What can be fetched: a page that answered a form leads there in another language."""
