"""Which share of the bill a receipt itself claims that the patient bears."""

from datetime import date, timedelta

from kaihoken import rules
from kaihoken.claims.receipt.receipt import Receipt
from kaihoken.claims.receipt.units import whole
from kaihoken.claims.records import Insured, NoteClasses, receipt_type
from kaihoken.payment import ShareKind, statutory_share

YEN_PER_POINT = 10


def claimed_percent(receipt: Receipt) -> int | None:
    """The patient's share in percent: by 給付割合 where it is written (国保), else what the law asks of this age and
    insurer, where several are lawful the one that 種別 and 特記事項 say. None where insurer, month or birth date cannot
    be read, or the law leaves it open."""
    benefit = whole(receipt.benefit)
    if benefit is not None and benefit in range(0, 101, 10):
        return 100 - benefit
    day = day_of_care(receipt)
    insurer = receipt.insurance.known if receipt.insurance is not None else None
    if insurer is None or day is None or receipt.birthdate is None:
        return None
    share = statutory_share(receipt.birthdate, day, law=insurer.law.code)
    if share.kind is not ShareKind.RANGE:
        return share.percent
    kind = receipt_type(receipt.type_code, day)
    if kind is not None and kind.person is Insured.ELDERLY_FULL:
        return share.high
    classes = rules.load(NoteClasses, on=day).by_code
    named = (classes[code].late_percent for code in receipt.notes if code in classes)
    return next((percent for percent in named if percent is not None), share.low)


def day_of_care(receipt: Receipt) -> date | None:
    """The first day on which the patient was there; the first of the month where no day can be read."""
    if receipt.month is None:
        return None
    day = receipt.visit_days[0] if receipt.visit_days else 1
    return receipt.month + timedelta(days=day - 1)
