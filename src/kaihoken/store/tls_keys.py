"""The keys of TLS, which lie beside the folder of keys: a new one with the request for its certificate, and what the
certificates in use say of themselves.

They are in no sealed copy: a TLS key that is lost is replaced by another with a new certificate, and nothing else
hangs on it.
"""

import hashlib
import ipaddress
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kaihoken.problems import Problem
from kaihoken.store.keyfiles import path_problems

_NAMED = 16  # hexadecimal digits of a certificate's SHA-256, as a log key is named


def certificates_of(sort: str, file: Path) -> Iterator[tuple[str, str, datetime, datetime]]:
    """Each certificate of a PEM file: sort, name, begin and end. Problems `store.path`, `store.keys_unreadable`."""
    with path_problems(file):
        content = file.read_bytes()
    try:
        found = x509.load_pem_x509_certificates(content)
    except ValueError:
        raise Problem("store.keys_unreadable", where=file.name) from None
    for one in found:
        name = hashlib.sha256(one.public_bytes(serialization.Encoding.DER)).hexdigest()[:_NAMED]
        yield sort, name, one.not_valid_before_utc, one.not_valid_after_utc


def requested(names: Sequence[str]) -> tuple[bytes, str]:
    """A new P-256 key (PKCS#8 PEM) and the request (PKCS#10 PEM) for a certificate of these names or addresses.
    Problem `cli.misuse` for one that no certificate can bear."""
    key = ec.generate_private_key(ec.SECP256R1())
    try:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        hosts = x509.SubjectAlternativeName([_host(name) for name in names])
    except ValueError:
        raise Problem(
            "cli.misuse", reason="a name is not one of a host", command="kaihoken keys request-tls"
        ) from None
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(subject)
        .add_extension(hosts, critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret, request.public_bytes(serialization.Encoding.PEM).decode()


def _host(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
