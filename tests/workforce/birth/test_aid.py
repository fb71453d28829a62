"""妊婦の交通費・宿泊費支援: the slide's own figures, and every state of who is helped."""

from datetime import date
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.problems import Problem
from kaihoken.rules import Status
from kaihoken.workforce.birth.aid import (
    AidedWay,
    Trip,
    aided_way,
    birth_travel_rules,
    fare_aid,
    lodging_aid,
    travel_aid,
)

RULES = birth_travel_rules(date(2026, 11, 20))

NEAR, EDGE, FAR = 59.9, 60.0, 75.0


def test_a_taxi_of_12000_yen_is_helped_with_9600() -> None:
    assert fare_aid([Trip(12_000, taxi=True)], RULES) == 9_600


def test_three_nights_at_11000_with_a_cap_of_9800_come_to_23400_half_of_it_the_nations() -> None:
    aid = travel_aid([], [11_000] * 3, RULES, cap=9_800)
    assert (aid.lodging, aid.nation, aid.prefecture, aid.municipality) == (23_400, 11_700, 5_850, 5_850)
    assert aid.rounding_status is Status.UNCONFIRMED


@pytest.mark.parametrize(
    ("facility", "centre", "ordinary", "high_risk"),
    [
        (NEAR, NEAR, AidedWay.NONE, AidedWay.NONE),
        (NEAR, EDGE, AidedWay.NONE, AidedWay.CENTRE),
        (NEAR, FAR, AidedWay.NONE, AidedWay.CENTRE),
        (EDGE, FAR, AidedWay.FACILITY, AidedWay.CENTRE),
        (FAR, FAR, AidedWay.FACILITY, AidedWay.CENTRE),
        (FAR, inf, AidedWay.FACILITY, AidedWay.CENTRE),
        (inf, inf, AidedWay.FACILITY, AidedWay.CENTRE),
        (NEAR, None, AidedWay.NONE, AidedWay.UNKNOWN),
        (FAR, None, AidedWay.FACILITY, AidedWay.CENTRE),
        (None, NEAR, AidedWay.UNKNOWN, AidedWay.NONE),
        (None, FAR, AidedWay.UNKNOWN, AidedWay.CENTRE),
        (None, None, AidedWay.UNKNOWN, AidedWay.UNKNOWN),
    ],
)
def test_who_is_helped_on_which_way(
    facility: float | None, centre: float | None, ordinary: AidedWay, high_risk: AidedWay
) -> None:
    assert aided_way(facility, centre, high_risk=False, minutes=RULES.minutes) is ordinary
    assert aided_way(facility, centre, high_risk=True, minutes=RULES.minutes) is high_risk


@pytest.mark.parametrize("high_risk", [False, True])
def test_a_centre_nearer_than_the_nearest_facility_is_a_contradiction(high_risk: bool) -> None:
    with pytest.raises(Problem) as raised:
        aided_way(FAR, NEAR, high_risk=high_risk, minutes=60)
    assert raised.value.code == "workforce.birth-times-contradict"


@pytest.mark.parametrize("minutes", [-1.0, nan])
def test_what_is_no_time_is_refused(minutes: float) -> None:
    with pytest.raises(Problem) as raised:
        aided_way(minutes, None, high_risk=False, minutes=60)
    assert raised.value.code == "workforce.minutes-not-a-time"


def test_other_means_are_held_to_the_travel_regulation_and_a_taxi_is_not() -> None:
    assert fare_aid([Trip(3_000, tariff=2_000)], RULES) == 1_600
    assert fare_aid([Trip(1_500, tariff=2_000)], RULES) == 1_200
    assert fare_aid([Trip(3_000, taxi=True, tariff=2_000)], RULES) == 2_400


def test_a_way_by_other_means_needs_the_regulations_amount() -> None:
    with pytest.raises(Problem) as raised:
        fare_aid([Trip(1_000, taxi=True), Trip(1_000)], RULES)
    assert raised.value.code == "workforce.fare-without-tariff"
    assert raised.value.facts["number"] == 2


def test_fourteen_nights_are_paid_and_no_fifteenth() -> None:
    assert lodging_aid([9_800] * 14, RULES, cap=9_800) == 14 * 7_800
    assert lodging_aid([9_800] * 15, RULES, cap=9_800) == 14 * 7_800


def test_a_night_cheaper_than_the_own_share_is_not_helped() -> None:
    assert lodging_aid([2_000, 1_500], RULES, cap=9_800) == 0
    assert lodging_aid([2_001], RULES, cap=9_800) == 1


def test_odd_yen_are_dropped_at_the_unit_asked_for() -> None:
    assert fare_aid([Trip(1_237, taxi=True)], RULES) == 989
    assert fare_aid([Trip(1_237, taxi=True)], RULES, unit=100) == 900


def test_nights_without_a_cap_are_refused() -> None:
    with pytest.raises(Problem) as raised:
        travel_aid([], [8_000], RULES)
    assert raised.value.code == "workforce.lodging-without-cap"
    assert travel_aid([Trip(1_000, taxi=True)], [], RULES).total == 800


@pytest.mark.parametrize(
    ("trips", "nights"), [([Trip(-1, taxi=True)], []), ([Trip(1, tariff=-5)], []), ([], [-1])]
)
def test_an_amount_below_zero_is_refused(trips: list[Trip], nights: list[int]) -> None:
    with pytest.raises(Problem) as raised:
        travel_aid(trips, nights, RULES, cap=9_800)
    assert raised.value.code == "workforce.yen-below-zero"


@given(
    st.lists(st.integers(0, 100_000), max_size=4),
    st.lists(st.integers(0, 30_000), max_size=20),
    st.integers(0, 20_000),
    st.sampled_from([1, 100]),
)
def test_the_bearers_parts_are_the_whole_and_no_more_than_was_paid(
    fares: list[int], nights: list[int], cap: int, unit: int
) -> None:
    aid = travel_aid([Trip(fare, taxi=True) for fare in fares], nights, RULES, cap=cap, unit=unit)
    assert aid.nation + aid.prefecture + aid.municipality == aid.total
    assert aid.total <= sum(fares) + sum(nights)
    assert aid.municipality >= aid.prefecture
