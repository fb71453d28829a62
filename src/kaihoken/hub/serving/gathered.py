"""uvicorn's protocol, mended in four places.

The answers of one turn of the event loop leave together, each in one packet. uvicorn writes head and body one after the
other and uvloop sends each write at once: two system calls, two packets, and a client that is woken twice. What is
written in a turn is held until all who were answered in it have written: then one packet for each goes out, and a load
balancer in front wakes once for many.

A request that would rather speak another protocol (`Upgrade: h2c`: Java's HttpClient, `curl --http2`) is read to its
end in this one (RFC 9110 §7.8). The parser stops at such a head, and whoever went on after it would take the body for
the next request.

The certificate of the peer goes into the `tls` extension of each request, read once per connection; on a proxy's Unix
socket that of the proxy's client, whose address then stands for the peer's.

Whoever begins and does not go on is left: a connection whose request has no whole head after half a minute, or that is
silent for as long in the middle of a body, though it could send. It is looked at now and then, which costs a request
nothing. A head that does not come to its end is refused: the parser itself would take one of any length.
"""

import asyncio
import ssl
from typing import Any, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from kaihoken.hub.exchange import STANDING
from kaihoken.hub.serving.peer import TlsExtension, address_taken_from, extension_of, taken_from

_UPGRADE = b"upgrade"
_TUNNEL = "CONNECT"
LOOK_SECONDS = 15.0
"""Between two looks at a connection; the second one that finds nothing new ends it."""

LARGEST_HEAD = 64 * 1024
"""Bytes of a head that may arrive before its end does."""


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
    """uvicorn's protocol over a gathering transport, which reads requests of HTTP/1.1 and nothing else."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        own = cast("asyncio.Transport", transport)
        super().connection_made(cast("asyncio.Transport", _GatheringTransport(own, self.loop)))
        connection = own.get_extra_info("ssl_object")
        self._tls = None if connection is None else _extension(connection)
        self._heard = True
        self._head_before: tuple[object] | None = None  # the head that was open at the last look
        self._of_head = 0
        self._next_look = self.loop.call_later(LOOK_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self._next_look.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        """Leave somebody who began and does not go on; else look again later."""
        before, self._head_before = self._head_before, None
        if self._head_is_open():
            left = before is not None and before[0] is self.scope
            self._head_before = (self.scope,)
        else:
            waits = self.cycle.more_body and not self.cycle.response_complete
            left = waits and not self._heard and not self.flow.read_paused
        if left:
            self.transport.close()
            return
        self._heard = self.flow.read_paused  # who could not send has the time of a look once they can
        self._next_look = self.loop.call_later(LOOK_SECONDS, self._look)

    def _head_is_open(self) -> bool:
        """Whether no head is whole but those of requests that were handed on."""
        cycle = cast("RequestResponseCycle | None", self.cycle)  # None until the first head is whole
        return cycle is None or cycle.scope is not self.scope

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._tls is not None:
            self._extend(self._tls)

    def _extend(self, tls: TlsExtension) -> None:
        self.scope["extensions"] = {"tls": tls}

    def data_received(self, data: bytes) -> None:
        self._heard = True
        self._of_head = self._of_head + len(data) if self._head_is_open() else 0
        self._unset_keepalive_if_required()
        self._feed(data)
        if self._of_head > LARGEST_HEAD and self._head_is_open():
            self._refuse()

    def _feed(self, data: bytes) -> None:
        unread: bytes | memoryview = data
        while True:
            try:
                self.parser.feed_data(unread)
            except httptools.HttpParserUpgrade as stopped:
                if self.scope["method"] == _TUNNEL:
                    self._refuse()
                    return
                unread = memoryview(unread)[stopped.args[0] :]
                if not self._read_head_again():
                    return
            except httptools.HttpParserError:
                self._refuse()
                return
            else:
                return

    def _should_upgrade(self) -> bool:
        """Whether the head that the parser stops at is left for `_read_head_again`: no answer is begun yet."""
        return True

    def _read_head_again(self) -> bool:
        """Give a new parser the head without its wish for another protocol; what follows is then the body that the
        head announces. Whether that could be read."""
        version = self.parser.get_http_version().encode()
        lines = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, version)]
        lines += [b"%s: %s" % header for header in self.headers if header[0] != _UPGRADE]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn's own
        try:
            self.parser.feed_data(b"\r\n".join((*lines, b"", b"")))
        except httptools.HttpParserError:
            self._refuse()
            return False
        return True

    def _refuse(self) -> None:
        message = "Invalid HTTP request received."
        self.logger.warning(message)
        self.send_400_response(message)

    def send_400_response(self, msg: str) -> None:
        """uvicorn's own, with the headers that every answer bears."""
        said = msg.encode("ascii")
        headers = (
            *self.server_state.default_headers,
            *STANDING,
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", b"%d" % len(said)),
            (b"connection", b"close"),
        )
        head = b"".join(b"%s: %s\r\n" % header for header in headers)
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n%s\r\n%s" % (head, said))
        self.transport.close()


class ProxiedProtocol(GatheringProtocol):
    """The same behind a proxy, which has proven its client's certificate and knows its address: its headers are taken,
    and then gone."""

    def on_headers_complete(self) -> None:
        if not self.parser.should_upgrade():  # such a head is read again first
            said = taken_from(self.headers)
            if said is not None:
                self._extend(said)
            address = address_taken_from(self.headers)
            self.scope["client"] = (address, 0) if address else None
        super().on_headers_complete()


_VERSIONS = {"TLSv1.2": 0x0303, "TLSv1.3": 0x0304}


def _extension(connection: ssl.SSLObject) -> TlsExtension:
    der = connection.getpeercert(binary_form=True)
    return extension_of(
        ssl.DER_cert_to_PEM_cert(der) if der else "", _VERSIONS.get(connection.version() or "")
    )
