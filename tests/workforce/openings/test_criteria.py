"""候補区域: both conditions, both readings of the mean and of the deviation, and the nine of 2026-01-16."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from msgspec import structs

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce import area_set
from kaihoken.workforce.openings import (
    OutpatientOpenings,
    all_readings,
    candidates,
    clinic_densities,
    printed_candidates,
    solve_mean_and_sd,
)

RULE = rules.load(OutpatientOpenings, on=date(2026, 11, 20))
NAN = np.nan


def test_a_candidate_fulfils_both_conditions() -> None:
    index = np.array([100.0] * 18 + [200.0, 200.0])
    density = np.arange(20.0)
    density[[18, 0]] = density[[0, 18]]  # one of the two high ones is thinly settled with clinics

    found = candidates(index, density, RULE)

    assert np.flatnonzero(found.high_index).tolist() == [18, 19]
    assert np.flatnonzero(found.dense).tolist() == [0, 19]
    assert np.flatnonzero(found.candidate).tolist() == [19]


def test_the_multiple_is_of_the_deviation_over_areas() -> None:
    found = candidates(np.array([90.0, 110.0, 100.0, 100.0]), np.ones(4), RULE)

    assert found.mean == 100
    assert found.sd == pytest.approx(np.sqrt(50))
    assert found.multiple.tolist() == pytest.approx([-np.sqrt(2), np.sqrt(2), 0, 0])


def test_the_multiple_itself_is_enough_and_a_hair_less_is_not() -> None:
    index, density = np.array([95.0, 105.0, 97.0, 130.0]), np.ones(4)
    reached = float(candidates(index, density, RULE).multiple[3])

    met = candidates(index, density, structs.replace(RULE, sd_multiple=reached))
    missed = candidates(index, density, structs.replace(RULE, sd_multiple=float(np.nextafter(reached, 9))))

    assert (bool(met.high_index[3]), bool(missed.high_index[3])) == (True, False)


@pytest.mark.parametrize(("areas", "dense"), [(10, 1), (19, 1), (20, 2), (330, 33)])
def test_the_top_tenth_is_counted_in_areas(areas: int, dense: int) -> None:
    found = candidates(np.arange(float(areas)), np.arange(float(areas)), RULE)

    assert int(found.dense.sum()) == dense


def test_areas_of_equal_density_are_dense_together() -> None:
    density = np.array([5.0, 5.0, *range(-18, 0)])

    assert candidates(np.arange(20.0), density, RULE).dense.tolist()[:3] == [True, True, False]


def test_the_readings_stand_side_by_side_with_the_rule_first() -> None:
    index = np.array([100.0] * 8 + [131.0, 140.0])

    found = all_readings(index, np.arange(10.0), RULE, national_index=110.0)

    assert [(one.mean_reading, one.ddof) for one in found] == [
        ("areas", 0),
        ("areas", 1),
        ("nation", 0),
        ("nation", 1),
    ]
    assert {one.confirmed for one in found} == {False}
    assert found[1].sd > found[0].sd
    assert found[2].mean == 110
    assert [int(one.high_index.sum()) for one in found] == [2, 2, 1, 1]


def test_without_the_nation_only_the_mean_over_areas_is_read() -> None:
    assert {one.mean_reading for one in all_readings(np.arange(5.0), np.arange(5.0), RULE)} == {"areas"}
    with pytest.raises(Problem) as caught:
        candidates(np.arange(5.0), np.arange(5.0), RULE, mean="nation")
    assert caught.value.code == "workforce.opening-national-index"


def test_what_is_missing_is_awaited_only_where_it_decides() -> None:
    index = np.array([NAN, NAN, 900.0, 100.0, *[100.0] * 16])
    density = np.array([50.0, 0.5, NAN, NAN, *np.arange(1.0, 17.0)])

    found = candidates(index, density, RULE)

    assert found.awaiting[:4].tolist() == [True, False, True, False]
    assert not found.candidate[:4].any()
    assert np.isnan(found.multiple[0])


@pytest.mark.parametrize(
    ("index", "density"), [([1.0, 2.0], [1.0]), ([1.0], [1.0]), ([1.0, NAN], [1.0, 2.0])]
)
def test_too_little_is_refused(index: list[float], density: list[float]) -> None:
    with pytest.raises(Problem) as caught:
        candidates(np.array(index), np.array(density), RULE)

    assert caught.value.code == "workforce.opening-arrays"


def test_equal_indices_have_no_candidate() -> None:
    found = candidates(np.full(20, 100.0), np.arange(20.0), RULE)

    assert found.sd == 0
    assert not found.candidate.any()


@given(arrays(np.float64, 40, elements=st.floats(1, 1000, width=32)), st.permutations(range(40)))
def test_the_order_of_areas_changes_nothing(index: np.ndarray, order: list[int]) -> None:
    density = np.linspace(0, 1, 40)

    straight = candidates(index, density, RULE)
    turned = candidates(index[order], density[order], RULE)

    assert turned.dense.tolist() == straight.dense[order].tolist()
    assert np.allclose(turned.multiple, straight.multiple[order], atol=1e-6)


def test_two_areas_give_back_mean_and_deviation_within_the_rounding() -> None:
    rng = np.random.default_rng(20260116)
    index = rng.normal(107.0, 25.0, 330)
    found = candidates(index, rng.random(330), RULE)
    first, second = int(index.argmax()), int(index.argmin())
    printed = (round(float(found.multiple[first]), 2), round(float(found.multiple[second]), 2))

    solved = solve_mean_and_sd((float(index[first]), float(index[second])), printed)

    assert solved.mean_low <= found.mean <= solved.mean_high
    assert solved.sd_low <= found.sd <= solved.sd_high
    assert solved.mean == pytest.approx(found.mean, abs=0.2)


def test_equal_multiples_solve_nothing() -> None:
    with pytest.raises(Problem):
        solve_mean_and_sd((100.0, 101.0), (1.58, 1.58))


def test_the_nine_printed_candidates_fulfil_the_criterion_with_our_densities() -> None:
    found = printed_candidates(RULE)

    assert [one.area for one in found] == [
        "1301",
        "1304",
        "1303",
        "2604",
        "2708",
        "4001",
        "1302",
        "1305",
        "2801",
    ]
    assert all(one.multiple >= 1.5 for one in found)
    assert all(one.density_share <= 0.10 for one in found)
    assert all(one.fulfils for one in found)
    assert max(abs(one.density_ratio - one.printed_density_ratio) for one in found) < 0.0065


def test_the_density_of_the_nation_is_of_all_clinics_and_all_habitable_land() -> None:
    areas = area_set("330")

    found = clinic_densities(areas)

    assert len(found.density) == 329  # 川崎's two areas share one row
    assert found.density[found.rows.row("1301")] / found.to_nation[found.rows.row("1301")] == pytest.approx(
        0.8533, abs=1e-4
    )


def test_without_any_density_every_high_area_is_awaited() -> None:
    index = np.array([100.0] * 19 + [200.0])

    found = candidates(index, np.full(20, NAN), RULE)

    assert np.flatnonzero(found.awaiting).tolist() == [19]
