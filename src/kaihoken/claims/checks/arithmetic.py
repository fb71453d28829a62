"""Arithmetic: what was billed, on which days and how often, against what is asked for."""

from collections.abc import Iterator
from datetime import date

from kaihoken.claims.checks.terms import Terms, found
from kaihoken.claims.finding import Finding
from kaihoken.claims.receipt import Act, Receipt, last_day_of
from kaihoken.claims.records import payers_of


def points(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """合計点数 of each payer is the sum of what was billed with it. Where a 負担区分 or a number cannot be read, the
    sum says nothing."""
    sums: dict[str, int] = {}
    for unit in receipt.units:
        payers = _bearing(unit.last, receipt)
        if not payers or unit.points is None or unit.last.times is None:
            return
        for kind in payers:
            sums[kind] = sums.get(kind, 0) + unit.total
    first = True
    for kind, payer in receipt.payers:
        summed = sums.get(kind, 0)
        if payer.points is not None and payer.points != summed:
            check = "arithmetic.points" if first else "arithmetic.public-points"
            yield found(check, receipt, payer.line, "points", written=payer.points, summed=summed)
        first = False


def burdens(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """負担区分 names payers that the receipt has."""
    if receipt.month is None:
        return
    kinds = {kind for kind, _payer in receipt.payers}
    for act in _acts(receipt):
        if not act.burden:
            continue
        payers = _bearing(act, receipt)
        if not payers:
            yield found("arithmetic.burden", receipt, act.line, "burden", burden=act.burden)
        elif payers - kinds:
            yield found("arithmetic.burden-payer", receipt, act.line, "burden", burden=act.burden)


def times(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """回数 is what 算定日 add up to, and never 0; the days are days of the month."""
    last = _last_day(receipt.month)
    for act in _acts(receipt):
        if act.times == 0:
            yield found("arithmetic.times-zero", receipt, act.line, "times")
        elif act.days and act.times is not None:
            billed = sum(often for _day, often in act.days)
            if billed != act.times:
                yield found("arithmetic.times", receipt, act.line, "times", written=act.times, summed=billed)
        for day, _often in act.days:
            if last is not None and day > last:
                yield found("arithmetic.day", receipt, act.line, "day", day=day, last=last)


def open_unit(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """The last line of what was billed together says its points."""
    for unit in receipt.units:
        line = unit.last.line
        if not unit.closed and receipt.position(line.kind, "points"):
            yield found("arithmetic.no-points", receipt, line, "points")


def visit_days(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """診療実日数 fits the month and the days that are marked as visits; those are days of the month."""
    last = _last_day(receipt.month)
    payers = dict(receipt.payers)
    for payer in payers.values():
        if last is not None and payer.days is not None and payer.days > last:
            yield found("arithmetic.days", receipt, payer.line, "days", written=payer.days, last=last)
    for visit in receipt.visits:
        for day in range((last or len(visit.marks)) + 1, len(visit.marks) + 1):
            if visit.marks[day - 1]:
                yield found("arithmetic.visit-day", receipt, visit.line, "day", day=day, last=last or 0)
        asked = payers.get(visit.payer_kind)
        if asked is not None and asked.days is not None and asked.days != visit.counted:
            facts = {"written": asked.days, "counted": visit.counted}
            yield found("arithmetic.visits", receipt, asked.line, "days", **facts)


def billed_days(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """What was billed was billed on a day on which the patient was there, or that is marked as different (9)."""
    if not receipt.visits:
        return
    marked = {day for visit in receipt.visits for day, mark in enumerate(visit.marks, 1) if mark}
    last = _last_day(receipt.month) or len(receipt.visits[0].marks)
    said: set[int] = set()
    for act in _acts(receipt):
        for day, _often in act.days:
            if day not in marked and day <= last and day not in said:
                said.add(day)
                yield found("arithmetic.day-without-visit", receipt, act.line, "day", day=day)


def _acts(receipt: Receipt) -> Iterator[Act]:
    for unit in receipt.units:
        yield from unit.acts


def _bearing(act: Act, receipt: Receipt) -> frozenset[str]:
    return payers_of(act.burden, receipt.month) if receipt.month is not None else frozenset()


def _last_day(month: date | None) -> int | None:
    return last_day_of(month) if month is not None else None
