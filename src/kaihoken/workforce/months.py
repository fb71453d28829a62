"""Periods of months and years, as the law counts them (民法143条2項)."""

from datetime import date, timedelta

_MONTHS = 12


def after_months(first: date, months: int) -> date:
    """The first day after a period of months that begins with `first`: the corresponding day, or the 1st of the month
    after it where that month has no such day (the period then ends with that month's last day).

    Six months from 2026-08-31 end on 2027-02-28, so what follows is 2027-03-01. Counting back from there gives the same
    answer: six months before 2027-02-28 is 2026-08-28.
    """
    year, month = divmod(first.year * _MONTHS + first.month - 1 + months, _MONTHS)
    try:
        return date(year, month + 1, first.day)
    except ValueError:
        following = divmod(year * _MONTHS + month + 1, _MONTHS)
        return date(following[0], following[1] + 1, 1)


def after_years(first: date, years: int) -> date:
    """The same for years."""
    return after_months(first, years * _MONTHS)


def last_of_months(first: date, months: int) -> date:
    """The last day of that period."""
    return after_months(first, months) - timedelta(days=1)


def fiscal_year(day: date) -> int:
    """年度: the year in whose April it began."""
    return day.year if day.month >= 4 else day.year - 1
