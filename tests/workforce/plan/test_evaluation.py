"""計画の評価: what was reached, and an index' change taken apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.problems import Problem
from kaihoken.workforce.plan import Attainment, Moment, causes, evaluate, published_attainment

from .builders import areas_of, numbers

amounts = st.floats(0.001, 1e5)


def test_the_published_attainment_of_the_plans_of_2020() -> None:
    found = published_attainment()

    assert found.prefectures == Attainment(6, 16)
    assert found.areas == Attainment(43, 105)
    assert (found.prefectures.percent, found.areas.percent) == (38, 41)
    assert found.prefectures.rate == 0.375


@pytest.mark.parametrize(("reached", "of", "percent"), [(1, 200, 1), (1, 201, 0), (0, 3, 0), (3, 3, 100)])
def test_a_half_percent_is_rounded_upwards(reached: int, of: int, percent: int) -> None:
    assert Attainment(reached, of).percent == percent


def test_of_none_there_is_no_rate() -> None:
    assert Attainment(0, 0).percent is None
    assert np.isnan(Attainment(0, 0).rate)


@given(rows=st.lists(st.tuples(*[amounts] * 6), min_size=1, max_size=5))
def test_the_parts_of_a_change_sum_to_it(rows: list[tuple[float, ...]]) -> None:
    table = np.array(rows).T
    start, end = Moment(*table[:3]), Moment(*table[3:])

    found = causes(start, end)

    scale = np.maximum(start.index, end.index)
    np.testing.assert_allclose(
        (found.doctors + found.population + found.ratio) / scale, found.change / scale, atol=1e-9
    )


@given(doctors=amounts, people=amounts, ratio=amounts, growth=st.floats(0.2, 5))
def test_what_did_not_change_has_no_part(doctors: float, people: float, ratio: float, growth: float) -> None:
    start = Moment(numbers(doctors), numbers(people), numbers(ratio))
    fewer_people = Moment(numbers(doctors), numbers(people * growth), numbers(ratio))

    found = causes(start, fewer_people)

    assert found.population[0] == pytest.approx(found.change[0], rel=1e-6, abs=1e-9 * start.index[0])
    assert abs(found.ratio[0]) <= 1e-9 * start.index[0]
    assert abs(found.doctors[0]) <= 1e-6 * start.index[0]


def test_fewer_people_raise_the_index_and_fewer_doctors_lower_it() -> None:
    # 100 → 120: the doctors doubled, the people became 5/3 as many.
    found = causes(
        Moment(numbers(100), numbers(1), numbers(1)), Moment(numbers(200), numbers(5 / 3), numbers(1))
    )

    mean = 20 / np.log(1.2)
    assert found.change[0] == pytest.approx(20)
    assert found.doctors[0] == pytest.approx(mean * np.log(2))
    assert found.population[0] == pytest.approx(-mean * np.log(5 / 3))


@pytest.mark.parametrize(("before", "after"), [(0, 50), (50, 0), (0, 0)])
def test_an_area_that_begins_or_ends_without_doctors(before: float, after: float) -> None:
    found = causes(
        Moment(numbers(before), numbers(1), numbers(1)), Moment(numbers(after), numbers(0.5), numbers(1.2))
    )

    assert found.doctors[0] == pytest.approx(found.change[0])
    assert (found.population[0], found.ratio[0]) == (0, 0)


@pytest.mark.parametrize("people", [0, np.nan])
def test_where_nobody_lives_or_nobody_knows_nothing_is_told(people: float) -> None:
    found = causes(
        Moment(numbers(5), numbers(1), numbers(1)), Moment(numbers(5), numbers(people), numbers(1))
    )

    for part in (found.change, found.doctors, found.population, found.ratio):
        assert np.isnan(part[0])


class TestAnEvaluation:
    areas = areas_of("10", "1001", "1002", "1003")
    start = Moment(numbers(100, 100, 100), numbers(1, 1, 1), numbers(1, 1, 1))
    end = Moment(numbers(110, 109.9, 100), numbers(1, 0.9, 1), numbers(1, 1, 1))

    def test_a_target_is_reached_by_as_many_doctors(self) -> None:
        found = evaluate(self.areas, numbers(110, 110, np.nan), self.start, self.end)

        assert [row.reached for row in found.areas] == [True, False, None]
        assert found.areas[1].difference == pytest.approx(-0.1)
        assert found.attainment == Attainment(1, 2)
        assert found.absent == ("1003",)
        assert found.areas[2].target is None

    def test_it_carries_causes_measures_and_what_goes_on(self) -> None:
        found = evaluate(
            self.areas,
            numbers(110, 110, 110),
            self.start,
            self.end,
            measures={"1002": ["派遣"]},
            carried_over={"1002": ["承継の支援"]},
        )

        row = found.areas[1]
        assert (row.measures, row.carried_over) == (("派遣",), ("承継の支援",))
        parts = [row.from_doctors, row.from_population, row.from_ratio]
        assert sum(part for part in parts if part is not None) == pytest.approx(row.index_change)
        assert found.areas[0].measures == ()

    def test_a_column_of_another_length_is_told(self) -> None:
        with pytest.raises(Problem) as raised:
            evaluate(self.areas, numbers(110), self.start, self.end)

        assert raised.value.code == "workforce.plan-rows"
        assert (raised.value.facts["rows"], raised.value.facts["found"]) == (3, 1)

    def test_and_so_is_a_measure_for_an_area_that_is_not_there(self) -> None:
        with pytest.raises(Problem) as raised:
            evaluate(self.areas, numbers(1, 1, 1), self.start, self.end, measures={"9999": ["派遣"]})

        assert raised.value.code == "workforce.area-unknown"
