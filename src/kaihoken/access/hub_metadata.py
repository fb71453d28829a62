"""What a hub says of its token endpoint (RFC 8414), held against the address under which its client knows it.

The address that was configured is the only thing a client believes: metadata that name another hub, or send the proof
elsewhere, are refused, so that a hub that is not ours cannot collect proofs for ours.
"""

from urllib.parse import SplitResult, urlsplit

import msgspec

from kaihoken.problems import Problem

METADATA_PATH = "/.well-known/oauth-authorization-server"

_PORTS = {"http": 80, "https": 443}


class Metadata(msgspec.Struct, frozen=True):
    """What is read of the metadata."""

    issuer: str
    token_endpoint: str


def token_endpoint_of(told: Metadata, hub: str) -> str:
    """Where the hub that is known as `hub` (without a slash at its end) takes proofs. The issuer is `hub` letter for
    letter (RFC 8414 §3.3), and the endpoint of the same origin. Problem `access.metadata-refused`."""
    if told.issuer != hub:
        raise Problem("access.metadata-refused", where="issuer", hub=hub)
    try:
        endpoint = urlsplit(told.token_endpoint)
        same = _origin(endpoint) == _origin(urlsplit(hub)) and not (endpoint.username or endpoint.fragment)
    except ValueError:
        same = False
    if not same or not told.token_endpoint.isprintable():
        raise Problem("access.metadata-refused", where="token_endpoint", hub=hub)
    return told.token_endpoint


def _origin(url: SplitResult) -> tuple[str, str, int | None]:
    return url.scheme, url.hostname or "", url.port or _PORTS.get(url.scheme)
