"""Whether a card was there: what came back on a challenge, looked at step by step and refused at the first doubt.

The order is fixed. The challenge was taken before (`Challenges.take`); then the certificate is read strictly, its
issuer found by signature among the pinned roots, its time, its use and its revocation looked at, and last the
signature of the card. No clock is read here, and no line: the source of revocations answers from what it holds, or
asks.
"""

from dataclasses import dataclass, field
from datetime import datetime

from kaihoken.card.certificate import Issuer, Trust, UserCertificate, Validity, check_use, require_valid
from kaihoken.card.presence.method import Kind, Method
from kaihoken.card.revocation import RevocationSource, require_good
from kaihoken.clock import tokyo_day
from kaihoken.problems import Problem


@dataclass(frozen=True, slots=True, repr=False)
class CardAnswer:
    """What a terminal has of a card: its certificate (DER), the card's signature over the message (nothing where the
    terminal's word stands for it), and how the person was known."""

    certificate: bytes
    signature: bytes
    method: Method


@dataclass(slots=True, repr=False)
class Findings:
    """What is known so far of a card that is being looked at: for the record, also where it is refused half-way."""

    issuer: Issuer | None = None
    serial: int = 0
    evidence: str = ""  # hash of what the revocation rests on, "" where it was not asked


@dataclass(frozen=True, slots=True)
class Proved:
    """A card that was there. (`issuer.known_as`, `str(serial)`) is how coverage knows it; `state` good, expires-soon
    or, with coverage only, in-grace; `evidence` the hash of what says that it is not revoked."""

    issuer: Issuer
    serial: int = field(repr=False)
    method: Method
    state: Validity
    evidence: str

    @property
    def kind(self) -> Kind:
        """Card or phone."""
        return self.method.kind


async def prove(
    answer: CardAnswer,
    message: bytes,
    trust: Trust,
    revocation: RevocationSource,
    now: datetime,
    found: Findings,
) -> Proved:
    """The card that answered, with what was found on the way written into `found`.

    `message` is what the hub itself makes of challenge and request (`message_of`). Raises the Problems of
    `UserCertificate.read`, `Trust.issuer_of`, `require_valid`, `check_use` and `require_good`: that nobody can say
    whether it was revoked is never taken for good, and the terminal goes another way; `card.signature-refused`.
    """
    certificate = UserCertificate.read(answer.certificate)
    issuer = trust.issuer_of(certificate)
    found.issuer, found.serial = issuer, certificate.serial
    state = require_valid(certificate, now)
    check_use(certificate, tokyo_day(now))
    status = await revocation.status(certificate, issuer)
    found.evidence = status.evidence.hex()
    require_good(status)
    if not answer.method.attested and not certificate.has_signed(message, answer.signature):
        raise Problem("card.signature-refused")
    return Proved(issuer, certificate.serial, answer.method, state, found.evidence)
