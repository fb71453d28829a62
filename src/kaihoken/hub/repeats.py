"""`Idempotency-Key`: who gets no answer sends the request again under the same key, and it is done once."""

from contextlib import AbstractAsyncContextManager
from typing import Final

from kaihoken.hub.exchange import Request
from kaihoken.problems import Problem
from kaihoken.store import Attempt, Idempotency

_HEADER = b"idempotency-key"
_LONGEST = 255


def _parameter(*, required: bool) -> dict[str, object]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": required,
        "schema": {"type": "string", "minLength": 1, "maxLength": _LONGEST},
    }


KEY_NEEDED: Final = _parameter(required=True)
"""OpenAPI's parameter of a route that does nothing without a key."""

KEY_TAKEN: Final = _parameter(required=False)
"""The same of a route on which a key may be left out."""


def repeat_key(request: Request) -> str:
    """The asker's own name for the request, "" for none. Problem `store.idempotency_key`."""
    key = request.header(_HEADER).decode("latin-1")
    if key and not (len(key) <= _LONGEST and key.isascii() and key.isprintable()):
        raise Problem("store.idempotency_key")
    return key


def once(idempotency: Idempotency, request: Request) -> AbstractAsyncContextManager[Attempt]:
    """Holds the key of a request that needs one, as `Idempotency.once`: the body counts for this route and caller
    alone. Problems `hub.idempotency-key` and those of `repeat_key`."""
    if not (key := repeat_key(request)):
        raise Problem("hub.idempotency-key")
    return idempotency.once(request.authenticated.actor, key, request.path.encode() + b"\n" + request.body)
