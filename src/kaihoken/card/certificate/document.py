"""One certificate of a card, read strictly. Its bytes come from a stranger's card: everything else waits until they are
what they should be. Nothing of it is in a `repr` or in a Problem."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from kaihoken.problems import Problem

LARGEST = 4096
"""Bytes. One with a name and an address in it has some 2,000."""

KEY_BITS, EXPONENT = 2048, 65537
_SHA256_RSA = x509.SignatureAlgorithmOID.RSA_WITH_SHA256
_LARGEST_SERIAL = 1 << 159  # 20 octets, the sign in the first of them (RFC 5280 §4.1.2.2)
UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What the library raises at a certificate that it cannot read, and `strict` beside it."""


@dataclass(frozen=True, slots=True, repr=False)
class UserCertificate:
    """A certificate on a card: 利用者証明用 or, until `check_use` has looked, any other.

    `str(serial)` is the form in which coverage knows it. `not_before` and `not_after` are aware UTC instants, both
    still within; `policies` are OIDs in dotted form, in the order of the certificate."""

    der: bytes
    serial: int
    not_before: datetime
    not_after: datetime
    policies: tuple[str, ...]
    key: rsa.RSAPublicKey
    document: x509.Certificate

    @classmethod
    def read(cls, der: bytes) -> "UserCertificate":
        """The certificate of these bytes, which hold it and nothing else. Problem `card.certificate-malformed`;
        `card.certificate-algorithm` unless it has a key of RSA-2048 with 65537 and is signed by RSA with SHA-256."""
        if len(der) > LARGEST:
            raise Problem("card.certificate-malformed")
        try:
            return cls._read(der)
        except UNREADABLE:
            raise Problem("card.certificate-malformed") from None

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Whether the card of this certificate made the signature (RSASSA-PKCS1-v1_5 with SHA-256)."""
        try:
            self.key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True

    @classmethod
    def _read(cls, der: bytes) -> "UserCertificate":
        document = strict(der)
        key = rsa_key_of(document)
        if key is None:
            raise Problem("card.certificate-algorithm")
        return cls(
            der=der,
            serial=document.serial_number,
            not_before=document.not_valid_before_utc,
            not_after=document.not_valid_after_utc,
            policies=_policies(document),
            key=key,
            document=document,
        )


def strict(der: bytes) -> x509.Certificate:
    """X.509 version 3 in DER to the last byte, with a positive serial and extensions that can be read. Raises one of
    UNREADABLE."""
    document = x509.load_der_x509_certificate(der)
    list(document.extensions)  # parsed now, not at a later look
    if document.version is not x509.Version.v3 or document.public_bytes(Encoding.DER) != der:
        raise ValueError("not version 3, or more than a certificate")
    if not 0 < document.serial_number < _LARGEST_SERIAL:
        raise ValueError("a serial that no authority gives")
    return document


def rsa_key_of(document: x509.Certificate) -> rsa.RSAPublicKey | None:
    """Its key where it is RSA-2048 with 65537 and the certificate is signed by RSA with SHA-256, else None."""
    key = document.public_key()
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size != KEY_BITS:
        return None
    if key.public_numbers().e != EXPONENT or document.signature_algorithm_oid != _SHA256_RSA:
        return None
    return key


def _policies(document: x509.Certificate) -> tuple[str, ...]:
    try:
        found = document.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(one.policy_identifier.dotted_string for one in found)
