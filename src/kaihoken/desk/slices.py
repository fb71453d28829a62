"""Work that is long for a counter, done in slices: a page that somebody else waits for is answered in between.

The work is a generator that yields after each slice of some hundredths of a second, and returns what it comes to. While
it yields, others may write: a slice looks at what is there now, and leaves nothing half.
"""

import asyncio
from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")

Sliced = Generator[None, None, T]


def at_once(work: Sliced[T]) -> T:
    """All of it, for who has nobody else to answer."""
    while True:
        try:
            next(work)
        except StopIteration as ended:
            result: T = ended.value
            return result


async def in_slices(work: Sliced[T]) -> T:
    """All of it, with everybody else's turn after each slice."""
    while True:
        try:
            next(work)
        except StopIteration as ended:
            result: T = ended.value
            return result
        await asyncio.sleep(0)
