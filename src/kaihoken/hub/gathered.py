"""The answers of one turn of the event loop leave together, each in one packet.

uvicorn writes head and body one after the other and uvloop sends each write at once: two system calls, two packets,
and a client that is woken twice. What is written in a turn is held until all who were answered in it have written:
then one packet for each goes out, and a load balancer in front wakes once for many.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class _GatheringTransport:
    """The connection's transport with writes of one turn joined. Everything else is the transport's own."""

    __slots__ = ("_call_soon", "_held", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._call_soon = loop.call_soon
        self._held: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._held:
            self._call_soon(self._let_go)
        self._held.append(data)

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        self._let_go()
        self._transport.close()

    def _let_go(self) -> None:
        if self._held:
            held, self._held = self._held, []
            if not self._transport.is_closing():  # a client that has gone gets nothing
                self._transport.write(b"".join(held))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class GatheringProtocol(HttpToolsProtocol):
    """uvicorn's protocol over a gathering transport."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        own = cast("asyncio.Transport", transport)
        super().connection_made(cast("asyncio.Transport", _GatheringTransport(own, self.loop)))
