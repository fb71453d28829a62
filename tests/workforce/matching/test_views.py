"""Each sees only its own; the council sees counts, and none from which one doctor could be told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.problems import Problem
from kaihoken.workforce.matching import (
    Market,
    Post,
    hidden,
    match,
    view_for_council,
    view_for_doctor,
    view_for_post,
)

from .markets import ORDER, a_doctor, a_market, markets


def a_full_market() -> Market:
    posts = [Post("T", "town", 4), Post("V", "village", 5)]
    return a_market([a_doctor(f"d{number}", "T", "V") for number in range(9)], posts, {"village": 3})


def test_a_doctor_sees_his_own_wish_and_result_only() -> None:
    market = a_full_market()
    matching = match(market, ORDER)

    seen = view_for_doctor(market, matching, "d0")

    assert seen.post == matching.post_of["d0"]
    assert seen.wish == ("T", "V").index(str(seen.post)) + 1
    assert not any(other in repr(seen) for other in ("d1", "d2", "d8"))


@given(markets())
def test_a_post_sees_its_own_doctors_and_nobody_else(market: Market) -> None:
    matching = match(market, ORDER)

    for post in market.posts:
        seen = view_for_post(market, matching, ORDER, post.code)
        assert seen.doctors == matching.doctors_at(post.code)
        strangers = {doctor.key for doctor in market.doctors} - set(seen.doctors)
        assert not any(stranger in repr(seen) for stranger in strangers)


@given(markets())
def test_the_council_sees_no_key_at_all(market: Market) -> None:
    seen = repr(view_for_council(market, match(market, ORDER), ORDER))

    assert not any(doctor.key in seen for doctor in market.doctors)


def test_the_council_sees_counts_of_both_sides() -> None:
    market = a_full_market()

    seen = view_for_council(market, match(market, ORDER), ORDER)

    assert [(one.region, one.seats, one.minimum, one.filled) for one in seen.regions] == [
        ("town", 4, 0, 4),
        ("village", 5, 3, 5),
    ]
    assert seen.by_wish == {1: 4, 2: 5, None: 0}
    assert set(seen.by_place) == {1, 2, 3, 4}
    assert seen.extended_seats == 6


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"a": 3, "b": 0}, {"a": 3, "b": 0}),
        ({"a": 2, "b": 7, "c": 5}, {"a": None, "b": 7, "c": None}),
        ({"a": 2, "b": 1, "c": 5}, {"a": None, "b": None, "c": 5}),
        ({"a": 1, "b": 1, "c": 5, "d": 9}, {"a": None, "b": None, "c": None, "d": 9}),
        ({"a": 2}, {"a": None}),
        ({}, {}),
    ],
)
def test_small_counts_are_hidden_with_another_that_would_tell_them(
    counts: dict[str, int], shown: dict[str, int | None]
) -> None:
    assert hidden(counts, 3) == shown


@given(st.dictionaries(st.integers(), st.integers(0, 12), max_size=6))
def test_no_hidden_count_can_be_told_from_the_total(counts: dict[int, int]) -> None:
    shown = hidden(counts, 3)
    away = [counts[key] for key, count in shown.items() if count is None]

    assert all(count in (None, counts[key]) for key, count in shown.items())
    assert not any(0 < count < 3 for count in shown.values() if count is not None)
    if away and any(count for count in shown.values()):
        assert len(away) >= 2
        assert sum(away) >= 3


def test_a_stranger_is_told_nothing() -> None:
    market = a_full_market()
    matching = match(market, ORDER)

    for ask in (
        lambda: view_for_doctor(market, matching, "d99"),
        lambda: view_for_post(market, matching, ORDER, "X"),
    ):
        with pytest.raises(Problem) as raised:
            ask()
        assert raised.value.code == "workforce.matching-unknown"
