"""The gate of a hub: one object that knows every client, proves them, hands out tokens and counts requests."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from kaihoken.access.assertion import AssertionVerifier
from kaihoken.access.certificate import ClientCas
from kaihoken.access.certificate_binding import CertificateRule
from kaihoken.access.client import Registry
from kaihoken.access.limits import Limits, Listed, NotFoundBurst, RequestLimits
from kaihoken.access.token import Authenticate, Caller, Ticks, Tokens
from kaihoken.access.token_endpoint import TokenEndpoint
from kaihoken.clock import Clock


@dataclass(frozen=True, slots=True)
class Gate:
    """`authenticate(authorization header, thumbprint of the connection's certificate)` gives the Caller;
    `admit(caller)` counts its requests, `not_found(caller, by)` its questions about nobody, after too many of which
    `admit_question(caller, by)` stops those by that means; `endpoint` hands out tokens. `ticks` is the clock of
    lifetimes and limits."""

    registry: Registry
    tokens: Tokens
    limits: RequestLimits
    endpoint: TokenEndpoint
    authenticate: Authenticate
    ticks: Ticks

    def admit(self, caller: Caller) -> None:
        """Count one request now. Problems: see `RequestLimits.admit`."""
        self.limits.admit(caller, self.ticks())

    def admit_question(self, caller: Caller, by: str) -> None:
        """Let a question through now. Problems: see `RequestLimits.admit_question`."""
        self.limits.admit_question(caller, by, self.ticks())

    def not_found(self, caller: Caller, by: str) -> None:
        """Count one answer about nobody now, before it leaves. Problems: see `RequestLimits.not_found`."""
        self.limits.not_found(caller, by, self.ticks())

    def nobody_in_list(self, listed: Listed) -> int:
        """Count one number of a list that nobody has now. See `RequestLimits.nobody_in_list`."""
        return self.limits.nobody_in_list(listed, self.ticks())

    def list_pauses(self, listed: Listed) -> int:
        """Whether a list is looked up now. See `RequestLimits.list_pauses`."""
        return self.limits.list_pauses(listed, self.ticks())


def open_gate(
    registry: Registry,
    *,
    audience: str,
    clock: Clock,
    report: Callable[[NotFoundBurst], None],
    limits: Limits | None = None,
    ticks: Ticks = time.monotonic_ns,
    certificates: CertificateRule | None = None,
    strict_audience: bool = False,
) -> Gate:
    """A gate over the clients of a store. `audience` is the public URL of the token endpoint; `report` is told of
    bursts of not-found; `certificates` says which TLS certificates are taken (None: no CA, and none needed);
    `strict_audience` that assertions name the issuer and nothing else."""
    limits = Limits() if limits is None else limits
    certificates = CertificateRule(ClientCas()) if certificates is None else certificates
    tokens = Tokens(ticks, binding=certificates.binding)
    verifier = AssertionVerifier(registry, audience, clock, certificates=certificates, strict=strict_audience)
    return Gate(
        registry=registry,
        tokens=tokens,
        limits=RequestLimits(limits, report),
        endpoint=TokenEndpoint(verifier, tokens, limits, ticks),
        authenticate=tokens.authenticate,
        ticks=ticks,
    )
