"""Bearer tokens: 32 random bytes that stand for a proven client during five minutes.

Only the SHA-256 of a token is kept, in memory: a copy of the memory, a core dump or a backup opens nothing, and a
restart ends every token. Look-up is by that hash, so how far two tokens agree cannot be measured.
"""

import hashlib
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kaihoken.access import base64url
from kaihoken.access.certificate_binding import Binding
from kaihoken.access.scopes import Kind, Scope
from kaihoken.problems import Problem

LIFETIME_SECONDS = 300
MOST_PER_CLIENT = 32
MOST_TOKENS = 500_000

_NS = 1_000_000_000
_TOKEN_CHARACTERS = 43  # 32 bytes in base64url
_SCHEMES = frozenset({b"Bearer ", b"bearer ", b""})

Ticks = Callable[[], int]
"""Nanoseconds of a clock that never runs backwards, from any origin: `time.monotonic_ns`."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking. `actor` is the client id and stands in the log; `code` its 医療機関コード or 保険者番号, "" for an
    operator; `metered_as` the name under which its requests are counted (the facility, however many clients it
    has); `bound_to` the thumbprint of the TLS certificate without which the token is worth nothing (RFC 8705), "" for
    none."""

    actor: str
    kind: Kind
    code: str
    scopes: frozenset[Scope]
    key_id: str
    metered_as: str
    bound_to: str = ""


class Authenticate(Protocol):
    """See `Tokens.authenticate`."""

    def __call__(self, authorization: bytes, presented: str = "") -> Caller: ...


def require(caller: Caller, scope: Scope) -> None:
    """Let the caller through only with this scope. Raises Problem `access.scope-missing`."""
    if scope not in caller.scopes:
        raise Problem("access.scope-missing", scope=scope.value)


class Tokens:
    """The live tokens of one hub.

    Bounded: `most_per_client` (a new token ends that client's oldest: software that fetches one for every question
    goes on working) and `most` in all. `binding` "required": a token that is bound to no certificate opens nothing.
    `ended` counts what was ended before its time, tokens, clients and keys: who has looked at a token once may look
    again when it has changed.
    """

    def __init__(
        self,
        ticks: Ticks,
        *,
        most_per_client: int = MOST_PER_CLIENT,
        most: int = MOST_TOKENS,
        binding: Binding = "offered",
    ) -> None:
        self._ticks = ticks
        self._bound_only = binding == "required"
        self.ended = 0
        self._most_per_client = most_per_client
        self._most = most
        self._live: dict[bytes, tuple[int, Caller]] = {}
        self._by_expiry: deque[tuple[int, bytes]] = deque()
        self._by_client: dict[str, tuple[bytes, ...]] = {}  # oldest first
        self._shut_out: dict[tuple[str, str], int] = {}  # client and key ("": all of them) to `ended` by then

    def __len__(self) -> int:
        return len(self._live)

    def issue(self, caller: Caller, lasts: int = LIFETIME_SECONDS) -> str:
        """A new token for this caller, for so many seconds. Raises Problem `access.busy` when the hub holds as many as
        it may."""
        now = self._ticks()
        self._sweep(now)
        if len(self._by_expiry) >= self._most:
            raise Problem("access.busy", retry_after=1 + (self._by_expiry[0][0] - now) // _NS)
        token = base64url.encode(secrets.token_bytes(32))
        digest = hashlib.sha256(token.encode("ascii")).digest()
        self._live[digest] = (now + min(lasts, LIFETIME_SECONDS) * _NS, caller)
        self._by_expiry.append((now + LIFETIME_SECONDS * _NS, digest))  # in order, so never sooner
        own = self._by_client[caller.actor] = (*self._by_client.get(caller.actor, ()), digest)
        if len(own) > self._most_per_client:
            self._end(own[0])
        return token

    def authenticate(self, authorization: bytes, presented: str = "") -> Caller:
        """The caller behind an Authorization header: `Bearer <token>`, or the bare token as OQS clients send it.
        `presented` is the thumbprint of the connection's certificate, "" for none.

        Raises Problem `access.token-missing` (no header), `access.token-refused` (unknown, expired or ended: these
        read alike), `access.token-bound` (to another certificate) or `access.token-unbound` (where it has to be).
        """
        held = self._live.get(hashlib.sha256(authorization[-_TOKEN_CHARACTERS:]).digest())
        if (
            held is None
            or self._ticks() >= held[0]
            or (
                authorization[:-_TOKEN_CHARACTERS] not in _SCHEMES
                and authorization[:-_TOKEN_CHARACTERS].lower() != b"bearer "
            )
        ):
            raise Problem("access.token-refused" if authorization else "access.token-missing")
        caller = held[1]
        if caller.bound_to:
            if caller.bound_to != presented:
                raise Problem("access.token-bound")
        elif self._bound_only:
            raise Problem("access.token-unbound")
        return caller

    def end_client(self, client_id: str) -> None:
        """End every token of a client, at once, and whatever is still being given to it."""
        for digest in self._by_client.get(client_id, ()):
            self._end(digest)
        self._shut(client_id, "")

    def end_key(self, client_id: str, key_id: str) -> None:
        """End every token of a client that was issued to one of its keys, at once, and whatever is still being given
        to who proved itself with it."""
        for digest in self._by_client.get(client_id, ()):
            if self._live[digest][1].key_id == key_id:
                self._end(digest)
        self._shut(client_id, key_id)

    def is_shut_out(self, caller: Caller, since: int) -> bool:
        """Whether somebody has ended the caller's client or key after `ended` was `since`. A token that runs out, or
        makes room for a newer one, shuts nobody out: what was asked with it goes on."""
        client, key = ((caller.actor, key) for key in ("", caller.key_id))
        return max(self._shut_out.get(client, 0), self._shut_out.get(key, 0)) > since

    def _shut(self, client_id: str, key_id: str) -> None:
        self.ended += 1
        self._shut_out[client_id, key_id] = self.ended

    def _end(self, digest: bytes) -> None:
        """End a token before its time. Its place in `_by_expiry` stays until then, and counts towards `most`."""
        self.ended += 1
        self._forget(digest)

    def _forget(self, digest: bytes) -> None:
        actor = self._live.pop(digest)[1].actor
        own = tuple(other for other in self._by_client[actor] if other != digest)
        if own:
            self._by_client[actor] = own
        else:
            del self._by_client[actor]

    def _sweep(self, now: int) -> None:
        while self._by_expiry and self._by_expiry[0][0] <= now:
            _, digest = self._by_expiry.popleft()
            if digest in self._live:
                self._forget(digest)
