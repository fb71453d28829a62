"""A demonstration's hub with its pages of people: in process or through a real server, and who may sign in there."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import uvicorn

from kaihoken.access import Limit, Limits
from kaihoken.access.people import Accounts, RelyingParty, Session
from kaihoken.clock import FixedClock
from kaihoken.demo.people import let_in, make_cards, wallet_in
from kaihoken.hub import HubSettings, with_pages
from kaihoken.hub.application import HubApplication
from kaihoken.hub.exchange import Reply
from kaihoken.hub.machine import Machine, running
from kaihoken.hub.pages.people import PeoplePages, Row
from kaihoken.hub.pages.site import Site as Pages
from kaihoken.hub.pages.visit import Visit
from kaihoken.people import Plan, make_store
from kaihoken.store import FileKeys

from ...access.builders import Ticker
from ...access.people.passkeys import SoftPasskey
from ...card.authorities import roots_in
from .desk import BASE, NOW, a_showcase

PORT = 8000
PARTY = RelyingParty.at(f"{BASE}:{PORT}")
FORM = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


@dataclass
class Site:
    """A running hub, and where it is."""

    machine: Machine
    application: HubApplication
    clock: FixedClock
    ticks: Ticker
    address: str

    @property
    def accounts(self) -> Accounts:
        """For invitations, as the command line makes them."""
        return Accounts(self.machine.store, self.machine.committer, self.clock)

    def session(self, http: httpx.AsyncClient) -> Session:
        """The session of a browser, as the hub holds it."""
        pages = (
            self.application._pages
        )  # what the hub itself serves: a test needs the tokens of forms it does not see
        assert isinstance(pages, Pages)
        found = pages.people.door.sessions.find(http.cookies.get("kaihoken-local", domain="127.0.0.1") or "")
        assert found is not None
        return found

    def browser(self, **headers: str) -> httpx.AsyncClient:
        """A browser without scripts."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.application),
            base_url=BASE,
            headers={**FORM, **headers},
            follow_redirects=True,
        )


@asynccontextmanager
async def a_site(folder: Path, port: int = PORT, limits: Limits | None = None) -> AsyncIterator[Site]:
    """The site over a new store. Each page that is asked leaves no other records than its row says."""
    clock, ticks = FixedClock(NOW), Ticker()
    keys = FileKeys.create(folder / "keys", clock)
    await make_store(folder / "store", keys, Plan(20, 1, clock.today()), clock, processes=0)
    often = Limit(count=1000, seconds=1, burst=10_000)
    limits = limits or Limits(sign_in_source=often, sign_in_overall=often, person=often)
    settings = HubSettings(store=str(folder / "store"), keys=str(folder / "keys"), port=port, limits=limits)
    roots_in(folder / "card-authority")
    make_cards(folder / "cards.json", folder / "card-authority", clock)
    wallet = wallet_in(folder / "cards.json")
    assemble = with_pages(a_showcase(clock), wallet=wallet)
    application = HubApplication(lambda: running(settings, keys, clock, ticks), assemble)
    async with application.opened() as machine:
        await let_in(machine.store, machine.committer, clock, wallet, clock.today())
        hold_to_their_records(application, machine)
        yield Site(machine, application, clock, ticks, f"http://localhost:{port}")


def hold_to_their_records(application: HubApplication, machine: Machine) -> None:
    """Fails the request whose handler leaves a record that its row does not name."""
    pages = application._pages  # the only place that knows which handler answers
    assert isinstance(pages, Pages)
    log = machine.committer.log

    def held(row: Row) -> Row:
        async def handler(people: PeoplePages, visit: Visit) -> Reply:
            before = await log.size()
            try:
                return await row.handler(people, visit)
            finally:
                kinds = {
                    (await log.record(batch.seq, place)).kind
                    for batch in await log.batches(before, await log.size())
                    for place in range(len(batch.leaves))
                }
                strange = kinds - {*row.records, *_BESIDE}
                assert not strange, f"{row.method} {row.path} leaves {sorted(strange)}: name it in its row"

        return replace(row, handler=handler)

    pages.people._rows = {place: held(row) for place, row in pages.people._rows.items()}


_BESIDE = ("log.indexed", "heartbeat")
"""What a hub records by itself meanwhile."""


@asynccontextmanager
async def served_site(folder: Path) -> AsyncIterator[Site]:
    """The same behind a real server."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        async with a_site(folder, listening.getsockname()[1]) as site:
            server = _Server(uvicorn.Config(site.application, lifespan="off", log_level="warning"))
            serving = asyncio.create_task(server.serve([listening]))
            await server.up.wait()
            try:
                yield site
            finally:
                server.should_exit = True
                await serving


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


def fields_of(page: httpx.Response, action: str) -> dict[str, str]:
    """The hidden fields of the form of a page that goes to some place."""
    form = re.search(
        rf'<form [^>]*action="(?:/easy|/en)?{re.escape(action)}"[^>]*>(.*?)</form>', page.text, re.S
    )
    assert form is not None, f"no form goes to {action}"
    return dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[1]))


async def send(http: httpx.AsyncClient, page: httpx.Response, action: str, **more: str) -> httpx.Response:
    """Send that form, as a browser does."""
    return await http.post(action, data={**fields_of(page, action), **more})


async def sign_in(http: httpx.AsyncClient, passkey: SoftPasskey) -> httpx.Response:
    page = await http.get("/sign-in")
    fields: Mapping[str, str] = fields_of(page, "/sign-in")
    return await http.post("/sign-in", data={**fields, "answer": passkey.answer(fields["challenge"])})


async def with_card(http: httpx.AsyncClient, name: str) -> httpx.Response:
    """Sign in with a card of the demonstration: one click."""
    return await send(http, await http.get("/sign-in"), "/sign-in/card", card=name)


async def enrol(http: httpx.AsyncClient, code: str, passkey: SoftPasskey) -> httpx.Response:
    page = await send(http, await http.get("/invitation"), "/invitation", code=code)
    fields = fields_of(page, "/invitation/passkey")
    created = passkey.created(fields["challenge"])
    return await http.post(
        "/invitation/passkey", data={**fields, "name": "わたしのスマホ", "answer": created}
    )


def a_passkey() -> SoftPasskey:
    return SoftPasskey(PARTY.rp_id, PARTY.origin)
