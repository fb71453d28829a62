"""Periods of months, at the ends of months and of years."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.workforce.months import after_months, after_years, fiscal_year, last_of_months


@pytest.mark.parametrize(
    ("first", "months", "expected"),
    [
        (date(2026, 4, 1), 6, date(2026, 10, 1)),
        (date(2026, 8, 28), 6, date(2027, 2, 28)),
        (date(2026, 8, 29), 6, date(2027, 3, 1)),
        (date(2026, 8, 31), 6, date(2027, 3, 1)),
        (date(2027, 8, 29), 6, date(2028, 2, 29)),
        (date(2027, 8, 30), 6, date(2028, 3, 1)),
        (date(2026, 3, 31), 6, date(2026, 10, 1)),
        (date(2026, 12, 31), 2, date(2027, 3, 1)),
        (date(2026, 10, 31), 1, date(2026, 12, 1)),
        (date(2024, 2, 29), 12, date(2025, 3, 1)),
    ],
)
def test_a_period_ends_before_the_corresponding_day_or_with_its_month(
    first: date, months: int, expected: date
) -> None:
    assert after_months(first, months) == expected
    assert last_of_months(first, months) == expected - timedelta(days=1)


@given(st.dates(date(2000, 1, 1), date(2080, 12, 31)), st.integers(0, 200))
def test_periods_never_shrink_as_days_or_months_grow(first: date, months: int) -> None:
    assert after_months(first, months) <= after_months(first + timedelta(days=1), months)
    assert after_months(first, months) < after_months(first, months + 1)


@given(st.dates(date(2000, 1, 1), date(2080, 12, 31)), st.integers(0, 20))
def test_years_are_twelve_months(first: date, years: int) -> None:
    assert after_years(first, years) == after_months(first, 12 * years)


@pytest.mark.parametrize(("day", "year"), [(date(2026, 3, 31), 2025), (date(2026, 4, 1), 2026)])
def test_a_fiscal_year_begins_in_april(day: date, year: int) -> None:
    assert fiscal_year(day) == year
