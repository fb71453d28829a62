"""Who bears what a month of care costs: the patient, 公費, and the insurer out of premiums and taxes."""

from datetime import date

import msgspec

from kaihoken import rules
from kaihoken.payment.ceiling.law import Funding
from kaihoken.problems import Problem


class Funded(msgspec.Struct, frozen=True, gc=False):
    """The insurer's part in yen: `premium` of its insured, `tax`, and `support` from the premiums of the younger
    (後期高齢者支援金). An estimate: the shares are round numbers, and `unconfirmed` while their file is."""

    premium: int
    tax: int
    support: int
    unconfirmed: bool


def funded(amount: int, scheme: str, month: date) -> Funded:
    """An insurer's part split by how its scheme is funded. Problem `payment.household` for an unknown scheme."""
    fund = rules.load(Funding, on=month).funds.get(scheme)
    if fund is None:
        raise Problem("payment.household", where="funding", reason=scheme)
    tax, support = (amount * fund.tax + 500) // 1000, (amount * fund.support + 500) // 1000
    unsure = rules.version(Funding, on=month).status is not rules.Status.CONFIRMED
    return Funded(premium=amount - tax - support, tax=tax, support=support, unconfirmed=unsure)
