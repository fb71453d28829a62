"""A whole desk for tests, beside a hub that is asked through ASGI over a wire that can be cut."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import httpx

from kaihoken.clock import Clock, FixedClock, tokyo_day
from kaihoken.desk.day import Source, Visit
from kaihoken.desk.enrolment import Enrolment, keep_enrolment
from kaihoken.desk.patients import Patient
from kaihoken.desk.patients.register import new_patient
from kaihoken.desk.running import Desk, Sleep, open_safe, running
from kaihoken.desk.settings import DeskSettings
from kaihoken.desk.site import desk_site
from kaihoken.desk.staff import Staff
from kaihoken.desk.staff.sessions import COOKIE
from kaihoken.store import Statement

from ..hub.hub import BASE, FACILITY, Hub

SIGN, PASSWORD = "受付A", "correct horse battery"
CLINIC = "架空の試験用診療所"
ADDRESS = "http://127.0.0.1:8001"
PAGE = {"Accept": "text/html", "Origin": ADDRESS}


@dataclass
class Wire(httpx.AsyncBaseTransport):
    """The line to the hub. `down` loses what is sent, `status` answers by itself, `held` keeps answers back until it is
    set, `failure` is raised in place of an answer, `lose_answers` lets a question through and loses what comes back."""

    inner: httpx.AsyncBaseTransport
    down: bool = False
    lose_answers: bool = False
    status: int = 0
    failure: Exception | None = None
    held: asyncio.Event | None = None
    sent: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request.url.path)
        self.bodies.append(await request.aread())
        if self.down:
            raise httpx.ConnectError("down", request=request)
        if self.failure is not None:
            raise self.failure
        if self.status:
            return httpx.Response(self.status, request=request)
        if self.held is not None:
            await self.held.wait()
        answer = await self.inner.handle_async_request(request)
        if self.lose_answers:
            raise httpx.ReadError("lost", request=request)
        return answer


@dataclass
class Counter:
    """A desk, its hub, the wire between them, and a browser at its pages."""

    desk: Desk
    hub: Hub
    wire: Wire
    http: httpx.AsyncClient

    async def post(self, path: str, **form: str) -> httpx.Response:
        """A form of ours, as a browser sends it."""
        return await self.http.post(path, data=form or {"": ""})

    async def sign_in(self) -> None:
        answer = await self.post("/sign-in", sign=SIGN, password=PASSWORD)
        assert answer.status_code == 303, answer.text

    def signed_in(self) -> None:
        """The same without the password, which takes longer than all the rest."""
        self.http.cookies.set(COOKIE, self.desk.sessions.open(SIGN))

    def patient(self, number: str, **known: object) -> Patient:
        """A patient of the clinic's file."""
        patient = new_patient(number, **known)
        self.desk.patients.put([patient])
        return patient

    def days_pass(self, days: int) -> None:
        """It is so many days later."""
        assert isinstance(self.hub.clock, FixedClock)
        self.hub.clock.at += timedelta(days=days)

    def expected(self, patient: Patient, at: datetime) -> Visit:
        """An appointment."""
        return self.desk.day.put(
            Visit(
                visit=f"visit-{patient.number}",
                day=tokyo_day(at),
                at=at,
                source=Source.APPOINTMENT,
                patient=patient.patient,
                name=patient.name,
                kana=patient.kana,
            )
        )

    def arrived(self, patient: Patient) -> Visit:
        return self.desk.day.arrive(patient, Source.WALK_IN)


def a_covered_patient(counter: Counter, number: str = "00231", **known: object) -> Patient:
    """The patient of whom `a_row` tells a hub, as the clinic's file has them."""
    who: dict[str, object] = {
        "name": "山田　太郎",
        "kana": "ﾔﾏﾀﾞ ﾀﾛｳ",
        "birthdate": date(1980, 1, 1),
        "insurer_number": "01130012",
        "symbol": "12-34",
        "insured_number": "56",
        "branch": "01",
    }
    return counter.patient(number, **{**who, **known})


async def carried_on(step: Callable[[], Awaitable[bool]]) -> None:
    """Carry on until nothing more is to come. The hub works beside: it is given its turns, no time."""
    for _ in range(10_000):
        if not await step():
            return
        await asyncio.sleep(0)
    raise AssertionError("it does not come to an end")


async def lists_at(hub: Hub) -> int:
    """How many lists the hub has received."""
    ((count,),) = await hub.machine.store.fetch(_LISTS, ())
    assert isinstance(count, int)
    return count


_LISTS = Statement("count lists", "SELECT count(*) FROM bulk_job", "SELECT count(*) FROM bulk_job")


async def never(_: float) -> None:
    """A sleep of a watcher: it looks once, and then no more."""
    await asyncio.Event().wait()


@asynccontextmanager
async def a_desk(
    folder: Path,
    hub: Hub,
    settings: DeskSettings | None = None,
    sleep: Sleep | None = None,
    *,
    down: bool = False,
    clock: Clock | None = None,
    terminal: str = "desk-1",
    line: httpx.AsyncBaseTransport | None = None,
) -> AsyncIterator[Counter]:
    """A desk on a folder of its own, enrolled as a terminal of the clinic of that hub. The line looks once, and then no
    more, unless a `sleep` says otherwise; `down` cuts it from the start. `clock` is the desk's own where it is not the
    hub's, `line` another way to the hub."""
    settings = settings or DeskSettings(folder=str(folder), hub=BASE)
    if not (folder / "desk.sqlite3").exists():
        _enrolled(folder, hub, terminal)
    wire = Wire(line or hub.http._transport, down=down)

    async with running(settings, clock or hub.clock, hub.ticks, sleep or never, wire) as desk:
        transport = httpx.ASGITransport(app=desk_site(desk))
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=PAGE) as http:
            yield Counter(desk, hub, wire, http)


def _enrolled(folder: Path, hub: Hub, terminal: str) -> None:
    safe = open_safe(folder)
    try:
        keep_enrolment(
            safe,
            Enrolment(
                hub=BASE,
                client="clinic",
                facility=FACILITY,
                facility_name=CLINIC,
                terminal=terminal,
                key=hub.keys["clinic"].saved(),
            ),
        )
        Staff(safe, hub.ticks).put(SIGN, PASSWORD)
    finally:
        safe.close()
