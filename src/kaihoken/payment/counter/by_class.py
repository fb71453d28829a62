"""What a visit costs by 適用区分, for somebody who does not know theirs."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from kaihoken import rules
from kaihoken.payment.ceiling import AgeGroup, MonthTable, month_table
from kaihoken.payment.counter.bill import Bill, Visit
from kaihoken.payment.counter.limit import MonthLimit
from kaihoken.payment.counter.reckoning import counter_bill
from kaihoken.payment.shares import Share, StatutoryShare


class Measure(StrEnum):
    """By what an insurer puts people into classes."""

    REMUNERATION = "remuneration"  # 標準報酬月額, of employees' insurance
    INCOME = "income"  # 旧ただし書所得, of 国保 under 70
    TAXABLE = "taxable"  # 課税所得, of 国保 from 70 on and of 後期


class Bound(msgspec.Struct, frozen=True, gc=False):
    """From where on somebody is in a class: `yen` of the measure, of `INCOME` more than that."""

    measure: Measure
    yen: int


class ClassOf(StrEnum):
    """Whom a class is of: those above its bounds, the rest of who pays resident tax, who does not, and who has no
    income either."""

    ABOVE = "above"
    REST = "rest"
    UNTAXED = "untaxed"
    WITHOUT_INCOME = "without-income"


class ClassSum(msgspec.Struct, frozen=True, gc=False):
    """One class and what its patient pays today. `percent` is the share of this class, None where the share is known
    anyway. `bounds` are those of the measures of the patient's insurer, of each that it can be where nobody said which;
    none but `ABOVE` has them."""

    name: str
    percent: int | None
    of: ClassOf
    bounds: tuple[Bound, ...]
    due_yen: int


def sums_by_class(visit: Visit, bill: Bill) -> tuple[ClassSum, ...]:
    """The sum of each class of that age, from the highest income down, each at the share that it can have. None of them
    where the class is known or would change nothing."""
    limit = visit.limit
    if limit is None or "open.limit-class" not in bill.open:
        return ()
    table = month_table(visit.on)
    shares = _shares(visit, limit, bill)
    sums = []
    for percent in shares:
        for name in limit.classes(visit.on, percent):
            shown = msgspec.structs.replace(limit, name=name)
            due = counter_bill(msgspec.structs.replace(visit, share=Share.of(percent), limit=shown)).due_yen
            assert due is not None
            of, bounds = _told(table, limit, name)
            sums.append(ClassSum(name, percent if len(shares) > 1 else None, of, bounds, due))
    return tuple(sums)


def span_of(bill: Bill, sums: Sequence[ClassSum]) -> tuple[int, int] | None:
    """The least and the most that can be paid today, by share and class as far as these are open; None where nothing
    can be said."""
    dues = [one.due_yen for one in bill.reckonings] + [one.due_yen for one in sums]
    return (min(dues), max(dues)) if dues else None


def _shares(visit: Visit, limit: MonthLimit, bill: Bill) -> list[int]:
    """The shares that the patient can have, the highest first: those of the bill, which are the lowest and the highest,
    and from 75 on those between them."""
    found = {one.percent for one in bill.reckonings}
    if limit.group is AgeGroup.FROM_75:
        lawful = rules.load(StatutoryShare, on=visit.on).late_elderly.percents
        found |= {percent for percent in lawful if min(found) < percent < max(found)}
    return sorted(found, reverse=True)


def _told(table: MonthTable, limit: MonthLimit, name: str) -> tuple[ClassOf, tuple[Bound, ...]]:
    row = table.elderly.same_as.value.get(name, name)
    if row == table.elderly.untaxed_without_income:
        return ClassOf.WITHOUT_INCOME, ()
    bounds = tuple(_bounds(table, limit, row))
    if not bounds:
        return ClassOf.UNTAXED, ()
    # The lowest class of who pays the tax begins at nothing, by whatever measure.
    return (ClassOf.ABOVE, bounds) if all(one.yen for one in bounds) else (ClassOf.REST, ())


def _bounds(table: MonthTable, limit: MonthLimit, row: str) -> Iterator[Bound]:
    for measure, starts in _measures(table, limit):
        start = starts[row]
        if start is not None:
            yield Bound(measure, start)


def _measures(table: MonthTable, limit: MonthLimit) -> Iterator[tuple[Measure, Mapping[str, int | None]]]:
    """The measures of the insurer, each with where its classes begin."""
    young, elderly = table.under_70.classes, table.elderly.classes
    rows = young if limit.group is AgeGroup.UNDER_70 else elderly
    if limit.group is not AgeGroup.FROM_75 and limit.national is not True:
        yield Measure.REMUNERATION, {name: row.remuneration_from for name, row in rows.items()}
    if limit.group is AgeGroup.FROM_75 or limit.national is not False:
        if limit.group is AgeGroup.UNDER_70:
            yield Measure.INCOME, {name: row.income_over for name, row in young.items()}
        else:
            yield Measure.TAXABLE, {name: row.taxable_from for name, row in elderly.items()}
