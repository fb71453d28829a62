"""The authority's list of what it took back (CRL, RFC 5280 §5): from a folder or from its server, kept until another
is due.

Generations of one authority share their name, so each list is called by its issuer's key and checked with it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import CRLEntryExtensionOID, ExtensionOID

from kaihoken.card.certificate import Issuer, UserCertificate
from kaihoken.card.revocation.fetching import fetched
from kaihoken.card.revocation.status import AHEAD, UNREADABLE, Standing, Status, Why, unknown
from kaihoken.clock import Clock

LARGEST = 8 << 20
"""Bytes of a list."""

LOOK_AGAIN = timedelta(minutes=5)
"""A list is kept so long before it is asked for again, though it says that it holds for longer."""

_SHA256_RSA = x509.SignatureAlgorithmOID.RSA_WITH_SHA256
_UNDERSTOOD = frozenset({ExtensionOID.CRL_NUMBER, ExtensionOID.AUTHORITY_KEY_IDENTIFIER})
_UNDERSTOOD_IN_ENTRIES = frozenset({CRLEntryExtensionOID.CRL_REASON})

Fetch: TypeAlias = Callable[[str], Awaitable[bytes | None]]
"""The content of a file of lists by its name, None where it does not come."""


def crl_file(issuer_key: bytes) -> str:
    """How the list of an issuer is called, in a folder and on a server."""
    return f"{issuer_key.hex()}.crl"


def files_in(folder: Path) -> Fetch:
    """The lists of a folder."""

    def read(name: str) -> bytes | None:
        try:
            with (folder / name).open("rb") as file:
                return file.read(LARGEST + 1)
        except OSError:
            return None

    async def fetch(name: str) -> bytes | None:
        return await asyncio.to_thread(read, name)

    return fetch


def served_at(base: str, client: httpx.AsyncClient) -> Fetch:
    """The lists below a URL. `client` stays the caller's, and its time-outs count."""

    async def fetch(name: str) -> bytes | None:
        return await fetched(client, f"{base.rstrip('/')}/{name}", LARGEST + 1)

    return fetch


@dataclass(frozen=True, slots=True)
class _Kept:
    content: bytes
    crl: x509.CertificateRevocationList
    asked_at: datetime


class CrlSource:
    """Answers from lists. One that fails to come again is used until its next one is due, and none that is older than
    one already seen."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._kept: dict[bytes, _Kept] = {}

    async def status(self, certificate: UserCertificate, issuer: Issuer) -> Status:
        """See `RevocationSource`."""
        now = self._clock.now()
        kept = self._kept.get(issuer.issuer_key)
        if kept is None or not timedelta(0) <= now - kept.asked_at < LOOK_AGAIN:
            content = await self._fetch(crl_file(issuer.issuer_key))
            if content is not None:
                read = _read(content, issuer)
                if not isinstance(read, Why):
                    kept = self._keep(issuer, content, read, now)
                elif kept is None:
                    return unknown(read).seen_in(content)
        if kept is None:
            return unknown(Why.NO_ANSWER)
        return _found(kept.crl, certificate, now).seen_in(kept.content)

    def _keep(
        self, issuer: Issuer, content: bytes, crl: x509.CertificateRevocationList, now: datetime
    ) -> _Kept:
        before = self._kept.get(issuer.issuer_key)
        if before is not None and _number(crl) < _number(before.crl):
            content, crl = before.content, before.crl
        kept = self._kept[issuer.issuer_key] = _Kept(content, crl, now)
        return kept


def judge_crl(content: bytes, certificate: UserCertificate, issuer: Issuer, now: datetime) -> Status:
    """What one list says of a certificate of that issuer at an instant."""
    read = _read(content, issuer)
    found = unknown(read) if isinstance(read, Why) else _found(read, certificate, now)
    return found.seen_in(content)


def _read(content: bytes, issuer: Issuer) -> x509.CertificateRevocationList | Why:
    """A list that the issuer signed, every critical word of which is understood; else why it is none."""
    if len(content) > LARGEST:
        return Why.UNREADABLE
    try:
        crl = x509.load_der_x509_crl(content)
        understood = _understood(crl)
    except UNREADABLE:
        return Why.UNREADABLE
    key = issuer.document.public_key()
    if crl.issuer != issuer.document.subject or crl.signature_algorithm_oid != _SHA256_RSA:
        return Why.FORGED
    if not isinstance(key, rsa.RSAPublicKey) or not crl.is_signature_valid(key):
        return Why.FORGED
    return crl if understood else Why.UNREADABLE


def _understood(crl: x509.CertificateRevocationList) -> bool:
    """Whether nothing critical is in it that is not obeyed here: parts of a list, lists of other issuers' ones."""
    own = all(one.oid in _UNDERSTOOD for one in crl.extensions if one.critical)
    entries = all(
        one.oid in _UNDERSTOOD_IN_ENTRIES for entry in crl for one in entry.extensions if one.critical
    )
    return own and entries and _number(crl) >= 0 and crl.next_update_utc is not None


def _number(crl: x509.CertificateRevocationList) -> int:
    """Its number; -1 where it has none."""
    try:
        return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    except x509.ExtensionNotFound:
        return -1


def _found(crl: x509.CertificateRevocationList, certificate: UserCertificate, now: datetime) -> Status:
    made, until = crl.last_update_utc, crl.next_update_utc
    if until is None or not made - AHEAD <= now < until:
        return unknown(Why.STALE, made)
    entry = crl.get_revoked_certificate_by_serial_number(certificate.serial)
    if entry is None:
        return Status(Standing.GOOD, produced_at=made)
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        reason = x509.ReasonFlags.unspecified
    return Status(Standing.REVOKED, produced_at=made, reason=reason, at=entry.revocation_date_utc)
