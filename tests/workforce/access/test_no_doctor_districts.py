"""無医地区の候補: circles without an institution, and what buses and agreements make of them."""

from collections.abc import Collection, Mapping
from datetime import date

import pytest
from tests.workforce.access.facility_builder import KM_NORTH, Site, people_at, some_facilities

from kaihoken.workforce.access.facilities import Coordinate
from kaihoken.workforce.access.no_doctor_districts import (
    DistrictFindings,
    DistrictState,
    Transport,
    candidates,
    care_places,
    district_criteria,
    easily_reached,
)
from kaihoken.workforce.access.points import points

CRITERIA = district_criteria(date(2026, 11, 20))


def found(
    places: list[tuple[float, str]],
    residents: dict[str, tuple[int, int, int, int]],
    *sites: Site,
    thin_prefectures: Collection[str] = (),
    transport: Mapping[str, Transport] | None = None,
    agreed: Collection[str] = (),
) -> DistrictFindings:
    return candidates(
        people_at(places, residents),
        care_places(some_facilities(*sites)),
        CRITERIA,
        thin_prefectures=thin_prefectures,
        transport=transport,
        agreed=agreed,
    )


def test_fifty_people_with_no_institution_within_four_kilometres_are_a_candidate() -> None:
    found_here = found([(0, "01101"), (4.1, "01102")], {"01102": (0, 0, 0, 50)}, Site("a", 0))
    assert [one.residents for one in found_here.districts] == [50]
    assert found_here.districts[0].state is DistrictState.CANDIDATE
    assert found_here.districts[0].institution_km == pytest.approx(4.1, abs=0.01)


@pytest.mark.parametrize(("north", "residents"), [(3.9, 50), (4.1, 49)])
def test_nearer_or_fewer_are_none(north: float, residents: int) -> None:
    assert found([(north, "01102")], {"01102": (0, 0, 0, residents)}, Site("a", 0)).districts == ()


def test_fewer_than_fifty_are_counted_apart() -> None:
    findings = found([(10, "01102")], {"01102": (0, 0, 0, 49)}, Site("a", 0))
    assert (findings.too_few, findings.people_in_too_few) == (1, 49)


def test_places_together_make_one_district_and_nobody_is_counted_twice() -> None:
    findings = found(
        [(20, "01102"), (22, "01102"), (24, "01102"), (40, "01102")], {"01102": (0, 0, 0, 400)}, Site("a")
    )
    assert sorted(one.residents for one in findings.districts) == [100, 300]
    assert findings.districts[0].key.endswith("町1")  # the middle one has most people about it


def test_one_that_filed_its_rest_is_none_and_one_that_opens_at_times_is_one() -> None:
    people = people_at([(0, "01101")], {"01101": (0, 0, 0, 60)})
    facilities = some_facilities(Site("resting", 0), Site("far", 50))
    assert candidates(people, care_places(facilities), CRITERIA).districts == ()
    shut = care_places(facilities, closed=["resting"])
    assert len(candidates(people, shut, CRITERIA).districts) == 1
    visiting = points([35 + 1 * KM_NORTH], [135.0], ["round"], ["01101"])
    again = care_places(facilities, closed=["resting"], periodic=visiting)
    assert candidates(people, again, CRITERIA).districts == ()


@pytest.mark.parametrize(
    ("transport", "easy"),
    [
        (Transport(regular=False), False),
        (Transport(True, 3, 20), False),
        (Transport(True, 4, 60), True),
        (Transport(True, 4, 61), False),
        (Transport(True, None, 20), None),
        (Transport(True, 4, None), None),
        (Transport(False, easy_otherwise=True), True),
    ],
)
def test_the_transport_criterion(transport: Transport, easy: bool | None) -> None:
    assert easily_reached(transport, CRITERIA) is easy


def test_transport_and_agreement_set_the_state_of_a_district() -> None:
    places = [(20, "01102"), (40, "01103"), (60, "01104"), (80, "01105")]
    residents = {code: (0, 0, 0, 60) for _, code in places} | {"01105": (0, 0, 0, 20)}
    findings = found(
        places,
        residents,
        Site("a"),
        transport={"01102町0": Transport(regular=False), "01103町1": Transport(True, 6, 30)},
        agreed=["01105町3"],
    )
    assert [one.state for one in findings.districts] == [
        DistrictState.HARD_TO_REACH,
        DistrictState.EASY,
        DistrictState.CANDIDATE,
        DistrictState.AGREED,
    ]
    assert findings.people(DistrictState.HARD_TO_REACH, DistrictState.CANDIDATE) == 120
    assert findings.too_few == 0


def test_what_the_places_cannot_tell_is_said() -> None:
    office = Site("office", 30, municipality="01102", coordinate=Coordinate.MUNICIPALITY)
    findings = found(
        [(5.5, "01101"), (15, "01102")],
        {"01101": (0, 0, 0, 60), "01102": (0, 0, 0, 60)},
        Site("a"),
        office,
        thin_prefectures=["01"],
    )
    assert [one.unsure for one in findings.districts] == [("near", "thin"), ("unplaced", "thin")]


def test_where_everybody_is_near_there_is_no_district() -> None:
    assert found([(0, "01101")], {"01101": (0, 0, 0, 60)}, Site("a")).districts == ()
