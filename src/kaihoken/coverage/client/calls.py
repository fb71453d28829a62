"""A call of a hub without I/O: what is sent, how its answer is read, and what proves it."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import urlencode

import msgspec

from kaihoken.access import METADATA_PATH, Metadata
from kaihoken.audit import Key, check_answer
from kaihoken.coverage.client.exchange import Received

T = TypeVar("T")

LogKeys = Mapping[str, Key]
"""The public keys of the hub's log by their id."""

Verify = Callable[[Received, LogKeys], None] | None
"""Holds an answer against its receipt; None where answers have none."""

JSON = "application/json"
RECEIPT = "kaihoken-receipt"
NOT_NOW = frozenset({429, 502, 503, 504, 507})
"""Statuses with which a hub says that it cannot just now."""

_PROBLEM = "problem+json"
_FORM = "application/x-www-form-urlencoded"
_KEY = "Idempotency-Key"
_UNAUTHORISED = 401


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One question or order. `repeatable`: asking it twice does no more than asking once. `in_kind`: refusals are
    told in the form of an answer, which the caller wants to see. `verify` holds an answer against its receipt; it
    raises the Problems of one that does not hold."""

    method: str
    path: str
    read: Callable[[Received], T]
    content: bytes = field(default=b"", repr=False)
    media: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    authorised: bool = True
    repeatable: bool = True
    in_kind: bool = False
    verify: Verify = None

    def answers(self, received: Received) -> bool:
        """Whether that is an answer to be read, and no refusal."""
        if self.in_kind and _PROBLEM not in received.header("content-type"):
            return received.status not in NOT_NOW and received.status != _UNAUTHORISED
        return received.status < 400


class Granted(msgspec.Struct, frozen=True):
    """A token as the hub hands it out (RFC 6749 §5.1)."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str = ""


def asked(path: str, body: object, kind: type[T], verify: Verify = None) -> Call[T]:
    """POST of a struct (or what stands for JSON), answered by another."""
    return Call("POST", path, reader(kind), msgspec.json.encode(body), JSON, verify=verify)


def ordered(path: str, body: object, kind: type[T], key: str) -> Call[T]:
    """The same as an order that is carried out once, however often it is sent: under `key`, or one of its own."""
    return Call("POST", path, reader(kind), msgspec.json.encode(body), JSON, once(key))


def got(path: str, kind: type[T], *, authorised: bool) -> Call[T]:
    """GET of JSON."""
    return Call("GET", path, reader(kind), authorised=authorised)


def searched(path: str, parameters: Mapping[str, str], kind: type[T], verify: Verify = None) -> Call[T]:
    """POST of a form, answered by JSON."""
    return Call("POST", path, reader(kind), form(parameters), _FORM, verify=verify)


def text(path: str, *, authorised: bool = True) -> Call[str]:
    """GET of a text."""
    return Call("GET", path, lambda received: received.content.decode(), authorised=authorised)


def metadata() -> Call[Metadata]:
    """GET of what the hub says of its token endpoint (RFC 8414)."""
    return got(METADATA_PATH, Metadata, authorised=False)


def token(endpoint: str, parameters: Mapping[str, str]) -> Call[Granted]:
    """POST to the token endpoint, at its whole address. Not repeated as it stands: an assertion is good once."""
    return Call(
        "POST",
        endpoint,
        reader(Granted),
        form(parameters),
        _FORM,
        authorised=False,
        repeatable=False,
    )


def once(key: str) -> dict[str, str]:
    """The header that makes an order one order. Without a key it gets a fresh one."""
    return {_KEY: key or secrets.token_urlsafe(24)}


def form(parameters: Mapping[str, str]) -> bytes:
    """A form as it is sent."""
    return urlencode(parameters).encode("ascii")


def reader(kind: type[T]) -> Callable[[Received], T]:
    """Reads an answer of JSON."""
    decode = msgspec.json.Decoder(kind).decode
    return lambda received: decode(received.content)


def proven(received: Received, keys: LogKeys) -> None:
    """Holds an answer of ours against the receipt in it."""
    check_answer(received.content.decode(), keys)
