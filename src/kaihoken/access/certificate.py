"""A client's TLS certificate, as a connection presents it (RFC 8705), and the CAs whose certificates are taken.

What is decided here is only what a certificate is: who may use it stands in `certificate_binding`. Read once per
certificate, however many requests its connection carries.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from kaihoken.access import base64url
from kaihoken.problems import Problem

LONGEST_PEM = 16_384
UNREADABLE = (
    ValueError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What the library raises at a certificate that it cannot read."""

_KEPT = 4096  # certificates whose reading is remembered; the nation has some 230,000 facilities, few at once


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate. `thumbprint` is the SHA-256 of its DER in base64url (`x5t#S256`), `subject` its name as RFC 4514
    writes it; `begins` and `ends` are whole seconds since 1970, both still within."""

    thumbprint: str
    subject: str
    begins: int
    ends: int
    document: x509.Certificate = field(repr=False, compare=False)

    @property
    def is_for_clients(self) -> bool:
        """Whether it is a leaf for TLS clients: what its extensions say of its use, where they say something."""
        extensions = self.document.extensions
        for extension in extensions:
            value = extension.value
            if isinstance(value, x509.BasicConstraints) and value.ca:
                return False
            if isinstance(value, x509.KeyUsage) and not value.digital_signature:
                return False
            if isinstance(value, x509.ExtendedKeyUsage) and ExtendedKeyUsageOID.CLIENT_AUTH not in value:
                return False
        return True


@lru_cache(maxsize=_KEPT)
def read_certificate(pem: str) -> Certificate:
    """The certificate of a PEM text that holds one and nothing else. Raises Problem `access.certificate-malformed`,
    which quotes nothing of it."""
    if len(pem) > LONGEST_PEM:
        raise Problem("access.certificate-malformed", reason=f"more than {LONGEST_PEM} characters")
    if "PRIVATE KEY" in pem:
        raise Problem("access.key-private")
    try:
        read = x509.load_pem_x509_certificates(pem.encode("ascii"))
        if len(read) != 1:
            raise Problem("access.certificate-malformed", reason="more than one certificate")
        return _certificate(read[0])
    except UNREADABLE:
        raise Problem("access.certificate-malformed", reason="not an X.509 certificate") from None


def _certificate(read: x509.Certificate) -> Certificate:
    list(read.extensions)  # a certificate whose extensions cannot be read is refused now
    return Certificate(
        thumbprint=thumbprint_of(read),
        subject=read.subject.rfc4514_string(),
        begins=int(read.not_valid_before_utc.timestamp()),
        ends=int(read.not_valid_after_utc.timestamp()),
        document=read,
    )


def thumbprint_of(read: x509.Certificate) -> str:
    """`x5t#S256` (RFC 8705 §3.1)."""
    return base64url.encode(hashlib.sha256(read.public_bytes(Encoding.DER)).digest())


def subject_of(words: str) -> str:
    """A subject as certificates write it. Raises Problem `access.client-invalid` where it is no RFC 4514 name."""
    try:
        name = x509.Name.from_rfc4514_string(words).rfc4514_string()
    except ValueError:
        name = ""
    if not name:
        raise Problem("access.client-invalid", where="subject", wanted="CN=…,O=…,C=JP (RFC 4514)")
    return name


def published(document: x509.Certificate) -> dict[str, str]:
    """A certificate as it is told to everybody."""
    return {
        "subject": document.subject.rfc4514_string(),
        "x5t#S256": thumbprint_of(document),
        "valid_from": document.not_valid_before_utc.isoformat(),
        "valid_to": document.not_valid_after_utc.isoformat(),
    }


class ClientCas:
    """The CAs that may have issued a client's certificate: each an anchor of its own, so a certificate must be issued
    by one of them directly. `replace` exchanges them while a hub runs."""

    def __init__(self, pem: bytes = b"") -> None:
        """Problem `access.certificate-malformed` where a file of CAs holds something else."""
        self._cas: tuple[x509.Certificate, ...] = ()
        if pem:
            self.replace(pem)

    def replace(self, pem: bytes) -> None:
        """From now on these."""
        try:
            cas = tuple(x509.load_pem_x509_certificates(pem))
            fit = all(_may_issue(ca) for ca in cas)
        except UNREADABLE:
            raise Problem("access.certificate-malformed", reason="not a file of CA certificates") from None
        if not fit:
            raise Problem("access.certificate-malformed", reason="a certificate that may not issue others")
        self._cas = cas

    def published(self) -> list[dict[str, str]]:
        """What everybody may know of them: subject, thumbprint, validity, and the certificate itself."""
        return [published(ca) | {"pem": ca.public_bytes(Encoding.PEM).decode()} for ca in self._cas]

    def issued(self, certificate: Certificate, now: int) -> bool:
        """Whether one of them issued it, and is itself within its time."""
        at = datetime.fromtimestamp(now, UTC)
        return any(
            ca.not_valid_before_utc <= at <= ca.not_valid_after_utc and _issued_by(ca, certificate.document)
            for ca in self._cas
        )


def _issued_by(ca: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(ca)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _may_issue(ca: x509.Certificate) -> bool:
    try:
        if not ca.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
    except x509.ExtensionNotFound:
        return False
    try:
        return ca.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return True
