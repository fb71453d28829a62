"""How long a 利用者証明用電子証明書 still answers, and what the counter is told about it."""

from datetime import date
from enum import StrEnum

from kaihoken.card.certificate import validity_by_day
from kaihoken.coverage.history import Certificate


class CertificateState(StrEnum):
    """What a certificate is good for on a day: as `kaihoken.card.certificate.Validity` says it, or revoked."""

    GOOD = "good"
    EXPIRES_SOON = "expires-soon"
    IN_GRACE = "in-grace"  # 資格情報の提供のみ
    EXPIRED = "expired"
    REVOKED = "revoked"


def certificate_state(certificate: Certificate, on: date) -> CertificateState:
    """What the certificate is good for on `on`. Revocation takes effect on its day."""
    if certificate.revoked is not None and certificate.revoked <= on:
        return CertificateState.REVOKED
    return CertificateState(validity_by_day(certificate.not_after, on))
