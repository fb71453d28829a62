"""A drill from beginning to end: a desk is made in a folder of its own, served where the real one is, and destroyed.

The real desk's safe is held open meanwhile: it cannot run beside the drill, so on this PC nobody takes one screen for
the other, and nothing but the record is written into it.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kaihoken.access import make_key
from kaihoken.clock import Clock
from kaihoken.desk.drill import (
    FACILITY,
    GUIDE,
    HUB,
    NAME,
    CutWire,
    DrillRecord,
    Drills,
    Guide,
    Rehearsal,
    Stage,
    Taken,
    at_the_evening,
    made_up,
)
from kaihoken.desk.drill_folder import drill_folder
from kaihoken.desk.enrolment import Enrolment
from kaihoken.desk.making import make_desk
from kaihoken.desk.running import Sleep, Ticks, folder_of, open_safe, running
from kaihoken.desk.serving import require_own_machine, serve_site
from kaihoken.desk.settings import DeskSettings
from kaihoken.desk.site import ROWS, desk_site
from kaihoken.desk.system import FileKeyStore

_LOOK_SECONDS = 0.5


@asynccontextmanager
async def drilling(
    settings: DeskSettings,
    made: Path,
    staff: str,
    clock: Clock,
    ticks: Ticks,
    sleep: Sleep,
    tell: Callable[[Taken], None],
    keep: Callable[[DrillRecord], None],
) -> AsyncIterator[tuple[Rehearsal, ASGIApp]]:
    """The desk of a drill for somebody of the staff, made in an empty folder, while the context is open: the walk, and
    its pages. Of the settings of the real desk it has the host and the port, nothing else. Problems of `running` and of
    `Staff.put`."""
    moved = at_the_evening(clock)
    people = made_up(moved.today())
    folder = made / "desk"
    FileKeyStore(folder).make()  # its key goes with the folder, and stands in no key store of the system
    enrolment = Enrolment(
        hub=HUB,
        client="drill",
        facility=FACILITY,
        facility_name=NAME,
        terminal="drill",
        key=make_key().saved(),
    )
    make_desk(folder, enrolment, {staff: secrets.token_urlsafe()}, people.patients, people.appointments)
    own = DeskSettings(folder=str(folder), host=settings.host, port=settings.port, demo=True)
    wire = CutWire(people.known, moved)
    async with running(own, moved, ticks, sleep, wire) as desk:
        rehearsal = Rehearsal(Stage(desk, wire, moved, people, clock), staff, tell, keep)
        guided = replace(desk, guide=GUIDE)
        yield rehearsal, _watched(desk_site(guided, (*ROWS, *Guide(rehearsal).rows)), rehearsal)


def drill(
    settings: DeskSettings,
    staff: str,
    clock: Clock,
    ticks: Ticks,
    ready: Callable[[], None],
    tell: Callable[[Taken], None],
) -> DrillRecord:
    """Serve a drill until it is ended or interrupted; what is kept of it. Problem `desk.in-use` while the real desk
    runs."""
    require_own_machine(settings)
    safe = open_safe(folder_of(settings))
    try:
        with drill_folder(safe) as made:
            return asyncio.run(_served(settings, made, staff, clock, ticks, ready, tell, Drills(safe).keep))
    finally:
        safe.close()


async def _served(
    settings: DeskSettings,
    made: Path,
    staff: str,
    clock: Clock,
    ticks: Ticks,
    ready: Callable[[], None],
    tell: Callable[[Taken], None],
    keep: Callable[[DrillRecord], None],
) -> DrillRecord:
    async with drilling(settings, made, staff, clock, ticks, asyncio.sleep, tell, keep) as (rehearsal, site):
        await serve_site(site, settings, ready, lambda: rehearsal.over)
        return rehearsal.record


def _watched(site: ASGIApp, rehearsal: Rehearsal) -> ASGIApp:
    """The site, which tells the walk what it answered."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await site(scope, receive, send)
            return
        status = 0

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        await site(scope, receive, told)
        await rehearsal.answered(scope["path"], status)

    return serve
