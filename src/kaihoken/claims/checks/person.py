"""The person and the months: sex, birth date, month of care, month of claiming."""

from collections.abc import Iterator
from datetime import date

from kaihoken.claims.checks.terms import Terms, found
from kaihoken.claims.claiming import claimable_until
from kaihoken.claims.finding import Finding
from kaihoken.claims.receipt import FIRST_MONTH, Receipt, day_written, month_written


def months(receipt: Receipt, terms: Terms) -> Iterator[Finding]:
    """Care was before the month of claiming, and not so long ago that it cannot be claimed any more."""
    if receipt.month is None:
        written = receipt.text(receipt.common, "month") if receipt.common is not None else ""
        if written and month_written(written) is None:
            yield found("month.unreadable", receipt, receipt.common, "month")
        elif written:
            first = FIRST_MONTH.isoformat()[:7]
            yield found("month.outside", receipt, receipt.common, "month", first=first)
        return
    if terms.claimed is None:
        return
    if receipt.month >= terms.claimed:
        yield found("month.not-before", receipt, receipt.common, "month", month=receipt.month.isoformat()[:7])
    elif claimable_until(receipt.month) < terms.claimed:
        yield found("month.prescribed", receipt, receipt.common, "month", month=receipt.month.isoformat()[:7])


def birth(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """The birth date is a day, and care was after it."""
    if receipt.birthdate is None:
        if receipt.common is not None and receipt.text(receipt.common, "birthdate"):
            yield found("person.birthdate", receipt, receipt.common, "birthdate")
    elif receipt.month is not None and receipt.birthdate.replace(day=1) > receipt.month:
        yield found("person.unborn", receipt, receipt.common, "birthdate")


def name(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """One space stands between family name and given name."""
    if receipt.name and [bool(part) for part in receipt.name.replace("　", " ").split(" ")] != [True, True]:
        yield found("person.name-spaces", receipt, receipt.common, "name")


def admission(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """入院年月日 is a day between birth and the end of the month of care."""
    text = receipt.text(receipt.common, "admitted") if receipt.common is not None else ""
    if not text:
        return
    day = day_written(text)
    if day is None:
        yield found("person.admitted-unreadable", receipt, receipt.common, "admitted")
    elif _outside(day, receipt.birthdate, receipt.month):
        yield found("person.admitted", receipt, receipt.common, "admitted", day=day.isoformat())


def _outside(day: date, birthdate: date | None, month: date | None) -> bool:
    before_birth = birthdate is not None and day < birthdate
    return before_birth or (month is not None and day.replace(day=1) > month)
