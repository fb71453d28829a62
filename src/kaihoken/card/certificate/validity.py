"""Until when a 利用者証明用電子証明書 answers, and from when on its holder is told: days around its last day."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, TypeAlias

import msgspec

from kaihoken import rules
from kaihoken.card.certificate.document import UserCertificate
from kaihoken.clock import tokyo_day
from kaihoken.problems import Problem

Months: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=120)]


class CertificateUse(msgspec.Struct, frozen=True):
    """Months around the last day of a certificate (rule family card/certificate-use)."""

    family: ClassVar[str] = "card/certificate-use"

    grace_months: Months
    notice_months: Months


class Validity(StrEnum):
    """Where a day stands in the life of a certificate."""

    NOT_YET = "not-yet"
    GOOD = "good"
    EXPIRES_SOON = "expires-soon"
    IN_GRACE = "in-grace"  # 資格情報の提供のみ
    EXPIRED = "expired"


def validity_of(certificate: UserCertificate, now: datetime) -> Validity:
    """Where an instant stands in its life, by the rules of that day. The last day ends with the certificate's second,
    so from the next one on it is in its grace."""
    if now < certificate.not_before:
        return Validity.NOT_YET
    on, last = tokyo_day(now), tokyo_day(certificate.not_after)
    if now > certificate.not_after:
        on = max(on, last + timedelta(days=1))
    return validity_by_day(last, on)


def require_valid(certificate: UserCertificate, now: datetime) -> Validity:
    """The same where it still answers: good, expires-soon or, with coverage only, in-grace. Problems
    `card.certificate-not-yet`, `card.certificate-expired`."""
    found = validity_of(certificate, now)
    if found is Validity.NOT_YET:
        raise Problem("card.certificate-not-yet")
    if found is Validity.EXPIRED:
        raise Problem("card.certificate-expired")
    return found


def validity_by_day(last: date, on: date) -> Validity:
    """What is known from the last day alone: everything but not-yet."""
    use = rules.load(CertificateUse, on=on)
    if on > _months_later(last, use.grace_months):
        return Validity.EXPIRED
    if on > last:
        return Validity.IN_GRACE
    if _months_later(on, use.notice_months) > last:
        return Validity.EXPIRES_SOON
    return Validity.GOOD


def _months_later(day: date, months: int) -> date:
    """The same day of the month so many months later, or that month's last day; date.max where the calendar ends
    before (an open end is written 9999-12-31)."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))
