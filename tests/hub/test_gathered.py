"""Answers of one turn leave in one packet, and a client that has gone gets none."""

import asyncio
from typing import cast

import pytest

from kaihoken.hub.serving.gathered import _GatheringTransport


class Peer:
    def __init__(self) -> None:
        self.gone = False
        self.packets: list[bytes] = []

    def is_closing(self) -> bool:
        return self.gone

    def write(self, data: bytes) -> None:
        if self.gone:
            raise RuntimeError("the handler is closed")
        self.packets.append(data)

    def close(self) -> None:
        self.gone = True


@pytest.mark.parametrize(("leaves", "packets"), [(False, [b"head body"]), (True, [])])
async def test_what_is_written_in_a_turn_leaves_together(leaves: bool, packets: list[bytes]) -> None:
    peer, failures = Peer(), []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: failures.append(context))
    transport = _GatheringTransport(cast("asyncio.Transport", peer), loop)

    transport.write(b"head ")
    transport.write(b"body")
    peer.gone = leaves
    await asyncio.sleep(0)

    assert peer.packets == packets
    assert failures == []


async def test_closing_lets_go_of_what_is_held() -> None:
    peer = Peer()
    transport = _GatheringTransport(cast("asyncio.Transport", peer), asyncio.get_running_loop())
    transport.write(b"last words")

    transport.close()
    await asyncio.sleep(0)

    assert peer.packets == [b"last words"]
    assert transport.is_closing()
