"""What meals in hospital cost the patient. Pure and dated; a sum that nobody read is None, never a guess.

Nothing of it counts toward the limit of the month (高額療養費).
"""

from datetime import date

import msgspec

from kaihoken import rules
from kaihoken.payment.meals.law import Amount, LivingClass, MealClass, MealShares
from kaihoken.problems import Problem
from kaihoken.rules import Sourced, Status


class MealCharge(msgspec.Struct, frozen=True, gc=False):
    """標準負担額 of some days: `yen` is the sum, None where an amount of it is not known. `source` says where the
    amounts come from, `confirmed` whether that is sure, `since` since when they hold."""

    meals: int
    yen_a_meal: int | None
    room_days: int
    room_yen_a_day: int | None
    yen: int | None
    confirmed: bool
    source: str
    since: date


def meal_charge(on: date, of: MealClass, meals: int, *, days: int | None = None) -> MealCharge:
    """食事療養標準負担額 of `meals` eaten from `on` on, all under the law of that day: a stay over a change of the law
    is two charges. `days` are the days on which they were eaten, where that is known.

    Problem `payment.meals` for less than none, or more meals than the law counts on so many days; `rules.no_version`
    for a day before 2018-04-01. Source: 健康保険法85条, as the rule files of payment/meals give it.
    """
    shares = rules.load(MealShares, on=on)
    _check(meals, days, shares)
    return _charge(on, meals, shares.meal[of], 0, 0)


def living_charge(on: date, of: LivingClass, meals: int, *, days: int) -> MealCharge:
    """生活療養標準負担額: the same in a long-term bed (療養病床) from 65 on, with the room for `days`.

    Source: 健康保険法85条の2. Problems as with `meal_charge`.
    """
    shares = rules.load(MealShares, on=on)
    _check(meals, days, shares)
    return _charge(on, meals, shares.living[of], days, shares.room[of.room])


def _charge(on: date, meals: int, meal: Amount, days: int, room: Amount) -> MealCharge:
    version = rules.version(MealShares, on=on)
    sure = version.status is Status.CONFIRMED
    used = [amount for amount, count in ((meal, meals), (room, days)) if count]
    own = [amount for amount in used if isinstance(amount, Sourced)]
    a_meal, a_day = _yen(meal), _yen(room)
    known = (a_meal is not None or not meals) and (a_day is not None or not days)
    return MealCharge(
        meals=meals,
        yen_a_meal=a_meal,
        room_days=days,
        room_yen_a_day=a_day if days else None,
        yen=meals * (a_meal or 0) + days * (a_day or 0) if known else None,
        confirmed=known
        and all(amount.status is Status.CONFIRMED for amount in own)
        and (sure or len(own) == len(used)),
        source="; ".join((version.source, *(amount.source for amount in own))),
        since=version.effective_from,
    )


def _yen(amount: Amount) -> int | None:
    return amount.value if isinstance(amount, Sourced) else amount


def _check(meals: int, days: int | None, shares: MealShares) -> None:
    if meals < 0 or (days is not None and not 0 <= meals <= days * shares.meals_a_day):
        raise Problem("payment.meals", where="meals", most=shares.meals_a_day)
