"""A reader of this machine, for asyncio: what blocks runs in two threads of its own, one that speaks with the card and
one that watches whether it is there (a session belongs to its thread)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from typing import Final, TypeVar

from kaihoken.card import JpkiClient
from kaihoken.card.readers import CardReader

T = TypeVar("T")

_LOOK_SECONDS: Final = 0.5
"""The longest wait of one call: so long ending may take."""


class Spot:
    """One reader. Its methods raise the Problems of `CardReader`."""

    def __init__(self, reader: CardReader) -> None:
        self.reader = reader
        self._card = ThreadPoolExecutor(1, f"card {reader.name}")
        self._watch = ThreadPoolExecutor(1, f"watch {reader.name}")

    def close(self) -> None:
        """Let the threads end."""
        self._card.shutdown(wait=False, cancel_futures=True)
        self._watch.shutdown(wait=False, cancel_futures=True)

    async def put(self) -> None:
        """Returns once a card lies there."""
        while not await self._watched(lambda: self.reader.wait_for_card(_LOOK_SECONDS)):
            pass

    async def taken(self) -> None:
        """Returns once no card lies there."""
        while not await self._watched(lambda: self.reader.wait_for_removal(_LOOK_SECONDS)):
            pass

    async def has_card(self) -> bool:
        """Whether a card lies there now."""
        return await self._watched(self.reader.has_card)

    @asynccontextmanager
    async def session(self) -> AsyncIterator["CardSession"]:
        """Alone with the card, until the context ends. Problems of `CardReader.open`."""
        loop, stack = asyncio.get_running_loop(), ExitStack()
        transport = await loop.run_in_executor(self._card, lambda: stack.enter_context(self.reader.open()))
        try:
            yield CardSession(JpkiClient(transport), self._card)
        finally:
            self._card.submit(stack.close)

    async def _watched(self, look: Callable[[], bool]) -> bool:
        return await asyncio.get_running_loop().run_in_executor(self._watch, look)


class CardSession:
    """A card, spoken with in its thread."""

    def __init__(self, client: JpkiClient, thread: ThreadPoolExecutor) -> None:
        self._client = client
        self._thread = thread

    async def ask(self, question: Callable[[JpkiClient], T]) -> T:
        """What the client says. Problems of `JpkiClient`."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, question, self._client)
