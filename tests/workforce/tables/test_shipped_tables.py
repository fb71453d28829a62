"""What ships, as tables: nothing counted twice, nothing lost, and what cannot be divided stays visible."""

from datetime import date

import numpy as np
import pytest

from kaihoken.problems import Problem
from kaihoken.workforce.areas import (
    Area,
    AreaCode,
    BoundarySet,
    PrefectureCode,
    area_set,
    own_grouping,
    prefectures,
)
from kaihoken.workforce.tables import (
    areas_of,
    figure_table,
    flow_totals,
    inpatient_flows,
    inpatient_rates_2023,
    key_figures,
    kyoto_2036,
    municipal_residents,
    outpatients_by_disease,
    perinatal_areas,
    physicians_by_class,
    places,
    prefecture_projection,
    prefecture_rates,
    projection,
    rates_2005,
    registered_doctors,
    residents,
    residents_2020,
    specialty_doctors,
)
from kaihoken.workforce.tables.source import shipped_table

SETS: tuple[BoundarySet, ...] = ("330", "335", "339")


def kanagawa(*, kawasaki_as_one: bool = False) -> tuple[Area, ...]:
    names = ("川崎",) if kawasaki_as_one else ("北部", "南部")
    return tuple(Area(AreaCode(name), name, PrefectureCode("14"), "神奈川県") for name in names)


@pytest.mark.parametrize("name", SETS)
def test_every_set_of_areas_has_all_residents_once(name: BoundarySet) -> None:
    found = residents(area_set(name))

    assert found.total[:, 0].sum() == 124_330_690
    assert found.outside == 0
    assert np.array_equal(found.by_age.sum(axis=2) + found.age_unknown, found.total)
    assert (found.age_unknown >= 0).all()
    assert found.source.as_of == date(2025, 1, 1)
    assert "総務省" in found.source.credit


def test_ages_that_the_register_leaves_out_are_not_spread() -> None:
    found = residents(area_set("330"))

    assert found.age_unknown[:, 0].sum() == 124_330_690 - 124_323_978
    assert found.aged(65)[0] == found.by_age[0, 0, 13:].sum()
    assert found.aged(65).sum() > found.aged(75).sum() > 0
    with pytest.raises(ValueError, match="67"):
        found.aged(67)


def test_an_own_grouping_may_name_a_city_or_its_wards_and_says_who_is_outside() -> None:
    by_city = residents(own_grouping("川崎", kanagawa(kawasaki_as_one=True), {"14130": "川崎"}))
    by_ward = residents(
        own_grouping(
            "区",
            kanagawa(),
            {f"1413{ward}": "北部" if ward in (4, 5, 6, 7) else "南部" for ward in range(1, 8)},
        )
    )

    assert (by_ward.total[:, 0] > 500_000).all()
    assert by_city.total[0, 0] == by_ward.total[:, 0].sum()
    assert by_city.outside + by_city.total[0, 0] == 124_330_690


def test_the_census_of_the_339_areas_is_the_official_total() -> None:
    found = residents_2020()

    assert found.total[:, 0].sum() == 126_146_099
    assert np.array_equal(found.by_age.sum(axis=2) + found.age_unknown, found.total)


def test_municipal_residents_stand_once() -> None:
    found = municipal_residents()

    assert len(set(found.codes)) == len(found.codes) == 1898
    assert found.total.sum() == 124_330_690
    assert found.total[found.codes.index("01695")] == 0


def test_where_a_ward_a_city_and_a_special_ward_lie() -> None:
    areas = area_set("330")

    assert areas_of(areas, "14131") == ("1405",)
    assert areas_of(areas, "14130") == ("1404", "1405")
    assert areas_of(areas, "27140") == ("2706",)
    assert areas_of(areas, "27100") == ("2708",)
    assert areas_of(areas, "13101") == ("1301",)
    assert areas_of(areas, "22138") == areas_of(areas, "22130") == ("2208",)
    assert areas_of(areas, "01695") == ()


def test_the_sums_of_the_projection_are_the_prefectures() -> None:
    areas = area_set("330")
    found, official = projection(areas), prefecture_projection()

    for row, code in enumerate(official.codes):
        inside = [areas.position(area.code) for area in areas.within(code)]
        undivided = [one for one in found.undivided if one.code.startswith(code)]
        for ours, theirs, tolerance in (
            (found.total, official.total, 0.0),
            (found.aged_65, official.aged_65, 1e-4 * official.total[row].max()),
            (found.aged_75, official.aged_75, 1e-4 * official.total[row].max()),
        ):
            summed = np.nansum(ours[inside], axis=0)
            for one in undivided:
                summed = summed + (
                    one.total
                    if ours is found.total
                    else one.aged_65
                    if ours is found.aged_65
                    else one.aged_75
                )
            assert np.abs(summed - theirs[row]).max() <= tolerance
    assert official.total[:, 0].sum() == 126_146_099
    assert official.total[:, -1].sum() == 104_686_386


def test_the_undivided_row_is_kept_and_its_areas_are_marked() -> None:
    areas = area_set("330")
    found = projection(areas)

    (row,) = found.undivided
    assert (row.code, row.areas, len(row.municipalities)) == ("07999", ("0706", "0707"), 13)
    assert row.total[0] == 452_508
    assert found.cannot_split == ("0706", "0707")
    assert [areas.codes[at] for at in np.nonzero(np.isnan(found.total[:, 0]))[0]] == ["0706", "0707"]


def test_a_grouping_that_holds_the_whole_undivided_row_gets_it() -> None:
    members = {
        code: "浜通り" for code, area in area_set("330").of_municipality.items() if area in ("0706", "0707")
    }
    grouping = own_grouping(
        "浜", [Area(AreaCode("浜通り"), "浜通り", PrefectureCode("07"), "福島県")], members
    )

    found = projection(grouping)

    assert found.undivided == ()
    assert found.total[0, 0] == 452_508


def test_registered_doctors_are_the_official_totals_and_kawasaki_is_one_row() -> None:
    found = registered_doctors(area_set("330"))

    assert found.label_ja == "届出医師数"
    assert found.known.sum(axis=0).tolist() == [311_165, 319_480, 327_210, 339_623, 343_275]
    assert found.missing == (("40231", 2014),)
    assert [found.rows.code(at) for at in np.nonzero(np.isnan(found.doctors[:, 0]))[0]] == ["4004"]
    assert len(found.rows.groups) == 329
    assert found.rows.row("1404") == found.rows.row("1405")
    assert found.rows.name(found.rows.row("1405")) == "川崎北部・川崎南部"
    with pytest.raises(Problem, match="area-unknown"):
        found.rows.row("9999")


def test_the_trend_equals_the_shipped_table_of_areas() -> None:
    found = registered_doctors(area_set("330"))
    table = shipped_table("doctors/doctors_area330_2014_2022.csv")

    theirs = {row["area330_code"]: int(row["doctors_2022"]) for row in table.iter_rows(named=True)}

    assert {found.rows.code(at): int(value) for at, value in enumerate(found.doctors[:, -1])} == theirs


def test_specialties_of_the_nation() -> None:
    found = specialty_doctors()

    assert (len(found.specialties), found.doctors.sum(), found.total) == (36, 303_047, 331_092)


@pytest.mark.parametrize("name", SETS)
def test_places_lose_nothing(name: BoundarySet) -> None:
    found = places(area_set(name))

    assert found.hospitals.sum() == 7_065
    assert found.clinics.sum() == 104_894
    assert found.residents_2020.sum() == 126_146_099
    assert (found.habitable_land <= found.land).all()
    assert found.land.sum() == pytest.approx(372_950, rel=1e-3)


def test_flows_name_the_areas_that_the_source_has_no_figures_for() -> None:
    found = inpatient_flows("chronic", "outflow")

    assert found.no_figures == ("1313", "4207")
    assert np.isnan(found.unlisted[found.areas.position("1313")])
    acute = inpatient_flows("acute", "inflow")
    assert acute.no_figures == ()
    own = (acute.area == acute.areas.position("0101")) & (acute.partner == acute.area)
    assert acute.rate[own][0] == pytest.approx(0.9062844376965826)
    assert np.nanmin(acute.unlisted) >= 0


def test_total_flows() -> None:
    found = flow_totals()

    assert found.outflow[0] == pytest.approx(0.033216957073430975)
    assert found.inflow[0] == pytest.approx(0.09371556230341738)


def test_rates_of_the_prefectures_and_what_the_source_does_not_print() -> None:
    found = prefecture_rates()

    assert (found.inpatient[0, 0], found.outpatient[0, 0]) == (945, 5850)
    assert found.inpatient.shape == (48, 22)
    assert np.argwhere(np.isnan(found.outpatient)).tolist() == [
        [45, found.diseases.index("周産期に発生した病態")]
    ]


def test_rates_of_the_nation_by_age() -> None:
    assert inpatient_rates_2023().rates[0, 0] == 945
    old = rates_2005()
    assert old.rates[0, old.columns.index("outpatient_total")] == 5551
    assert old.source.as_of == date(2005, 10, 1)


def test_figures_of_the_slides() -> None:
    counts = perinatal_areas()

    assert set(counts) == set(prefectures())
    assert sum(one.secondary for one in counts.values()) == 330
    assert sum(one.perinatal for one in counts.values()) == 263
    assert key_figures()["plan7_minority_areas_achieved"].value == "43"
    minority = next(one for one in physicians_by_class("area") if (one.ages, one.of) == ("all", "minority"))
    assert (minority.years, minority.physicians) == ((2020, 2022), (29_384, 30_060))
    assert physicians_by_class("prefecture")[0].years == (2012, 2022)
    assert outpatients_by_disease().patients[0] == pytest.approx(602_900)
    assert kyoto_2036()[0].required == 6807


def test_any_printed_table_by_its_name() -> None:
    assert figure_table("obstetric_index_examples").source.as_of == date(2025, 9, 11)
    assert len(figure_table("outpatient_excess_candidates_2026").rows) == 9
    with pytest.raises(Problem, match="table-unknown"):
        figure_table("no_such_table")
