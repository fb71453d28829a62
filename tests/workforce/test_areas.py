"""The sets of areas, and finding one of them."""

import pytest

from kaihoken.problems import Problem
from kaihoken.workforce import (
    Area,
    AreaCode,
    BoundarySet,
    PrefectureCode,
    area_set,
    own_grouping,
    prefectures,
)


@pytest.mark.parametrize("name", ["330", "335", "339"])
def test_a_set_has_as_many_areas_as_its_name_says(name: BoundarySet) -> None:
    areas = area_set(name)

    assert len(areas) == int(name)
    assert list(areas.codes) == sorted(areas.codes)
    assert {area.prefecture_code for area in areas.areas} == set(prefectures())


@pytest.mark.parametrize("text", ["0306", "釜石", "岩手県釜石", "岩手 釜石"])
def test_an_area_is_found_by_code_and_by_name(text: str) -> None:
    assert area_set("330").find(text).code == "0306"


def test_a_name_of_several_prefectures_is_not_guessed() -> None:
    with pytest.raises(Problem) as raised:
        area_set("330").find("西部")

    assert raised.value.code == "workforce.area-ambiguous"
    assert "鳥取県西部 3103" in str(raised.value.facts["choices"])


def test_a_lost_zero_is_named() -> None:
    with pytest.raises(Problem) as raised:
        area_set("330").find("306")

    assert raised.value.code == "workforce.area-unknown"
    assert raised.value.facts["near"] == "0306"


def test_an_own_grouping_has_its_own_areas() -> None:
    north = Area(AreaCode("N"), "北", PrefectureCode("10"), "群馬県")
    south = Area(AreaCode("S"), "南", PrefectureCode("10"), "群馬県")

    made = own_grouping("二つに", [south, north], {"10201": "N", "10204": "S"})

    assert made.codes == ("N", "S")


def test_an_own_grouping_says_which_area_is_missing() -> None:
    north = Area(AreaCode("N"), "北", PrefectureCode("10"), "群馬県")

    with pytest.raises(Problem) as raised:
        own_grouping("一つ", [north], {"10201": "S"})

    assert raised.value.code == "workforce.area-unknown"


def test_an_own_grouping_says_which_area_stands_twice() -> None:
    north = Area(AreaCode("N"), "北", PrefectureCode("10"), "群馬県")

    with pytest.raises(Problem) as raised:
        own_grouping("二回", [north, north], {})

    assert raised.value.code == "workforce.area-twice"
