"""The routes that are open to everybody: tokens, health, keys, the log, the interface's own description."""

from typing import Protocol

import msgspec

from kaihoken.access import Certificate
from kaihoken.access import Reply as TokenReply
from kaihoken.hub.exchange import Reply, Request
from kaihoken.hub.machine import Machine
from kaihoken.hub.metrics import EXPOSITION, Seen
from kaihoken.hub.serving.peer import certificate_of
from kaihoken.problems import Problem
from kaihoken.store import Extent


class Tokens(Protocol):
    """A token endpoint: content type, body, source and the connection's certificate in; reply out."""

    def __call__(
        self, content_type: bytes, body: bytes, source: str, certificate: Certificate | None = None
    ) -> TokenReply: ...


class OpenRoutes:
    """Handlers of the routes that need no token, and of the operator's metrics."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    async def oauth_token(self, request: Request) -> Reply:
        """POST /oauth/token."""
        return self._token(self._machine.gate.endpoint.oauth, request)

    async def oqs_auth(self, request: Request) -> Reply:
        """POST /oqs/auth."""
        return self._token(self._machine.gate.endpoint.oqs, request)

    def _token(self, endpoint: Tokens, request: Request) -> Reply:
        content_type, certificate = request.header(b"content-type"), certificate_of(request)
        reply = endpoint(content_type, request.body, request.source, certificate)
        self._machine.gate_log.token(request.path, reply, request.source)
        if reply.refused:
            self._machine.metrics.refused(reply.refused)
        headers = dict(reply.headers)
        answered_as = headers.pop(b"content-type")
        del headers[b"cache-control"]  # every answer of the hub bears it
        return Reply(reply.body, answered_as, reply.status, tuple(headers.items()))

    async def live(self, _: Request) -> Reply:
        """GET /live: the process answers."""
        return Reply(b'{"live":true}')

    async def ready(self, _: Request) -> Reply:
        """GET /ready: the log can commit, so questions can be answered."""
        if not self._machine.committer.ready:
            raise Problem("hub.not-ready")
        return Reply(b'{"ready":true}')

    async def metrics(self, _: Request) -> Reply:
        """GET /metrics."""
        machine = self._machine
        head = machine.committer.head
        feed = machine.committer.feed
        now = machine.clock.now()
        seen = Seen(
            ready=machine.committer.ready,
            head_age=now.timestamp() - head.time_ms / 1000,
            log_size=head.size,
            witness_failures=feed.failures if feed is not None else 0,
            waiting=machine.committer.waiting,
            pulse=machine.committer.pulse,
            lookup_versions=len(machine.lookup_keys),
            key_ages={sort: (now - since).total_seconds() for sort, since in machine.keys.since().items()},
            extent=await _extent(machine),
        )
        return Reply(machine.metrics.exposition(seen), EXPOSITION)

    async def tls(self, _: Request) -> Reply:
        """GET /.well-known/kaihoken-tls.json."""
        return Reply(self._machine.tls.published())

    async def authorization_server(self, _: Request) -> Reply:
        """GET /.well-known/oauth-authorization-server (RFC 8414)."""
        settings = self._machine.settings
        return Reply(
            msgspec.json.encode(
                {
                    "issuer": settings.issuer,
                    "token_endpoint": settings.audience,
                    "grant_types_supported": ["client_credentials"],
                    "token_endpoint_auth_methods_supported": ["private_key_jwt"],
                    "token_endpoint_auth_signing_alg_values_supported": ["EdDSA", "ES256"],
                    "tls_client_certificate_bound_access_tokens": bool(settings.tls.client_ca),
                }
            )
        )


async def _extent(machine: Machine) -> Extent | None:
    """The room that the store takes. The other numbers are told when it cannot be asked: then most of all."""
    try:
        return await machine.store.extent()
    except Problem:
        return None
