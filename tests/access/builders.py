"""A hub's gate with one facility before it, and a hand that forges whatever a test needs."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from kaihoken.access import (
    Client,
    ClientKey,
    Gate,
    Kind,
    Limits,
    NotFoundBurst,
    PrivateKey,
    Registry,
    Scope,
    open_gate,
)
from kaihoken.access.base64url import encode
from kaihoken.clock import FixedClock

AUDIENCE = "https://hub.example/oauth/token"
FACILITY = "1310112345"
SECOND = 1_000_000_000


class Ticker:
    """The clock of lifetimes and limits: nanoseconds that stand still until they are moved."""

    def __init__(self) -> None:
        self.now = 77 * SECOND

    def __call__(self) -> int:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += int(seconds * SECOND)


@dataclass
class Door:
    """A gate that one facility (client id `clinic`) may pass with `key`."""

    clock: FixedClock
    ticks: Ticker
    key: PrivateKey
    registry: Registry
    gate: Gate
    bursts: list[NotFoundBurst]

    @property
    def now(self) -> int:
        return int(self.clock.now().timestamp())

    def claims(self, **changes: object) -> dict[str, object]:
        """The claims of a good assertion, changed; a change to None leaves the claim out."""
        self._made += 1
        claims: dict[str, object] = {
            "iss": "clinic",
            "sub": "clinic",
            "aud": AUDIENCE,
            "iat": self.now,
            "exp": self.now + 120,
            "jti": f"assertion-{self._made}",
        } | changes
        return {name: value for name, value in claims.items() if value is not None}

    def assertion(self, key: PrivateKey | None = None, **changes: object) -> str:
        return forge(key or self.key, self.claims(**changes))

    def wait(self, seconds: int) -> None:
        self.clock.at += timedelta(seconds=seconds)
        self.ticks.pass_seconds(seconds)

    _made: int = field(default=0, init=False)


def forge(
    key: PrivateKey,
    claims: dict[str, object] | bytes,
    header: dict[str, object] | bytes | None = None,
    **header_changes: object,
) -> str:
    """A token signed by `key` over exactly these parts, however wrong they are."""
    if header is None:
        good: dict[str, object] = {"alg": key.public.algorithm, "kid": key.public.key_id, "typ": "JWT"}
        header = {name: value for name, value in (good | header_changes).items() if value is not None}
    parts = [
        encode(part if isinstance(part, bytes) else json.dumps(part).encode()) for part in (header, claims)
    ]
    signed = ".".join(parts)
    return f"{signed}.{encode(key.sign(signed.encode()))}"


def a_facility(key: PrivateKey, client_id: str = "clinic", code: str = FACILITY) -> Client:
    return Client(
        client_id=client_id,
        kind=Kind.FACILITY,
        code=code,
        name="青空クリニック",
        keys=(ClientKey(key.public),),
        scopes=frozenset({Scope.ELIGIBILITY_ASK, Scope.OQS}),
    )


def a_door(key: PrivateKey, limits: Limits | None = None) -> Door:
    clock, ticks = FixedClock(datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)), Ticker()
    registry = Registry("production", [a_facility(key)])
    bursts: list[NotFoundBurst] = []
    gate = open_gate(
        registry, audience=AUDIENCE, clock=clock, report=bursts.append, limits=limits, ticks=ticks
    )
    return Door(clock, ticks, key, registry, gate, bursts)
