"""所得区分: which class somebody's income makes, where no certificate says it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

import msgspec

from kaihoken import rules
from kaihoken.payment.ceiling.law import Class, ElderlyClass, UnderSeventyClass
from kaihoken.payment.ceiling.limits import month_table
from kaihoken.problems import Problem


class Band(msgspec.Struct, frozen=True):
    """The class, and whether a rule was needed for it that no official text confirmed."""

    name: str
    unconfirmed: bool = False


def under_70_band(
    month: date,
    *,
    remuneration: int | None = None,
    income: int | None = None,
    untaxed: bool = False,
    as_planned: bool = False,
) -> Band:
    """The class of a household under 70 from 標準報酬月額 (健康保険) or, without it, 旧ただし書所得 of its insured
    together (国保), in yen; `untaxed` is 市町村民税非課税 of the 被保険者, in 国保 of everybody.

    Problem `payment.income` where neither is known and tax is paid. Source: 健康保険法施行令42条1項,
    国民健康保険法施行令29条の3.
    """
    law = month_table(month, as_planned=as_planned).under_70
    if remuneration is not None:
        name = _highest(law.classes, lambda row: _reaches(remuneration, row))
    else:
        name = _highest(law.classes, lambda row: _exceeds(income, row))
    if not untaxed:
        return Band(_known(name))
    high = law.untaxed_over_high
    if name is None or name in law.untaxed_over:
        return Band(law.untaxed)
    return Band(
        law.untaxed if name in high.value else name,
        unconfirmed=high.status is not rules.Status.CONFIRMED,
    )


def elderly_band(
    month: date,
    *,
    remuneration: int | None = None,
    taxable: int | None = None,
    untaxed: bool = False,
    without_income: bool = False,
    revenue: int | None = None,
    together: bool = False,
) -> Band:
    """The class from 70 on, from 標準報酬月額 of an insured of 70 and over or, without it, 課税所得 (国保, 後期), in
    yen.

    `untaxed` is 市町村民税世帯非課税, `without_income` that nobody in it has any (低所得Ⅰ). `revenue` is 収入 of a
    year, of one person or, `together`, of all from 70 on: below a bound nobody is 現役並み. Problem as above.
    """
    law = month_table(month).elderly
    if without_income:
        return Band(law.untaxed_without_income)
    if untaxed:
        return Band(law.untaxed)
    if remuneration is not None:
        name = _highest(law.classes, lambda row: _reaches(remuneration, row))
    else:
        name = _highest(law.classes, lambda row: _is_taxed(taxable, row))
    bound = law.high_income_from.together if together else law.high_income_from.alone
    if revenue is not None and revenue < bound:
        return Band(law.general)
    return Band(_known(name))


R = TypeVar("R", bound=Class)


def _highest(classes: Mapping[str, R], holds: Callable[[R], bool]) -> str | None:
    return next((name for name, row in classes.items() if holds(row)), None)


def _reaches(remuneration: int, row: Class) -> bool:
    return row.remuneration_from is not None and remuneration >= row.remuneration_from


def _exceeds(income: int | None, row: UnderSeventyClass) -> bool:
    """The lowest class by income is that of everybody else."""
    return (
        income is not None
        and row.income_over is not None
        and (income > row.income_over or not row.income_over)
    )


def _is_taxed(taxable: int | None, row: ElderlyClass) -> bool:
    return taxable is not None and row.taxable_from is not None and taxable >= row.taxable_from


def _known(name: str | None) -> str:
    if name is None:
        raise Problem("payment.income", where="income")
    return name
