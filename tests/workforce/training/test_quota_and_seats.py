"""募集定員上限 and 臨時定員: the published figures reproduced, and what is not known."""

from datetime import date

import numpy as np
import pytest

from kaihoken.problems import Problem
from kaihoken.rules import Status
from kaihoken.workforce.training import (
    MajorityPrefecture,
    base_seats,
    density_addition,
    island_addition,
    majority_seats,
    minority_seats,
    national_cap,
    provisional_cap,
    smoothed,
    total_allowed,
)

IN_2024, IN_2025, IN_2026, IN_2027 = (date(year, 4, 1) for year in (2024, 2025, 2026, 2027))


def test_the_cap_of_the_nation() -> None:
    assert national_cap(10_540, on=IN_2025) == pytest.approx(11_067)


def test_the_base_takes_the_larger_of_population_and_seats_but_not_much_more() -> None:
    found = base_seats(100, np.array([50.0, 30.0, 20.0]), np.array([40.0, 20.0, 40.0]), on=IN_2025)

    assert found.by_population == pytest.approx([50, 30, 20])
    assert found.by_seats == pytest.approx([40, 20, 24])  # 40 limited to 1.2 × 20
    assert found.larger == pytest.approx([50, 30, 24])
    assert found.base == pytest.approx(np.array([50, 30, 24]) * 100 / 104)
    assert found.base.sum() == pytest.approx(100)


@pytest.mark.parametrize(
    ("population", "seats", "wrong"),
    [([0.0, 0.0], [1.0, 1.0], "population"), ([1.0, 1.0], [np.nan, 1.0], "seats")],
)
def test_a_base_of_nothing_is_refused(population: list[float], seats: list[float], wrong: str) -> None:
    with pytest.raises(Problem) as raised:
        base_seats(100, np.array(population), np.array(seats), on=IN_2025)

    assert raised.value.facts["input"] == wrong


def test_the_trial_of_hokkaido_in_2010() -> None:
    """max(337, 295) + 68 + 5 = 410."""
    assert provisional_cap(max(337, 295), 0, (68, 5), on=IN_2025) == 410


def test_entrants_with_duty_count_a_little_more() -> None:
    assert provisional_cap(100, 20, (), on=IN_2025) == pytest.approx(121)


@pytest.mark.parametrize(("density", "added"), [(29.9, 10.0), (30, 7.0), (79.9, 7.0), (80, 0.0)])
def test_few_doctors_to_the_area_add_a_share(density: float, added: float) -> None:
    assert density_addition(100, density, 80, on=IN_2025) == pytest.approx(added)


def test_islands_add_three_times_their_share() -> None:
    assert island_addition(100, 10, 1000, on=IN_2025) == pytest.approx(3)


@pytest.mark.parametrize(
    ("provisional", "hires_2022", "cap_2023", "cap"),
    [(1223, 1287, 1280, 1280), (211, 261, 253, 253), (124, 128, 131, 128)],
    ids=["東京", "京都", "奈良"],
)
def test_the_smoothing_of_2024(provisional: int, hires_2022: int, cap_2023: int, cap: int) -> None:
    found = smoothed(provisional, hires_2022, cap_2023, on=IN_2024)

    assert (found.cap, found.smoothed) == (cap, True)


@pytest.mark.parametrize("day", [IN_2024, IN_2025])
def test_a_cap_that_reaches_the_hires_stays(day: date) -> None:
    found = smoothed(128, 128, 100, on=day)

    assert (found.cap, found.smoothed) == (128, False)


def test_from_2025_the_cap_falls_by_what_is_not_known() -> None:
    found = smoothed(1223, 1287, 1280, on=IN_2025)

    assert found.cap is None
    assert found.at_most == 1279
    assert "fall" in found.basis.not_found


@pytest.mark.parametrize(
    "ask",
    [
        lambda: national_cap(10_000, on=IN_2026),
        lambda: density_addition(1, 1, 1, on=IN_2026),
        lambda: island_addition(1, 1, 1, on=IN_2026),
        lambda: provisional_cap(1, 1, (), on=IN_2026),
    ],
)
def test_coefficients_of_2026_are_waited_for(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(Problem) as raised:
        ask()

    assert raised.value.code == "workforce.training-input"


def a_majority_prefecture(
    reserved: float = 4, *, need: bool = True, young: bool = True, old: bool = False
) -> MajorityPrefecture:
    return MajorityPrefecture(10, 10, reserved, need, young, old)


def test_the_example_of_2026() -> None:
    found = majority_seats(a_majority_prefecture(), on=IN_2026)

    assert (found.kept, found.first_restored, found.second_restored, found.seats) == (8, 1, 1, 10)
    assert found.basis.status is Status.CONFIRMED
    assert "rounding" in found.basis.not_found


@pytest.mark.parametrize(
    ("of", "seats"),
    [
        (a_majority_prefecture(3.99), 8),  # the second condition needs the first
        (a_majority_prefecture(need=False), 8),
        (a_majority_prefecture(young=False), 9),
        (a_majority_prefecture(young=False, old=True), 10),
        (a_majority_prefecture(old=True), 10),
    ],
)
def test_what_comes_back_by_condition(of: MajorityPrefecture, seats: float) -> None:
    assert majority_seats(of, on=IN_2026).seats == seats


def test_of_2025_four_fifths_are_kept() -> None:
    found = majority_seats(a_majority_prefecture(), on=IN_2025)

    assert found.seats == 8
    assert found.basis.not_found == ("restore",)


def test_a_minority_prefecture_gets_what_it_wishes_while_it_can_teach() -> None:
    assert minority_seats(30, conditions_kept=True, before=20, on=IN_2026).seats == 30
    assert minority_seats(30, conditions_kept=False, before=20, on=IN_2026).seats == 20


def test_the_total_has_a_ceiling() -> None:
    assert total_allowed(9403, on=IN_2026)
    assert not total_allowed(9404, on=IN_2026)


def test_2027_is_planned_and_lies_below_2025() -> None:
    with pytest.raises(Problem) as raised:
        total_allowed(9000, on=IN_2027)
    assert raised.value.code == "rules.no_version"

    assert total_allowed(9392, on=IN_2027, planned=True)
    assert not total_allowed(9393, on=IN_2027, planned=True)
    with pytest.raises(Problem):
        majority_seats(a_majority_prefecture(), on=IN_2027)
