"""Where an agent's work on the disk is done: in one thread of its own, one thing after the other.

A share that hangs then holds up the folders alone, and not the program that the agent is part of; only its end waits
until the system gives up on the share.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

T = TypeVar("T")


class OnDisk(Protocol):
    """Does work on the disk and answers what it returns or raises. Never two things at once, and in their order."""

    async def __call__(self, work: Callable[[], T]) -> T: ...


class DiskThread:
    """Work on the disk in a thread."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "disk")

    async def __call__(self, work: Callable[[], T]) -> T:
        """Do it there, and wait."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)
