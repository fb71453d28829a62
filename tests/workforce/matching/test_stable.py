"""The promises of the matching, each held against every way of trying it on small markets."""

from collections import Counter
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaihoken.problems import Problem
from kaihoken.workforce.matching import (
    Doctor,
    Facts,
    Market,
    Matching,
    Post,
    declined,
    extended_seats,
    match,
    order_at,
    regular_seats,
)

from .markets import ORDER, a_doctor, a_market, markets

TOWN, VILLAGE = Post("T", "town", 2), Post("V", "village", 2)


def filled(market: Market, matching: Matching) -> Counter[str]:
    region = {post.code: post.region for post in market.posts}
    return Counter(region[post] for post in matching.post_of.values() if post is not None)


def prefers(doctor: Doctor, post: str, to: str | None) -> bool:
    if post not in doctor.wishes:
        return False
    return to is None or doctor.wishes.index(post) < doctor.wishes.index(to)


@given(markets())
def test_nobody_is_where_he_did_not_wish_to_be_and_no_post_has_more_than_its_seats(market: Market) -> None:
    found = match(market, ORDER)

    assert set(found.post_of) == {doctor.key for doctor in market.doctors}
    for doctor in market.doctors:
        assert found.post_of[doctor.key] in (None, *doctor.wishes)
    assert all(len(found.doctors_at(post.code)) <= post.seats for post in market.posts)


@given(markets())
def test_nobody_has_a_post_that_somebody_before_him_there_prefers(market: Market) -> None:
    found = match(market, ORDER)
    place = {post.code: order_at(post, market, ORDER).index for post in market.posts}

    for doctor in market.doctors:
        for post in market.posts:
            if prefers(doctor, post.code, found.post_of[doctor.key]):
                assert all(
                    place[post.code](other) < place[post.code](doctor.key)
                    for other in found.doctors_at(post.code)
                )


@given(markets())
def test_a_preferred_seat_stays_free_only_for_the_minimum_of_other_regions(market: Market) -> None:
    found = match(market, ORDER)
    regular, count = regular_seats(market), filled(market, found)
    used = sum(max(0, count[region] - seats) for region, seats in regular.items())

    assert used <= extended_seats(market)
    for doctor in market.doctors:
        for post in market.posts:
            if prefers(doctor, post.code, found.post_of[doctor.key]) and (
                len(found.doctors_at(post.code)) < post.seats
            ):
                assert count[post.region] >= regular[post.region]
                assert used == extended_seats(market)


@given(markets(everywhere=True))
def test_every_region_has_its_minimum_where_all_name_all_posts(market: Market) -> None:
    found = filled(market, match(market, ORDER))
    regular = regular_seats(market)
    seats = sum(post.seats for post in market.posts)

    if len(market.doctors) >= sum(regular.values()):
        assert all(found[region] >= wanted for region, wanted in regular.items())
        assert found.total() == min(len(market.doctors), seats)
    else:
        assert found.total() == len(market.doctors)
        assert all(found[region] <= wanted for region, wanted in regular.items())


def every_list(codes: list[str]) -> list[tuple[str, ...]]:
    return [one for length in range(len(codes) + 1) for one in permutations(codes, length)]


@settings(max_examples=60, deadline=None)
@given(markets(most_doctors=4, most_posts=3), st.integers(0, 3))
def test_no_other_list_gets_anybody_a_post_that_he_prefers(market: Market, who: int) -> None:
    if who >= len(market.doctors):
        return
    doctor = market.doctors[who]
    truly = match(market, ORDER).post_of[doctor.key]

    for wishes in every_list([post.code for post in market.posts]):
        lying = replace(doctor, wishes=wishes)
        others = tuple(lying if one is doctor else one for one in market.doctors)
        found = match(replace(market, doctors=others), ORDER).post_of[doctor.key]
        assert found is None or not prefers(doctor, found, truly)


@given(markets())
def test_without_minimums_it_is_deferred_acceptance(market: Market) -> None:
    """Among all stable matchings of the plain market each doctor has his best: Gale and Shapley's, made otherwise."""
    plain = replace(market, minimum={})
    found = match(plain, ORDER)
    holds: dict[str, list[str]] = {post.code: [] for post in plain.posts}
    orders = {post.code: order_at(post, plain, ORDER) for post in plain.posts}
    waiting = [(doctor, 0) for doctor in plain.doctors]
    while waiting:
        doctor, at = waiting.pop()
        if at == len(doctor.wishes):
            continue
        post = doctor.wishes[at]
        holds[post] = sorted([*holds[post], doctor.key], key=orders[post].index)
        if len(holds[post]) > next(one.seats for one in plain.posts if one.code == post):
            out = holds[post].pop()
            sent = next(one for one in plain.doctors if one.key == out)
            waiting.append((sent, sent.wishes.index(post) + 1))

    assert {post: tuple(sorted(keys)) for post, keys in holds.items()} == {
        post.code: found.doctors_at(post.code) for post in plain.posts
    }


def test_a_village_with_a_minimum_gets_somebody_whom_the_town_had_a_seat_for() -> None:
    doctors = [a_doctor("x", "T", "V"), a_doctor("y", "T", "V")]

    plain = match(a_market(doctors, [TOWN, VILLAGE]), ORDER)
    with_minimum = match(a_market(doctors, [TOWN, VILLAGE], {"village": 1}), ORDER)

    assert sorted(plain.post_of.values(), key=str) == ["T", "T"]
    assert sorted(with_minimum.post_of.values(), key=str) == ["T", "V"]


def test_whoever_declines_the_village_is_not_sent_there() -> None:
    market = a_market([a_doctor("x", "T"), a_doctor("y", "T")], [TOWN, VILLAGE], {"village": 1})

    assert sorted(match(market, ORDER).post_of.values(), key=str) == [None, "T"]


def test_who_has_duty_left_comes_first_then_who_returns_then_who_lives_near() -> None:
    one = Post("T", "town", 1)
    duty, back = Facts(duty=True), Facts(returning=True)
    near, far = Facts(home_minutes=20.0), Facts(home_minutes=40.0)

    def first(*facts: Facts) -> str:
        doctors = [a_doctor(f"d{number}", "T", town=fact) for number, fact in enumerate(facts)]
        return order_at(one, a_market(doctors, [one]), ORDER)[0]

    assert first(back, duty) == "d1"
    assert first(near, back) == "d1"
    assert first(far, near) == "d1"
    assert first(Facts(), far) == "d1"


def test_what_is_alike_is_decided_by_the_lottery_that_anybody_can_repeat() -> None:
    doctors = [a_doctor(f"d{number}", "T", town=Facts(home_minutes=31.0 + number)) for number in range(6)]
    orders = {
        lottery: order_at(TOWN, a_market(doctors, [TOWN], lottery=lottery), ORDER) for lottery in ("a", "b")
    }

    assert orders["a"] != orders["b"]
    assert orders["a"] == order_at(TOWN, a_market(doctors[::-1], [TOWN], lottery="a"), ORDER)


def test_a_post_may_leave_criteria_out_and_adds_none() -> None:
    doctors = [a_doctor("x", "T", town=Facts(home_minutes=90.0)), a_doctor("y", "T", town=Facts(duty=True))]
    only_home = Post("T", "town", 1, ("home",))

    assert order_at(only_home, a_market(doctors, [only_home]), ORDER) == ("x", "y")
    for wrong in ("score", "wish", "age"):
        post = Post("T", "town", 1, (wrong,))
        with pytest.raises(Problem) as raised:
            match(a_market(doctors, [post]), ORDER)
        assert raised.value.code == "workforce.matching-criterion"


def test_who_declines_afterwards_leaves_and_the_others_are_matched_again() -> None:
    market = a_market([a_doctor("x", "T"), a_doctor("y", "T")], [Post("T", "town", 1)])
    (winner,) = match(market, ORDER).doctors_at("T")

    again, found = declined(market, ORDER, (winner,))

    assert [doctor.key for doctor in again.doctors] == [key for key in ("x", "y") if key != winner]
    assert found.doctors_at("T") == (again.doctors[0].key,)


def test_markets_that_make_no_sense_are_refused() -> None:
    for doctors, posts, minimum, code in (
        ([a_doctor("x", "T", "T")], [TOWN], {}, "wish"),
        ([a_doctor("x", "U")], [TOWN], {}, "wish"),
        ([a_doctor("x"), a_doctor("x")], [TOWN], {}, "twice"),
        ([a_doctor("x")], [TOWN, TOWN], {}, "twice"),
        ([a_doctor("x")], [TOWN], {"island": 1}, "twice"),
    ):
        with pytest.raises(Problem) as raised:
            a_market(doctors, posts, minimum)
        assert raised.value.code == f"workforce.matching-{code}"


def test_nobody_and_nothing_is_a_matching_too() -> None:
    assert match(a_market([], [TOWN]), ORDER).post_of == {}
    assert match(a_market([a_doctor("x")], []), ORDER).post_of == {"x": None}
