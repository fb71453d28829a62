"""An answer that is made while it leaves is made for as long as somebody takes it."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from kaihoken.hub.exchange import Message, while_there


class Parts:
    """Parts without an end."""

    def __init__(self) -> None:
        self.made = 0
        self.closed = False

    async def __call__(self) -> AsyncGenerator[bytes, None]:
        try:
            while True:
                self.made += 1
                yield b"part"
                await asyncio.sleep(0)
        finally:
            self.closed = True


@pytest.mark.parametrize("unread", [0, 2])
async def test_for_nobody_nothing_is_made(unread: int) -> None:
    parts, left, taken = Parts(), asyncio.Event(), 0
    messages = [{"type": "http.request"}] * unread

    async def receive() -> Message:
        if messages:
            return dict(messages.pop())
        await left.wait()
        return {"type": "http.disconnect"}

    async for _ in while_there(parts(), receive):
        taken += 1
        if taken == 3:
            left.set()
        assert taken < 20

    assert parts.made == taken >= 3
    assert parts.closed


async def test_whoever_takes_all_gets_all_and_nobody_listens_on() -> None:
    async def three() -> AsyncGenerator[bytes, None]:
        for part in (b"a", b"b", b"c"):
            yield part

    listening = 0

    async def receive() -> Message:
        nonlocal listening
        listening += 1
        try:
            await asyncio.Event().wait()
        finally:
            listening -= 1
        raise AssertionError("nobody wakes it")

    taken = []
    async for part in while_there(three(), receive):
        await asyncio.sleep(0)
        taken.append(part)
    await asyncio.sleep(0)

    assert (taken, listening) == ([b"a", b"b", b"c"], 0)
