"""The names under which a Coverage and a Patient are read again, and the seal that they share with pages of a search.

An id is sealed for the facility that was answered (AES-SIV, RFC 5297, with a key that comes out of the hub's look-up
key): it says nothing, opens nothing to another facility, cannot be made up, and ends. What lies in it is what the first
question was: who, which of their coverages, asked how, with which consents. A read is that question again.
"""

import struct
from base64 import b64decode
from binascii import Error, b2a_base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from kaihoken.coverage.answer import Result
from kaihoken.coverage.history import Certificate, Coverage, PersonId
from kaihoken.coverage.inquiry import CertificateInquiry, Consent, Inquiry, Presented
from kaihoken.problems import Problem
from kaihoken.store import LookupKey

LIFETIME: Final = timedelta(hours=1)
"""For so long an id can be read: about a visit."""

MINUTE: Final = timedelta(minutes=1)
"""Ends are counted in whole ones."""

LIFETIME_MINUTES: Final = LIFETIME // MINUTE

_LAYOUT = struct.Struct(">HI16s4s4s")  # how it was asked, end in minutes, person, coverage, certificate
_LENGTH = 62  # characters of 46 bytes; two more say which resource is meant
_PURPOSE = b"F"
_TO_ID, _FROM_ID = bytes.maketrans(b"+/", b"-."), bytes.maketrans(b"-.", b"+/")
CONSENTS: Final = (Consent.LIMIT, Consent.DISEASE, Consent.SUBSIDY)
"""Of the consents of a question those that a read repeats: items of the coverage itself. Medical items were kept in the
book when they were given; a read gives nothing again."""

_PRESENTED = tuple(Presented)
_BY_CERTIFICATE = 1 << 12
_NONE = bytes(4)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Sealed(msgspec.Struct, frozen=True, gc=False):
    """What an id holds. `coverage` and `certificate` are marks of what is meant among the person's facts."""

    person: PersonId
    coverage: bytes
    certificate: bytes
    by_certificate: bool
    presented: Presented
    consents: frozenset[Consent]


class Seal:
    """Seals texts for a facility under the newest look-up key and opens them under each that is in use. `lookup_keys`
    may be a ring: a rotation puts another key into it, and what was sealed under one that was destroyed opens nothing
    any more. `use` keeps texts of one use from being taken for those of another; each has `length` characters."""

    def __init__(self, lookup_keys: Sequence[LookupKey], use: str, length: int) -> None:
        self._keys = lookup_keys
        self._use = use
        self._length = length
        self._made: tuple[tuple[LookupKey, ...], list[AESSIV]] = ((), [])

    @property
    def _ciphers(self) -> list[AESSIV]:
        keys = tuple(self._keys)
        if keys != self._made[0]:
            made = [AESSIV(key(_PURPOSE, self._use, "1") + key(_PURPOSE, self._use, "2")) for key in keys]
            self._made = keys, made
        return self._made[1]

    def _opened(self, text: str, facility: str) -> bytes | None:
        if len(text) != self._length or not text.isascii():
            return None
        try:
            sealed = b64decode(text.encode().translate(_FROM_ID) + b"=" * (-len(text) % 4), validate=True)
        except Error:
            return None
        if written(sealed) != text:
            return None  # another text for the same bytes is no name of ours
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(sealed, [facility.encode()])
            except InvalidTag:
                continue
        return None


class Sealer(Seal):
    """Seals ids."""

    def __init__(self, lookup_keys: Sequence[LookupKey]) -> None:
        super().__init__(lookup_keys, "id", _LENGTH)

    def seal(self, inquiry: Inquiry, person: PersonId, result: Result, facility: str, at: datetime) -> str:
        """The id of a result that leaves at an instant."""
        how = _PRESENTED.index(inquiry.presented) << 8
        for place, consent in enumerate(CONSENTS):
            if consent in inquiry.consents:
                how |= 1 << place
        certificate = _NONE
        if isinstance(inquiry, CertificateInquiry):
            how |= _BY_CERTIFICATE
            certificate = _mark(inquiry.issuer, inquiry.serial)
        end = end_of(at)
        content = _LAYOUT.pack(how, end, person, mark_of_result(result), certificate)
        return written(self._ciphers[0].encrypt(content, [facility.encode()]))

    def open(self, id_: str, facility: str, at: datetime) -> Sealed:
        """What an id holds. Problems `fhir.not-found` where it is none, or another facility's; `fhir.gone` once it has
        ended."""
        content = self._opened(id_, facility)
        if content is None:
            raise Problem("fhir.not-found")
        how, end, person, coverage, certificate = _LAYOUT.unpack(content)
        if minute_of(at) >= end:
            raise Problem("fhir.gone", minutes=LIFETIME_MINUTES)
        return Sealed(
            PersonId(person),
            coverage,
            certificate,
            bool(how & _BY_CERTIFICATE),
            _PRESENTED[how >> 8 & 15],
            frozenset(consent for place, consent in enumerate(CONSENTS) if how >> place & 1),
        )


@lru_cache(maxsize=64)
def end_of(at: datetime) -> int:
    """The minute in which what leaves at an instant ends. All answers of a turn have one instant."""
    return minute_of(at + LIFETIME)


def minute_of(at: datetime) -> int:
    """Ends are counted in whole minutes."""
    return (at - _EPOCH) // MINUTE


def written(sealed: bytes) -> str:
    """Sealed bytes as letters, digits, `-` and `.`, which an id may have and an address leaves as they are."""
    return b2a_base64(sealed, newline=False).rstrip(b"=").translate(_TO_ID).decode()


def mark_of_result(result: Result) -> bytes:
    """Four bytes by which a result is known again among those of one person."""
    acquired = result.acquired.isoformat() if result.acquired else ""
    return _mark(
        result.insurer_number or "", result.symbol or "", result.number or "", result.branch or "", acquired
    )


def mark_of_coverage(coverage: Coverage) -> bytes:
    """The same of the coverage that it shows."""
    return _mark(
        coverage.insurer_number,
        coverage.symbol,
        coverage.number,
        coverage.branch,
        coverage.acquired.isoformat(),
    )


def mark_of_certificate(certificate: Certificate) -> bytes:
    """Four bytes by which the certificate of a question is known again."""
    return _mark(certificate.issuer, certificate.serial)


def _mark(*parts: str) -> bytes:
    return sha256("\n".join(parts).encode()).digest()[:4]
