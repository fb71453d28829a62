"""Cards of the TEST authority at a reader, and who says whether one was revoked."""

from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from kaihoken.card.certificate import Issuer, Root, Trust, UserCertificate
from kaihoken.card.presence import Bound, Purpose
from kaihoken.card.revocation import Standing, Status

from ..papers import KNOWN_AS, a_root, issued, key

HUB = "https://hub.example"
FACILITY = "9910000007"
SECOND_KNOWN_AS = "CN=架空利用者証明用認証局 第二世代,O=Kaihoken Demo,C=JP"
ROOTS = (a_root().root(), a_root("second").root(SECOND_KNOWN_AS))
EVIDENCE = "ee" * 32


def bound(facility: str = FACILITY, terminal: str = "reader-1", purpose: str = "eligibility") -> Bound:
    return Bound(facility, terminal, Purpose(purpose))


def certificate(root: str = "root", **changes: object) -> bytes:
    """A card's certificate of one generation of the authority."""
    return issued(a_root(root), **changes)


def signed(message: bytes, with_key: str = "card") -> bytes:
    return key(with_key).sign(message, padding.PKCS1v15(), hashes.SHA256())


@dataclass
class Said:
    """Says of each serial what a test told it to say, and remembers who was asked about."""

    standing_of: Callable[[str, int], Standing] = lambda _known_as, _serial: Standing.GOOD
    asked: list[tuple[str, int]] = field(default_factory=list)

    async def status(self, certificate: UserCertificate, issuer: Issuer) -> Status:
        self.asked.append((issuer.known_as, certificate.serial))
        return Status(self.standing_of(issuer.known_as, certificate.serial), bytes.fromhex(EVIDENCE))


def trust(*roots: Root) -> Trust:
    return Trust(roots or ROOTS)


def known_as(name: str) -> str:
    return KNOWN_AS if name == "root" else SECOND_KNOWN_AS
