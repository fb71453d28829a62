"""Which share of the bill a receipt itself claims that the patient bears."""

from datetime import date, timedelta

from kaihoken.claims.receipt.receipt import Receipt
from kaihoken.identity import InsurerNumber
from kaihoken.payment import ShareKind, statutory_share
from kaihoken.problems import Problem

_HIGH_INCOME = ("9", "0")
"""The last digit of レセプト種別 of people over 70 who pay as those under 70 do (高齢7割)."""

_SECOND_BAND = frozenset(("41", "43"))
"""特記事項 of 後期高齢者 of the band between (一般Ⅱ: 区カ, 多カ), who bear this share."""
_SECOND_BAND_PERCENT = 20


def claimed_percent(receipt: Receipt) -> int | None:
    """The patient's share in percent: by 給付割合 where it is written (国保), else what the law asks of this age and
    insurer, where several are lawful the one that 種別 and 特記事項 say. None where insurer, month or birth date cannot
    be read, or the law leaves it open."""
    if receipt.benefit.isdecimal() and int(receipt.benefit) in range(0, 101, 10):
        return 100 - int(receipt.benefit)
    day = day_of_care(receipt)
    if receipt.insurance is None or day is None or receipt.birthdate is None:
        return None
    try:
        law = InsurerNumber.as_written(receipt.insurance.insurer).canonical[:2]
        share = statutory_share(receipt.birthdate, day, law=law)
    except Problem:
        return None
    if share.kind is not ShareKind.RANGE:
        return share.percent
    if receipt.type_code[3:4] in _HIGH_INCOME:
        return share.high
    return _SECOND_BAND_PERCENT if _SECOND_BAND.intersection(receipt.notes) else share.low


def day_of_care(receipt: Receipt) -> date | None:
    """The first day on which the patient was there; the first of the month where no day can be read."""
    if receipt.month is None:
        return None
    day = receipt.visit_days[0] if receipt.visit_days else 1
    return receipt.month + timedelta(days=day - 1)
