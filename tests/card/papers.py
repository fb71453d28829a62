"""Certificates as right or as wrong as a test needs them. RSA keys take their time: one per name and process."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from kaihoken.card.certificate import Root, UserCertificate

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
BEGINS = datetime(2024, 5, 8, 0, 0, tzinfo=UTC)
ENDS = datetime(2029, 3, 31, 14, 59, 59, tzinfo=UTC)
KNOWN_AS = "CN=架空利用者証明用認証局,O=Kaihoken Demo,C=JP"

ARC = "2.25.124130747412918748205917833096363380807"
AUTHENTICATION, SIGNATURE = f"{ARC}.1.1", f"{ARC}.2.1"

TEST_NAME = x509.Name(
    [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "TEST JPKI"),
    ]
)
NOBODY = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TEST0000000000000001")])


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def usage(*said: str) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in said for name in names})


def policies(*oids: str) -> x509.CertificatePolicies:
    return x509.CertificatePolicies(
        [x509.PolicyInformation(x509.ObjectIdentifier(oid), None) for oid in oids]
    )


Extension = tuple[x509.ExtensionType, bool]

FOR_USERS: tuple[Extension, ...] = (
    (usage("digital_signature"), True),
    (policies(AUTHENTICATION), True),
)
FOR_ROOTS: tuple[Extension, ...] = (
    (x509.BasicConstraints(ca=True, path_length=None), True),
    (usage("key_cert_sign", "crl_sign"), True),
)


@dataclass(frozen=True)
class Signer:
    """A root with its key."""

    document: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def der(self) -> bytes:
        return self.document.public_bytes(Encoding.DER)

    def root(self, known_as: str = KNOWN_AS) -> Root:
        return Root(known_as, self.der)


@cache
def a_root(
    key_name: str = "root",
    name: x509.Name = TEST_NAME,
    extensions: Sequence[Extension] = FOR_ROOTS,
) -> Signer:
    """A root that signed itself; two of other key names share their DN."""
    own = key(key_name)
    made = _built(name, name, 1, own.public_key(), BEGINS, ENDS, extensions)
    return Signer(made.sign(own, hashes.SHA256()), own)


def issued(
    by: Signer,
    *,
    serial: int = 4_000_001,
    begins: datetime = BEGINS,
    ends: datetime = ENDS,
    extensions: Iterable[Extension] = FOR_USERS,
    public: CertificatePublicKeyTypes | None = None,
    digest: hashes.HashAlgorithm | None = None,
) -> bytes:
    """A certificate (DER) of that root, of the key `card` unless another is given."""
    holder = public if public is not None else key("card").public_key()
    built = _built(by.document.subject, NOBODY, serial, holder, begins, ends, extensions)
    return built.sign(by.key, digest or hashes.SHA256()).public_bytes(Encoding.DER)


def read(by: Signer, **changes: object) -> UserCertificate:
    return UserCertificate.read(issued(by, **changes))


def _built(
    issuer: x509.Name,
    subject: x509.Name,
    serial: int,
    public: CertificatePublicKeyTypes,
    begins: datetime,
    ends: datetime,
    extensions: Iterable[Extension],
) -> x509.CertificateBuilder:
    builder = (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(begins)
        .not_valid_after(ends)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder
