"""専攻医シーリング: the published example, the tests of two years at their bounds, and what is not known."""

from datetime import date

import numpy as np
import pytest

from kaihoken.problems import Problem
from kaihoken.rules import Status
from kaihoken.workforce.training import (
    CellFigures,
    contribution_rate,
    legacy_amounts,
    may_be_partner,
    published_amounts,
    ratio_to_required,
    required_in_prefecture,
    required_nationally,
    small_cell_seats,
    under_ceiling,
)

IN_2025, IN_2026, IN_2027 = date(2025, 4, 1), date(2026, 4, 1), date(2027, 4, 1)


def a_cell(
    *, doctors: float = 100, later: float = 100, required: float = 100, hires: tuple[int, ...] = (6, 6, 6)
) -> CellFigures:
    """A cell that is under the ceiling in both years unless one figure is changed."""
    return CellFigures(
        doctors={2018: doctors, 2022: later},
        required={2018: required, 2022: required, 2024: required, 2030: required},
        hires=dict(zip((2023, 2024, 2025), hires, strict=True)),
    )


def test_the_published_total_of_internal_medicine_in_tokyo() -> None:
    """2025: 398 + 123 + 52 = 573; the 31 limited to prefectures are inside the 123."""
    amounts = published_amounts(398, 123, 31, 52, on=IN_2025)

    assert amounts.total == 573
    assert amounts.normal is not None
    assert amounts.normal + amounts.partner == 521


def test_mean_hires_of_521_give_the_published_normal_and_partner_seats() -> None:
    """A = 521 and base = 615, so B = -94: the published 398, 123 and 31. The published 52 is not 5 % of base."""
    amounts = legacy_amounts(521, -94, partner_share=0.20, contribution=0.25, on=IN_2025)

    assert amounts.normal == pytest.approx(398)
    assert amounts.partner == pytest.approx(123)
    assert round(amounts.prefecture_limited) == 31
    assert amounts.special == pytest.approx(30.75)
    assert amounts.basis.status is Status.CONFIRMED


@pytest.mark.parametrize(("contribution", "partner"), [(0.20, 10.0), (0.19, 0.0)])
def test_partner_seats_need_a_fifth_of_contribution(contribution: float, partner: float) -> None:
    amounts = legacy_amounts(100, 50, partner_share=0.20, contribution=contribution, on=IN_2025)

    assert amounts.partner == partner
    assert amounts.normal == 90
    assert amounts.special == 2.5


def test_where_enough_are_needed_nothing_is_given_up() -> None:
    amounts = legacy_amounts(10, 12, partner_share=0.10, contribution=1, on=IN_2025)

    assert (amounts.normal, amounts.total) == (10, 10)


@pytest.mark.parametrize("share", [0.09, 0.21])
def test_a_partner_share_has_bounds(share: float) -> None:
    with pytest.raises(Problem) as raised:
        legacy_amounts(10, 1, partner_share=share, contribution=1, on=IN_2025)

    assert raised.value.facts["input"] == "partner_share"


@pytest.mark.parametrize("day", [IN_2026, IN_2027])
def test_the_formula_of_later_years_is_not_known_and_says_so(day: date) -> None:
    with pytest.raises(Problem) as raised:
        legacy_amounts(10, 1, partner_share=0.1, contribution=1, on=day)
    assert raised.value.code == "workforce.training-input"

    amounts = published_amounts(None, 3, 0, 0, on=day)
    assert amounts.total is None
    assert {"normal_seats", "dispatch_addition"} <= set(amounts.basis.not_found)


def test_more_limited_seats_than_partner_seats_are_refused() -> None:
    with pytest.raises(Problem) as raised:
        published_amounts(10, 3, 4, 0, on=IN_2025)

    assert raised.value.facts["input"] == "prefecture_limited"


@pytest.mark.parametrize("day", [IN_2026, IN_2027])
def test_a_cell_whose_doctors_just_reach_what_is_required_is_under_the_ceiling(day: date) -> None:
    assert under_ceiling("内科", a_cell(), on=day).held


def test_of_2027_the_doctors_of_2022_and_the_hires_decide() -> None:
    assert under_ceiling("内科", a_cell(doctors=1), on=IN_2027).held
    assert not under_ceiling("内科", a_cell(later=99.9), on=IN_2027).held
    assert not under_ceiling("内科", a_cell(hires=(5, 5, 5)), on=IN_2027).held
    assert under_ceiling("内科", a_cell(hires=(5, 5, 6)), on=IN_2027).held


def test_of_2026_the_doctors_of_2018_decide_unless_those_of_2022_lie_below() -> None:
    assert not under_ceiling("内科", a_cell(doctors=99.9), on=IN_2026).held
    spared = under_ceiling("内科", a_cell(later=99.9), on=IN_2026)
    assert not spared.held
    assert [condition.holds for condition in spared.conditions] == [True, True, False]
    assert spared.basis.status is Status.UNCONFIRMED


@pytest.mark.parametrize("specialty", ["外科", "産婦人科", "病理", "臨床検査", "救急", "総合診療"])
def test_six_specialties_have_no_ceiling(specialty: str) -> None:
    assert not under_ceiling(specialty, a_cell(), on=IN_2027).held


@pytest.mark.parametrize(
    ("specialty", "cell", "day", "missing"),
    [
        ("内科学", a_cell(), IN_2027, "内科学"),
        ("内科", a_cell(), IN_2025, "target"),
        ("内科", CellFigures({2022: 1}, {2022: 1}, {}), IN_2027, "required 2030"),
        ("内科", CellFigures({2022: 1}, {2022: 1, 2030: float("nan")}, {}), IN_2027, "required 2030"),
        ("内科", CellFigures({2022: 1}, {2022: 1, 2030: 1}, {2023: 6}), IN_2027, "hires 2024"),
    ],
)
def test_what_a_test_needs_is_named(specialty: str, cell: CellFigures, day: date, missing: str) -> None:
    with pytest.raises(Problem) as raised:
        under_ceiling(specialty, cell, on=day)

    assert raised.value.facts["input"] == missing


@pytest.mark.parametrize(
    ("ratio", "specialty", "day", "may"),
    [
        (0.8, "眼科", IN_2027, True),
        (0.8001, "眼科", IN_2027, False),  # not rounded
        (0.9, "小児科", IN_2027, True),
        (0.901, "小児科", IN_2027, False),
        (0.7, "眼科", IN_2026, True),
        (0.71, "眼科", IN_2026, False),
        (0.8, "小児科", IN_2025, True),
        (0.81, "小児科", IN_2025, False),
    ],
)
def test_partners_by_their_ratio(ratio: float, specialty: str, day: date, may: bool) -> None:
    assert may_be_partner(ratio, specialty, on=day) is may


def test_a_small_ceiling_may_grow_to_the_previous_one() -> None:
    def seats(ceiling: float, previous: float | None, last: float | None) -> float:
        return small_cell_seats(ceiling, 300, previous=previous, last=last, mean_hires=4, on=IN_2027)

    assert seats(5, 7, None) == 2  # 1.7 % of 300 is 5.1
    assert seats(5.1, 7, None) == 0
    assert seats(3, None, 6) == 3
    assert seats(3, None, None) == 1
    assert seats(5, 2, None) == 0


def test_required_doctors_of_a_prefecture_follow_its_patients() -> None:
    assert required_in_prefecture(10_000, 0.05) == 500
    assert required_in_prefecture(10_000, 0.03) == pytest.approx(300)


def test_hours_beyond_sixty_are_shared_out() -> None:
    heads, hours = np.array([100.0, 100.0]), np.array([80.0, 40.0])

    assert required_nationally(heads, hours, 1.0, on=IN_2027) == pytest.approx(200 * 120 / 100)
    assert required_nationally(heads, np.array([60.0, 40.0]), 1.0, on=IN_2027) == 200
    assert required_nationally(heads, np.array([60.0, 40.0]), 1.1, on=IN_2027) == pytest.approx(220)
    assert required_nationally(heads * 0, hours, 1.0, on=IN_2027) == 0


def test_hours_that_are_absent_are_refused() -> None:
    with pytest.raises(Problem) as raised:
        required_nationally(np.array([1.0]), np.array([np.nan]), 1.0, on=IN_2027)

    assert raised.value.facts["input"] == "weekly_hours"


def test_a_ratio_to_nothing_is_no_ratio() -> None:
    assert ratio_to_required(70, 100) == 0.7
    with pytest.raises(Problem):
        ratio_to_required(1, 0)


def test_contribution_is_a_share_of_months() -> None:
    assert contribution_rate(18, 72) == 0.25
    for wrong in ((1, 0), (73, 72)):
        with pytest.raises(Problem):
            contribution_rate(*wrong)
