"""Cards of a tiny authority of the tests: valid RSA-2048 certificates, and nothing that anybody would trust."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from kaihoken.card.apdu import Command, Response
from kaihoken.card.layout import APPLICATION, File
from kaihoken.card.virtual import KeyPair, Profile, VirtualJpkiCard, personalise

from .papers import key

MADE = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "KAIHOKEN TEST (tests)"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


@cache
def certificate(subject: str, issuer: str) -> bytes:
    """DER, for the key of that name."""
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key(subject).public_key())
        .serial_number(1000 + len(subject))
        .not_valid_before(MADE - timedelta(days=1))
        .not_valid_after(MADE + timedelta(days=5 * 365))
        .add_extension(x509.BasicConstraints(ca=subject == issuer, path_length=None), critical=True)
        .sign(key(issuer), hashes.SHA256())
        .public_bytes(Encoding.DER)
    )


def pair(subject: str) -> KeyPair:
    return KeyPair(certificate(subject, "root"), certificate("root", "root"), key(subject))


def a_card(profile: Profile = Profile.CARD, *, pin: str = "1234") -> VirtualJpkiCard:
    """A new card, its counters full (or as its profile has them)."""
    signature = pair("signature") if profile.has_signature_key else None
    return VirtualJpkiCard(personalise(profile, pair("authentication"), signature, pin))


Speak = Callable[..., Response]


def speaking(card: VirtualJpkiCard, *, inside: bool = True) -> Speak:
    """Sends commands as hexadecimal, spaces allowed; bytes are appended to what was written before."""

    def speak(head: str, *rest: bytes, le: str = "") -> Response:
        return Response.decode(card.transmit(bytes.fromhex(head) + b"".join(rest) + bytes.fromhex(le)))

    if inside:
        select_application(speak)
    return speak


def select_application(speak: Speak) -> Response:
    return speak("00A4040C0A", APPLICATION)


def select(speak: Speak, file: File) -> Response:
    return speak("00A4020C02", file.to_bytes(2, "big"))


def enter(speak: Speak, file: File, secret: bytes) -> Response:
    """Selects a PIN and verifies it."""
    select(speak, file)
    return speak("00200080", bytes([len(secret)]), secret)


def content(speak: Speak, file: File) -> bytes:
    """A whole file, read in blocks of 256."""
    select(speak, file)
    read = b""
    while (part := speak(Command(0, 0xB0, len(read) >> 8, len(read) & 0xFF, le=256).encode().hex())).done:
        read += part.data
    return read


def public_pem(which: str) -> bytes:
    """The public key of that name."""
    return key(which).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
