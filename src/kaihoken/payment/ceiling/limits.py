"""自己負担限度額: the ceilings of a month by class, ready to be asked of.

The classes are those of the month's own tables. Where somebody turns 75 in the month, or moves between municipalities
of one prefecture, every amount and threshold is half (`halved`).
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import TypeAlias

import msgspec

from kaihoken import rules
from kaihoken.payment.ceiling.law import (
    AgeGroup,
    CeilingRelief,
    CeilingTerms,
    Elderly,
    ElderlyClass,
    LowRemuneration,
    Relief,
    UnderSeventy,
    UnderSeventyClass,
)
from kaihoken.problems import Problem

_FAMILIES = (UnderSeventy, Elderly, CeilingTerms, CeilingRelief)


class Limits(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The ceilings of one class in one month, in yen. `outpatient` is that of one person's 外来 from 70 on, where the
    class has one; `counted_from` the share at one institution from which it is added up."""

    name: str
    elderly: bool
    base: int
    threshold: int | None
    percent_above: int
    multiple: int | None
    outpatient: int | None
    specified_disease: int
    dialysis: int
    counted_from: int
    annual: int | None
    outpatient_annual: int | None
    low_remuneration: LowRemuneration | None
    relief: Relief | None
    unconfirmed: bool

    def household(self, cost: int, *, multiple: bool) -> int:
        """The ceiling of what is added up, for a cost of so much: inpatient care, households, all care under 70."""
        if multiple and self.multiple is not None:
            return self.multiple
        if self.threshold is None or cost <= self.threshold:
            return self.base
        return self.base + rounded((cost - self.threshold) * self.percent_above)

    def one_outpatient(self, cost: int) -> int | None:
        """The ceiling of one person's outpatient care from 70 on; None where the class has none of its own."""
        relief = self.relief
        if relief is None or self.outpatient is None:
            return self.outpatient
        above = max(cost - relief.threshold, 0)
        return min(self.outpatient, relief.base + rounded(above * relief.percent_above))

    def year(self, remuneration: int | None) -> int | None:
        """年間上限: the ceiling from August to July, lower for little 標準報酬月額."""
        low = self.low_remuneration
        if low is not None and remuneration is not None and remuneration <= low.remuneration_to:
            return low.annual
        return self.annual


class MonthTable(msgspec.Struct, frozen=True, kw_only=True):
    """The law of one month: `whole` and `halved` ceilings by class, what holds for all, and which files said so.
    `unconfirmed`: one of the files is not confirmed; `planned`: one of them is not in force; `announced`: another table
    is announced for this month, and was left out because it is not in force."""

    month: date
    whole: Mapping[str, Limits]
    halved: Mapping[str, Limits]
    under_70: UnderSeventy
    elderly: Elderly
    terms: CeilingTerms
    digest: str
    unconfirmed: bool
    planned: bool
    announced: bool

    def limits(self, name: str, *, halved: bool = False) -> Limits:
        """The ceilings of a class. Problem `payment.class-unknown` for one that this month does not have."""
        found = (self.halved if halved else self.whole).get(name)
        if found is None:
            raise Problem(
                "payment.class-unknown",
                where="class",
                month=f"{self.month:%Y-%m}",
                classes=" ".join(self.whole),
            )
        return found

    def check_age(self, name: str, group: AgeGroup) -> None:
        """Problem `payment.class-age` for a class that nobody of that age has, `payment.class-unknown` for one that
        nobody has in this month."""
        if self.limits(name).elderly is (group is AgeGroup.UNDER_70):
            raise Problem("payment.class-age", where="class")


def rounded(hundredths: int) -> int:
    """Whole yen, 50銭 and more up (施行令42条)."""
    return (hundredths + 50) // 100


def month_table(month: date, *, as_planned: bool = False) -> MonthTable:
    """The ceilings of the month in which a day lies; `as_planned` with the laws that are announced for it.

    Problem `payment.ceiling-too-early` before 2015-01. Source: 健康保険法施行令41条–43条, as the rule files give it.
    """
    return _month_table(month.replace(day=1), as_planned)


_Row: TypeAlias = tuple[str, UnderSeventyClass | ElderlyClass, bool]


@lru_cache(maxsize=1 << 10)
def _month_table(month: date, as_planned: bool) -> MonthTable:
    earliest = rules.PACKAGED.versions(UnderSeventy.family)[0].effective_from
    if month < earliest:
        raise Problem("payment.ceiling-too-early", where="month", earliest=f"{earliest:%Y-%m}")
    load = rules.load_as_planned if as_planned else rules.load
    named = rules.PACKAGED.version_planned if as_planned else rules.PACKAGED.version_named
    under_70, elderly = load(UnderSeventy, on=month), load(Elderly, on=month)
    terms, relief = load(CeilingTerms, on=month), load(CeilingRelief, on=month).relief
    statuses = {named(family.family, on=month).status for family in _FAMILIES}
    announced = {rules.PACKAGED.version_planned(family.family, on=month).status for family in _FAMILIES}
    rows: list[_Row] = [(name, row, False) for name, row in under_70.classes.items()]
    rows += [(name, row, False) for name, row in elderly.classes.items()]
    unsure = elderly.same_as.status is not rules.Status.CONFIRMED
    rows += [(name, elderly.classes[row], unsure) for name, row in elderly.same_as.value.items()]
    whole = {
        name: _limits(
            name, row, terms, relief, low=_low(under_70, elderly, row), double=under_70, unsure=unsure
        )
        for name, row, unsure in rows
    }
    return MonthTable(
        month=month,
        whole=whole,
        halved={name: _half(limits, terms) for name, limits in whole.items()},
        under_70=under_70,
        elderly=elderly,
        terms=terms,
        digest=(rules.digest_planned if as_planned else rules.digest)(*_FAMILIES, on=month),
        unconfirmed=statuses != {rules.Status.CONFIRMED},
        planned=rules.Status.PLANNED in statuses,
        announced=rules.Status.PLANNED in announced - statuses,
    )


def _low(
    under_70: UnderSeventy, elderly: Elderly, row: UnderSeventyClass | ElderlyClass
) -> LowRemuneration | None:
    table = elderly if isinstance(row, ElderlyClass) else under_70
    low = table.low_remuneration
    return low if low is not None and any(table.classes[name] == row for name in low.classes) else None


def _limits(
    name: str,
    row: UnderSeventyClass | ElderlyClass,
    terms: CeilingTerms,
    relief: Relief | None,
    *,
    low: LowRemuneration | None,
    double: UnderSeventy,
    unsure: bool,
) -> Limits:
    elderly = isinstance(row, ElderlyClass)
    disease = terms.specified_disease
    return Limits(
        name=name,
        elderly=elderly,
        base=row.base,
        threshold=row.threshold,
        percent_above=terms.percent_above,
        multiple=row.multiple,
        outpatient=row.outpatient if isinstance(row, ElderlyClass) else None,
        specified_disease=disease.ordinary,
        dialysis=disease.double if name in double.dialysis_at_double else disease.ordinary,
        counted_from=0 if elderly else terms.counted_from,
        annual=row.annual,
        outpatient_annual=row.outpatient_annual if isinstance(row, ElderlyClass) else None,
        low_remuneration=low,
        relief=relief if relief is not None and name in relief.classes else None,
        unconfirmed=unsure,
    )


def _half(limits: Limits, terms: CeilingTerms) -> Limits:
    """The same class in a month that halves it. The ceilings of a year stay whole."""
    by, relief = terms.halved_by.value, limits.relief
    disease_by = by if terms.specified_disease_halved.value else 1
    return msgspec.structs.replace(
        limits,
        base=limits.base // by,
        threshold=None if limits.threshold is None else limits.threshold // by,
        multiple=None if limits.multiple is None else limits.multiple // by,
        outpatient=None if limits.outpatient is None else limits.outpatient // by,
        specified_disease=limits.specified_disease // disease_by,
        dialysis=limits.dialysis // disease_by,
        counted_from=0 if limits.elderly else terms.counted_from_when_halved.value,
        relief=relief
        and msgspec.structs.replace(relief, base=relief.base // by, threshold=relief.threshold // by),
        unconfirmed=limits.unconfirmed or terms.halved_by.status is not rules.Status.CONFIRMED,
    )
