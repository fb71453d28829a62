"""The list of what a root took back (CRL version 2, RFC 5280 §5)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from kaihoken.card.authority.ledger import Entry
from kaihoken.card.authority.life import State
from kaihoken.card.authority.roots import SigningRoot
from kaihoken.card.certificate import Validity, validity_by_day
from kaihoken.clock import tokyo_day

HOLDS_FOR = timedelta(hours=24)


def revocation_list(root: SigningRoot, entries: Iterable[Entry], now: datetime) -> bytes:
    """The list at an instant (DER). A certificate stays on it until its grace after its last day is over. Its number is
    the instant in milliseconds: later lists have larger ones."""
    made = now.replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.document.subject)
        .last_update(made)
        .next_update(made + HOLDS_FOR)
        .add_extension(x509.CRLNumber(int(now.timestamp() * 1000)), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key()), critical=False
        )
    )
    for entry in entries:
        if entry.state is not State.GOOD and entry.at is not None and _still_counts(entry, now):
            builder = builder.add_revoked_certificate(_revoked(entry, entry.at))
    return builder.sign(root.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _still_counts(entry: Entry, now: datetime) -> bool:
    return validity_by_day(tokyo_day(entry.ends), tokyo_day(now)) is not Validity.EXPIRED


def _revoked(entry: Entry, at: datetime) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder().serial_number(entry.number[1]).revocation_date(at)
    if entry.reason is not x509.ReasonFlags.unspecified:  # which is left out (RFC 5280 §5.3.1)
        builder = builder.add_extension(x509.CRLReason(entry.reason), critical=False)
    return builder.build()
