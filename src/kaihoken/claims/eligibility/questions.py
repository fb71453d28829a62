"""What is asked about a receipt: by which numbers, on which days; or why nothing can be asked."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

import msgspec

from kaihoken.claims.receipt import Receipt
from kaihoken.claims.records import Insured, receipt_type
from kaihoken.identity import InsurerNumber, Scheme, canonical_branch, canonical_number, has_control_character
from kaihoken.problems import Problem

_SEXES = ("1", "2")
_LONGEST_NAME = 200
"""Characters. A claim has room for 40."""
_RELATIONS: Mapping[Insured, str] = {Insured.SELF: "1", Insured.FAMILY: "2"}
"""OQSCD009; of a child before school and of the elderly the kind of receipt does not say it."""


class CareDay(msgspec.Struct, frozen=True, gc=False):
    """A person on a day, by the numbers of a claim, verbatim but for the width of the insurer's, and what the claim
    says besides of the person, to be compared with the register."""

    insurer: str
    symbol: str
    number: str
    branch: str
    birthdate: date
    on: date
    kana: str = ""
    name: str = ""
    sex: str = ""  # "" where it is neither 1 nor 2
    relation: str = ""  # 1 本人, 2 家族; "" where レセプト種別 does not say, and in 国保


class Unasked(StrEnum):
    """Why there is no answer about a receipt, or about some of its days."""

    NOT_ANSWERED = "not-answered"  # the hub was gone before it answered
    UNREADABLE = "unreadable"  # numbers or dates in the claim cannot be a question
    UNSTATED = "unstated"  # 不詳: there is no number to ask by
    PUBLIC_ONLY = "public-only"  # a payer alone that is no coverage of the register
    NO_DAY = "no-day"  # no day of care is written


def care_days(receipt: Receipt) -> tuple[CareDay, ...] | Unasked:
    """The questions of a receipt, a day each, in the order of the days."""
    payer = _payer(receipt)
    if isinstance(payer, Unasked):
        return payer
    insurer, symbol, number, branch = payer
    month, birthdate = receipt.month, receipt.birthdate
    if month is None or birthdate is None:
        return Unasked.UNREADABLE
    try:
        who = InsurerNumber.parse(insurer)
        canonical_branch(branch)
    except Problem:
        return Unasked.UNREADABLE
    if who.is_unknown:
        return Unasked.UNSTATED
    if not canonical_number(number):
        return Unasked.UNREADABLE
    person = (
        _told(receipt.kana),
        _told(receipt.name),
        receipt.sex if receipt.sex in _SEXES else "",
        _relation(receipt.type_code, month, who),
    )
    days = tuple(
        CareDay(who.canonical, symbol, number, branch, birthdate, on, *person)
        for day in receipt.visit_days
        if (on := _day(month, day)) is not None
    )
    return days or Unasked.NO_DAY


def days_in(receipts: Iterable[Receipt]) -> list[CareDay]:
    """Everything that is asked about some receipts, each question once."""
    asked: dict[CareDay, None] = {}
    for receipt in receipts:
        days = care_days(receipt)
        if not isinstance(days, Unasked):
            asked.update(dict.fromkeys(days))
    return list(asked)


def _payer(receipt: Receipt) -> tuple[str, str, str, str] | Unasked:
    """Insurer, 記号, 番号 and 枝番; of 医療扶助 alone its own numbers, as the register has them."""
    insurance = receipt.insurance
    if insurance is not None:
        return insurance.insurer, insurance.symbol, insurance.number, receipt.branch
    first = receipt.publics[0] if receipt.publics else None
    if first is None:
        return Unasked.UNREADABLE
    try:
        is_coverage = InsurerNumber.as_written(first.payer).is_medical_assistance
    except Problem:
        return Unasked.UNREADABLE
    if not is_coverage:
        return Unasked.PUBLIC_ONLY
    return first.payer, "", first.recipient, ""


def _relation(type_code: str, month: date, insurer: InsurerNumber) -> str:
    """本人・家族 as レセプト種別 says it of the insurance of employees. In 国保 everybody is insured as themselves:
    種別 parts 世帯主 from the rest of the household, no source says that the register does, and nothing is compared."""
    kind = receipt_type(type_code, month)
    if kind is None or kind.person is None or insurer.scheme is Scheme.NATIONAL_HEALTH:
        return ""
    return _RELATIONS.get(kind.person, "")


def _told(name: str) -> str:
    """A name as a question can bring it; "" for one that a hub would refuse, and the days with it."""
    return "" if len(name) > _LONGEST_NAME or has_control_character(name) else name


def _day(month: date, day: int) -> date | None:
    """The day of that month, None for the 31st of a shorter one."""
    try:
        return month.replace(day=day)
    except ValueError:
        return None
