"""The agent as a program: its folders, its hub, its end."""

import asyncio
import signal
import ssl
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kaihoken.clock import Clock
from kaihoken.coverage.client import AsyncHub, Patience
from kaihoken.coverage.folder.agent import Agent, ask_at
from kaihoken.coverage.folder.shelves import Folders, Shelves
from kaihoken.problems import Problem

LONGEST_ANSWER_SECONDS = 400.0
"""How long an answer may take: the slowest that clients of the real interface wait for comes after five minutes."""


@dataclass(frozen=True, slots=True)
class Watching:
    """What the command line says: see `kaihoken oqs folder --help`."""

    req: Path
    res: Path
    hub: str
    client: str
    key: Path
    work: Path | None
    archive: Path | None
    face: Path | None
    certificate: Path | None
    authority: Path | None
    every: float
    once: bool
    as_json: bool

    @property
    def folders(self) -> Folders:
        """The folders, with a work folder beside `res` unless another was named."""
        work = self.work or self.res.absolute().parent / "oqs-work"
        return Folders(self.req, self.res, work, self.archive, self.face)

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
            agent = Agent(shelves, ask_at(hub), tell, time.monotonic_ns)
            if watching.once:
                return await agent.once(asyncio.sleep, watching.every)
            tell(f"{watching.req} → {watching.hub} → {watching.res}    止める / stop: Ctrl+C")
            await _until_told(agent, watching.every)
            return True
        finally:
            shelves.close()


async def _until_told(agent: Agent, every: float) -> None:
    """Rounds until SIGINT or SIGTERM."""
    running = asyncio.ensure_future(agent.run(asyncio.sleep, every))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: KeyboardInterrupt ends the process
            loop.add_signal_handler(number, running.cancel)
    with suppress(asyncio.CancelledError):
        await running
