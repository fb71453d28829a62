"""A card at the patient's reader measured: from the moment it lies there until the result is on the screen, by steps,
with a virtual card, its PIN and every question answered. The patient's own time is left out."""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from bench.machine import HUB_PORT, SERVER_CORE, pinned, running, until
from bench.table import Row
from kaihoken.card.readers import InProcessReader
from kaihoken.card.virtual import KeptCard, VirtualCard
from kaihoken.clock import SystemClock
from kaihoken.demo.clinic import make_clinic
from kaihoken.demo.folder import CLIENT, FACILITY_NAME, Folder
from kaihoken.desk.running import Desk
from kaihoken.desk.running import running as desk_running
from kaihoken.desk.settings import DeskSettings
from kaihoken.desk.site import desk_site

CARDS = 100
PEOPLE = 300
TARGET_MS = 1500
_HUB = f"http://127.0.0.1:{HUB_PORT}"
_DESK = "http://127.0.0.1:8001"
_PIN = "1234"
_LONGEST = 20.0
_WORKER = "01-worker.json"
_STEPS = ("read", "PIN", "questions", "answer")


def presented() -> list[Row]:
    """Cards one after the other beside a demonstration's hub on another core."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "demo"
        command = [*pinned(SERVER_CORE), sys.executable, "-m", "kaihoken", "demo", "--json"]
        options = ["--port", str(HUB_PORT), "--count", str(PEOPLE), "--folder", str(folder)]
        with running([*command, *options], {}) as process:
            until(lambda: httpx.get(f"{_HUB}/ready").status_code == 200, process)
            until((folder / "tray" / _WORKER).is_file, process)
            return asyncio.run(_measured(Folder(folder), Path(place)))


async def _measured(demo: Folder, place: Path) -> list[Row]:
    clock = SystemClock()
    make_clinic(place / "desk", _HUB, CLIENT, FACILITY_NAME, demo.facility_key, clock.today())
    settings = DeskSettings(
        folder=str(place / "desk"), hub=_HUB, card_roots=str(demo.settings(HUB_PORT).card_roots), demo=True
    )
    card = KeptCard.read(demo.tray / _WORKER).card
    async with desk_running(settings, clock) as desk, _screen(desk) as screen:
        taken = [await _Patient(desk, screen).presents(card) for _ in range(CARDS)]
    totals = sorted(sum(one) * 1000 for one in taken)
    most = totals[int(len(totals) * 0.95)]
    steps = ", ".join(
        f"{name} {statistics.median(one[number] for one in taken) * 1000:.0f}"
        for number, name in enumerate(_STEPS)
    )
    middle = statistics.median(totals)
    shown = f"{most:.0f} ms (p50 {middle:.0f} ms: {steps}; beside a load of {os.getloadavg()[0]:.0f})"
    return [Row("p95 from card on the reader to result, with its PIN", TARGET_MS, "low", most, shown)]


@asynccontextmanager
async def _screen(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=desk_site(desk))
    headers = {"Accept": "text/html", "Origin": _DESK}
    async with httpx.AsyncClient(transport=transport, base_url=_DESK, headers=headers) as screen:
        await screen.get("/reader", follow_redirects=True)
        yield screen


class _Patient:
    """Somebody who touches at once what is shown."""

    def __init__(self, desk: Desk, screen: httpx.AsyncClient) -> None:
        self._desk = desk
        self._screen = screen

    async def presents(self, card: VirtualCard) -> tuple[float, ...]:
        """Seconds of each step."""
        reader = self._desk.card_readers[0]
        assert isinstance(reader, InProcessReader)
        reader.put(card)
        read = await _timed(self._until("method"))
        pin = await _timed(self._send({"touch": "pin"})) + await _timed(self._send({"pin": _PIN}, "question"))
        questions = 0.0
        while len(self._desk.reader.now.questions) > 1:
            questions += await _timed(self._send({"touch": "yes"}))
        answer = await _timed(self._send({"touch": "yes"}, "done"))
        reader.take()
        await self._until("waiting")
        return read, pin, questions, answer

    async def _send(self, form: dict[str, str], wanted: str = "") -> None:
        step = self._desk.reader.now.step
        answered = await self._screen.post("/easy/reader", data={"step": str(step), "by": "script", **form})
        answered.raise_for_status()
        await self._until(wanted)

    async def _until(self, wanted: str) -> None:
        """The picture of that stage has been fetched."""
        async with asyncio.timeout(_LONGEST):
            async for _ in self._desk.events.listen():
                if wanted in ("", self._desk.reader.now.stage.value):
                    break
        (await self._screen.get("/easy/reader/part")).raise_for_status()


async def _timed(work: Awaitable[None]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began
