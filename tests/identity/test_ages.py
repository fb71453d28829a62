"""Age by law and the days on which what people pay changes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.identity import (
    age_on,
    birthday,
    elderly_from,
    is_preschool,
    late_elderly_from,
    preschool_until,
    reached_on,
)
from kaihoken.problems import Problem

ONE_DAY = timedelta(days=1)
births = st.dates(date(1873, 1, 1), date(2099, 12, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("2000-06-15", "2000-06-15", 0),
        ("2000-06-15", "2020-06-13", 19),
        ("2000-06-15", "2020-06-14", 20),  # the day before the birthday
        ("2000-06-15", "2020-06-15", 20),
        ("2000-01-01", "2019-12-31", 20),
        ("2000-01-01", "2019-12-30", 19),
        ("2000-04-01", "2006-03-31", 6),
        ("2004-02-29", "2023-02-27", 18),
        ("2004-02-29", "2023-02-28", 19),
        ("2004-02-29", "2024-02-27", 19),
        ("2004-02-29", "2024-02-28", 20),
        ("2003-03-01", "2024-02-28", 20),
        ("2003-03-01", "2024-02-29", 21),
        ("2003-03-01", "2023-02-28", 20),
        ("2000-12-31", "9999-12-31", 7999),
        ("2000-01-01", "9999-12-31", 7999),
    ],
)
def test_a_year_is_complete_the_day_before_the_birthday(born: str, on: str, age: int) -> None:
    assert age_on(day(born), day(on)) == age


def test_nobody_has_an_age_before_birth() -> None:
    with pytest.raises(Problem) as raised:
        age_on(day("2026-10-01"), day("2026-09-30"))

    assert raised.value.code == "identity.before-birth"


@given(births, st.integers(0, 120))
def test_age_changes_on_the_day_it_is_reached(born: date, age: int) -> None:
    reached = reached_on(born, age + 1)

    assert age_on(born, reached) == age + 1
    assert age_on(born, reached - ONE_DAY) == age
    assert age_on(born, reached + ONE_DAY) == age + 1
    assert birthday(born, age + 1) == reached + ONE_DAY


@pytest.mark.parametrize(
    ("born", "last"),
    [
        ("2021-04-01", "2027-03-31"),
        ("2021-04-02", "2028-03-31"),
        ("2021-03-31", "2027-03-31"),
        ("2020-04-01", "2026-03-31"),
        ("2020-02-29", "2026-03-31"),
        ("2020-12-31", "2027-03-31"),
        ("2021-01-01", "2027-03-31"),
    ],
)
def test_preschool_ends_with_the_school_year_in_which_six_is_reached(born: str, last: str) -> None:
    end = day(last)

    assert preschool_until(day(born)) == end
    assert is_preschool(day(born), end)
    assert not is_preschool(day(born), end + ONE_DAY)


def test_the_child_born_on_the_first_of_april_goes_to_school_with_the_older_ones() -> None:
    assert is_preschool(day("2021-04-01"), day("2027-03-15"))
    assert not is_preschool(day("2021-04-01"), day("2027-04-01"))
    assert not is_preschool(day("2020-04-01"), day("2026-09-10"))


@given(births)
def test_preschool_ends_on_a_31st_of_march_between_six_and_seven(born: date) -> None:
    end = preschool_until(born)

    assert (end.month, end.day) == (3, 31)
    assert age_on(born, end) == 6
    assert age_on(born, end.replace(year=end.year - 1)) == 5


@pytest.mark.parametrize(
    ("born", "first"),
    [
        ("1956-09-10", "2026-10-01"),
        ("1956-09-01", "2026-09-01"),
        ("1956-09-02", "2026-10-01"),
        ("1956-09-30", "2026-10-01"),
        ("1956-12-02", "2027-01-01"),
        ("1957-01-01", "2027-01-01"),
        ("1956-02-29", "2026-03-01"),
        ("1956-03-01", "2026-03-01"),
        ("1944-04-01", "2014-04-01"),
        ("1944-04-02", "2014-05-01"),
    ],
)
def test_elderly_from_the_month_after_seventy(born: str, first: str) -> None:
    assert elderly_from(day(born)) == day(first)


@given(births)
def test_elderly_from_the_first_of_the_month_after_the_one_in_which_seventy_is_reached(born: date) -> None:
    first = elderly_from(born)
    reached = reached_on(born, 70)

    assert first.day == 1
    assert ((first - ONE_DAY).year, (first - ONE_DAY).month) == (reached.year, reached.month)
    assert age_on(born, first) == 70


@pytest.mark.parametrize(
    ("born", "first"),
    [("1951-11-20", "2026-11-20"), ("1951-11-01", "2026-11-01"), ("1948-02-29", "2023-03-01")],
)
def test_late_elderly_from_the_birthday_itself(born: str, first: str) -> None:
    assert late_elderly_from(day(born)) == day(first)


def test_what_lies_behind_the_calendar_never_comes() -> None:
    for born in ("9999-12-31", "9995-05-05", "9930-01-01", "9993-05-01", "9929-12-15"):
        assert elderly_from(day(born)) == date.max
    assert birthday(day("9990-01-01"), 10) == date.max
    assert late_elderly_from(day("9990-01-01")) == date.max
    assert preschool_until(day("9993-05-01")) == date.max
    assert preschool_until(day("9993-02-01")) == day("9999-03-31")
    assert is_preschool(day("9999-12-31"), date.max)
    assert elderly_from(day("9929-12-01")) == day("9999-12-01")
