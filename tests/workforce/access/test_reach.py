"""到達: the nearest facility, and shares of residents within a time, with nobody divided away."""

from datetime import date

import numpy as np
import pytest
from tests.workforce.access.facility_builder import Site, people_at, some_facilities

from kaihoken.problems import Problem
from kaihoken.rules import Status
from kaihoken.workforce.access import GreatCircle, great_circle, settlements, travel_rule
from kaihoken.workforce.access.facilities import Coordinate, EmergencyLevel
from kaihoken.workforce.access.facility_tables import published_facilities
from kaihoken.workforce.access.reach import (
    aged_share,
    by_area,
    by_group,
    by_municipality,
    reach_department,
    reach_emergency,
    reach_facilities,
)
from kaihoken.workforce.areas import area_set

KM_A_MINUTE = GreatCircle(1.0, 60.0, Status.UNCONFIRMED, "a kilometre a minute")


def test_each_place_finds_the_nearest_facility_of_the_department() -> None:
    facilities = some_facilities(
        Site("eye", 0, "眼科"), Site("inner", 10, "内科"), Site("far", 50, "内科;眼科")
    )
    people = people_at([(0, "01101"), (48, "01101")], {"01101": (0, 10, 0, 0)})
    assert reach_department(people, facilities, "内科", KM_A_MINUTE).facility.tolist() == [1, 2]
    assert reach_department(people, facilities, "眼科", KM_A_MINUTE).facility.tolist() == [0, 2]


def test_a_tertiary_centre_serves_as_a_secondary_hospital_and_none_reported_does_not() -> None:
    facilities = some_facilities(
        Site("clinic", 0),
        Site("none", 1, emergency=EmergencyLevel.NONE),
        Site("centre", 20, emergency=EmergencyLevel.TERTIARY),
    )
    people = people_at([(0, "01101")], {"01101": (0, 10, 0, 0)})
    assert reach_emergency(people, facilities, KM_A_MINUTE).facility.tolist() == [2]


def test_the_limit_itself_counts_as_within_and_a_little_more_does_not() -> None:
    facilities = some_facilities(Site("a", 0))
    people = people_at([(29.99, "01101"), (30.01, "01102")], {"01101": (1, 0, 0, 0), "01102": (1, 0, 0, 0)})
    found = reach_facilities(people, facilities, np.array([True]), KM_A_MINUTE)
    edge = float(found.cost[1])
    assert by_municipality(found, [30, edge]).within[:, :, -1].tolist() == [[1, 0], [1, 1]]


def test_shares_are_by_age_and_add_up_to_everybody() -> None:
    facilities = some_facilities(Site("a", 0))
    people = people_at([(0, "01101"), (90, "01102")], {"01101": (10, 20, 30, 40), "01102": (0, 0, 0, 60)})
    shares = by_municipality(reach_facilities(people, facilities, np.array([True]), KM_A_MINUTE))
    assert shares.within[0].sum(axis=0).tolist() == [10, 20, 30, 40, 100]
    assert shares.of_all().shares()[1, 0].tolist() == [1, 1, 1, 0.4, 100 / 160]
    assert shares.beyond()[1, shares.row("01102"), -1] == 60
    assert aged_share(shares, "75+", 60).tolist() == [1, 0]


def test_nobody_of_an_age_is_no_share_rather_than_nought() -> None:
    facilities = some_facilities(Site("a", 0))
    people = people_at([(90, "01102")], {"01102": (0, 0, 0, 60)})
    shares = by_municipality(reach_facilities(people, facilities, np.array([True]), KM_A_MINUTE))
    assert np.isnan(aged_share(shares, "0-14", 60)).all()
    assert aged_share(shares, "75+", 60).tolist() == [0]


def test_people_who_reach_nothing_stay_as_a_count() -> None:
    facilities = some_facilities(Site("a", 0))
    people = people_at([(0, "01101"), (500, "01102")], {"01101": (0, 7, 0, 0), "01102": (0, 5, 0, 0)})
    found = reach_facilities(people, facilities, np.array([True]), KM_A_MINUTE, limit=100)
    shares = by_municipality(found)
    assert found.people_unreachable() == 5
    assert shares.unreachable[:, -1].tolist() == [0, 5]
    assert shares.people[:, -1].tolist() == [7, 5]


def test_with_no_facility_at_all_everybody_is_unreachable() -> None:
    facilities = some_facilities(Site("a", 0))
    people = people_at([(0, "01101")], {"01101": (0, 7, 0, 0)})
    found = reach_facilities(people, facilities, np.array([False]), KM_A_MINUTE)
    assert found.people_unreachable() == 7
    assert by_municipality(found).shares()[:, 0, -1].tolist() == [0, 0]


def test_a_facility_without_a_place_is_counted_and_not_reached() -> None:
    facilities = some_facilities(
        Site("lost", 0, coordinate=Coordinate.NONE), Site("office", 5, coordinate=Coordinate.MUNICIPALITY)
    )
    people = people_at([(0, "01101")], {"01101": (0, 7, 0, 0)})
    found = reach_facilities(people, facilities, np.array([True, True]), KM_A_MINUTE)
    assert (found.suppliers, found.unplaced, found.roughly_placed) == (1, 1, 1)
    assert found.facility.tolist() == [1]


def test_groups_without_people_stay_and_people_without_a_group_are_counted() -> None:
    facilities = some_facilities(Site("a", 0))
    people = people_at([(0, "01101"), (0, "01102")], {"01101": (0, 7, 0, 0), "01102": (0, 2, 0, 0)})
    found = reach_facilities(people, facilities, np.array([True]), KM_A_MINUTE)
    shares = by_group(found, ["A", "B"], {"01101": "A"})
    assert shares.people[:, -1].tolist() == [7, 0]
    assert shares.not_in_a_group == 2
    assert np.isnan(shares.shares()[0, 1, -1])


def test_a_group_or_limit_that_was_not_counted_is_a_problem() -> None:
    facilities = some_facilities(Site("a", 0))
    people = people_at([(0, "01101")], {"01101": (0, 7, 0, 0)})
    shares = by_municipality(reach_facilities(people, facilities, np.array([True]), KM_A_MINUTE))
    with pytest.raises(Problem) as raised:
        shares.row("1101")
    assert raised.value.code == "workforce.group-unknown"
    with pytest.raises(Problem) as raised:
        aged_share(shares, "75+", 45)
    assert raised.value.code == "workforce.limit-unknown"


def test_the_nation_in_one_go() -> None:
    people, facilities = settlements(), published_facilities()
    found = reach_emergency(
        people, facilities, great_circle(travel_rule(date(2026, 11, 20)), minutes_by="car")
    )
    areas = by_area(found, area_set("330"))
    nation = by_municipality(found).of_all()
    assert areas.people[:, -1].sum() + areas.not_in_a_group == nation.people[0, -1]
    assert found.suppliers == 3_490
    assert 0.98 < nation.shares()[0, 0, -1] < 1
    assert nation.status is Status.UNCONFIRMED
    # The whole of 島しょ (小笠原, 八丈 …) is no farther than the sea looks: links are an input.
    assert found.people_unreachable() == 0
