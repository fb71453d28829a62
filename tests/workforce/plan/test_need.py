"""将来時点の必要医師数: the need of 2036, the published table of Kyoto, and projected residents."""

from datetime import date

import numpy as np
import pytest

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce import area_set
from kaihoken.workforce.index import shipped_index, shipped_nation
from kaihoken.workforce.plan import (
    Balance,
    NeedRules,
    national_index,
    published_kyoto,
    required,
)
from kaihoken.workforce.tables import projected_population, projected_prefectures

from .builders import numbers

NEED = rules.load(NeedRules, on=date(2026, 11, 21))


def test_printed_differences_of_kyoto_are_supply_less_need_within_one() -> None:
    table = published_kyoto()

    assert table.names[0] == "京都府"
    assert table.balance.upper.tolist() == [4006, -30, 76, -22, 4127, -88, -62]
    assert table.balance.lower.tolist() == [1291, -86, -64, -100, 1992, -343, -113]
    assert table.misprinted(NEED.tolerance_of_printed_differences.value) == ()


def test_without_the_tolerance_the_rounded_rows_are_found() -> None:
    assert published_kyoto().misprinted(0) == ("中丹", "南丹", "京都・乙訓", "山城北", "山城南")


def test_the_areas_of_kyoto_do_not_sum_to_its_own_need() -> None:
    sums = published_kyoto().sums

    assert (sums.own, sums.of_areas, sums.difference) == (6807, 6813, 6)


def test_with_the_nation_s_index_an_area_needs_what_makes_its_index_equal() -> None:
    table = shipped_index()
    nation = shipped_nation()

    need = required(national_index(nation.physicians, nation.population), table.population, table.ratio)

    assert need / (table.population * table.ratio) == pytest.approx(nation.index)
    # Σ N·U is 0.99947 of Σ N, so the areas need a little less than the nation has.
    assert need.sum() / nation.physicians == pytest.approx(0.99947, abs=0.00001)


def test_a_supply_below_the_need_is_a_negative_number_and_an_absent_one_absent() -> None:
    balance = Balance(numbers(100, 100), numbers(90, np.nan), numbers(80, 120))

    np.testing.assert_equal(balance.upper, numbers(-10, np.nan))
    np.testing.assert_equal(balance.lower, numbers(-20, 20))


class TestProjectedResidents:
    def test_a_year_of_the_projection_is_taken_as_it_is(self) -> None:
        found = projected_population(area_set("330"), 2030)

        assert not found.interpolated
        assert found.persons[found.areas.position("0306")] == 26_131 + 8_922  # 釜石市, 大槌町

    def test_a_year_between_lies_on_the_line(self) -> None:
        areas = area_set("330")
        before, between, after = (projected_population(areas, year) for year in (2025, 2026, 2030))

        assert between.interpolated
        np.testing.assert_allclose(between.persons, before.persons * 0.8 + after.persons * 0.2)
        np.testing.assert_allclose(between.hundred_thousands * 100_000, between.persons)

    def test_the_undivided_coast_of_fukushima_is_absent_and_named(self) -> None:
        found = projected_population(area_set("330"), 2036)

        assert found.absent == ("0706", "0707")
        known = float(np.nansum(found.persons))
        assert known < sum(projected_prefectures(2036).values())

    def test_the_prefectures_are_whole(self) -> None:
        assert sum(projected_prefectures(2020).values()) == 126_146_099
        assert sum(projected_prefectures(2050).values()) == 104_686_386

    @pytest.mark.parametrize("year", [2019, 2051])
    def test_a_year_outside_is_told(self, year: int) -> None:
        for asked in (
            lambda: projected_population(area_set("330"), year),
            lambda: projected_prefectures(year),
        ):
            with pytest.raises(Problem) as raised:
                asked()

            assert raised.value.code == "workforce.projection-year"
            assert raised.value.facts["last"] == 2050
