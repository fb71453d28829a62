"""One HTTP exchange on raw ASGI: reading a body within bounds, and the answers a hub gives."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import aclosing, suppress
from typing import Protocol

import msgspec

from kaihoken.access import Caller
from kaihoken.coverage import Asker
from kaihoken.problems import Problem

Scope = MutableMapping[str, object]
Message = MutableMapping[str, object]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class PageApp(Protocol):
    """The pages of a hub, behind its route table."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request. Raises Problem where it is refused."""

    def refusal(self, request: "Request", problem: Problem) -> "Reply":
        """A problem said to a browser as a page, to a program as every route says it."""


MOST_BODY = 4 * 1024 * 1024
TOO_LARGE = "hub.body-too-large"

JSON = b"application/json"
PROBLEM_JSON = b"application/problem+json"

_NO_CONTENT = 204
_PLAIN = (b"", b"identity")
_PATIENCE_SECONDS = 5.0
_TOKEN_ERRORS: Mapping[str, bytes] = {
    "access.token-refused": b"invalid_token",
    "access.token-bound": b"invalid_token",
    "access.token-unbound": b"invalid_token",
    "access.scope-missing": b"insufficient_scope",
}
"""What RFC 6750 §3.1 calls it where a token does not open what was asked for."""

Headers = tuple[tuple[bytes, bytes], ...]

STANDING: Headers = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
)
"""What every answer for programs bears: no cache keeps it, a browser that opens it runs, loads and frames nothing."""


class Request(msgspec.Struct, gc=False):
    """What a handler is given. `headers` holds the first of each name, in lower case, and `repeats` tells whether one
    stands twice; `caller` is set on routes that ask for a scope, `name` on those whose path ends in `{id}`,
    `arriving` instead of `body` on those that take their body in parts; `tls` is the extension of ASGI, where a
    connection has one."""

    method: str
    path: str
    query: bytes
    headers: dict[bytes, bytes]
    source: str
    repeats: bool = False
    body: bytes = b""
    caller: Caller | None = None
    name: str = ""
    tls: Mapping[object, object] | None = None
    arriving: AsyncIterator[bytes] | None = None

    def header(self, name: bytes) -> bytes:
        """The header of that name, or nothing."""
        return self.headers.get(name, b"")

    @property
    def authenticated(self) -> Caller:
        """The caller of a route that asks for a scope."""
        if self.caller is None:
            raise Problem("access.token-missing")
        return self.caller


class Reply(msgspec.Struct, frozen=True, gc=False):
    """What a handler answers."""

    body: bytes
    content_type: bytes = JSON
    status: int = 200
    headers: Headers = ()
    leaving: AsyncGenerator[bytes, None] | None = (
        None  # instead of a body: parts that are made while they leave
    )
    standing: Headers = STANDING  # pages have their own


class Incoming:
    """The body of a request as it arrives: the whole of it within bounds, or as much as a refusal gives back."""

    __slots__ = ("_ended", "_headers", "_parts", "_receive", "_size")

    def __init__(self, receive: Receive, headers: Mapping[bytes, bytes]) -> None:
        self._receive = receive
        self._headers = headers
        self._parts: list[bytes] = []
        self._size = 0
        self._ended = False

    async def whole(self, most: int = MOST_BODY, too_large: str = TOO_LARGE) -> bytes:
        """All of it. Problem `too_large` as soon as that is known, `hub.disconnected` when the peer left."""
        length = self._headers.get(b"content-length", b"")
        if length.isdigit() and int(length) > most:
            raise Problem(too_large, most=most)
        while not self._ended:
            self._take(await self._receive())
            if self._size > most:
                raise Problem(too_large, most=most)
        return self._arrived()

    async def parts(self, most: int, too_large: str = TOO_LARGE) -> AsyncIterator[bytes]:
        """All of it, part by part, none of them kept. Problems as `whole`: what was taken until then was not all."""
        length = self._headers.get(b"content-length", b"")
        if length.isdigit() and int(length) > most:
            raise Problem(too_large, most=most)
        while not self._ended:
            self._take(await self._receive())
            if self._size > most:
                raise Problem(too_large, most=most)
            arrived, self._parts = self._parts, []
            for part in arrived:
                yield part

    async def beginning(self, wanted: int) -> bytes:
        """So many bytes of its beginning: fewer where there are no more, or none comes in time."""
        with suppress(Problem, TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while not self._ended and self._size < wanted:
                    self._take(await self._receive())
        return self._arrived()[:wanted]

    def _take(self, message: Message) -> None:
        if message["type"] != "http.request":
            self._ended = True
            raise Problem("hub.disconnected")
        part = message.get("body", b"")
        assert isinstance(part, bytes)
        self._parts.append(part)
        self._size += len(part)
        self._ended = not message.get("more_body")

    def _arrived(self) -> bytes:
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)


async def read_body(receive: Receive, headers: Mapping[bytes, bytes], most: int = MOST_BODY) -> bytes:
    """The whole body, as `Incoming.whole`."""
    return await Incoming(receive, headers).whole(most)


def require_plain(request: Request) -> None:
    """Problem `hub.content-encoding` where the body says that it was compressed."""
    encoding = request.headers.get(b"content-encoding")
    if encoding is not None and encoding.strip().lower() not in _PLAIN:
        raise Problem("hub.content-encoding")


def require_json(request: Request) -> None:
    """Problem `hub.content-type` where the body says that it is something else than JSON."""
    media_type = request.header(b"content-type").partition(b";")[0].strip().lower()
    if media_type not in (JSON, b""):
        raise Problem("hub.content-type", wanted=JSON.decode())


async def send_reply(send: Send, reply: Reply, *, with_body: bool = True) -> None:
    """Send an answer with the headers that every answer bears. HEAD is answered without the body they describe."""
    headers = [*reply.standing, *reply.headers]
    if reply.leaving is not None:
        await _send_parts(send, reply, headers, reply.leaving)
        return
    if reply.status != _NO_CONTENT:
        headers += [
            (b"content-type", reply.content_type),
            (b"content-length", b"%d" % len(reply.body)),
        ]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body if with_body else b""})


async def _send_parts(
    send: Send, reply: Reply, headers: list[tuple[bytes, bytes]], parts: AsyncIterator[bytes]
) -> None:
    """Send an answer of which nobody knows how long it is. What goes wrong on the way breaks the connection off: a
    reader sees that it has not got all."""
    headers.append((b"content-type", reply.content_type))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    async for part in parts:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def while_there(parts: AsyncGenerator[bytes, None], receive: Receive) -> AsyncGenerator[bytes, None]:
    """The parts, until the peer has gone: a server takes what is sent to nobody and says nothing, and the rest of a
    million rows would be made for nobody. A part may be empty, where long nothing was found: it is not sent. The parts
    are closed with this."""
    gone = asyncio.ensure_future(_gone(receive))
    try:
        async with aclosing(parts):
            async for part in parts:
                if part:
                    yield part
                if gone.done():
                    return
    finally:
        gone.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] == "http.request":
        """A body that nobody has read yet."""


def allow_reply(methods: tuple[str, ...]) -> Reply:
    """The answer to OPTIONS: what may be done at a path. No other origin is named: browsers of other sites stay out."""
    return Reply(b"", status=_NO_CONTENT, headers=((b"allow", ", ".join(methods).encode()),))


def asker_of(caller: Caller) -> Asker:
    """Who asks, as records name them."""
    return Asker(caller.actor, caller.code, caller.key_id)


def refuse_plainly(_: Request, problem: Problem) -> Reply:
    """How most routes refuse: in our own carrier."""
    return problem_reply(problem)


def problem_reply(problem: Problem) -> Reply:
    """A problem in our own carrier (RFC 9457)."""
    return Reply(
        msgspec.json.encode(problem.as_rfc9457()),
        PROBLEM_JSON,
        problem.entry.status,
        problem_headers(problem),
    )


def problem_headers(problem: Problem) -> Headers:
    """Headers that belong to a refusal: when to come back, how to authenticate, which methods there are."""
    headers: list[tuple[bytes, bytes]] = []
    if "retry_after" in problem.facts:
        headers.append((b"retry-after", str(problem.facts["retry_after"]).encode()))
    if (error := _TOKEN_ERRORS.get(problem.code)) is not None:
        headers.append((b"www-authenticate", b'Bearer error="%s"' % error))
    elif problem.entry.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if problem.code == "hub.content-encoding":
        headers.append((b"accept-encoding", b"identity"))
    if problem.code == "hub.method":
        headers.append((b"allow", str(problem.facts["allowed"]).encode()))
    return tuple(headers)
