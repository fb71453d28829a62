"""A hub of an event loop, asked by work that runs in a thread beside the loop and waits for each answer."""

import asyncio
from collections.abc import Awaitable
from typing import Protocol, TypeVar

from kaihoken.coverage.client.calls import Call
from kaihoken.coverage.client.hub import Asks, AsyncHub

T = TypeVar("T")


class Through(Protocol):
    """What each question goes through on the loop: a line that hears how it ended."""

    def __call__(self, question: Awaitable[T]) -> Awaitable[T]:
        """The answer to the question."""
        ...


class HubBeside(Asks):
    """Made on the loop on which `hub` is asked; its questions are called in another thread, and block that thread."""

    def __init__(self, hub: AsyncHub, through: Through) -> None:
        self.url = hub.url
        self._hub = hub
        self._through = through
        self._loop = asyncio.get_running_loop()

    def ask(self, call: Call[T]) -> T:
        """Make a call, and have its answer. The methods are such calls."""
        return self.wait_for(self._through(self._hub.ask(call)))

    def wait_for(self, awaited: Awaitable[T]) -> T:
        """Let something else happen on the loop, and wait for it."""

        async def done() -> T:
            return await awaited

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result()
