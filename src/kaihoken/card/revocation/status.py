"""What is known of a certificate's being taken back, how recent it is, and what was looked at."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from kaihoken.card.certificate import Issuer, UserCertificate
from kaihoken.problems import Problem

AHEAD = timedelta(minutes=5)
"""By how much an authority's clock may run before ours."""

UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension)
"""What the library raises at an answer that it cannot read."""


class Standing(StrEnum):
    """Whether a certificate was taken back, as far as it is known."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """Why it is unknown."""

    NO_ANSWER = "no-answer"  # nothing came: line, time-out, another status than 200, no such file
    UNREADABLE = "unreadable"
    FORGED = "forged"  # not signed by the issuer, or by a responder that it named
    STALE = "stale"  # too old, or of a time that has not come
    ANOTHER = "another"  # of another certificate, or an answer to another question (nonce)
    NOT_KNOWN = "not-known"  # the responder does not know it, or did not want to say


@dataclass(frozen=True, slots=True)
class Status:
    """`reason` and `at` where it was revoked: `certificate_hold` may be taken back. `evidence` is the SHA-256 of the
    list or answer that was looked at, b"" where none came; `produced_at` when its authority made it."""

    standing: Standing
    evidence: bytes = b""
    produced_at: datetime | None = None
    reason: x509.ReasonFlags | None = None
    at: datetime | None = None
    why: Why | None = None

    def seen_in(self, content: bytes) -> "Status":
        """The same with what was looked at."""
        return replace(self, evidence=hashlib.sha256(content).digest())


def unknown(why: Why, produced_at: datetime | None = None) -> Status:
    return Status(Standing.UNKNOWN, why=why, produced_at=produced_at)


def require_good(status: Status) -> None:
    """Nothing where it is good. Problems `card.certificate-revoked`, `card.revocation-unknown` with its `why`."""
    if status.standing is Standing.REVOKED:
        raise Problem("card.certificate-revoked")
    if status.standing is not Standing.GOOD:
        raise Problem("card.revocation-unknown", why=str(status.why))


class RevocationSource(Protocol):
    """Whoever can be asked."""

    async def status(self, certificate: UserCertificate, issuer: Issuer) -> Status:
        """What is known of a certificate of that issuer now. It raises nothing: what goes wrong is `unknown`."""
        ...
