"""A virtual card: a key and certificate that stand for a マイナンバーカード in a demonstration, and proving one.

A real card's 利用者証明用電子証明書 proves possession by signing a challenge after its PIN. This does the same with
keys of a test authority that nobody else trusts: it opens a store that was created as `demo`, and no other. Real
certificates are never taken: whether one was revoked is told to registered verifiers only.

What is signed is our own message: a fixed word, the hub and the challenge, each with its length. A hub sends a
challenge and never a digest, so that no hub can have a card sign what is meant for somebody else."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from kaihoken.access import base64url
from kaihoken.access.certificate import UNREADABLE
from kaihoken.problems import Problem

LARGEST_CERTIFICATE = 4096
PIN = "1234"
"""Of every virtual card. It protects nothing: the card's key lies readable beside the demonstration."""

_DOMAIN = b"kaihoken sign-in with a virtual card, version 1"
_BITS, _EXPONENT = 2048, 65537
_SHA256_RSA = x509.SignatureAlgorithmOID.RSA_WITH_SHA256
_YEARS = timedelta(days=5 * 365)


def message_of(hub: str, challenge: bytes) -> bytes:
    """What a card signs for a hub."""
    parts = (_DOMAIN, hub.encode(), challenge)
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


@dataclass(frozen=True, slots=True)
class VirtualCard:
    """A card: its certificate (DER) and its key, which signs after the PIN."""

    certificate: bytes
    _key: rsa.RSAPrivateKey

    def sign(self, message: bytes, pin: str) -> bytes:
        """The card's signature. Problem `access.sign-in-refused` at a wrong PIN."""
        if pin != PIN:
            raise Problem("access.sign-in-refused")
        return self._key.sign(message, padding.PKCS1v15(), hashes.SHA256())

    @property
    def card_id(self) -> str:
        """By which the hub knows the card."""
        return card_id_of(x509.load_der_x509_certificate(self.certificate))

    def saved(self) -> tuple[str, str]:
        """Certificate and key as text for a file that its owner alone may read."""
        key = self._key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return base64url.encode(self.certificate), base64url.encode(key)

    @classmethod
    def read(cls, saved: tuple[str, str]) -> "VirtualCard":
        """The card that was saved so. Problem `access.key-file`."""
        certificate, key = (base64url.decode(part) for part in saved)
        try:
            found = serialization.load_der_private_key(key or b"", None)
        except (ValueError, TypeError):
            found = None
        if certificate is None or not isinstance(found, rsa.RSAPrivateKey):
            raise Problem("access.key-file", where="card", reason="holds no card")
        return cls(certificate, found)


class CardAuthority:
    """Makes virtual cards. Its name says that it is a test."""

    def __init__(self, at: datetime) -> None:
        self._key = rsa.generate_private_key(_EXPONENT, _BITS)
        self._name = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "KAIHOKEN TEST (fictional)"),
            ]
        )
        self._serial = 0
        self.root = self._issued(self._name, self._key.public_key(), at, is_authority=True)

    def card(self, at: datetime) -> VirtualCard:
        """A new card. Its certificate names nobody, as a real one names nobody."""
        key = rsa.generate_private_key(_EXPONENT, _BITS)
        self._serial += 1
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"TEST{self._serial:020}")])
        return VirtualCard(self._issued(name, key.public_key(), at, is_authority=False), key)

    def _issued(self, name: x509.Name, key: rsa.RSAPublicKey, at: datetime, *, is_authority: bool) -> bytes:
        usage = x509.KeyUsage(
            digital_signature=not is_authority, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, key_cert_sign=is_authority, crl_sign=is_authority,
            encipher_only=False, decipher_only=False,
        )  # fmt: skip
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(self._serial + 1)
            .not_valid_before(at - timedelta(days=1))
            .not_valid_after(at + _YEARS)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .sign(self._key, hashes.SHA256())
            .public_bytes(serialization.Encoding.DER)
        )


class Trust:
    """The authorities whose cards a hub takes: `roots` are their certificates (DER)."""

    def __init__(self, roots: Sequence[bytes]) -> None:
        self._roots = [x509.load_der_x509_certificate(root) for root in roots]

    def proved(self, certificate: bytes, signature: bytes, message: bytes, at: datetime) -> str:
        """The card that signed the message. Problem `access.sign-in-refused`, whatever is wrong: another authority (by
        its signature: names are shared), too old or too new, not for signing challenges, another key."""
        try:
            return self._proved(certificate, signature, message, at)
        except (*UNREADABLE, TypeError, InvalidSignature, x509.ExtensionNotFound):
            raise Problem("access.sign-in-refused") from None

    def _proved(self, certificate: bytes, signature: bytes, message: bytes, at: datetime) -> str:
        if len(certificate) > LARGEST_CERTIFICATE:
            raise ValueError("too large")
        read = x509.load_der_x509_certificate(certificate)
        key = read.public_key()
        if not isinstance(key, rsa.RSAPublicKey) or key.key_size != _BITS:
            raise ValueError("another sort of key")
        if read.signature_algorithm_oid != _SHA256_RSA:
            raise ValueError("another algorithm")
        if not any(_issued_by(read, root) for root in self._roots):
            raise ValueError("another authority")
        usage = read.extensions.get_extension_for_class(x509.KeyUsage).value
        if not usage.digital_signature or usage.content_commitment or usage.key_cert_sign:
            raise ValueError("not for signing challenges")
        if not read.not_valid_before_utc <= at <= read.not_valid_after_utc:
            raise ValueError("not at this time")
        key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        return card_id_of(read)


def _issued_by(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def card_id_of(certificate: x509.Certificate) -> str:
    """By which the hub knows a card: its issuer's name and its serial number, hashed. A serial number alone is used by
    more than one authority."""
    named = certificate.issuer.public_bytes() + certificate.serial_number.to_bytes(20, "big")
    return base64url.encode(hashlib.sha256(named).digest())
