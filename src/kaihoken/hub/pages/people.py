"""The frame of the pages of people: what every request passes, and what every page is made with.

Every page and form is a row of one table (`site.ROWS`): who may come there, by which right, whether a fresh proof
is asked. What every request passes stands in `__call__`, in the order in which it happens: the right host, the
right origin, who it is and how often, the right, the form's own token, the fresh proof; only then the handler. All of
it works without a script but the passkey itself."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kaihoken.access import Kind
from kaihoken.access.people import (
    Accounts,
    CookieNames,
    Proxies,
    RelyingParty,
    Right,
    Sessions,
    SignedIn,
    SignIn,
    cookies_in,
    new_visit,
)
from kaihoken.audit import PersonIndex
from kaihoken.coverage import OwnRecords
from kaihoken.hub.exchange import Receive, Reply, Request, Scope, Send, problem_headers, read_body, send_reply
from kaihoken.hub.machine import Machine
from kaihoken.hub.pages.card_wallet import CardWallet
from kaihoken.hub.pages.page import headers_of, page_reply, see_other, with_headers
from kaihoken.hub.pages.visit import Visit
from kaihoken.problems import Problem
from kaihoken.web import (
    HERE,
    Assets,
    Language,
    Pages,
    host_of,
    path_in,
    read_form,
    require_own_form,
    split_language,
)

Needs = Literal["anybody", "somebody"]
Handler = Callable[["PeoplePages", Visit], Awaitable[Reply]]

SIGN_IN, HOME = "/sign-in", "/me"

_FORGET = b"clear-site-data", b'"cache", "storage"'
"""What a browser forgets when a session is over. Cookies are not named: that would take those of every other site of
the domain; the session's own is taken away by name."""


@dataclass(frozen=True, slots=True)
class Row:
    """One page (GET) or form (POST). `needs` says who may come, `right` by which right, `fresh` whether somebody must
    have proved within the last minutes who they are; `counted` whether it is an attempt to prove it. `records` are the
    kinds of records that it may leave in the log."""

    method: Literal["GET", "POST"]
    path: str
    handler: Handler
    needs: Needs = "somebody"
    right: Right | None = None
    fresh: bool = False
    counted: bool = False
    records: tuple[str, ...] = ()


class PeoplePages:
    """The pages of people of one hub (see `PageApp`). `url` is the address under which browsers reach it."""

    def __init__(
        self, machine: Machine, url: str, rows: Sequence[Row], wallet: CardWallet | None = None
    ) -> None:
        if wallet is not None and machine.store.purpose != "demo":
            raise Problem("access.demo-key")
        party = RelyingParty.at(url)
        sessions = Sessions(machine.gate.ticks)
        accounts = Accounts(machine.store, machine.committer, machine.clock, sessions)
        self.machine = machine
        self.party = party
        self.door = SignIn(
            accounts,
            sessions,
            party,
            machine.clock,
            machine.gate.ticks,
            machine.settings.limits,
            wallet.trust if wallet is not None else None,
        )
        self.wallet = wallet
        self.accounts = accounts
        self.own = OwnRecords(machine.store, machine.committer, machine.clock)
        self.proxies = Proxies(machine.store, machine.committer, machine.clock, self.own.insured_with)
        self.index = PersonIndex(machine.store, machine.committer.log)
        self._demo = machine.store.purpose == "demo"
        self._cookies = CookieNames.over(tls=party.origin.startswith("https:"))
        self.hosts = (*HERE, party.rp_id) if self._demo else (party.rp_id,)
        self.form_origin = party.origin if not self._demo else ""
        self._pages = Pages("hub", assets=Assets("web", "hub"), demo=self._demo, words={"c": "coverage"})
        self._rows: Mapping[tuple[str, str], Row] = {(row.method, row.path): row for row in rows}

    def owns(self, path: str) -> bool:
        """Whether a path, with or without its language, is one of these pages."""
        _, here = split_language(path)
        return any((method, here) in self._rows for method in ("GET", "POST"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request. Raises the Problems of what is not here, not from here, or not allowed."""
        method, headers = str(scope["method"]), headers_of(scope)
        language, here = split_language(str(scope["path"]))
        row = self._rows.get(("GET" if method == "HEAD" else method, here))
        if row is None:
            allowed = {known for known, path in self._rows if path == here}
            raise (
                Problem("hub.method", allowed=", ".join(sorted(allowed))) if allowed else Problem("hub.path")
            )
        visit = self._visit(scope, headers, language, here)
        await self._recognise(visit, headers)
        try:
            reply = await self._answered(row, visit, headers, receive)
        except Problem as problem:
            account = visit.account.account_id if visit.account is not None else ""
            self.machine.gate_log.refused(problem, row.path, visit.source, account=account)
            reply = self._refused(visit, problem)
        if visit.is_over:
            reply = with_headers(reply, self._cookies.setting(self._cookies.session, ""), _FORGET)
        if visit.is_new:
            reply = with_headers(reply, self._cookies.setting(self._cookies.visit, visit.visit))
        await send_reply(send, reply, with_body=method != "HEAD")

    def refusal(self, request: Request, problem: Problem) -> Reply:
        """A problem as a page."""
        language, here = split_language(request.path)
        return self._refused(Visit(request.source, "", language=language, path=here), problem)

    def _visit(self, scope: Scope, headers: Mapping[bytes, bytes], language: Language, here: str) -> Visit:
        host = host_of(headers)
        if host not in self.hosts:
            raise Problem("hub.other-origin")
        client = scope.get("client")
        source = str(client[0]) if isinstance(client, tuple | list) else ""
        known = cookies_in(headers.get(b"cookie", b"")).get(self._cookies.visit, "")
        visit = Visit(source, known or new_visit(), is_new=not known, language=language, path=here)
        visit.elsewhere = host != self.party.rp_id
        return visit

    async def _recognise(self, visit: Visit, headers: Mapping[bytes, bytes]) -> None:
        """Who has signed in, as things stand now."""
        cookie = cookies_in(headers.get(b"cookie", b"")).get(self._cookies.session, "")
        await self.door.recognise(visit, cookie)

    async def _answered(
        self, row: Row, visit: Visit, headers: Mapping[bytes, bytes], receive: Receive
    ) -> Reply:
        if row.method == "POST":
            require_own_form(headers, self.form_origin)
            visit.form = read_form(await read_body(receive, headers, 64 * 1024))
            await self._recognise(visit, headers)  # once more: somebody may have been shut out meanwhile
        if row.needs != "anybody":
            if visit.session is None and row.method == "GET":
                return see_other(path_in(visit.language, SIGN_IN))
            self.door.require(visit, row.right)
        if row.method == "POST":
            visit.require_form(row.path)
        if row.fresh:
            self._require_fresh(visit)
        if row.counted:
            self.door.admit(visit.source)
        return await row.handler(self, visit)

    def _require_fresh(self, visit: Visit) -> None:
        """Problem `access.proof-old`; who proves it then comes back to the page where they were."""
        session, _ = visit.somebody
        try:
            self.door.require_fresh(session)
        except Problem:
            session.wanted = self._fetched_at(visit.path.partition(".")[0])
            raise

    def _refused(self, visit: Visit, problem: Problem) -> Reply:
        content = self.render("account/problem.html", visit, problem=problem)
        return page_reply(content, problem.entry.status, *problem_headers(problem))

    def render(
        self, template: str, visit: Visit, again: Mapping[str, str] | None = None, **values: object
    ) -> str:
        """One page for a visit, with the token of every form in reach."""
        return self._pages.render(
            template,
            visit.language,
            here=visit.path if again is not None else self._fetched_at(visit.path),
            again=again,
            visit=visit,
            account=visit.account,
            passkey_address=f"{self.party.origin}{path_in(visit.language, visit.path)}",
            **values,
        )

    def _fetched_at(self, path: str) -> str:
        """The page that stands behind a form: "/staff" for "/staff/invite"; one's own where there is none."""
        while path and ("GET", path) not in self._rows:
            path = path.rpartition("/")[0]
        return path or HOME

    def page(
        self,
        template: str,
        visit: Visit,
        status: int = 200,
        again: Mapping[str, str] | None = None,
        **values: object,
    ) -> Reply:
        """The same as a reply."""
        return page_reply(self.render(template, visit, again, **values), status)

    def with_session(self, reply: Reply, cookie: str) -> Reply:
        """The reply that also sets the cookie of a session."""
        return with_headers(reply, self._cookies.setting(self._cookies.session, cookie))

    def begun(self, visit: Visit, signed_in: SignedIn) -> Reply:
        """Where somebody goes whose session began: their page."""
        visit.is_over = False
        return self.with_session(see_other(path_in(visit.language, HOME)), signed_in.cookie)

    async def colleague(self, sign: str, organisation: str) -> str:
        """The name of somebody of an organisation by the id of their account, "" where it is none of theirs."""
        found = await self.accounts.account(sign)
        return found.name if found is not None and found.organisation == organisation else ""

    def client_name(self, client_id: str, facility: str) -> str:
        """What a client is called; of one that has no name here (somebody at a facility's pages) what the facility is
        called, else the facility's code, else its id."""
        client = self.machine.gate.registry.get(client_id)
        return client.name if client is not None else self.facility_name(facility) or facility or client_id

    def facility_name(self, code: str) -> str:
        """What a facility is called, "" where no client of it has a name here."""
        return self.machine.gate.registry.name_of(Kind.FACILITY, code) or ""

    def place(self, visit: Visit) -> str:
        """What the facility of who signed in is called, its code where it has no name here."""
        _, account = visit.somebody
        return self.facility_name(account.organisation) or account.organisation

    def left(self, visit: Visit) -> Reply:
        """Where somebody goes who signed out."""
        visit.is_over = True
        return see_other(path_in(visit.language, SIGN_IN))
