"""廃止・統合・移転・短縮・巡回・承継: each edit on a copy, and what cannot be done refused with its number."""

from collections.abc import Sequence

import msgspec
import numpy as np
import pytest
from tests.workforce.access.facility_builder import Site, some_facilities

from kaihoken.problems import Problem
from kaihoken.workforce.access import Coordinate, EmergencyLevel, Facilities
from kaihoken.workforce.closure import (
    CloseDepartment,
    CloseFacility,
    Edit,
    KeepFacility,
    MergeFacilities,
    MoveFacility,
    RoundVisits,
    ShortenDays,
    edited,
)

ROUNDS = RoundVisits("巡回", "01102", 35.2, 135.0, ("内科",), 0.5, 0.1)


def two() -> Facilities:
    return some_facilities(
        Site("a", 0, "内科;産婦人科", EmergencyLevel.SECONDARY, deliveries=100, days=6, doctors=10),
        Site("b", 30, "眼科", EmergencyLevel.NONE, doctors=5),
    )


def test_a_closed_facility_is_gone_and_the_table_handed_in_stays() -> None:
    before = two()
    after = edited(before, [CloseFacility("a")])
    assert after.is_open.tolist() == [False, True]
    assert before.ids == after.facilities.ids


def test_closing_obstetrics_ends_the_deliveries_and_another_department_does_not() -> None:
    obstetrics = edited(two(), [CloseDepartment("a", "産婦人科")]).facilities
    assert not obstetrics.with_deliveries()[0]
    assert not obstetrics.with_department("産婦人科")[0]
    assert obstetrics.with_department("内科")[0]
    assert edited(two(), [CloseDepartment("a", "内科")]).facilities.with_deliveries()[0]


def test_a_merger_has_what_both_had() -> None:
    after = edited(two(), [MergeFacilities("a", "b")])
    merged = after.facilities
    assert after.is_open.tolist() == [False, True]
    assert merged.with_department("内科")[1]
    assert merged.with_department("眼科")[1]
    assert merged.emergency[1] == EmergencyLevel.SECONDARY
    assert (merged.doctors[1], merged.deliveries[1]) == (15, 100)
    assert np.isnan(merged.beds[1])


def test_a_move_stands_elsewhere_and_says_so() -> None:
    moved = edited(two(), [MoveFacility("b", 36.0, 136.0)]).facilities
    assert (moved.latitude[1], moved.longitude[1], moved.coordinate[1]) == (36, 136, Coordinate.EDITED)


def test_fewer_days_are_less_of_the_former_time() -> None:
    after = edited(two(), [ShortenDays("a", 3), ShortenDays("b", 2, before=5)])
    assert after.time.tolist() == [0.5, 0.4]
    assert after.facilities.days.tolist() == [3, 2]


def test_rounds_are_a_place_of_their_own() -> None:
    after = edited(two(), [ROUNDS])
    assert after.facilities.ids == ("a", "b", "rounds-1")
    assert after.facilities.with_department("内科").tolist() == [True, False, True]
    assert after.facilities.municipality[2] == "01102"
    assert after.is_open.all()


def test_a_successor_keeps_what_an_earlier_edit_closes() -> None:
    assert edited(two(), [CloseFacility("a"), KeepFacility("a")]).is_open.all()


@pytest.mark.parametrize(
    ("edits", "number"),
    [
        ([CloseFacility("a"), CloseFacility("a")], 2),
        ([KeepFacility("a")], 1),
        ([CloseDepartment("a", "眼科")], 1),
        ([MergeFacilities("a", "a")], 1),
        ([CloseFacility("b"), MergeFacilities("a", "b")], 2),
        ([MoveFacility("a", 95.0, 135.0)], 1),
        ([MoveFacility("a", float("nan"), 135.0)], 1),
        ([ShortenDays("a", 6)], 1),
        ([ShortenDays("a", 0)], 1),
        ([ShortenDays("b", 2)], 1),
        ([msgspec.structs.replace(ROUNDS, days=8.0)], 1),
        ([msgspec.structs.replace(ROUNDS, doctors=-1.0)], 1),
    ],
)
def test_an_edit_that_cannot_be_is_refused_with_its_number(edits: Sequence[Edit], number: int) -> None:
    with pytest.raises(Problem) as raised:
        edited(two(), edits)
    assert raised.value.code == "workforce.edit-refused"
    assert raised.value.facts["number"] == number


def test_a_facility_that_is_not_there_is_unknown() -> None:
    with pytest.raises(Problem) as raised:
        edited(two(), [CloseFacility("c")])
    assert raised.value.code == "workforce.facility-unknown"


def test_edits_are_a_small_file_that_reads_back() -> None:
    edits: list[Edit] = [CloseFacility("a"), MergeFacilities("a", "b"), ShortenDays("b", 2, 5), ROUNDS]
    assert msgspec.json.decode(msgspec.json.encode(edits), type=list[Edit]) == edits
