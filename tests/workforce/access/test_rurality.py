"""へき地尺度: ranks of 1 to 100, loadings given or estimated, and absent factors named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from kaihoken.problems import Problem
from kaihoken.workforce.access.rurality import (
    DEMO_WATERMARK,
    Factor,
    RuralityFactors,
    estimated_loadings,
    hundredths,
    principal_axis,
    rurality_scale,
    without_emergency,
)

ONES: dict[Factor, float] = {"density": 1, "distance": 1, "island": 1, "snow": 1}


def drawn(n: int, loadings: tuple[float, float, float, float]) -> RuralityFactors:
    """Places whose factors come of one hidden rurality: the check knows only what is drawn."""
    random = np.random.default_rng(7)
    hidden = random.standard_normal(n)
    noise = random.standard_normal((4, n))
    signal = [w * hidden + np.sqrt(1 - w * w) * e for w, e in zip(loadings, noise, strict=True)]
    return RuralityFactors(
        density=np.exp(-signal[0]),
        distance=signal[1] - signal[1].min(),
        island=signal[2] > 1.0,
        snow=signal[3] > 1.0,
    )


def test_ranks_run_from_1_to_100_and_their_mean_is_50_5() -> None:
    rank = hundredths(np.random.default_rng(1).permutation(1_000).astype(float))
    assert (rank.min(), rank.max(), rank.mean()) == (1, 100, 50.5)
    assert set(np.bincount(rank)[1:]) == {10}


@given(arrays.arrays(np.float64, st.integers(1, 300), elements=st.floats(-1e6, 1e6)))
def test_a_rank_never_contradicts_the_raw_value(raw: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    rank = hundredths(raw)
    order = np.argsort(raw, kind="stable")
    assert (np.diff(rank[order]) >= 0).all()
    assert rank.min() >= 1
    assert rank.max() <= 100
    assert len({int(one) for one in rank[raw == raw[0]]}) == 1


def test_few_and_far_and_cut_off_is_more_rural() -> None:
    factors = RuralityFactors(
        density=np.array([5_000.0, 50.0, 50.0]),
        distance=np.array([1.0, 30.0, 30.0]),
        island=np.array([False, False, True]),
        snow=np.array([False, False, False]),
    )
    assert rurality_scale(factors, ONES).rank.tolist() == [34, 67, 100]


def test_an_absent_table_is_named_and_leaves_its_factor_out() -> None:
    whole = drawn(200, (0.8, 0.7, 0.6, 0.5))
    part = RuralityFactors(whole.density, whole.distance)
    found = rurality_scale(part, ONES)
    assert found.absent == ("island", "snow")
    assert not found.complete
    assert set(found.loadings) == {"density", "distance"}
    assert rurality_scale(whole, ONES).complete


def test_there_is_no_silent_default_and_the_demo_is_marked() -> None:
    factors = drawn(200, (0.8, 0.7, 0.6, 0.5))
    with pytest.raises(Problem) as raised:
        rurality_scale(factors)
    assert raised.value.code == "workforce.rurality-no-loadings"
    with pytest.raises(Problem) as raised:
        rurality_scale(factors, {"density": 1.0, "distance": 1.0, "island": 1.0})
    assert raised.value.facts["missing"] == "snow"
    assert rurality_scale(factors, demo=True).watermark == DEMO_WATERMARK
    assert rurality_scale(factors, ONES).watermark == ""
    assert rurality_scale(factors, ONES, demo=True).watermark == ""


def test_principal_axes_find_the_loadings_that_made_a_correlation() -> None:
    made = np.array([0.9, 0.7, 0.5, 0.3])
    correlation = np.outer(made, made)
    np.fill_diagonal(correlation, 1.0)
    loadings, _ = principal_axis(correlation)
    assert loadings == pytest.approx(made, abs=1e-6)


def test_loadings_estimated_from_places_come_near_those_that_made_them() -> None:
    found = estimated_loadings(drawn(20_000, (0.9, 0.8, 0.7, 0.6)))
    assert found.loadings["density"] == pytest.approx(0.9, abs=0.03)
    assert found.loadings["distance"] == pytest.approx(0.8, abs=0.03)
    # Cut in two, a factor loads less, but still in order.
    assert found.loadings["distance"] > found.loadings["island"] > found.loadings["snow"] > 0
    assert 0 < found.explained < 1


def test_two_factors_or_one_that_is_the_same_everywhere_give_no_loadings() -> None:
    whole = drawn(500, (0.8, 0.7, 0.6, 0.5))
    two = RuralityFactors(whole.density, whole.distance)
    flat = RuralityFactors(whole.density, whole.distance, np.zeros(500, dtype=bool), whole.snow)
    for factors in (two, flat):
        with pytest.raises(Problem) as raised:
            estimated_loadings(factors)
        assert raised.value.code == "workforce.rurality-no-factor"


def test_a_correlation_without_a_common_factor_is_a_problem() -> None:
    heywood = np.array([[1, 0.9, 0.9], [0.9, 1, 0.2], [0.9, 0.2, 1]])
    with pytest.raises(Problem) as raised:
        principal_axis(heywood)
    assert raised.value.code == "workforce.rurality-no-factor"


@pytest.mark.parametrize(("density", "distance"), [(0.0, 1.0), (np.nan, 1.0), (1.0, -1.0), (1.0, np.inf)])
def test_what_cannot_be_used_names_its_first_row(density: float, distance: float) -> None:
    factors = RuralityFactors(np.array([1.0, density]), np.array([1.0, distance]))
    with pytest.raises(Problem) as raised:
        rurality_scale(factors, ONES)
    assert raised.value.code == "workforce.rurality-not-numbers"
    assert raised.value.facts["row"] == 1


def test_columns_of_other_lengths_are_refused() -> None:
    with pytest.raises(Problem) as raised:
        rurality_scale(RuralityFactors(np.ones(2), np.ones(2), island=np.array([True])), ONES)
    assert raised.value.code == "workforce.columns-differ"


def test_an_island_with_an_emergency_hospital_is_not_marked() -> None:
    marked = np.array(["", "佐渡島", "粟島", "粟島"])
    assert without_emergency(marked, np.array(["佐渡島", ""])).tolist() == [False, False, True, True]


def test_a_groups_value_is_weighted_by_people_and_nobody_gives_none() -> None:
    found = rurality_scale(
        RuralityFactors(np.array([100.0, 10.0, 1.0]), np.array([1.0, 2.0, 3.0])),
        {"density": 1, "distance": 1},
    )
    values = found.of_groups(np.array([0, 0, -1]), np.array([3.0, 1.0, 9.0]), 2)
    assert values[0] == pytest.approx((3 * 34 + 67) / 4)
    assert np.isnan(values[1])
