"""The pages of a hub put together: the static files, the open pages (what a visit costs, what a clinic asks before it
buys), the pages of people, and a demonstration's start page."""

from kaihoken.hub.assembly import route_table
from kaihoken.hub.exchange import PageApp, Receive, Reply, Request, Scope, Send, problem_reply, send_reply
from kaihoken.hub.machine import Machine
from kaihoken.hub.pages.adoption import AdoptionPage
from kaihoken.hub.pages.consents import CONSENT_ROWS
from kaihoken.hub.pages.desk import DESK_ROWS
from kaihoken.hub.pages.facility import FACILITY_ROWS
from kaihoken.hub.pages.log import LOG_ROWS
from kaihoken.hub.pages.open_page import OpenPage
from kaihoken.hub.pages.own import OWN_ROWS
from kaihoken.hub.pages.page import see_other
from kaihoken.hub.pages.pay import PayPage
from kaihoken.hub.pages.people import SIGN_IN, PeoplePages
from kaihoken.hub.pages.proxies import PROXY_ROWS
from kaihoken.hub.pages.sessions import SESSION_ROWS
from kaihoken.hub.pages.sign_in import SIGN_IN_ROWS
from kaihoken.hub.pages.staff import STAFF_ROWS
from kaihoken.hub.routes import RouteTable
from kaihoken.problems import Problem
from kaihoken.web import Assets, path_in, split_language

ROWS = (
    *SIGN_IN_ROWS,
    *SESSION_ROWS,
    *OWN_ROWS,
    *CONSENT_ROWS,
    *PROXY_ROWS,
    *DESK_ROWS,
    *FACILITY_ROWS,
    *STAFF_ROWS,
    *LOG_ROWS,
)
"""Every page and form of people."""

_STATIC = "/static/"


class Site:
    """Which pages answer a path (see `PageApp`). Without a start page the front door leads to signing in."""

    def __init__(self, people: PeoplePages, start: PageApp | None = None) -> None:
        self.people = people
        self._open = tuple(
            OpenPage(calculation, people.hosts, people.form_origin)
            for calculation in (PayPage(people.machine), AdoptionPage(people.machine))
        )
        self._start = start
        self._assets = Assets("web", "hub")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        path = str(scope["path"])
        language, here = split_language(path)
        if path.startswith(_STATIC):
            await self._assets(scope, receive, send)
        elif opened := [page for page in self._open if page.owns(path)]:
            await opened[0](scope, receive, send)
        elif self.people.owns(path):
            await self.people(scope, receive, send)
        elif self._start is not None:
            await self._start(scope, receive, send)
        elif here == "/":
            await send_reply(send, see_other(path_in(language, SIGN_IN)))
        else:
            raise Problem("hub.path")

    def refusal(self, request: Request, problem: Problem) -> Reply:
        """A problem as a page for a browser; for a program as the hub's other routes say it."""
        if b"text/html" not in request.header(b"accept"):
            return problem_reply(problem)
        if self._start is not None and not self.people.owns(request.path):
            return self._start.refusal(request, problem)
        return self.people.refusal(
            request, Problem("hub.no-such-page") if problem.code == "hub.path" else problem
        )


def with_people(machine: Machine) -> tuple[RouteTable, PageApp | None]:
    """A hub where people sign in. Problem `hub.pages-need-tls` where its public address is not one over TLS."""
    url = machine.settings.public_url
    if not url.startswith("https://"):
        raise Problem("hub.pages-need-tls")
    return route_table(machine), Site(PeoplePages(machine, url, ROWS))
