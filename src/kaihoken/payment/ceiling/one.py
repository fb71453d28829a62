"""自己負担限度額 of one person at one institution in one month: what a counter may ask for at most."""

from datetime import date
from enum import StrEnum

import msgspec

from kaihoken import rules
from kaihoken.identity import elderly_from, late_elderly_from
from kaihoken.payment.ceiling.law import AgeGroup
from kaihoken.payment.ceiling.limits import Limits, month_table
from kaihoken.payment.ceiling.working import Line
from kaihoken.problems import Problem


class Setting(StrEnum):
    """入院 or 外来. Each is counted for itself at one institution."""

    INPATIENT = "inpatient"
    OUTPATIENT = "outpatient"


class SpecifiedDisease(StrEnum):
    """特定疾病: with 特定疾病療養受療証 the month costs little at one institution."""

    DIALYSIS = "dialysis"  # 人工腎臓を実施している慢性腎不全
    HAEMOPHILIA = "haemophilia"  # 血友病
    HIV = "hiv"  # 抗ウイルス剤を投与している後天性免疫不全症候群 (血液製剤)


class CeilingKind(StrEnum):
    """Which rule made the ceiling. The values are ids of messages."""

    MONTHLY = "ceiling.monthly"
    ABOVE = "ceiling.above"  # with one percent of what lies above
    MULTIPLE = "ceiling.multiple"  # 多数回該当
    OUTPATIENT = "ceiling.outpatient"  # 外来特例 from 70 on
    RELIEF = "ceiling.relief"  # 配慮措置
    SPECIFIED_DISEASE = "ceiling.specified-disease"


_ELDERLY_AGE, _LATE_ELDERLY_AGE = 70, 75
_LINES = {kind: f"ceiling.line.{kind.partition('.')[2]}" for kind in CeilingKind}


class Ceiling(msgspec.Struct, frozen=True, kw_only=True):
    """The answer. `amount` is yen, `name` the class that was used, `rules` the digest of the rule files;
    `unconfirmed` says that a value of them is not confirmed, `planned` that a law is not in force yet, `announced` that
    for this month another law is announced and was not used."""

    amount: int
    kind: CeilingKind
    name: str
    lines: tuple[Line, ...]
    rules: str
    unconfirmed: bool
    planned: bool
    announced: bool


def age_group(birthdate: date, on: date) -> AgeGroup:
    """The table for somebody on a day: from the month after turning 70, and from the 75th birthday."""
    if on >= late_elderly_from(birthdate):
        return AgeGroup.FROM_75
    return AgeGroup.FROM_70 if on >= elderly_from(birthdate) else AgeGroup.UNDER_70


def group_of_age(age: int) -> AgeGroup:
    """The table for somebody of whom only the years are known; at 70 as if the month were over."""
    if age >= _LATE_ELDERLY_AGE:
        return AgeGroup.FROM_75
    return AgeGroup.FROM_70 if age >= _ELDERLY_AGE else AgeGroup.UNDER_70


def turns_75_in(birthdate: date, month: date) -> bool:
    """75歳到達月: whether the month halves the ceilings, in the insurance that ends and in the one that begins. Not
    with a birthday on the 1st, which leaves nothing of the month to the first."""
    birthday = late_elderly_from(birthdate)
    return birthday.day > 1 and (birthday.year, birthday.month) == (month.year, month.month)


def class_without_certificate(group: AgeGroup, percent: int, month: date) -> str | None:
    """The class of somebody of whom only the share is known. Under 70 None: the whole share is asked for. From 70 on
    一般 and the highest class need no certificate; the two below it do, or the highest counts."""
    if group is AgeGroup.UNDER_70:
        return None
    return month_table(month).elderly.without_certificate[group].get(percent)


def class_named(text: str) -> str:
    """The class that a code of 限度額適用認定証適用区分 (OQSCD012) or its label means: "A03" is ウ, オ（境） is オ.
    Anything else comes back as it is."""
    codes = rules.code_list("OQSCD012")
    return (codes.label(text) or text).partition("（")[0]


def ceiling_of(
    month: date,
    name: str,
    cost: int,
    *,
    setting: Setting = Setting.INPATIENT,
    multiple: bool = False,
    halved: bool = False,
    disease: SpecifiedDisease | None = None,
    as_planned: bool = False,
) -> Ceiling:
    """The most that one person pays at one institution in a month for a cost of so many yen (10割).

    `month` is any day of the month of care; `name` the class of that month (所得区分: "ウ", "一般", "現役並みⅡ" …, see
    `class_named` for codes of the wire). 医科 and 歯科, 入院 and 外来 are asked for each for itself, a pharmacy for
    itself. `multiple` is 多数回該当, `halved` 75歳到達月 (`turns_75_in`), `disease` 特定疾病 where this care is for it.

    Problem `payment.class-unknown`, `payment.ceiling-too-early`, `payment.cost`. Source: 健康保険法施行令42条・43条.
    """
    if cost < 0:
        raise Problem("payment.cost", where="cost")
    table = month_table(month, as_planned=as_planned)
    limits = table.limits(name, halved=halved)
    halves_disease = table.terms.specified_disease_halved
    unsure = halved and disease is not None and halves_disease.status is not rules.Status.CONFIRMED
    amount, kind = at_one_institution(
        limits, cost, outpatient=setting is Setting.OUTPATIENT, multiple=multiple, disease=disease
    )
    return Ceiling(
        amount=amount,
        kind=kind,
        name=name,
        lines=_lines(limits, cost, amount, kind, halved=halved),
        rules=table.digest,
        unconfirmed=table.unconfirmed or limits.unconfirmed or unsure,
        planned=table.planned,
        announced=table.announced,
    )


def at_one_institution(
    limits: Limits, cost: int, *, outpatient: bool, multiple: bool, disease: SpecifiedDisease | None
) -> tuple[int, CeilingKind]:
    """The ceiling of care at one institution, and which rule made it: the lowest of those that hold."""
    amount = limits.one_outpatient(cost) if outpatient else None
    if amount is not None:
        kind = CeilingKind.OUTPATIENT if amount == limits.outpatient else CeilingKind.RELIEF
    else:
        amount = limits.household(cost, multiple=multiple)
        kind = _kind(limits, amount, multiple=multiple)
    if disease is not None:
        special = limits.dialysis if disease is SpecifiedDisease.DIALYSIS else limits.specified_disease
        if special < amount:
            return special, CeilingKind.SPECIFIED_DISEASE
    return amount, kind


def _lines(limits: Limits, cost: int, amount: int, kind: CeilingKind, *, halved: bool) -> tuple[Line, ...]:
    lines = [Line("ceiling.line.class", {"name": limits.name, "cost": cost})]
    if halved:
        lines.append(Line("ceiling.line.halved"))
    return (*lines, _made(limits, cost, amount, kind))


def ceiling_line(limits: Limits, cost: int, *, multiple: bool) -> Line:
    """How the ceiling of what is added up comes about."""
    amount = limits.household(cost, multiple=multiple)
    return _made(limits, cost, amount, _kind(limits, amount, multiple=multiple))


def _kind(limits: Limits, amount: int, *, multiple: bool) -> CeilingKind:
    if multiple and limits.multiple is not None:
        return CeilingKind.MULTIPLE
    return CeilingKind.MONTHLY if amount == limits.base else CeilingKind.ABOVE


def _made(limits: Limits, cost: int, amount: int, kind: CeilingKind) -> Line:
    name = _LINES[kind]
    parts = limits.relief if kind is CeilingKind.RELIEF else limits if kind is CeilingKind.ABOVE else None
    if parts is None:
        return Line(name, {"amount": amount})
    threshold = parts.threshold or 0
    facts = {
        "base": parts.base,
        "threshold": threshold,
        "cost": max(cost, threshold),
        "percent": parts.percent_above,
        "amount": amount,
    }
    return Line(name, facts)
