"""一部負担金の割合: which share of the bill the law asks of this person on this day.

Pure and dated: the numbers come from the rule families share/statutory and share/declaration. What the facts at hand
do not settle is answered with a range and the question that settles it, or as unknown. No answer is ever 100 %:
特別療養費 is its own kind, because there the patient pays everything first and the insurer refunds its part.
"""

from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Self

import msgspec

from kaihoken import rules
from kaihoken.identity import elderly_from, is_preschool, late_elderly_from, reached_on
from kaihoken.payment.shares.law import DeclaredShare, StatutoryShare


class ShareKind(StrEnum):
    """How much is known of the share."""

    VALUE = "value"
    RANGE = "range"
    WHOLE_THEN_CLAIM = "whole-then-claim"
    UNKNOWN = "unknown"


class ShareQuestion(StrEnum):
    """What the counter asks or looks at to settle the share. The values are message ids."""

    ELDERLY_CERTIFICATE = "share.ask.elderly-certificate"  # 高齢受給者証, or the share on the 資格確認書
    LATE_ELDERLY_SHARE = "share.ask.late-elderly-share"  # 後期高齢者医療の負担割合
    DECLARED_SHARE = "share.ask.declared-share"  # what the patient wrote in the 申立書
    RECIPIENT_CERTIFICATE = "share.ask.recipient-certificate"  # 医療券・受給者証
    INSURER = "share.ask.insurer"
    BIRTHDATE = "share.ask.birthdate"


class Share(msgspec.Struct, frozen=True, gc=False):
    """The share of the bill that the patient pays, in percent. Made by the four constructors, so that exactly one
    holds: `percent` (VALUE), `low` and `high` with a `question` (RANGE), WHOLE_THEN_CLAIM, or UNKNOWN with the
    `question` that leads on."""

    kind: ShareKind
    percent: int | None = None
    low: int | None = None
    high: int | None = None
    question: ShareQuestion | None = None

    @classmethod
    def of(cls, percent: int) -> Self:
        """The share is known."""
        return cls(ShareKind.VALUE, percent=percent)

    @classmethod
    def between(cls, low: int, high: int, question: ShareQuestion) -> Self:
        """The share is one of the lawful ones from `low` to `high`; `question` tells which."""
        return cls(ShareKind.RANGE, low=low, high=high, question=question)

    @classmethod
    def whole_then_claim(cls) -> Self:
        """特別療養費: 窓口は全額、後日 保険者へ申請."""
        return cls(ShareKind.WHOLE_THEN_CLAIM)

    @classmethod
    def unknown(cls, question: ShareQuestion) -> Self:
        """The share cannot be told from what is known."""
        return cls(ShareKind.UNKNOWN, question=question)


def statutory_share(
    birthdate: date,
    on: date,
    *,
    law: str,
    classification: str = "",
    elderly_percent: int | None = None,
    late_percent: int | None = None,
) -> Share:
    """The share that the law asks of someone covered on `on`.

    `law` is the 法別番号: the first two of the eight digits of the 保険者番号, "" or "00" for 国保.
    `classification` is the 被保険者証区分 (OQSCD010). Where known, `elderly_percent` is the share on a 高齢受給者証
    in force on that day and `late_percent` the one that a 広域連合 registered; a registered share that the law does
    not have counts as not known.

    Raises Problem `rules.no_version` for a day before 2003-04-01. Source: 健康保険法74条・110条, 国民健康保険法42条・
    54条の3, 高齢者の医療の確保に関する法律67条, as the rule files of share/statutory give them.
    """
    return _statutory(birthdate, on, law, classification, elderly_percent, late_percent)


def declared_share(birthdate: date, on: date, declared_percent: int | None = None) -> Share:
    """The share with which a counter calculates on a 被保険者資格申立書. From 70 on it is the one that the patient
    declares, `declared_percent`, where it is a lawful one.

    Unknown for days before the form existed. Source: 保発0710第1号 (2023-07-10), as share/declaration gives it.
    """
    return _declared(birthdate, on, declared_percent)


@lru_cache(maxsize=1 << 16)
def _statutory(
    birthdate: date,
    on: date,
    law: str,
    classification: str,
    elderly_percent: int | None,
    late_percent: int | None,
) -> Share:
    if on < birthdate:
        return Share.unknown(ShareQuestion.BIRTHDATE)
    shares = rules.load(StatutoryShare, on=on)
    late = shares.late_elderly
    if law != late.law and law not in shares.insurance_laws:
        return Share.unknown(ShareQuestion.RECIPIENT_CERTIFICATE)
    if classification in shares.whole_then_claim.classifications:
        return _special_expense(birthdate, on, shares.whole_then_claim.spared_until_age)
    if law == late.law:
        return _registered(late_percent, late.percents, ShareQuestion.LATE_ELDERLY_SHARE)
    if on >= late_elderly_from(birthdate):
        # An insurer who has not ended the coverage at 75: whatever it registered, the person belongs to 後期.
        return _registered(None, late.percents, ShareQuestion.LATE_ELDERLY_SHARE)
    if on >= elderly_from(birthdate):
        reduced = shares.elderly.reduced
        general = (
            reduced.percent
            if reduced is not None and birthdate <= reduced.born_until
            else shares.elderly.general_percent
        )
        lawful = (general, shares.elderly.high_income_percent)
        return _registered(elderly_percent, lawful, ShareQuestion.ELDERLY_CERTIFICATE)
    young = _pays_as_preschool(shares, birthdate, on)
    return Share.of(shares.preschool_percent if young else shares.ordinary_percent)


def _pays_as_preschool(shares: StatutoryShare, birthdate: date, on: date) -> bool:
    until = shares.preschool_until_age
    if until is None:
        return is_preschool(birthdate, on)
    reached = reached_on(birthdate, until)
    return (on.year, on.month) <= (reached.year, reached.month)


@lru_cache(maxsize=1 << 16)
def _declared(birthdate: date, on: date, declared_percent: int | None) -> Share:
    if on < birthdate:
        return Share.unknown(ShareQuestion.BIRTHDATE)
    percents = rules.load(DeclaredShare, on=on).percents
    if percents is None:
        return Share.unknown(ShareQuestion.INSURER)
    if on >= elderly_from(birthdate):
        return _registered(declared_percent, percents.elderly, ShareQuestion.DECLARED_SHARE)
    return Share.of(percents.preschool if is_preschool(birthdate, on) else percents.ordinary)


def _registered(percent: int | None, lawful: tuple[int, ...], question: ShareQuestion) -> Share:
    """The given share where the law has it, else the span of the lawful ones."""
    if percent in lawful:
        return Share.of(percent)
    return Share.between(min(lawful), max(lawful), question)


def _special_expense(birthdate: date, on: date, spared_until_age: int | None) -> Share:
    """特別療養費, except for those whom the law spares: there the registration contradicts it, so the insurer is
    asked before a child's family pays the whole bill."""
    if spared_until_age is not None and reached_on(birthdate, spared_until_age) > _march_before(on):
        return Share.unknown(ShareQuestion.INSURER)
    return Share.whole_then_claim()


def _march_before(on: date) -> date:
    """The last 31 March before the school year in which the day lies."""
    return date(on.year if on.month >= 4 else on.year - 1, 3, 31)
