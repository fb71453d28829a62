"""医療施設: the shipped tables joined, and what they do not hold said aloud."""

import numpy as np
import pytest

from kaihoken.problems import Problem
from kaihoken.workforce.access.facilities import Coordinate, EmergencyLevel, FacilityKind, thin
from kaihoken.workforce.access.facility_tables import coverage, published_facilities, published_institutions


def coverage_of(prefecture: str) -> tuple[float, float]:
    found = next(one for one in coverage() if one.prefecture == prefecture)
    return found.share, found.departments_share


def test_every_row_of_the_lists_stands_once() -> None:
    facilities = published_facilities()
    assert len(set(facilities.ids)) == len(facilities)
    listed = sum(not one.startswith("R7-") for one in facilities.ids)
    assert listed == 7_587 + 75_253  # one clinic stands twice in the official list


def test_each_report_is_one_facility_with_the_official_counts_of_emergency_levels() -> None:
    facilities = published_facilities()
    assert int(facilities.with_emergency(EmergencyLevel.TERTIARY).sum()) == 337
    # 3,406 secondary, and 84 tertiary centres that are not marked secondary as well.
    assert int(facilities.with_emergency(EmergencyLevel.SECONDARY).sum()) == 3_406 + 84
    assert int(facilities.with_deliveries().sum()) == 1_585
    # 164 of the 11,760 sent no figures.
    assert int(facilities.reported.sum()) == 11_760 - 164


def test_a_report_without_an_id_is_joined_by_name_within_its_municipality() -> None:
    facilities = published_facilities()
    row = facilities.position("市立札幌病院")
    assert facilities.reported[row]
    assert facilities.departments_known[row]


def test_a_suppressed_count_of_deliveries_is_not_none() -> None:
    facilities = published_facilities()
    unknown = facilities.reported & np.isnan(facilities.deliveries)
    assert unknown.any()
    assert not facilities.with_deliveries()[unknown].any()


def test_hospitals_are_open_on_weekdays() -> None:
    """The column is called closed_weekly_*, but 1 stands from Monday to Friday."""
    facilities = published_facilities()
    hospitals = facilities.kind == FacilityKind.HOSPITAL
    assert 5.0 <= np.nanmedian(facilities.days[hospitals]) <= 6.0
    assert np.isnan(facilities.days[~hospitals]).all()


def test_tokyo_states_no_departments_of_clinics_and_kyoto_and_okinawa_are_thin() -> None:
    assert coverage_of("13")[0] > 0.85
    assert coverage_of("13")[1] < 0.05
    assert coverage_of("26")[0] == pytest.approx(0.35, abs=0.01)
    assert coverage_of("47")[0] < 0.4
    assert {"13", "26", "47"} <= set(thin(coverage()))
    assert "34" not in thin(coverage())


def test_okinawa_is_not_in_the_list_of_institutions() -> None:
    assert not (published_institutions().prefecture == "47").any()
    assert next(one for one in coverage() if one.prefecture == "47").institutions is None


def test_a_facility_without_a_place_says_so() -> None:
    facilities = published_facilities()
    without = ~facilities.located
    assert np.isnan(facilities.latitude[without]).all()
    assert not np.isnan(facilities.latitude[~without]).any()
    assert 0 < int(without.sum()) < 200
    assert int((facilities.coordinate == Coordinate.OFFICIAL).sum()) > 7_000


def test_hardly_a_department_maps_nowhere() -> None:
    assert sum(published_facilities().unmapped.values()) < 100


def test_a_name_that_several_bear_is_a_problem_with_their_ids() -> None:
    with pytest.raises(Problem) as raised:
        published_facilities().position("済生会")
    assert raised.value.code == "workforce.facility-ambiguous"
    with pytest.raises(Problem) as raised:
        published_facilities().position("ここにない病院")
    assert raised.value.code == "workforce.facility-unknown"


def test_taking_rows_keeps_every_column_in_step() -> None:
    facilities = published_facilities()
    few = facilities.take(facilities.with_emergency(EmergencyLevel.TERTIARY))
    assert len(few) == len(few.beds) == len(few.names) == 337


def test_the_columns_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        published_facilities().beds[0] = 1.0
