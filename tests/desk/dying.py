"""A desk in a process of its own that is killed without warning (SIGKILL) at one step of what it does.

A step is a write to its safe, a change in the folders of a レセコン, a message that leaves for the hub, and its answer:
the process dies just before. The first one dies at the first step, the next at the second, and so on until one lives.
"""

import asyncio
import os
import shutil
import signal
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import httpx
import pytest

from kaihoken.desk.line import LineState
from kaihoken.desk.safe import Drop, Put, Safe
from kaihoken.desk.settings import DeskSettings

from ..hub.hub import Hub
from ..serving import served
from .reader.readers import Desk, at_reader, reached

FOLDER_STEPS = ("rename", "replace", "link")
"""What gives a file of the folders its place."""

_WENT_WRONG = 3
_MOST_STEPS = 60


class Death:
    """Comes at the step of a number, counted from `begin`."""

    def __init__(self, at: int) -> None:
        self._left = at
        self._has_begun = False

    def begin(self) -> None:
        self._has_begun = True

    def step(self) -> None:
        self._left -= self._has_begun
        if self._has_begun and not self._left:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, act: Callable[..., object]) -> Callable[..., object]:
        def stepping(*arguments: object, **more: object) -> object:
            self.step()
            return act(*arguments, **more)

        return stepping


class DeadlyLine(httpx.AsyncBaseTransport):
    """The way to a hub that is served at a port of this machine, whatever it is called."""

    def __init__(self, port: int, death: Death) -> None:
        self._inner = httpx.AsyncHTTPTransport(
            verify=False
        )  # reading all the world's certificates takes longer
        self._port = port
        self._death = death

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._death.step()
        request.url = request.url.copy_with(host="127.0.0.1", port=self._port)
        answer = await self._inner.handle_async_request(request)
        await answer.aread()
        self._death.step()
        return answer


@dataclass
class Life:
    """What the desk of one process does. What it tells outlives it."""

    desk: Desk
    said: Path

    def tell(self, text: str) -> None:
        """Somebody at the counter, or at the reader, has seen this."""
        with self.said.open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")


Course = Callable[[Life], Awaitable[None]]
Prepare = Callable[[Desk], Awaitable[None]]


@dataclass(repr=False)
class Afterwards:
    """The desk after a death: opened again in the folder of the one that died. `told` is what had been seen until then;
    `lived` whether nobody died at all."""

    desk: Desk
    told: list[str]
    lived: bool


Held = Callable[[Afterwards], Awaitable[None]]


@dataclass(repr=False)
class Dying:
    """Lives of one desk, beside a hub that lives on. What its folder lies in is the whole clinic."""

    hub: Hub
    settings: DeskSettings
    deaths: int = 0

    async def each(self, prepare: Prepare, course: Course, held: Held) -> None:
        """Prepares a desk, lets it die at each step of its course, and looks each time at what was left."""
        folder = Path(self.settings.folder).parent
        kept = folder.with_name("kept")
        async with self._opened() as desk:
            await prepare(desk)
        shutil.copytree(folder, kept)
        at_hub = self.hub.http._transport
        assert isinstance(at_hub, httpx.ASGITransport)
        async with served(at_hub.app) as address:
            port = int(address.rpartition(":")[2])
            for at in range(1, _MOST_STEPS):
                shutil.rmtree(folder)
                shutil.copytree(kept, folder)
                said = folder / "said"
                lived = await self._life(course, at, port, said)
                told = _read(said).split()
                async with self._opened() as desk:
                    try:
                        await held(Afterwards(desk, told, lived))
                    except BaseException as error:
                        error.add_note(f"killed at step {at}")
                        raise
                if lived:
                    return
                self.deaths += 1
        raise AssertionError("it never comes to an end")

    @asynccontextmanager
    async def _opened(self, line: httpx.AsyncBaseTransport | None = None) -> AsyncIterator[Desk]:
        async with at_reader(Path(self.settings.folder), self.hub, self.settings, line) as desk:
            desk.counter.signed_in()
            yield desk

    async def _life(self, course: Course, at: int, port: int, said: Path) -> bool:
        """Whether it came to its end."""
        pid = os.fork()
        if pid == 0:
            self._live(course, Death(at), port, said)
        _, status = await asyncio.to_thread(os.waitpid, pid, 0)
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL
            return False
        assert os.WEXITSTATUS(status) == 0, _read(said)
        return True

    def _live(self, course: Course, death: Death, port: int, said: Path) -> NoReturn:
        """In the process of the desk. Nothing of the process that it came from is tidied up."""
        status = _WENT_WRONG
        try:
            asyncio.run(self._course(course, death, port, said))
            status = 0
        finally:
            if status:
                said.write_text(traceback.format_exc(), encoding="utf-8")
            os._exit(status)

    async def _course(self, course: Course, death: Death, port: int, said: Path) -> None:
        line = DeadlyLine(port, death)
        write = Safe.write

        def deadly(safe: Safe, changes: list[Put | Drop]) -> None:
            death.step()
            write(safe, changes)

        async with self._opened(line) as desk:
            await reached(lambda: desk.counter.desk.line.view.state is LineState.UP)
            patch = pytest.MonkeyPatch()
            patch.setattr(Safe, "write", deadly)
            for name in FOLDER_STEPS:
                patch.setattr(os, name, death.before(getattr(os, name)))
            death.begin()
            await course(Life(desk, said))


def _read(said: Path) -> str:
    return said.read_text(encoding="utf-8") if said.exists() else ""
