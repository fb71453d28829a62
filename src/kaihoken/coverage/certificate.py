"""How long a 利用者証明用電子証明書 still answers, and what the counter is told about it."""

from calendar import monthrange
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, TypeAlias

import msgspec

from kaihoken import rules
from kaihoken.coverage.history import Certificate

Months: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=120)]


class CertificateUse(msgspec.Struct, frozen=True):
    """Months around the last day of a certificate (rule family card/certificate-use)."""

    family: ClassVar[str] = "card/certificate-use"

    grace_months: Months
    notice_months: Months


class CertificateState(StrEnum):
    """What a certificate is good for on a day."""

    GOOD = "good"
    EXPIRES_SOON = "expires-soon"
    IN_GRACE = "in-grace"  # 資格情報の提供のみ
    EXPIRED = "expired"
    REVOKED = "revoked"


def certificate_state(certificate: Certificate, on: date) -> CertificateState:
    """What the certificate is good for on `on`. Revocation takes effect on its day."""
    if certificate.revoked is not None and certificate.revoked <= on:
        return CertificateState.REVOKED
    use = rules.load(CertificateUse, on=on)
    last = certificate.not_after
    if on > _months_later(last, use.grace_months):
        return CertificateState.EXPIRED
    if on > last:
        return CertificateState.IN_GRACE
    if _months_later(on, use.notice_months) > last:
        return CertificateState.EXPIRES_SOON
    return CertificateState.GOOD


def _months_later(day: date, months: int) -> date:
    """The same day of the month so many months later, or that month's last day; date.max where the calendar ends
    before (an open end is written 9999-12-31)."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))
