"""Doctors carried forward: nobody is lost or made, and chance follows the expected numbers."""

from dataclasses import replace
from typing import TypedDict, Unpack

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaihoken.problems import Problem
from kaihoken.workforce import Area, AreaCode, AreaSet, PrefectureCode, own_grouping
from kaihoken.workforce.printing import FICTITIOUS
from kaihoken.workforce.training import (
    FIVE_YEARS,
    SINGLE_YEARS,
    AgeBands,
    SupplyAssumption,
    SupplyInputs,
    between,
    fictitious_inputs,
    project,
    supply_bands,
)

Floats = npt.NDArray[np.float64]
STEPS = 4
CLASSES = ("minority", "majority")


class Assumed(TypedDict, total=False):
    """The same in every sex, band and class; left out is nobody leaving, entering or moving."""

    survival: float
    entry: float
    moving: float


class Change(TypedDict, total=False):
    """What other inputs may have instead."""

    stock: npt.NDArray[np.int64]
    area_class: npt.NDArray[np.int64]
    settling: Floats
    lower: SupplyAssumption
    upper: SupplyAssumption
    weights: Floats | None


def four_areas() -> AreaSet:
    return own_grouping(
        "四つ",
        [
            Area(AreaCode(f"{prefecture}0{number}"), "圏域", PrefectureCode(prefecture), "県")
            for prefecture in ("01", "02")
            for number in (1, 2)
        ],
        {},
    )


def an_assumption(
    bands: AgeBands = FIVE_YEARS, *, survival: float = 1.0, entry: float = 0.0, moving: float = 0.0
) -> SupplyAssumption:
    return SupplyAssumption(
        survival=np.full((2, len(bands)), survival),
        entry=np.full((STEPS, 4, 2, len(bands)), entry),
        migration=np.full((2, 2, 2, len(bands)), moving),
    )


def inputs(bands: AgeBands = FIVE_YEARS, *, each: int = 10, **assumed: Unpack[Assumed]) -> SupplyInputs:
    assumption = an_assumption(bands, **assumed)
    return SupplyInputs(
        areas=four_areas(),
        bands=bands,
        first_year=2022,
        stock=np.full((4, 2, len(bands)), each, np.int64),
        classes=CLASSES,
        area_class=np.array([0, 0, 1, 1]),
        settling=np.array([0.25, 0.75, 0.5, 0.5]),
        lower=assumption,
        upper=assumption,
        weights=np.ones((2, len(bands))),
    )


def test_bands_of_five_years_hand_on_two_fifths_in_two_years() -> None:
    ageing = FIVE_YEARS.ageing()

    assert ageing[0].tolist()[:3] == [0, 1, 0]  # 24 → 26
    assert ageing[1, 1:3] == pytest.approx([0.6, 0.4])
    assert ageing[-1, -1] == 1
    assert ageing.sum(axis=1) == pytest.approx(np.ones(len(FIVE_YEARS)))


def test_single_years_move_whole() -> None:
    ageing = SINGLE_YEARS.ageing()

    assert ageing[0].argmax() == 2
    assert set(np.unique(ageing)) == {0.0, 1.0}
    assert ageing[-2].argmax() == ageing[-3].argmax() == len(SINGLE_YEARS) - 1


def test_the_bands_are_named_as_the_survey_prints_them() -> None:
    assert FIVE_YEARS.labels[:2] == ("24", "25-29")
    assert FIVE_YEARS.labels[-2:] == ("80-84", "85+")
    assert len(FIVE_YEARS) == 14


def test_without_entry_and_exit_nobody_is_lost() -> None:
    given = inputs(moving=0.3)

    assert project(given, given.lower).by_area().sum(axis=1) == pytest.approx([1120] * (STEPS + 1))
    band = supply_bands(given, seed=3, runs=50)
    assert (band.nation.heads == 1120).all()


def test_migration_sums_to_zero_nationally_and_moves_between_areas() -> None:
    still, moving = inputs(survival=0.9, entry=2.0), inputs(survival=0.9, entry=2.0, moving=0.2)

    without = project(still, still.lower).by_area()
    with_it = project(moving, moving.lower).by_area()
    assert with_it.sum(axis=1) == pytest.approx(without.sum(axis=1))
    assert abs(with_it - without)[1:].max() > 1


def test_an_area_without_doctors_stays_without_where_nobody_begins() -> None:
    given = inputs(survival=0.8)
    stock = given.stock.copy()
    stock[2] = 0
    given = replace(given, stock=stock)

    assert (project(given, given.lower).heads[:, 2] == 0).all()
    assert (supply_bands(given, seed=1, runs=50).areas.heads[:, :, 2] == 0).all()


def test_the_projection_is_the_power_of_its_matrix() -> None:
    bands = AgeBands((24, 30, 40))
    rng = np.random.default_rng(5)
    survival = rng.uniform(0.5, 1, (2, 3))
    migration = rng.uniform(0, 0.4, (2, 2, 2, 3))
    given = inputs(bands)
    assumption = SupplyAssumption(survival, given.lower.entry, migration)
    given = replace(given, lower=assumption, upper=assumption, stock=rng.integers(0, 99, (4, 2, 3)))
    ageing = bands.ageing()

    size = 4 * 2 * 3
    matrix = np.zeros((size, size))  # from state to state, written out
    for area in range(4):
        for sex in range(2):
            for band in range(3):
                origin = (area * 2 + sex) * 3 + band
                for to in range(4):
                    share = (
                        migration[given.area_class[area], given.area_class[to], sex, band]
                        * given.settling[to]
                    )
                    if to == area:
                        share += 1 - migration[given.area_class[area], :, sex, band].sum()
                    for older in range(3):
                        matrix[origin, (to * 2 + sex) * 3 + older] = (
                            survival[sex, band] * share * ageing[band, older]
                        )
    expected = given.stock.reshape(size) @ np.linalg.matrix_power(matrix, STEPS)

    assert project(given, given.lower).heads[-1].reshape(size) == pytest.approx(expected)


def test_new_doctors_are_added_at_the_end_of_their_step() -> None:
    given = inputs(each=0, entry=1.5)

    assert project(given, given.lower).heads[1] == pytest.approx(np.full((4, 2, 14), 1.5))


@given(
    low=st.floats(0, 1),
    more=st.floats(0, 1),
    moving=st.floats(0, 0.5),
)
@settings(max_examples=30, deadline=None)
def test_more_survival_never_leaves_fewer_doctors(low: float, more: float, moving: float) -> None:
    fewer, others = (
        inputs(survival=value, entry=1.0, moving=moving) for value in (low, low + more * (1 - low))
    )

    assert (project(others, others.lower).heads >= project(fewer, fewer.lower).heads * (1 - 1e-12)).all()


def test_where_nothing_is_left_to_chance_a_run_is_the_matrix_computation() -> None:
    given = inputs(SINGLE_YEARS, each=7)
    survival = given.lower.survival.copy()
    survival[:, -8:] = 0  # everybody stops at 78
    sure = replace(given.lower, survival=survival)
    given = replace(given, lower=sure, upper=sure)

    band = supply_bands(given, seed=9, runs=20)

    expected = project(given, given.lower).by_area()
    assert (band.areas.heads == expected).all()
    assert expected[-1].sum() < expected[0].sum()


def test_runs_lie_around_the_expected_number_and_closer_the_more_doctors() -> None:
    few = inputs(survival=0.8, moving=0.15, entry=0.0)
    many = replace(few, stock=few.stock * 400)

    expected = project(many, many.lower).by_area()
    band = supply_bands(many, seed=4, runs=400)
    assert band.areas.heads[2] == pytest.approx(expected, rel=0.01)
    width = (band.areas.heads[4] - band.areas.heads[0])[1:] / expected[1:]
    small = supply_bands(few, seed=4, runs=400)
    width_of_few = (small.areas.heads[4] - small.areas.heads[0])[1:] / project(few, few.lower).by_area()[1:]
    assert (width_of_few > 8 * width).all()  # a twentieth, by the root of 400


def test_chance_has_the_variance_of_its_draws() -> None:
    given = inputs(SINGLE_YEARS, each=30, survival=0.7)
    doctors = 30 * 2 * len(SINGLE_YEARS)

    band = supply_bands(given, seed=2, runs=4000, probabilities=(0.15865, 0.5, 0.84135))

    deviation = (band.areas.heads[2, 1, 0] - band.areas.heads[0, 1, 0]) / 2
    assert deviation == pytest.approx(np.sqrt(doctors * 0.7 * 0.3), rel=0.06)
    assert band.areas.heads[1, 1, 0] == pytest.approx(doctors * 0.7, rel=0.005)


def test_draws_beyond_the_table_and_turned_ones_keep_the_mean() -> None:
    """Large cells are drawn in parts, frequent events as their opposite, and rare outcomes beyond the table."""
    for survival in (0.45, 0.55, 0.05, 0.97):
        given = inputs(SINGLE_YEARS, each=500, survival=survival)
        band = supply_bands(given, seed=6, runs=60)
        assert band.nation.heads[2, 1, 0] == pytest.approx(4 * 500 * 2 * 62 * survival, rel=0.004)


def test_new_doctors_of_a_run_are_as_many_on_average_as_the_table_says() -> None:
    given = inputs(each=0, entry=50.0)  # two parts of a draw

    band = supply_bands(given, seed=8, runs=400)

    assert band.nation.heads[2, 1, 0] == pytest.approx(50 * 4 * 2 * 14, rel=0.01)
    spread = band.areas.heads[4, 1, 0] - band.areas.heads[0, 1, 0]
    assert spread == pytest.approx(2 * 1.645 * np.sqrt(50 * 28), rel=0.2)


def test_movers_settle_by_the_shares_of_their_class() -> None:
    given = inputs(SINGLE_YEARS, each=0)
    stock = given.stock.copy()
    stock[3] = 100
    migration = np.zeros((2, 2, 2, len(SINGLE_YEARS)))
    migration[1, 0] = 1.0  # all of the majority class go to the minority class
    away = replace(given.lower, migration=migration)
    given = replace(given, stock=stock, lower=away, upper=away, settling=np.array([0.0, 1.0, 0.3, 0.7]))

    band = supply_bands(given, seed=1, runs=30)

    assert band.areas.heads[0, 1].tolist() == [0, 12400, 0, 0]


def test_bands_span_the_two_assumptions() -> None:
    given = inputs(each=1000)
    given = replace(given, lower=an_assumption(survival=0.8), upper=an_assumption(survival=0.9))

    band = supply_bands(given, seed=1, runs=500)

    low, high = band.lower.by_area().sum(axis=1)[-1], band.upper.by_area().sum(axis=1)[-1]
    found = band.nation.heads[:, -1, 0]
    assert low < found[0] < found[-1] < high
    assert found[-1] - found[0] > 0.8 * (high - low)
    middle = project(given, between(given.lower, given.upper, 0.5)).by_area().sum(axis=1)[-1]
    assert found[2] == pytest.approx(middle, rel=0.02)


def test_a_run_is_the_same_on_any_number_of_threads_and_another_with_another_seed() -> None:
    given = inputs(survival=0.9, entry=1.0, moving=0.1)
    alone = supply_bands(given, seed=11, runs=200, threads=1)
    together = supply_bands(given, seed=11, runs=200, threads=3)
    more = supply_bands(given, seed=11, runs=201, threads=2)
    other = supply_bands(given, seed=12, runs=200)

    assert (alone.areas.heads == together.areas.heads).all()
    assert abs(together.nation.heads - more.nation.heads).max() < 20  # the same runs and one more
    assert not (alone.areas.heads == other.areas.heads).all()
    assert (together.seed, together.runs, together.inputs_digest) == (11, 200, given.digest())


def test_standardised_doctors_are_weighted_heads_and_absent_without_hours() -> None:
    given = inputs(SINGLE_YEARS, each=10)
    half = replace(given, weights=np.full((2, 62), 0.5))
    without = replace(given, weights=None)

    assert project(half, half.lower).standardised == pytest.approx(project(half, half.lower).by_area() / 2)
    standardised = supply_bands(half, seed=1, runs=5).areas.standardised
    assert standardised is not None
    assert standardised == pytest.approx(supply_bands(half, seed=1, runs=5).areas.heads / 2)
    assert project(without, without.lower).standardised is None
    assert supply_bands(without, seed=1, runs=5).nation.standardised is None


def test_prefectures_are_sums_of_their_areas_in_each_run() -> None:
    given = inputs(survival=0.9)

    band = supply_bands(given, seed=1, runs=1)

    assert band.prefectures == ("01", "02")
    assert band.by_prefecture.heads[0, :, 1] == pytest.approx(band.areas.heads[0, :, 2:].sum(axis=1))


def test_the_digest_names_the_tables() -> None:
    given = inputs(survival=0.9)
    other = inputs(survival=0.9)
    stock = given.stock.copy()
    stock[0, 0, 0] += 1

    assert given.digest() == other.digest()
    assert replace(given, stock=stock).digest() != given.digest()
    assert replace(given, weights=None).digest() != given.digest()


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ({"stock": np.full((3, 2, 14), 1, np.int64)}, "stock"),
        ({"stock": np.full((4, 2, 14), -1, np.int64)}, "stock"),
        ({"area_class": np.array([0, 0, 1, 2])}, "area_class"),
        ({"settling": np.array([0.5, 0.4, 0.5, 0.5])}, "settling"),
        ({"weights": np.full((2, 14), np.nan)}, "weights"),
        ({"upper": an_assumption(survival=1.01)}, "upper.survival"),
        ({"lower": an_assumption(entry=-1)}, "lower.entry"),
        ({"lower": an_assumption(moving=0.6)}, "lower.migration"),
        ({"upper": replace(an_assumption(), entry=np.zeros((2, 4, 2, 14)))}, "upper.entry"),
    ],
)
def test_a_table_that_cannot_be_used_is_named(change: Change, table: str) -> None:
    with pytest.raises(Problem) as raised:
        replace(inputs(), **change)

    assert raised.value.code == "workforce.supply-table"
    assert raised.value.facts["table"] == table


def test_half_of_a_class_moving_is_still_a_table() -> None:
    assert inputs(moving=0.5).lower.migration.sum(axis=1).max() == 1


@pytest.mark.parametrize("bounds", [(24,), (24, 24), (30, 25)])
def test_age_bands_have_to_grow(bounds: tuple[int, ...]) -> None:
    with pytest.raises(Problem) as raised:
        AgeBands(bounds)

    assert raised.value.facts["table"] == "bands"


@pytest.mark.parametrize("wrong", [{"seed": -1, "runs": 5}, {"seed": 1, "runs": 0}])
def test_runs_need_a_seed_and_a_number(wrong: dict[str, int]) -> None:
    with pytest.raises(Problem) as raised:
        supply_bands(inputs(), seed=wrong["seed"], runs=wrong["runs"])

    assert raised.value.facts["table"] == "runs"


def test_what_is_made_up_carries_its_watermark() -> None:
    made_up = fictitious_inputs(demo=True)

    assert made_up.years[-1] == 2040
    assert len(made_up.areas) == 330
    assert project(made_up, made_up.lower).watermark == FICTITIOUS
    assert supply_bands(made_up, seed=1, runs=2).watermark == FICTITIOUS
    assert supply_bands(inputs(), seed=1, runs=2).watermark == ""
