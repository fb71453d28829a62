"""The line between the clinic and the hub, as a visitor may cut it: a TCP proxy that passes on, holds back, is dead."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from typing import Final

_CHUNK: Final = 64 * 1024
SLOW_SECONDS: Final = 30.0


class Mode(StrEnum):
    """What the line does."""

    UP = "up"
    SLOW = "slow"  # what the hub says arrives half a minute later
    DOWN = "down"


class Wire:
    """A line to one hub. `slow_seconds` is how long a slow one holds back what the hub says."""

    def __init__(self, host: str, port: int, slow_seconds: float = SLOW_SECONDS) -> None:
        self._hub = (host, port)
        self._slow_seconds = slow_seconds
        self._mode = Mode.UP
        self._changed = asyncio.Event()
        self._open: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()

    @property
    def mode(self) -> Mode:
        """What it does now."""
        return self._mode

    def turn(self, mode: Mode) -> None:
        """From now on it does that. A line that goes down ends what is under way."""
        self._mode = mode
        self._changed.set()
        self._changed = asyncio.Event()
        if mode is Mode.DOWN:
            for writer in self._open:
                writer.transport.abort()

    @asynccontextmanager
    async def laid(self, host: str, port: int) -> AsyncIterator[int]:
        """The line, taken up at an address of the clinic's side; its port."""
        server = await asyncio.start_server(self._taken, host, port)
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            server.close()
            for task in self._carrying:
                task.cancel()
            await asyncio.gather(*self._carrying, return_exceptions=True)
            with suppress(OSError):
                await server.wait_closed()

    def _taken(self, from_desk: asyncio.StreamReader, to_desk: asyncio.StreamWriter) -> None:
        """A task of our own: the one that a stream server makes of a coroutine tells the screen when it is
        cancelled."""
        task = asyncio.ensure_future(self._carry(from_desk, to_desk))
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)

    async def _carry(self, from_desk: asyncio.StreamReader, to_desk: asyncio.StreamWriter) -> None:
        if self._mode is Mode.DOWN:
            to_desk.transport.abort()
            return
        self._open.add(to_desk)
        try:
            from_hub, to_hub = await asyncio.open_connection(*self._hub)
            self._open.add(to_hub)
            try:
                if self.mode is Mode.DOWN:  # it was cut while the hub was called
                    return
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._pass(from_desk, to_hub, slowed=False))
                    both.create_task(self._pass(from_hub, to_desk, slowed=True))
            finally:
                self._open.discard(to_hub)
                to_hub.close()
        except (OSError, ExceptionGroup):
            """The one side or the other is gone."""
        finally:
            self._open.discard(to_desk)
            to_desk.close()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, slowed: bool
    ) -> None:
        while part := await reader.read(_CHUNK):
            if slowed and self._mode is Mode.SLOW:
                await self._hold()
            writer.write(part)
            await writer.drain()
        with suppress(OSError, NotImplementedError):
            writer.write_eof()

    async def _hold(self) -> None:
        """Until the time is over, or the line does something else."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._slow_seconds):
                await self._changed.wait()
