"""What the TEST authority's certificates look like: as those of 公的個人認証サービス, as far as public sources describe
them, with TEST in every name and policies of our own (docs/card-authority.md says which line is how certain).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kaihoken.card.certificate import CertificateProfile
from kaihoken.clock import TOKYO, tokyo_day
from kaihoken.identity import birthday

ORGANISATION = "TEST JPKI"
_SERVICE = "TEST 公的個人認証サービス（架空）"
_OPERATOR = "TEST Kaihoken (fictional)"
_PERSON = "1.2.392.200149.8.5.5"
_LAST_SECOND = time(23, 59, 59, tzinfo=TOKYO)


class Purpose(StrEnum):
    """What a root's certificates are for."""

    AUTHENTICATION = "authentication"  # 利用者証明用
    SIGNATURE = "signature"  # 署名用


class Carrier(StrEnum):
    """Where the key of a certificate lives. One person has a live certificate on each."""

    CARD = "card"
    ANDROID = "android"
    IPHONE = "iphone"


@dataclass(frozen=True, slots=True, repr=False)
class TestPerson:
    """The four items (4情報) of the holder of a certificate, as a 署名用電子証明書 has them in it: invented ones, never
    a person's. `gender` as in OQSCD007."""

    __test__ = False  # pytest looks at names that begin so

    name: str = "試験　太郎"
    gender: str = "1"
    born: date = date(1980, 1, 1)
    address: str = "架空県試験市見本一丁目１番１号"


def issuer_name(purpose: Purpose) -> x509.Name:
    """The one name of all generations of a purpose."""
    what = "user authentication" if purpose is Purpose.AUTHENTICATION else "digital signature"
    return _name(
        (NameOID.COUNTRY_NAME, "JP"),
        (NameOID.ORGANIZATION_NAME, ORGANISATION),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, f"TEST JPKI for {what}"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, _OPERATOR),
    )


def root_builder(
    purpose: Purpose, key: rsa.RSAPublicKey, serial: int, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    """A root, to be signed by its own key."""
    name = issuer_name(purpose)
    return (
        _builder(name, name, key, serial, begins, ends)
        .add_extension(_usage(certifies=True), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_service()]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(_list_at(name), critical=False)
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of a user's certificate before it is made. `opaque` is its subject's CN: it names nobody."""

    root: x509.Certificate
    key: rsa.RSAPublicKey
    serial: int
    opaque: str
    begins: datetime
    ends: datetime


def authentication_builder(
    draft: Draft, carrier: Carrier, profile: CertificateProfile
) -> x509.CertificateBuilder:
    """A 利用者証明用電子証明書."""
    arc, number = profile.user_authentication[0].value, list(Carrier).index(carrier) + 1
    return _user_builder(draft, f"{arc}.{number}", denies=True)


def signature_builder(
    draft: Draft, carrier: Carrier, profile: CertificateProfile, person: TestPerson
) -> x509.CertificateBuilder:
    """A 署名用電子証明書: what it signs cannot be denied, and it holds the four items."""
    arc, number = profile.digital_signature[0].value, 1 if carrier is Carrier.CARD else 2
    said = {1: person.name, 3: person.gender, 4: f"3{person.born:%Y%m%d}", 5: person.address}
    names = [
        x509.OtherName(x509.ObjectIdentifier(f"{_PERSON}.{item}"), asn1.encode_der(text))
        for item, text in said.items()
    ]
    return _user_builder(draft, f"{arc}.{number}", denies=False).add_extension(
        x509.SubjectAlternativeName(names), critical=False
    )


def responder_builder(
    root: x509.Certificate, key: rsa.RSAPublicKey, serial: int, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    """A responder that the root names to answer for it (RFC 6960 §4.2.2.2), short-lived and not asked about itself."""
    subject = x509.Name([*root.subject, x509.NameAttribute(NameOID.COMMON_NAME, "TEST OCSP")])
    return (
        _builder(root.subject, subject, key, serial, begins, ends)
        .add_extension(_usage(), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
        .add_extension(x509.OCSPNoCheck(), critical=False)
        .add_extension(_key_of(root), critical=False)
    )


def last_instant(born: date, begins: datetime, profile: CertificateProfile) -> datetime:
    """The end of the birthday until which a certificate lives that begins then."""
    issued = tokyo_day(begins)
    age = issued.year - born.year
    last_had = age if birthday(born, age) <= issued else age - 1
    day = birthday(born, last_had + profile.lives_until_birthday.value)
    return datetime.combine(day, _LAST_SECOND).astimezone(UTC)


def _user_builder(draft: Draft, policy: str, *, denies: bool) -> x509.CertificateBuilder:
    subject = _name((NameOID.COUNTRY_NAME, "JP"), (NameOID.COMMON_NAME, draft.opaque))
    told = x509.PolicyInformation(x509.ObjectIdentifier(policy), None)
    root = draft.root
    return (
        _builder(root.subject, subject, draft.key, draft.serial, draft.begins, draft.ends)
        .add_extension(_usage(denies=denies), critical=True)
        .add_extension(x509.CertificatePolicies([told]), critical=True)
        .add_extension(x509.IssuerAlternativeName([_service()]), critical=False)
        .add_extension(_list_at(root.subject), critical=False)
        .add_extension(_key_of(root), critical=False)
    )


def _builder(
    issuer: x509.Name,
    subject: x509.Name,
    key: rsa.RSAPublicKey,
    serial: int,
    begins: datetime,
    ends: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(key)
        .serial_number(serial)
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


def _usage(*, certifies: bool = False, denies: bool = True) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certifies, content_commitment=not denies, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=certifies, crl_sign=certifies,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _key_of(root: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    own = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def _list_at(issuer: x509.Name) -> x509.CRLDistributionPoints:
    """Where the list is: a place in a directory, no URL."""
    place = x509.Name([*issuer, x509.NameAttribute(NameOID.COMMON_NAME, "TEST CRL")])
    return x509.CRLDistributionPoints([x509.DistributionPoint([x509.DirectoryName(place)], None, None, None)])


def _service() -> x509.DirectoryName:
    return x509.DirectoryName(_name((NameOID.COUNTRY_NAME, "JP"), (NameOID.ORGANIZATION_NAME, _SERVICE)))


def _name(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])
