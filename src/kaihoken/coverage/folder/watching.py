"""The agent as a program: its folders, its hub, its end."""

import asyncio
import signal
import ssl
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kaihoken.clock import Clock
from kaihoken.coverage.client import AsyncHub, Patience
from kaihoken.coverage.folder.agent import Agent, ask_at
from kaihoken.coverage.folder.noticing import notices_of
from kaihoken.coverage.folder.places import usual_places
from kaihoken.coverage.folder.shelves import Folders, Shelves
from kaihoken.problems import Problem

LONGEST_ANSWER_SECONDS = 400.0
"""How long an answer may take: the slowest that clients of the real interface wait for comes after five minutes."""


@dataclass(frozen=True, slots=True)
class Watching:
    """What the command line says: see `kaihoken oqs folder --help`."""

    folders: Folders
    hub: str
    client: str
    key: Path
    certificate: Path | None
    authority: Path | None
    every: float
    stay_minutes: int
    once: bool
    as_json: bool

    @property
    def tls(self) -> ssl.SSLContext | None:
        """What the line is encrypted with; None where nothing was said of it. Problem `access.key-file`."""
        if self.certificate is None and self.authority is None:
            return None
        try:
            context = ssl.create_default_context(cafile=self.authority)
            if self.certificate is not None:
                context.load_cert_chain(self.certificate)
        except OSError as error:  # of a file, or of what stands in it
            named = self.certificate or self.authority
            raise Problem("access.key-file", where=str(named), reason=type(error).__name__) from None
        return context


def folders_for(
    platform: str,
    req: Path | None,
    res: Path | None,
    work: Path | None,
    archive: Path | None,
    face: Path | None,
) -> Folders:
    """The folders: those that were named, else where software of that system looks, and a work folder beside `res`
    unless another was named. Cards are answered where `face` is named, or nothing was. Problem `oqs.folder-unnamed`
    on a system that has no usual place."""
    usual = usual_places(platform)
    if usual is not None:
        if (req, res, face) == (None, None, None):
            face = Path(str(usual.face))
        req, res = req or Path(str(usual.req)), res or Path(str(usual.res))
    if req is None or res is None:
        raise Problem("oqs.folder-unnamed")
    return Folders(req, res, work or res.absolute().parent / "oqs-work", archive, face)


async def watch(watching: Watching, clock: Clock) -> bool:
    """Carry requests until the process is told to end (or, once, until none is left); whether none is left."""
    hub = AsyncHub(
        watching.hub,
        watching.client,
        watching.key,
        clock=clock,
        patience=Patience(attempts=1),  # the agent waits by itself
        seconds=LONGEST_ANSWER_SECONDS,
        tls=watching.tls,
    )

    def tell(what: str) -> None:
        at = f"{clock.now():%Y-%m-%dT%H:%M:%SZ}"
        out = sys.stdout if watching.as_json else sys.stderr
        said = msgspec.json.encode({"at": at, "said": what}).decode() if watching.as_json else f"{at} {what}"
        out.write(f"{said}\n")
        out.flush()

    async with hub:
        shelves = Shelves(watching.folders, clock)
        try:
            agent = Agent(
                shelves, ask_at(hub), tell, time.monotonic_ns, clock, stay_minutes=watching.stay_minutes
            )
            if watching.once:
                return await agent.once(asyncio.sleep, watching.every)
            way = f"{watching.folders.req} → {watching.hub} → {watching.folders.res}"
            await _until_told(
                agent, watching.folders.req, watching.every, lambda: tell(f"{way}    止める / stop: Ctrl+C")
            )
            return True
        finally:
            shelves.close()


async def _until_told(agent: Agent, req: Path, every: float, ready: Callable[[], None]) -> None:
    """Rounds until SIGINT or SIGTERM. `ready` is called once these are heard."""
    notices = notices_of((req,))
    running = asyncio.ensure_future(agent.run(notices, every))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: KeyboardInterrupt ends the process
            loop.add_signal_handler(number, running.cancel)
    ready()
    try:
        with suppress(asyncio.CancelledError):
            await running
    finally:
        await notices.close()
