"""What somebody asks at a counter or on a page, and the visit that it describes."""

from datetime import date

import msgspec

from kaihoken.identity import late_elderly_from
from kaihoken.payment.ceiling import (
    AgeGroup,
    MonthTable,
    Setting,
    SpecifiedDisease,
    age_group,
    class_named,
    month_table,
    turns_75_in,
)
from kaihoken.payment.counter.assistance import Assistance
from kaihoken.payment.counter.bill import MonthSoFar, Visit
from kaihoken.payment.counter.limit import MonthLimit
from kaihoken.payment.meals import LivingClass, MealCharge, MealClass, living_charge, meal_charge
from kaihoken.payment.shares import Share, ShareKind, statutory_share
from kaihoken.problems import Problem

LATE_ELDERLY_LAW = "39"
AN_EMPLOYEES_LAW = "01"
"""Stands for every insurance below 75: their shares are the same."""

NATIONAL_LAWS = ("", "00")
"""国保, whose numbers have no law."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A visit as people describe it. `law` is the 法別番号 of the insurance, None for the usual one of that age;
    `classification` the 被保険者証区分; `percent` the registered share, where one is known; `class_name` the 適用区分
    as a word or as a code of the wire, "" where nobody knows it. `days` are those of the meals."""

    on: date
    birthdate: date
    points: int
    law: str | None = None
    classification: str = ""
    percent: int | None = None
    class_name: str = ""
    setting: Setting = Setting.OUTPATIENT
    multiple: bool = False
    disease: SpecifiedDisease | None = None
    month: MonthSoFar = MonthSoFar()
    assistance: tuple[Assistance, ...] = ()
    meals: int = 0
    days: int | None = None
    meal_class: MealClass | LivingClass = MealClass.ORDINARY


def visit_asked(asked: Asked) -> Visit:
    """The visit. Problem `payment.class-age`, `payment.class-unknown`, those of `statutory_share` and of the
    charges of meals."""
    group = _group(asked)
    name = class_named(asked.class_name) if asked.class_name else ""
    return Visit(
        on=asked.on,
        points=asked.points,
        share=_share(asked, asked.classification, group, name),
        ordinary_share=_share(asked, "", group, name) if asked.classification else None,
        limit=_limit(asked, group, name),
        month=asked.month,
        assistance=asked.assistance,
        meals=_meals(asked),
    )


def _group(asked: Asked) -> AgeGroup:
    return AgeGroup.FROM_75 if asked.law == LATE_ELDERLY_LAW else age_group(asked.birthdate, asked.on)


def _share(asked: Asked, classification: str, group: AgeGroup, name: str) -> Share:
    law = asked.law
    if law is None:
        late = asked.on >= late_elderly_from(asked.birthdate)
        law = LATE_ELDERLY_LAW if late else AN_EMPLOYEES_LAW
    share = statutory_share(
        asked.birthdate,
        asked.on,
        law=law,
        classification=classification,
        elderly_percent=asked.percent,
        late_percent=asked.percent,
    )
    if share.kind is not ShareKind.RANGE or not name:
        return share
    return _by_class(share, group, name, month_table(asked.on))


def _by_class(share: Share, group: AgeGroup, name: str, table: MonthTable) -> Share:
    """The share of somebody whose class is known and whose share is not: 現役並み pay the highest, who is free of
    resident tax the lowest, and a class that only one share has says it. 一般 of 75 and over can be two."""
    assert share.low is not None
    assert share.high is not None
    alone = [percent for percent, own in table.elderly.without_certificate[group].items() if own == name]
    row = table.elderly.classes.get(name)
    if row is not None and row.taxable_from:
        return Share.of(share.high)
    if len(alone) == 1 and share.low <= alone[0] <= share.high:
        return Share.of(alone[0])
    if group is AgeGroup.FROM_70 or (row is not None and row.taxable_from is None):
        return Share.of(share.low)
    return share


def _limit(asked: Asked, group: AgeGroup, name: str) -> MonthLimit | None:
    """None for a month before the tables begin."""
    try:
        table = month_table(asked.on)
    except Problem:
        if name:
            raise
        return None
    if name:
        table.check_age(name, group)
    return MonthLimit(
        group,
        name,
        asked.setting,
        asked.multiple,
        turns_75_in(asked.birthdate, asked.on),
        asked.disease,
        None if asked.law is None else asked.law in NATIONAL_LAWS,
    )


def _meals(asked: Asked) -> MealCharge | None:
    if not asked.meals and not asked.days:
        return None
    if isinstance(asked.meal_class, LivingClass):
        return living_charge(asked.on, asked.meal_class, asked.meals, days=asked.days or 0)
    return meal_charge(asked.on, asked.meal_class, asked.meals, days=asked.days)
