"""A household's year: 多数回該当 from month to month, and what the ceilings of a year (August to July) give back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby

import msgspec

from kaihoken.payment.ceiling.answer import HouseholdMonth, UnitMonth
from kaihoken.payment.ceiling.household import Household, Unit
from kaihoken.payment.ceiling.law import AgeGroup
from kaihoken.payment.ceiling.limits import month_table
from kaihoken.payment.ceiling.month import household_month
from kaihoken.payment.ceiling.working import Fact, Line
from kaihoken.problems import Problem

_MONTHS = 12


class Year(msgspec.Struct, frozen=True, kw_only=True):
    """One year from August on. `outpatient` is what comes back to each person from 70 on of outpatient care, `annual`
    what comes back to each insurer's unit by the ceiling of 2026 and after. As far as the months given go."""

    first: date
    months: int
    outpatient: Mapping[str, int]
    annual: Mapping[str, int]
    lines: tuple[Line, ...]
    unconfirmed: bool

    @property
    def refund(self) -> int:
        """What comes back in all."""
        return sum(self.outpatient.values()) + sum(self.annual.values())


class HouseholdYears(msgspec.Struct, frozen=True, kw_only=True):
    """The months in order, and the years that they lie in."""

    months: tuple[HouseholdMonth, ...]
    years: tuple[Year, ...]


def household_years(households: Iterable[Household], *, as_planned: bool = False) -> HouseholdYears:
    """The months of a household, each with 多数回該当 by those before it at the same insurer (or by the unit's own
    `paid_before` where that says more), and the years.

    Problem `payment.household` for a month that is given twice, and as `household_month`.
    """
    asked = sorted(households, key=lambda household: household.month)
    counted: dict[str, list[int]] = {}
    months: list[tuple[Household, HouseholdMonth]] = []
    for household in asked:
        number = _number(household.month)
        if months and _number(months[-1][0].month) == number:
            raise Problem(
                "payment.household", where=f"{household.month:%Y-%m}", reason="the month is given twice"
            )
        span = month_table(household.month, as_planned=as_planned).terms.multiple.months
        units = tuple(
            _with_history(unit, counted.get(unit.insurer, ()), number - span) for unit in household.units
        )
        made = household_month(msgspec.structs.replace(household, units=units), as_planned=as_planned)
        for unit in made.units:
            if unit.counts:
                counted.setdefault(unit.insurer, []).append(number)
        months.append((household, made))
    years = [
        _year(first, list(within), as_planned)
        for first, within in groupby(months, key=lambda pair: year_of(pair[0].month))
    ]
    return HouseholdYears(months=tuple(made for _, made in months), years=tuple(years))


def year_of(month: date) -> date:
    """The first day of the year (August to July) in which a month lies."""
    begins = month_table(month).terms.year_begins_in
    return date(month.year if month.month >= begins else month.year - 1, begins, 1)


def _number(month: date) -> int:
    return month.year * _MONTHS + month.month


def _with_history(unit: Unit, counted: Sequence[int], before: int) -> Unit:
    seen = sum(1 for number in counted if number > before)
    return msgspec.structs.replace(unit, paid_before=max(unit.paid_before, seen))


def _year(first: date, months: Sequence[tuple[Household, HouseholdMonth]], as_planned: bool) -> Year:
    last = months[-1][0]
    table = month_table(last.month, as_planned=as_planned)
    lines = [Line("ceiling.line.year", {"first": f"{first:%Y-%m}", "months": len(months)})]
    outpatient: dict[str, int] = {}
    annual: dict[str, int] = {}
    for unit in last.units:
        for member in unit.members:
            name = unit.elderly_name
            if member.group is AgeGroup.UNDER_70 or name is None or member.person in outpatient:
                continue
            ceiling = table.limits(name).outpatient_annual
            if ceiling is not None:
                paid = sum(made.outpatient.get(member.person, 0) for made in _units(months))
                refund = outpatient[member.person] = max(paid - ceiling, 0)
                facts: dict[str, Fact] = {
                    "person": member.person,
                    "amount": paid,
                    "ceiling": ceiling,
                    "refund": refund,
                }
                lines.append(Line("ceiling.line.year-outpatient", facts))
    for unit in last.units:
        name = unit.name or unit.elderly_name
        ceiling = None if name is None else table.limits(name).year(unit.remuneration)
        if ceiling is not None:
            paid = sum(made.summed for made in _units(months) if made.insurer == unit.insurer)
            paid -= sum(outpatient.get(member.person, 0) for member in unit.members)
            refund = annual[unit.insurer] = max(paid - ceiling, 0)
            facts = {"insurer": unit.insurer, "amount": paid, "ceiling": ceiling, "refund": refund}
            lines.append(Line("ceiling.line.year-annual", facts))
    return Year(
        first=first,
        months=len(months),
        outpatient=outpatient,
        annual=annual,
        lines=tuple(lines),
        unconfirmed=bool(annual) or any(made.unconfirmed for _, made in months),
    )


def _units(months: Sequence[tuple[Household, HouseholdMonth]]) -> Iterable[UnitMonth]:
    return (unit for _, made in months for unit in made.units)
