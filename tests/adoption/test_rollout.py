"""Projecting readiness from counts by month: the method, its range, and how far it was off."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kaihoken.adoption.counts import read_counts
from kaihoken.adoption.rollout import Count, Month, rollout
from kaihoken.problems import Problem

FIRST = Month(2022, 10)


def counts(*ready, total=1000):
    return tuple(Count(FIRST.plus(at), number, total) for at, number in enumerate(ready))


def test_the_same_part_of_the_rest_becomes_ready_each_month():
    found = rollout(counts(0, 500, 750), 2)

    assert [one.middle for one in found.projected] == [0.875, 0.9375]
    assert [str(one.month) for one in found.projected] == ["2023-01", "2023-02"]


def test_the_range_runs_from_the_smallest_to_the_largest_part_seen():
    (ahead,) = rollout(counts(0, 100, 550), 1).projected

    assert (round(ahead.low, 6), round(ahead.high, 6)) == (0.595, 0.775)
    assert ahead.low < ahead.middle < ahead.high


def test_months_that_are_missing_are_spread():
    sparse = (Count(FIRST, 0, 1000), Count(FIRST.plus(2), 750, 1000), Count(FIRST.plus(3), 875, 1000))

    assert rollout(sparse, 1).projected[0].middle == pytest.approx(0.9375)


def test_the_month_of_the_aim_is_told_for_each_line_or_not_at_all():
    found = rollout(counts(0, 100, 550), 5, 0.9)

    assert [month and str(month) for month in found.reached] == ["2023-03", "2023-05", None]


def test_fewer_ready_than_before_counts_as_no_progress():
    found = rollout(counts(500, 400, 400), 1)

    assert found.projected[0].high == pytest.approx(0.4)


def test_where_all_are_ready_they_stay_so():
    assert rollout(counts(900, 1000, 1000), 1).projected[0].middle == 1


def test_three_counts_are_too_few_to_know_the_error():
    found = rollout(counts(0, 100, 200), 1)

    assert (found.error, found.worst, found.misses) == (None, None, ())


def test_the_error_is_that_of_saying_each_count_from_those_before_it():
    found = rollout(counts(0, 500, 750, 900), 1)

    (miss,) = found.misses
    assert (str(miss.known_to), str(miss.month)) == ("2022-12", "2023-01")
    assert miss.points == pytest.approx(-2.5)
    assert not miss.within
    assert (found.error, found.worst) == (pytest.approx(2.5), pytest.approx(2.5))


# 医療保険部会 2021-10-22, 2022-05-25, 2022-08-19 and 2023-02-24: facilities in operation of all.
PUBLISHED = (
    Count(Month(2021, 10), 11_676, 229_000),
    Count(Month(2022, 5), 43_693, 229_686),
    Count(Month(2022, 8), 61_659, 229_686),
    Count(Month(2023, 2), 113_835, 229_717),
)


def test_the_published_counts_show_what_the_method_does_not_know():
    (miss,) = rollout(PUBLISHED, 1).misses

    assert miss.points == pytest.approx(-12.1, abs=0.1), "the duty of 2023-04 hurried everybody"
    assert not miss.within


@given(st.lists(st.integers(0, 1000), min_size=3, max_size=24), st.integers(1, 36))
def test_a_projection_stays_between_what_is_and_all_and_in_its_range(ready, months):
    assume(len(ready) >= 3)
    found = rollout(counts(*ready), months)

    now = ready[-1] / 1000
    for one in found.projected:
        assert now - 1e-9 <= one.low <= one.high <= 1 + 1e-9
        assert one.low - 1e-9 <= one.middle <= one.high + 1e-9 or len(ready) > 7
    assert len(found.projected) == months


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        (counts(1, 2), "adoption.rollout-few"),
        (counts(1, 2, 1001), "adoption.rollout-counts"),
        (counts(1, 2, 0, total=0), "adoption.rollout-counts"),
        ((*counts(1, 2), Count(Month(2022, 11), 3, 1000)), "adoption.rollout-counts"),
    ],
)
def test_counts_that_cannot_be_are_refused(given_, code):
    with pytest.raises(Problem, match=code.replace(".", r"\.")):
        rollout(given_, 1)


def test_counts_are_read_from_a_spreadsheet():
    assert read_counts(b'month,ready,total\n2022-05,"43,693",229686\n', "a.csv") == (
        Count(Month(2022, 5), 43_693, 229_686),
    )


@pytest.mark.parametrize(
    "row", ["2022-13,1,2", "2022-5,1,2", ",1,2", "2022-05,,2", "2022-05,1,-2", "2022-05,1.5,2"]
)
def test_a_row_that_does_not_fit_is_told_with_its_line(row):
    with pytest.raises(Problem) as raised:
        read_counts(f"month,ready,total\n2022-04,1,2\n{row}\n".encode(), "a.csv")

    assert (raised.value.code, raised.value.where) == ("adoption.file-invalid", "a.csv:3")
