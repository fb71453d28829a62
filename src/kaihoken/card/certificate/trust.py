"""Who issued a certificate: one of the pinned roots, found by its signature.

Generations of one authority share their name and differ in their key alone, so a name finds nothing; and whatever CA
certificate a card brings along is not looked at.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kaihoken.card.certificate.document import UNREADABLE, UserCertificate, rsa_key_of, strict
from kaihoken.identity import canonical_issuer
from kaihoken.problems import Problem

TEST = "TEST"
"""The word in the organisation of every authority that may be pinned."""


class Root(msgspec.Struct, frozen=True):
    """A root to be pinned: its certificate (DER), and the issuer text under which coverage knows the certificates that
    it issued, as `canonical_issuer` writes it. In JSON the certificate is base64."""

    known_as: str
    certificate: bytes


@dataclass(frozen=True, slots=True)
class Issuer:
    """A pinned root. (`known_as`, `str(serial)`) is the key by which coverage finds a certificate; `issuer_key` is the
    SHA-256 of the root's public key (SPKI, 32 bytes)."""

    known_as: str
    issuer_key: bytes = field(repr=False)
    document: x509.Certificate = field(repr=False, compare=False)

    def issued(self, document: x509.Certificate) -> bool:
        """Whether this root signed a certificate, which also bears its name."""
        try:
            document.verify_directly_issued_by(self.document)
        except (InvalidSignature, ValueError, TypeError):
            return False
        return True


class Trust:
    """The roots that are pinned, each an anchor of its own."""

    def __init__(self, roots: Sequence[Root]) -> None:
        """Problem `card.root-unfit` for what is no root of a TEST authority, `card.root-twice` where two share a key or
        the name under which coverage knows them."""
        issuers = tuple(_issuer(root, f"roots[{place}]") for place, root in enumerate(roots))
        names = {one.known_as for one in issuers}
        keys = {one.issuer_key for one in issuers}
        if len(names) < len(issuers) or len(keys) < len(issuers):
            raise Problem("card.root-twice")
        self.issuers = issuers

    def issuer_of(self, certificate: UserCertificate) -> Issuer:
        """The root that signed it. Problem `card.not-test-authority`: a real card, or whoever's it is."""
        for issuer in self.issuers:
            if issuer.issued(certificate.document):
                return issuer
        raise Problem("card.not-test-authority")


def read_roots(content: bytes) -> tuple[Root, ...]:
    """The roots of a file, as `kaihoken card authority` writes it (JSON). Problem `card.root-unfit`."""
    try:
        return msgspec.json.decode(content, type=tuple[Root, ...])
    except msgspec.MsgspecError:
        raise Problem("card.root-unfit", reason="not a file of roots") from None


def _issuer(root: Root, where: str) -> Issuer:
    if not root.known_as or canonical_issuer(root.known_as) != root.known_as:
        raise Problem("card.root-unfit", where=where, reason="known_as is no issuer's name (RFC 4514)")
    try:
        document, key = _fit(root.certificate)
    except (*UNREADABLE, InvalidSignature, x509.ExtensionNotFound):
        raise Problem(
            "card.root-unfit", where=where, reason="no self-signed CA of RSA-2048 with SHA-256"
        ) from None
    if not _is_test(document.subject):
        raise Problem("card.root-unfit", where=where, reason="its organisation does not say TEST")
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Issuer(root.known_as, hashlib.sha256(spki).digest(), document)


def _fit(certificate: bytes) -> tuple[x509.Certificate, rsa.RSAPublicKey]:
    document = strict(certificate)
    key = rsa_key_of(document)
    document.verify_directly_issued_by(document)
    usage = document.extensions.get_extension_for_class(x509.KeyUsage).value
    ca = document.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    if key is None or not (ca and usage.key_cert_sign and usage.crl_sign):
        raise ValueError("may not issue certificates and lists")
    return document, key


def _is_test(name: x509.Name) -> bool:
    said = name.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
    return any(TEST in str(one.value).split() for one in said)
