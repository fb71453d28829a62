"""60分: births far from care, the same by place as by one woman's two times."""

from datetime import date

import numpy as np
import pytest
from tests.workforce.access.facility_builder import Site, people_at, some_facilities

from kaihoken.problems import Problem
from kaihoken.rules import Status
from kaihoken.workforce.access import (
    GreatCircle,
    great_circle,
    published_facilities,
    settlements,
    travel_rule,
)
from kaihoken.workforce.birth import (
    AidedWay,
    Trip,
    aid_estimate,
    aided_way,
    birth_travel_rules,
    far_births,
    spread_births,
    travel_aid,
)
from kaihoken.workforce.tables import municipal_places

DAY = date(2026, 11, 20)
RULES = birth_travel_rules(DAY)
KM_A_MINUTE = GreatCircle(1.0, 60.0, Status.UNCONFIRMED, "a kilometre a minute")
FACILITIES = some_facilities(Site("clinic", 0, deliveries=300), Site("centre", 100, deliveries=800))
PEOPLE = people_at(
    [(north, f"0110{row}") for row, north in enumerate((-70, 0, 30, 55, 100))],
    {f"0110{row}": (0, 100, 0, 0) for row in range(5)},
)
BIRTHS = {f"0110{row}": 10.0 for row in range(5)}


def test_each_place_has_the_way_that_its_two_times_give() -> None:
    found = far_births(PEOPLE, FACILITIES, KM_A_MINUTE, RULES, BIRTHS, centres=["centre"])
    assert found.to_centre is not None
    for place in range(5):
        times = float(found.to_facility.cost[place]), float(found.to_centre.cost[place])
        assert found.ordinary[place] == aided_way(*times, high_risk=False, minutes=60)
        assert found.high_risk[place] == aided_way(*times, high_risk=True, minutes=60)
    assert found.ordinary.tolist() == ["facility", "none", "none", "none", "none"]
    assert found.high_risk.tolist() == ["centre", "centre", "centre", "none", "none"]


def test_without_the_list_of_centres_only_the_far_are_decided() -> None:
    found = far_births(PEOPLE, FACILITIES, KM_A_MINUTE, RULES, BIRTHS)
    assert found.to_centre is None
    assert found.high_risk.tolist() == ["centre", "unknown", "unknown", "unknown", "unknown"]
    assert found.births_by_way(high_risk=True)[AidedWay.UNKNOWN] == 40


def test_births_of_a_city_fall_on_its_wards_by_adults() -> None:
    people = people_at(
        [(0, "01101"), (1, "01102"), (2, "01202")], {"01101": (0, 30, 0, 0), "01102": (9, 10, 0, 0)}
    )
    assert spread_births(people, {"01100": 8.0, "01202": 5.0}).tolist() == [6, 2, 0]


def test_the_estimate_multiplies_births_by_aid_and_says_what_it_assumes() -> None:
    far = far_births(PEOPLE, FACILITIES, KM_A_MINUTE, RULES, BIRTHS, centres=["centre"])
    usual = travel_aid([Trip(12_000, taxi=True)], [], RULES)
    risky = travel_aid([], [11_000] * 3, RULES, cap=9_800)
    found = aid_estimate(far, high_risk_share=0.5, ordinary=usual, high_risk=risky, source="試し")
    assert (found.ordinary, found.high_risk, found.unknown) == (5, 15, 0)
    assert found.total == 5 * 9_600 + 15 * 23_400
    assert found.nation == found.total / 2
    assert found.status is Status.UNCONFIRMED
    assert "試し" in found.watermark


def test_what_is_not_known_of_centres_stands_beside_the_estimate() -> None:
    far = far_births(PEOPLE, FACILITIES, KM_A_MINUTE, RULES, BIRTHS)
    usual = travel_aid([Trip(12_000, taxi=True)], [], RULES)
    found = aid_estimate(far, high_risk_share=0.25, ordinary=usual, high_risk=usual, source="試し")
    assert (found.high_risk, found.unknown) == (2.5, 10)


def test_a_share_that_is_no_part_and_kilometres_are_refused() -> None:
    far = far_births(PEOPLE, FACILITIES, KM_A_MINUTE, RULES, BIRTHS)
    usual = travel_aid([Trip(12_000, taxi=True)], [], RULES)
    with pytest.raises(Problem) as raised:
        aid_estimate(far, high_risk_share=20, ordinary=usual, high_risk=usual, source="試し")
    assert raised.value.code == "workforce.share-not-a-part"
    with pytest.raises(Problem) as raised:
        far_births(PEOPLE, FACILITIES, GreatCircle(1.3, None, Status.UNCONFIRMED, ""), RULES, BIRTHS)
    assert raised.value.code == "workforce.minutes-not-a-time"


def test_the_nation_by_car() -> None:
    places = municipal_places()
    births = dict(zip(places.codes, places.births, strict=True))
    distances = great_circle(travel_rule(DAY), minutes_by="car")
    found = far_births(settlements(), published_facilities(), distances, RULES, births)
    assert found.births.sum() == pytest.approx(np.nansum(places.births), rel=1e-6)
    far = found.births_by_way(high_risk=False)[AidedWay.FACILITY]
    assert 1_000 < far < 10_000
    assert sum(found.women_beyond().values()) == pytest.approx(far)
