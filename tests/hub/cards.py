"""A hub that pins the TEST authority, and a terminal at its door with cards on its reader."""

from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from kaihoken.audit import KindReader, log_of
from kaihoken.card.certificate import Trust
from kaihoken.card.presence import (
    LINKING,
    Agreement,
    AnsweredBy,
    Bound,
    Challenge,
    Purpose,
    agreed,
    message_of,
)
from kaihoken.card.revocation import crl_file
from kaihoken.clock import FixedClock

from ..card.papers import a_root
from ..card.presence.cards import ROOTS, certificate, known_as, signed
from ..serving import served
from .hub import BASE, FACILITY, NOW, OTHER_FACILITY, Hub, a_hub, a_row

SERIAL = 4_000_001
ADDRESS = "架空県試験市見本一丁目１番１号"
_FACILITIES = {"clinic": FACILITY, "same-clinic": FACILITY, "other-clinic": OTHER_FACILITY}


def revoke(folder: Path, *serials: int, root: str = "root", until: datetime | None = None) -> None:
    """The list of a root with these serials on it."""
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(a_root(root).document.subject)
        .last_update(NOW - timedelta(days=1))
        .next_update(until or datetime(2030, 1, 1, tzinfo=UTC))
        .add_extension(x509.CRLNumber(1 + len(serials)), critical=False)
    )
    for serial in serials:
        made = made.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(serial)
            .revocation_date(NOW - timedelta(days=2))
            .build()
        )
    (issuer,) = Trust([a_root(root).root(known_as(root))]).issuers
    folder.mkdir(exist_ok=True)
    (folder / crl_file(issuer.issuer_key)).write_bytes(
        made.sign(a_root(root).key, hashes.SHA256()).public_bytes(Encoding.DER)
    )


def card_settings(folder: Path, **more: object) -> dict[str, object]:
    """The settings of a hub whose authority's things lie in a folder."""
    folder.mkdir(exist_ok=True)
    (folder / "roots.json").write_bytes(msgspec.json.encode(ROOTS))
    for root in ("root", "second"):
        if not list(folder.glob("*.crl")) or root == "second":
            revoke(folder, root=root)
    return {"card_roots": str(folder / "roots.json"), "card_revocation": str(folder), **more}


@asynccontextmanager
async def a_card_hub(
    folder: Path, now: datetime = NOW, after: Hub | None = None, **more: object
) -> AsyncIterator[Hub]:
    """A hub with one patient, whose card is of serial SERIAL."""
    settings = card_settings(folder / "authority", **more)
    async with a_hub(folder / "store", folder, FixedClock(now), after=after, more=settings) as hub:
        if after is None:
            patient = a_row(address=ADDRESS)
            assert (await hub.register(patient, linked(), key="patient")).json()["refused"] == 0
        yield hub


def linked(
    root: str = "root", serial: int = SERIAL, link: str = "link-yamada", not_after: date = date(2029, 3, 31)
) -> dict[str, object]:
    """A certificate that stands for somebody."""
    return {
        "kind": "certificate",
        "link": link,
        "issuer": known_as(root),
        "serial": str(serial),
        "not_before": "2024-05-08",
        "not_after": not_after.isoformat(),
    }


@asynccontextmanager
async def a_holder_service(
    address: str = ADDRESS,
    before: Sequence[tuple[str, str]] = (),
    meanwhile: Callable[[], Awaitable[object]] | None = None,
) -> AsyncIterator[str]:
    """Says of every card that it is the patient's, who lives there; and that it came in the place of those (issuer and
    serial). `meanwhile` happens while it is asked."""
    items = {"name": "山田　太郎", "birthdate": "1980-01-01", "sex": "1", "address": address}

    async def said(_: Request) -> JSONResponse:
        if meanwhile is not None:
            await meanwhile()
        return JSONResponse(items)

    async def first(_: Request) -> JSONResponse:
        if meanwhile is not None:
            await meanwhile()
        replaced = [{"known_as": issuer, "serial": serial} for issuer, serial in before]
        return JSONResponse({"before": replaced})

    routes = [Route("/holders", said, methods=["POST"]), Route("/renewals", first, methods=["POST"])]
    async with served(Starlette(routes=routes)) as at:
        yield at


@dataclass
class Terminal:
    """A reader of a clinic, with a card of the TEST authority on it."""

    hub: Hub
    client: str = "clinic"
    name: str = "reader-1"
    der: bytes = b""
    key: str = "card"
    method: str = "pin"
    purpose: str = "eligibility"

    async def challenge(self, **more: object) -> dict[str, object]:
        body = {"terminal": self.name, "purpose": self.purpose, **more}
        answer = await self.hub.post("/v1/card-challenges", body, self.client)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def answered(self, challenge: dict[str, object], **more: object) -> dict[str, object]:
        """What the terminal says once the card has signed: `more` is said beside it, and not signed."""
        agreement = agreed(
            more.get("signed_consents", more.get("consents", ())), more.get("care", "outpatient")
        )
        by = more.get("signed_by", more.get("answered_by"))
        if by == AnsweredBy.GUARDIAN:
            agreement = replace(agreement, by=AnsweredBy.GUARDIAN)
        for beside in ("signed_consents", "signed_by"):
            more.pop(beside, None)
        return {"purpose": self.purpose, **self._of_card(challenge, agreement), **more}

    def _of_card(self, challenge: dict[str, object], agreement: Agreement) -> dict[str, object]:
        """What the card answers to a challenge, with what it signs beside it."""
        nonce = msgspec.json.decode(msgspec.json.encode(challenge["nonce"]), type=bytes)
        bound = Bound(_FACILITIES[self.client], self.name, Purpose(self.purpose))
        message = message_of(BASE, bound, Challenge(challenge["challenge"], nonce), agreement)
        signature = (
            {} if self.method in ("face", "visual") else {"signature": _text(signed(message, self.key))}
        )
        return {
            "challenge": challenge["challenge"],
            "terminal": self.name,
            "method": self.method,
            "certificate": _text(self.der or certificate()),
            **signature,
        }

    def wish(
        self, challenge: dict[str, object], agreement: Agreement = LINKING, **more: object
    ) -> dict[str, object]:
        """What a terminal of the purpose `registration` says of a card whose holder wants it registered."""
        return {**self._of_card(challenge, agreement), "agreed": True, **more}

    async def send_wish(self, body: dict[str, object], key: str = "") -> httpx.Response:
        headers = {"Idempotency-Key": key or body["challenge"]}
        return await self.hub.post("/v1/card-links", body, self.client, **headers)

    async def send(self, body: dict[str, object], key: str = "") -> httpx.Response:
        headers = {"Idempotency-Key": key or body["challenge"]}
        return await self.hub.post("/v1/card-presences", body, self.client, **headers)

    async def prove(self, **more: object) -> httpx.Response:
        """Challenge, signature, answer."""
        return await self.send(self.answered(await self.challenge(), **more))

    async def presence(self, **more: object) -> str:
        answer = await self.prove(**more)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["presence"])

    async def ask(
        self, presence: str, path: str = "/v1/eligibility-checks", **more: object
    ) -> httpx.Response:
        body = {"by": "presence", "presence": presence, "terminal": self.name, **more}
        return await self.hub.post(path, body, self.client, **{"Idempotency-Key": presence[:40]})


def _text(content: bytes) -> str:
    return b64encode(content).decode()


async def records(hub: Hub, *kinds: str) -> list[dict[str, object]]:
    """The bodies of the records of these kinds, oldest first."""
    log = await log_of(hub.machine.store)
    assert log is not None
    return [
        msgspec.json.decode(entry.body)
        async for _, entries in KindReader(log, *kinds).batches(0, await log.size())
        for entry in entries or ()
    ]
