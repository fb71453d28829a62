"""Asking a hub for a token, as a client does: the counterpart of `token_endpoint`."""

import ssl
from collections.abc import Sequence
from typing import Annotated, TypeVar

import httpx
import msgspec

from kaihoken.access.hub_metadata import METADATA_PATH, Metadata, token_endpoint_of
from kaihoken.access.issuer import Issuer, PrivateKey
from kaihoken.access.token_endpoint import ASSERTION_TYPE, GRANT_TYPE
from kaihoken.clock import Clock
from kaihoken.loopback import require_https
from kaihoken.problems import Problem

_PATIENCE_SECONDS = 10.0

T = TypeVar("T")


class Granted(msgspec.Struct, frozen=True):
    """A token as the hub hands it out (RFC 6749 §5.1)."""

    access_token: Annotated[str, msgspec.Meta(min_length=1)]
    token_type: str
    expires_in: int
    scope: str


class _Told(msgspec.Struct, frozen=True):
    """What is read of a refusal (RFC 9457)."""

    code: str
    where: str = ""
    facts: dict[str, str | int] = {}


def fetch_token(
    hub: str,
    client_id: str,
    key: PrivateKey,
    clock: Clock,
    scopes: Sequence[str] = (),
    verify: ssl.SSLContext | bool = True,
) -> Granted:
    """A token for all scopes that the client holds, or some.

    The proof is addressed to the hub that was given, never to one that the answering server names: it would be good
    at the other. Where it is sent is read of the hub's metadata. `verify`: how the hub's certificate is trusted, and
    with which of our own we come. Raises Problems `access.hub-plain`, `access.hub-unreachable`,
    `access.metadata-refused`, and what the hub refuses with.
    """
    require_https(hub)
    issuer = hub.rstrip("/")
    environment = issuer.startswith("https:")  # a proxy that it names would get what is in the clear
    form = {
        "grant_type": GRANT_TYPE,
        "client_assertion_type": ASSERTION_TYPE,
        **({"scope": " ".join(scopes)} if scopes else {}),
    }
    try:
        metadata = httpx.get(
            f"{issuer}{METADATA_PATH}", timeout=_PATIENCE_SECONDS, verify=verify, trust_env=environment
        )
        endpoint = token_endpoint_of(_read(metadata, Metadata, hub, "not a hub's metadata"), issuer)
        form["client_assertion"] = Issuer(client_id, key, issuer, clock).assertion()
        answer = httpx.post(
            endpoint, data=form, timeout=_PATIENCE_SECONDS, verify=verify, trust_env=environment
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Problem("access.hub-unreachable", where=hub, reason=type(error).__name__) from None
    return _read(answer, Granted, hub, "not a token")


def _read(answer: httpx.Response, kind: type[T], hub: str, otherwise: str) -> T:
    if not answer.is_success:
        raise refusal_of(answer, hub)
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Problem("access.hub-unreachable", where=hub, reason=otherwise) from None


def refusal_of(answer: httpx.Response, hub: str) -> Problem:
    """What a hub says when it refuses; `access.hub-unreachable` where that is nothing of ours."""
    try:
        told = msgspec.json.decode(answer.content, type=_Told)
        problem = Problem(told.code, where=told.where, **told.facts)
        problem.as_rfc9457()  # fails where a fact that its words need is missing
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError):
        return Problem("access.hub-unreachable", where=hub, reason=f"HTTP {answer.status_code}")
    return problem
