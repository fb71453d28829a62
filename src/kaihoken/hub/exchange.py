"""One HTTP exchange on raw ASGI: reading a body within bounds, and the answers a hub gives."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field

import msgspec

from kaihoken.access import Caller
from kaihoken.problems import Fact, Problem

Scope = MutableMapping[str, object]
Message = MutableMapping[str, object]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BODY = 4 * 1024 * 1024

JSON = b"application/json"
PROBLEM_JSON = b"application/problem+json"

_STANDING = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)


@dataclass(slots=True)
class Request:
    """What a handler is given. Header names are lower case; `caller` is set on routes that ask for a scope."""

    method: str
    path: str
    query: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes
    source: str
    caller: Caller | None = None

    def header(self, name: bytes) -> bytes:
        """The first header of that name, or nothing."""
        for key, value in self.headers:
            if key == name:
                return value
        return b""

    @property
    def authenticated(self) -> Caller:
        """The caller of a route that asks for a scope."""
        if self.caller is None:
            raise Problem("access.token-missing")
        return self.caller


@dataclass(slots=True)
class Reply:
    """What a handler answers."""

    body: bytes
    content_type: bytes = JSON
    status: int = 200
    headers: tuple[tuple[bytes, bytes], ...] = field(default_factory=tuple)


async def read_body(receive: Receive, headers: list[tuple[bytes, bytes]]) -> bytes:
    """The whole body. Problem `hub.body-too-large` as soon as that is known, `hub.disconnected` when the peer left."""
    for name, value in headers:
        if name == b"content-length" and value.isdigit() and int(value) > MOST_BODY:
            raise Problem("hub.body-too-large", most=MOST_BODY)
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Problem("hub.disconnected")
        part = message.get("body", b"")
        assert isinstance(part, bytes)
        size += len(part)
        if size > MOST_BODY:
            raise Problem("hub.body-too-large", most=MOST_BODY)
        if not message.get("more_body"):
            return b"".join((*parts, part)) if parts else part
        parts.append(part)


async def send_reply(send: Send, reply: Reply) -> None:
    """Send an answer with the headers that every answer bears."""
    await send(
        {
            "type": "http.response.start",
            "status": reply.status,
            "headers": [
                (b"content-type", reply.content_type),
                (b"content-length", b"%d" % len(reply.body)),
                *_STANDING,
                *reply.headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": reply.body})


def problem_reply(problem: Problem) -> Reply:
    """A problem in our own carrier (RFC 9457)."""
    return Reply(
        msgspec.json.encode(problem.as_rfc9457()),
        PROBLEM_JSON,
        problem.entry.status,
        problem_headers(problem.entry.status, problem.facts),
    )


def problem_headers(status: int, facts: dict[str, Fact]) -> tuple[tuple[bytes, bytes], ...]:
    """Headers that belong to a refusal: when to come back, and how to authenticate."""
    headers: list[tuple[bytes, bytes]] = []
    if "retry_after" in facts:
        headers.append((b"retry-after", str(facts["retry_after"]).encode()))
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    return tuple(headers)
