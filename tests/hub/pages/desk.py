"""A demonstration's hub with its start page over the sandbox's people, asked in process or through a real server."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
import uvicorn

from kaihoken.clock import Clock, FixedClock
from kaihoken.coverage import Asker, Situation, read_check
from kaihoken.demo.telling import telling_cases
from kaihoken.hub import Case, HubSettings, Rehearsal, Showcase, rehearsing, with_pages
from kaihoken.hub.application import HubApplication
from kaihoken.hub.machine import running
from kaihoken.people import Plan, make_store, sandbox_cases, sandbox_facility, sandbox_rehearsals
from kaihoken.store import FileKeys

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
BASE = "http://127.0.0.1"
FROM_HERE = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


def a_showcase(clock: Clock) -> Showcase:
    """The demonstration's cases, and beside its list every other question of the sandbox."""
    today = clock.today()
    telling = telling_cases(today)
    named = {case.name for case in telling}
    others = tuple(
        Case(
            case.key,
            read_check(msgspec.json.encode(case.ask)),
            Situation(case.expect.situation),
            listed=False,
        )
        for case in sandbox_cases(today)
        if case.rehearsal is None and case.key not in named
    )
    asker = Asker("clinic", sandbox_facility(), "key-1")
    return Showcase(asker, "架空の試験用診療所", today, (*telling, *others))


@asynccontextmanager
async def a_demonstration(
    folder: Path, clock: Clock | None = None, port: int = 8000
) -> AsyncIterator[HubApplication]:
    """The application over a new store."""
    clock = clock or FixedClock(NOW)
    keys = FileKeys.create(folder / "keys", clock)
    await make_store(folder / "store", keys, Plan(20, 1, clock.today()), clock, processes=0)
    settings = HubSettings(store=str(folder / "store"), keys=str(folder / "keys"), port=port)
    rehearsals = {
        number: Rehearsal(rehearsal.play, min(rehearsal.seconds, 0.01))
        for number, rehearsal in sandbox_rehearsals().items()
    }
    assemble = with_pages(a_showcase(clock), rehearsing(rehearsals))
    application = HubApplication(lambda: running(settings, keys, clock), assemble)
    async with application.opened():
        yield application


@asynccontextmanager
async def a_desk(folder: Path, clock: Clock | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A browser's half of HTTP, in process."""
    async with a_demonstration(folder, clock) as application:
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(
            transport=transport, base_url=BASE, headers=FROM_HERE, follow_redirects=True
        ) as http:
            yield http


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[str]:
    """The address of a real server."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        async with a_demonstration(folder, port=port) as application:
            server = _Server(uvicorn.Config(application, lifespan="off", log_level="warning"))
            running_server = asyncio.create_task(server.serve([listening]))
            await server.up.wait()
            try:
                yield f"http://127.0.0.1:{port}"
            finally:
                server.should_exit = True
                await running_server


def typed(**more: str) -> dict[str, str]:
    """The form as a receptionist fills it in for the sandbox's employee."""
    return {
        "insurer_number": "01139906",
        "symbol": "99000001",
        "number": "1001",
        "branch": "00",
        "birthdate": "1985-05-05",
        "presented": "confirmation",
        "limit": "no",
        **more,
    }
