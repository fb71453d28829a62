"""By what a desk is known to its hub: its client id, its own private key, its facility. Kept in the safe."""

import ssl
from pathlib import Path

import httpx
import msgspec

from kaihoken.access import OwnKey, PrivateKey, key_of_code, load_key, make_key, read_key, typed_code
from kaihoken.clock import Clock
from kaihoken.coverage.client import AsyncHub, HubProblem, Patience
from kaihoken.desk.safe import Put, Safe
from kaihoken.problems import Problem

_SHELF, _NAME = "enrolment", "hub"
_REFUSED = frozenset({400, 401, 403})


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """A desk at a hub. `key` is the private JWK; `terminal` the desk's own name at the facility."""

    hub: str
    client: str
    facility: str
    facility_name: str
    terminal: str
    key: bytes

    def __repr__(self) -> str:
        """Without the key."""
        return f"Enrolment(hub={self.hub!r}, client={self.client!r}, terminal={self.terminal!r})"

    def private_key(self) -> PrivateKey:
        """Its key."""
        return read_key(self.key, "enrolment")


def enrolment_in(safe: Safe) -> Enrolment:
    """By what the desk is known. Problem `desk.not-enrolled`."""
    found = safe.get(_SHELF, _NAME, Enrolment)
    if found is None:
        raise Problem("desk.not-enrolled")
    return found


def keep_enrolment(safe: Safe, enrolment: Enrolment) -> None:
    """Write it down."""
    safe.write([Put(_SHELF, _NAME, enrolment)])


def enrolment_of_key(
    hub: str, client: str, facility: str, facility_name: str, terminal: str, key: Path
) -> Enrolment:
    """The enrolment of a desk whose key an operator enrolled already: that of a demonstration, or of a レセコン that
    was there before. Problems of `load_key`."""
    return Enrolment(
        hub=hub,
        client=client,
        facility=facility,
        facility_name=facility_name,
        terminal=terminal,
        key=load_key(key).saved(),
    )


async def enrol_by_code(
    hub: str,
    text: str,
    terminal: str,
    clock: Clock,
    tls: ssl.SSLContext | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Enrolment:
    """Exchange the one-time code `CLIENT_ID/CODE` that an operator gave for a key of our own, made here. `transport` is
    a line of the caller's own (tests). Problems `desk.code-form`, `desk.code-refused`, HubProblems of the line."""
    client, slash, code = text.strip().partition("/")
    if not slash or not typed_code(code):
        raise Problem("desk.code-form")
    key = make_key()
    asking = AsyncHub(
        hub,
        client.strip(),
        key_of_code(code),
        clock=clock,
        patience=Patience(attempts=1),
        tls=tls,
        transport=transport,
    )
    async with asking:
        try:
            said = await asking.exchange_key(OwnKey(dict(key.public.jwk())))
        except HubProblem as problem:
            if problem.status in _REFUSED:
                raise Problem("desk.code-refused") from None
            raise
    return Enrolment(
        hub=hub,
        client=said.client_id,
        facility=said.code,
        facility_name=said.name,
        terminal=terminal,
        key=key.saved(),
    )
