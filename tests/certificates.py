"""Certificates for tests: a CA of the test's own, and leaves that are as right or as wrong as a test needs them."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CLIENT, SERVER = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH


def _day(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)


_OLD, _BEGINS, _ENDS, _FAR = map(_day, (2020, 2026, 2028, 2040))


@dataclass(frozen=True)
class Paper:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def saved(self, folder: Path, name: str) -> tuple[Path, Path]:
        """Certificate and key as files; those that are there are replaced."""
        folder.mkdir(parents=True, exist_ok=True)
        certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
        for file, content in ((certificate, self.pem), (key, self.key_pem)):
            file.unlink(missing_ok=True)
            file.touch(mode=0o600)
            file.write_bytes(content)
        return certificate, key


def name_of(common_name: str, organisation: str = "架空の機関") -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def a_ca(name: str = "架空の認証局", begins: datetime = _OLD, ends: datetime = _FAR) -> Paper:
    """A CA that signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = (
        _builder(name_of(name), name_of(name), key, begins, ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(signs=False, certifies=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Paper(made, key)


def issued(
    ca: Paper,
    name: str = "clinic-1",
    *,
    begins: datetime = _BEGINS,
    ends: datetime = _ENDS,
    use: x509.ObjectIdentifier | None = CLIENT,
    signs: bool = True,
    is_ca: bool = False,
    hosts: tuple[str, ...] = (),
) -> Paper:
    """A certificate of that CA. `use` None leaves the extended key usage out; `hosts` are a server's."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        _builder(name_of(name), ca.certificate.subject, key, begins, ends)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(_usage(signs=signs, certifies=is_ca), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key()), critical=False
        )
    )
    if use is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
    if hosts:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False
        )
    return Paper(builder.sign(ca.key, hashes.SHA256()), key)


def taken_back(ca: Paper, *papers: Paper) -> bytes:
    """The list of a CA with these certificates in it."""
    now = datetime.now(UTC)
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ca.certificate.subject)
        .last_update(now - timedelta(hours=1))
        .next_update(now + timedelta(days=1))
    )
    for paper in papers:
        made = made.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(paper.certificate.serial_number)
            .revocation_date(now - timedelta(hours=1))
            .build()
        )
    return made.sign(ca.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def around(now: datetime, *, begins: float = -3600, ends: float = 3600) -> dict[str, datetime]:
    """Bounds of a certificate, in seconds from an instant."""
    return {"begins": now + timedelta(seconds=begins), "ends": now + timedelta(seconds=ends)}


def of_version_5(paper: Paper) -> bytes:
    """The same certificate (DER) as one that calls itself of a version there is none of."""
    der = paper.certificate.public_bytes(serialization.Encoding.DER)
    version_3, version_5 = bytes.fromhex("a003020102"), bytes.fromhex("a003020104")
    assert der.count(version_3) >= 1
    return der.replace(version_3, version_5, 1)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


def _usage(*, signs: bool, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=not signs and not certifies,
        key_cert_sign=certifies,
        crl_sign=certifies,
        encipher_only=False,
        decipher_only=False,
    )


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
