"""周産期医療圏: own areas, areas without deliveries, and what a suppressed count leaves open."""

import numpy as np
import pytest
from tests.workforce.access.facility_builder import EmergencyLevel, Site, some_facilities

from kaihoken.problems import Problem
from kaihoken.workforce.access import published_facilities
from kaihoken.workforce.areas import area_set
from kaihoken.workforce.birth import (
    CENTRE_TEMPLATE,
    count_differences,
    delivery_by_area,
    read_centres,
    read_perinatal_areas,
)
from kaihoken.workforce.tables import GROUPING_TEMPLATE, perinatal_areas


def test_the_ministry_counts_263_areas() -> None:
    assert sum(one.perinatal for one in perinatal_areas().values()) == 263


def test_an_own_table_becomes_areas_and_its_bad_rows_are_named() -> None:
    rows = (
        "10201,G1,前橋・高崎",
        "10202,G1,前橋・高崎",
        "10203,G2,桐生",
        "1204,G2,桐生",
        "10201,G2,桐生",
        "99201,G2,桐生",
        "10204,,",
    )
    areas, bad = read_perinatal_areas(GROUPING_TEMPLATE + "\n".join(rows))
    assert [(area.code, area.prefecture) for area in areas.areas] == [("G1", "群馬県"), ("G2", "群馬県")]
    assert areas.of_municipality == {"10201": "G1", "10202": "G1", "10203": "G2"}
    assert [(one.line, one.field) for one in bad] == [
        (5, "municipality_code"),
        (6, "municipality_code"),
        (7, "municipality_code"),
        (8, "area_code"),
    ]


def test_another_number_of_areas_than_published_is_told() -> None:
    two, _ = read_perinatal_areas(GROUPING_TEMPLATE + "10201,G1,a\n10203,G2,b\n")
    assert [(one.prefecture, one.given, one.published) for one in count_differences(two)] == [("10", 2, 4)]
    four, _ = read_perinatal_areas(GROUPING_TEMPLATE + "10201,1,a\n10202,2,b\n10203,3,c\n10204,4,d\n")
    assert count_differences(four) == ()


def test_a_table_without_its_columns_is_a_problem() -> None:
    with pytest.raises(Problem) as raised:
        read_perinatal_areas("code,area\n10201,G1\n")
    assert raised.value.code == "workforce.own-table-header"


def test_centres_are_facilities_of_the_tables() -> None:
    facilities = some_facilities(Site("a"), Site("b"))
    good, bad = read_centres(CENTRE_TEMPLATE + "a,総合\nb,中央\nc,地域\n", facilities)
    assert good == ("a",)
    assert [(one.line, one.field) for one in bad] == [(3, "level"), (4, "facility_id")]


def test_an_area_without_deliveries_is_apart_from_one_whose_count_is_suppressed() -> None:
    facilities = some_facilities(
        Site("births", deliveries=200, emergency=EmergencyLevel.NONE, municipality="01101"),
        Site("none", deliveries=0, emergency=EmergencyLevel.NONE, municipality="01102"),
        Site("hidden", deliveries=np.nan, emergency=EmergencyLevel.NONE, municipality="01103"),
        Site("no report", municipality="01104"),
    )
    members = {"01101": "A", "01102": "B", "01103": "C", "01104": "D"}
    found = delivery_by_area(facilities, ["A", "B", "C", "D", "E"], members)
    assert found.without() == ("B", "D", "E")
    assert found.undecided() == ("C",)
    assert found.deliveries.tolist() == [200, 0, 0, 0, 0]


def test_every_reported_delivery_lies_in_one_of_the_330_areas() -> None:
    areas = area_set("330")
    members = {str(code): str(area) for code, area in areas.of_municipality.items()}
    found = delivery_by_area(published_facilities(), areas.codes, members)
    assert (found.facilities.sum(), found.deliveries.sum()) == (1_585, 613_477)
    assert "1301" not in found.without()
    assert len(found.without()) == 23
