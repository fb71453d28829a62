"""Before and after: who crosses 30 or 60 minutes, on a small line of places and for a real town."""

from datetime import date

import numpy as np
import pytest
from tests.workforce.access.facility_builder import KM_NORTH, Site, people_at, some_facilities

from kaihoken.rules import Status
from kaihoken.workforce.access import (
    EmergencyLevel,
    GreatCircle,
    great_circle,
    published_facilities,
    settlements,
    travel_rule,
)
from kaihoken.workforce.closure import (
    CloseFacility,
    KeepFacility,
    MoveFacility,
    Need,
    NeedKind,
    RoundVisits,
    ShortenDays,
    edited,
    effect,
)

KM_A_MINUTE = GreatCircle(1.0, 60.0, Status.UNCONFIRMED, "a kilometre a minute")
ANY = Need(NeedKind.ANY)
PEOPLE = people_at(
    [(0, "01101"), (50, "01102"), (100, "01103")],
    {"01101": (10, 0, 0, 0), "01102": (0, 20, 0, 0), "01103": (0, 0, 0, 40)},
)
ENDS = some_facilities(Site("south", 0), Site("north", 100, days=5))


def test_closing_the_north_puts_the_north_beyond_both_limits() -> None:
    found = effect(PEOPLE, ENDS, edited(ENDS, [CloseFacility("north")]), ANY, KM_A_MINUTE)
    assert found.newly_beyond[:, :, -1].tolist() == [[0, 0, 40], [0, 0, 40]]
    assert found.newly_beyond[1, 2].tolist() == [0, 0, 0, 40, 40]
    assert found.newly_within.sum() == 0
    assert found.touched() == (2,)
    assert (found.farther, round(found.added)) == (40, 100)


def test_before_and_after_differ_by_those_who_cross() -> None:
    after = edited(ENDS, [MoveFacility("north", 35 + 70.1 * KM_NORTH, 135.0)])
    found = effect(PEOPLE, ENDS, after, ANY, KM_A_MINUTE)
    assert np.array_equal(found.before.within - found.newly_beyond + found.newly_within, found.after.within)
    assert found.newly_within[0, :, -1].tolist() == [0, 20, 0]
    assert found.newly_beyond[0, :, -1].tolist() == [0, 0, 0]


def test_moving_it_a_little_too_far_takes_the_town_beyond_half_an_hour() -> None:
    after = edited(ENDS, [MoveFacility("north", 35 + 69.9 * KM_NORTH, 135.0)])
    found = effect(PEOPLE, ENDS, after, ANY, KM_A_MINUTE)
    assert found.newly_beyond[:, :, -1].tolist() == [[0, 0, 40], [0, 0, 0]]


def test_the_last_one_closed_leaves_people_who_reach_none() -> None:
    found = effect(
        PEOPLE, ENDS, edited(ENDS, [CloseFacility("north"), CloseFacility("south")]), ANY, KM_A_MINUTE
    )
    assert found.lost == 70
    assert np.isnan(found.added)
    assert found.after.unreachable[:, -1].tolist() == [10, 20, 40]


def test_a_successor_or_rounds_bring_it_back() -> None:
    kept = edited(ENDS, [CloseFacility("north"), KeepFacility("north")])
    assert effect(PEOPLE, ENDS, kept, ANY, KM_A_MINUTE).touched() == ()
    rounds = RoundVisits("巡回", "01103", 35 + 100 * KM_NORTH, 135.0, ("内科",), 1, 0.2)
    visited = edited(ENDS, [CloseFacility("north"), rounds])
    assert effect(PEOPLE, ENDS, visited, ANY, KM_A_MINUTE).touched() == ()
    assert effect(PEOPLE, ENDS, visited, Need(NeedKind.ANY, least_days=2), KM_A_MINUTE).touched() == (2,)


def test_fewer_days_matter_to_whom_days_matter() -> None:
    shortened = edited(ENDS, [ShortenDays("north", 2)])
    assert effect(PEOPLE, ENDS, shortened, ANY, KM_A_MINUTE).touched() == ()
    most_days = Need(NeedKind.ANY, least_days=3)
    assert effect(PEOPLE, ENDS, shortened, most_days, KM_A_MINUTE).touched() == (2,)


def test_a_department_that_nobody_loses_changes_nothing() -> None:
    found = effect(
        PEOPLE, ENDS, edited(ENDS, [CloseFacility("north")]), Need(NeedKind.DEPARTMENT, "眼科"), KM_A_MINUTE
    )
    assert found.touched() == ()
    assert found.before.unreachable[:, -1].sum() == 70


def test_if_the_hospital_of_wakkanai_closed() -> None:
    """市立稚内病院, the one secondary emergency hospital of its town by 病床機能報告: a computed what-if, no plan."""
    facilities = published_facilities()
    row = facilities.position("市立稚内病院")
    assert facilities.emergency[row] == EmergencyLevel.SECONDARY
    found = effect(
        settlements(),
        facilities,
        edited(facilities, [CloseFacility(facilities.ids[row])]),
        Need(NeedKind.EMERGENCY),
        great_circle(travel_rule(date(2026, 11, 20)), minutes_by="car"),
    )
    town = found.before.row("01214")
    assert found.before.shares()[0, town, -1] > 0.9
    # Everybody in the town would be beyond an hour of the next one.
    assert found.newly_beyond[1, town, -1] == found.before.people[town, -1] == 30_336
    assert {found.before.codes[one][:2] for one in found.touched()} == {"01"}
    assert found.added == pytest.approx(83.5, abs=1.0)
    assert found.newly_within.sum() == 0
