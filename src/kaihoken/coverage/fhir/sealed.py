"""The names under which a Coverage and a Patient are read again.

An id is sealed for the facility that was answered (`kaihoken.store.Seal`), and ends. What lies in it is what the first
question was: who, which of their coverages, asked how, with which consents. A read is that question again.
"""

import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Final

import msgspec

from kaihoken.coverage.answer import Result
from kaihoken.coverage.history import Certificate, Coverage, PersonId
from kaihoken.coverage.inquiry import CertificateInquiry, Consent, Inquiry, Presented
from kaihoken.problems import Problem
from kaihoken.store import LookupKey, Seal

LIFETIME: Final = timedelta(hours=1)
"""For so long an id can be read: about a visit."""

MINUTE: Final = timedelta(minutes=1)
"""Ends are counted in whole ones."""

LIFETIME_MINUTES: Final = LIFETIME // MINUTE

_LAYOUT = struct.Struct(">HI16s4s4s")  # how it was asked, end in minutes, person, coverage, certificate
_LENGTH = 62  # characters of 46 bytes; two more say which resource is meant
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
        return self._sealed(content, facility)

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
