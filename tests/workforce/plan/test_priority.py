"""重点医師偏在対策支援区域: candidates by the ministry's criteria and by a prefecture's own words."""

from datetime import date
from functools import cache

import msgspec
import numpy as np
import pytest

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce.access import settlements
from kaihoken.workforce.index import IndexClass, shipped_index, shipped_prefectures
from kaihoken.workforce.plan import (
    AllBut,
    Candidate,
    Circle,
    Districts,
    EveryMinority,
    Ground,
    Landscape,
    LowestOfPrefecture,
    MinorityInMinorityPrefecture,
    MunicipalitiesBelow,
    NamedAreas,
    Policy,
    PriorityRules,
    RuralityScenario,
    SparseMinority,
    Unit,
    Whole,
    candidates,
    ground,
    inside_circle,
    national_policy,
    people_inside,
    with_rurality,
)

from .builders import MAJORITY, MINORITY, areas_of, numbers

REPORTED = rules.load(PriorityRules, on=date(2026, 11, 21))


@cache
def japan() -> Landscape:
    table, prefectures = shipped_index(), shipped_prefectures()
    few = {
        area.code
        for area, kind in zip(prefectures.areas.areas, prefectures.classes, strict=True)
        if kind is IndexClass.MINORITY
    }
    return Landscape(table.areas, table.published, table.classes, frozenset(few), ground(table.areas))


def found(*any_of: object) -> tuple[Candidate, ...]:
    return candidates(
        msgspec.convert({"name": "試し", "any_of": any_of}, Policy, from_attributes=True), japan()
    )


class TestTheCriteriaThatWereReported:
    @pytest.mark.parametrize(
        ("any_of", "count"),
        [
            ((LowestOfPrefecture(),), 47),
            ((MinorityInMinorityPrefecture(),), 58),
            ((LowestOfPrefecture(), MinorityInMinorityPrefecture()), 89),
            ((LowestOfPrefecture(), MinorityInMinorityPrefecture(), EveryMinority()), 118),
            ((EveryMinority(),), 108),
        ],
    )
    def test_each_has_its_known_count(self, any_of: tuple[object, ...], count: int) -> None:
        assert len(found(*any_of)) == count

    def test_together_they_give_the_reported_number_with_shipped_land_and_registered_doctors(self) -> None:
        policy = national_policy(REPORTED)

        named = candidates(policy, japan())

        assert len(named) == REPORTED.reported_count == 109
        only_sparse = [one for one in named if one.reasons == ("sparse_minority",)]
        assert len(only_sparse) == 20

    def test_and_they_are_not_confirmed(self) -> None:
        assert rules.version(PriorityRules, on=date(2026, 11, 21)).status is rules.Status.UNCONFIRMED

    def test_an_area_that_several_find_stands_once_with_all_reasons(self) -> None:
        (mogami,) = [one for one in candidates(national_policy(REPORTED), japan()) if one.code == "0602"]

        assert mogami.name == "山形県最上"
        assert mogami.reasons == (
            "lowest_of_prefecture",
            "minority_in_minority_prefecture",
            "sparse_minority",
        )

    def test_a_rule_file_may_leave_criteria_out(self) -> None:
        fewer = PriorityRules(False, False, 0.25, 109)

        assert {one.reasons for one in candidates(national_policy(fewer), japan())} == {("sparse_minority",)}

    def test_川崎_is_not_divided_and_both_its_areas_say_so(self) -> None:
        land = japan().ground

        assert land.together == (("1404", "1405"),)
        one, other = (land.areas.position(code) for code in ("1404", "1405"))
        assert land.density[one] == land.density[other]


def a_landscape(index: tuple[float, ...], doctors: tuple[float, ...], land: tuple[float, ...]) -> Landscape:
    codes = [f"10{at:02d}" for at in range(1, len(index) + 1)]
    areas = areas_of("10", *codes)
    classes = tuple(MINORITY if value <= 179.3 else MAJORITY for value in index)
    return Landscape(
        areas, numbers(*index), classes, frozenset(), Ground(areas, numbers(*doctors), numbers(*land), ())
    )


class TestEdges:
    def test_areas_with_the_same_lowest_index_are_all_found(self) -> None:
        landscape = a_landscape((150, 150, 160), (1, 1, 1), (1, 1, 1))

        named = candidates(Policy("", (LowestOfPrefecture(),)), landscape)

        assert [one.code for one in named] == ["1001", "1002"]

    def test_an_absent_index_is_not_the_lowest(self) -> None:
        landscape = a_landscape((np.nan, 190), (1, 1), (1, 1))

        assert [one.code for one in candidates(Policy("", (LowestOfPrefecture(),)), landscape)] == ["1002"]

    def test_a_tie_at_the_end_of_the_sparse_part_belongs_to_it(self) -> None:
        landscape = a_landscape((150,) * 4, (1, 1, 3, 4), (1, 1, 1, 1))

        assert [one.code for one in candidates(Policy("", (SparseMinority(0.25),)), landscape)] == [
            "1001",
            "1002",
        ]

    def test_without_habitable_land_there_is_no_density(self) -> None:
        landscape = a_landscape((150,) * 4, (0, 2, 3, 4), (0, 1, 1, 1))

        assert candidates(Policy("", (SparseMinority(0.25),)), landscape) == ()
        assert [one.code for one in candidates(Policy("", (SparseMinority(0.34),)), landscape)] == ["1002"]


class TestAPrefectureSOwnWords:
    def test_静岡_takes_the_whole_prefecture(self) -> None:
        (one,) = found(Whole("静岡県"))

        assert (one.unit, one.code, one.name) == (Unit.PREFECTURE, "22", "静岡県")

    def test_岩手_takes_all_but_盛岡_and_spots_inside_it(self) -> None:
        named = found(AllBut("岩手県", ("0301",), spots=("03302",)))

        assert [one.code for one in named if one.unit is Unit.AREA] == [f"030{at}" for at in range(2, 10)]
        (spot,) = [one for one in named if one.unit is Unit.MUNICIPALITY]
        assert (spot.code, spot.name, spot.reasons) == ("03302", "葛巻町", ("minority_spot",))

    def test_岡山_joins_areas_municipalities_below_the_nation_and_districts_on_application(self) -> None:
        named = found(
            NamedAreas(("3303", "3304"), "少数区域"),
            NamedAreas(("3305",), "津山・英田"),
            MunicipalitiesBelow("岡山県"),
            Districts(("架空地区",), "市町村の申し出"),
        )

        assert [one.code for one in named if one.unit is Unit.AREA] == ["3303", "3304", "3305"]
        below = [one for one in named if one.unit is Unit.MUNICIPALITY]
        assert "33100" not in {one.code for one in below}  # 岡山市 lies above the nation's ratio
        assert "33346" in {one.code for one in below}  # 和気町
        assert all(one.code.startswith("33") for one in below)
        assert named[-1].unit is Unit.DISTRICT

    def test_岐阜_takes_two_kilometres_round_the_clinic(self) -> None:
        circle = Circle("架空診療所", 35.0, 137.0, 2.0)

        (one,) = found(circle)
        inside = inside_circle(circle, numbers(35.0, 35.0179, 35.0181), numbers(137.0, 137.0, 137.0))

        assert (one.unit, one.reasons) == (Unit.CIRCLE, ("within_2_km",))
        assert inside.tolist() == [True, True, False]  # 0.0179° are 1.990 km, 0.0181° are 2.013 km

    def test_and_the_people_inside_are_counted_by_municipality(self) -> None:
        around = Circle("釜石市役所", 39.2758, 141.8856, 2.0)

        found_inside = people_inside(around, settlements())

        assert set(found_inside.by_municipality) == {"03211"}
        assert found_inside.settlements > 5
        assert 1_000 < found_inside.residents < 30_000
        assert sum(found_inside.by_municipality.values()) == pytest.approx(found_inside.residents)

    def test_a_policy_reads_from_json_and_back(self) -> None:
        policy = Policy("岐阜県", (Whole("21"), Circle("診療所", 35.0, 137.0, 2.0), SparseMinority(0.25)))

        assert msgspec.json.decode(msgspec.json.encode(policy), type=Policy) == policy

    @pytest.mark.parametrize(
        ("rule", "code"),
        [
            (NamedAreas(("305",), ""), "workforce.area-unknown"),
            (AllBut("岩手県", ("0399",)), "workforce.area-unknown"),
            (AllBut("岩", ()), "workforce.prefecture-unknown"),
            (Whole("48"), "workforce.prefecture-unknown"),
            (MunicipalitiesBelow("岡"), "workforce.prefecture-unknown"),
        ],
    )
    def test_a_code_that_is_not_there_is_told(self, rule: object, code: str) -> None:
        with pytest.raises(Problem) as raised:
            found(rule)

        assert raised.value.code == code


def test_geography_adds_areas_near_the_threshold_and_is_a_scenario() -> None:
    moved = with_rurality(
        numbers(150, 190, 190, 200.1, 190), numbers(1, 90, 89, 100, np.nan), RuralityScenario(179.3, 200, 90)
    )

    assert moved.scenario.label == "scenario"
    assert moved.minority.tolist() == [True, True, False, False, False]
    assert moved.entering.tolist() == [False, True, False, False, False]
    assert moved.not_known.tolist() == [False, False, False, False, True]
