"""地域枠: years of duty counted by hand, nobody lost, and the seats that a gap asks for."""

from dataclasses import replace
from datetime import date
from typing import TypedDict, Unpack

import numpy as np
import numpy.typing as npt
import pytest

from kaihoken.problems import Problem
from kaihoken.workforce.training import DutyCohorts, designated_years, duty_doctors, seats_needed

Floats = npt.NDArray[np.float64]
ON = date(2026, 4, 1)


class Change(TypedDict, total=False):
    """What another cohort may have instead."""

    entrance_years: tuple[int, ...]
    entrants: Floats
    licensed: float
    suspension: Floats
    leaving: Floats
    placement: Floats


def cohorts(**change: Unpack[Change]) -> DutyCohorts:
    """Ten of internal medicine enter in 2026; two years of their posts lie in majority areas, five in minority ones."""
    placement = np.zeros((1, 7, 2))
    placement[0, :2, 1] = 1
    placement[0, 2:, 0] = 1
    made = DutyCohorts(
        entrance_years=(2026,),
        departments=("内科",),
        area_classes=("minority", "majority"),
        entrants=np.array([[10.0]]),
        licensed=1.0,
        suspension=np.zeros(9),
        leaving=np.zeros(9),
        placement=placement,
    )
    return replace(made, **change)


def at(place: int, share: float) -> Floats:
    shares = np.zeros(9)
    shares[place] = share
    return shares


def test_nine_years_of_duty_after_six_of_school() -> None:
    found = duty_doctors(cohorts(), until=2042, on=ON)

    assert found.years == tuple(range(2032, 2043))
    assert found.residents[0, 0].tolist() == [10, 10] + [0] * 9
    assert found.serving[0, 0, 1].tolist() == [0, 0, 10, 10] + [0] * 7
    assert found.serving[0, 0, 0].tolist() == [0] * 4 + [10] * 5 + [0, 0]
    assert found.finished[0, 0].tolist() == [0] * 9 + [10, 10]


def test_a_suspended_year_is_made_up_for_later() -> None:
    """A tenth pause in their third year: 9 serve in 2034, 1 pauses; of that one a tenth pauses again."""
    found = duty_doctors(cohorts(suspension=at(2, 0.1)), until=2042, on=ON)

    assert found.suspended[0, 0, 2:5] == pytest.approx([1, 0.1, 0.01])
    assert found.serving[0, 0, 1, 2:5] == pytest.approx([9, 9.9, 0.99])  # 0.9 begin later, 9 go on
    assert found.finished[0, 0, 9:11] == pytest.approx([9, 9.9])


def test_who_leaves_does_not_come_back() -> None:
    found = duty_doctors(cohorts(leaving=at(4, 0.2)), until=2042, on=ON)

    assert found.serving[0, 0].sum(axis=0)[3:5] == pytest.approx([10, 8])
    assert found.left[0, 0, 4:] == pytest.approx([2] * 7)
    assert found.finished[0, 0, -1] == pytest.approx(8)


def test_everybody_is_somewhere_in_every_year() -> None:
    many = cohorts(
        entrance_years=(2024, 2026),
        entrants=np.array([[5.0], [10.0]]),
        licensed=0.9,
        suspension=np.full(9, 0.05),
        leaving=np.full(9, 0.02),
    )
    found = duty_doctors(many, until=2040, on=ON)

    total = found.residents + found.serving.sum(axis=2) + found.suspended + found.left + found.finished
    assert found.years[0] == 2030
    assert total[0, 0] == pytest.approx([4.5] * 11)
    assert total[1, 0] == pytest.approx([0, 0] + [9] * 9)


def test_years_in_designated_areas_are_held_against_the_rule() -> None:
    placement = cohorts().placement.copy()
    placement[0, 2:4] = (0.5, 0.5)
    short = cohorts(placement=placement)
    placement = placement.copy()
    placement[0, 4] = (0.9, 0.1)
    shorter = cohorts(placement=placement)

    minority = frozenset({"minority"})
    assert designated_years(cohorts(), minority, on=ON) == {"内科": (5.0, True)}
    assert designated_years(short, minority, on=ON) == {"内科": (4.0, True)}
    assert designated_years(shorter, minority, on=ON)["内科"][1] is False


def test_retention_is_whole_while_bound_and_a_share_afterwards() -> None:
    found = duty_doctors(cohorts(licensed=0.9), until=2042, on=ON)

    assert found.retained(2036, staying=0.5) == {2026: pytest.approx(0.9)}
    assert found.retained(2042, staying=0.5) == {2026: pytest.approx(0.45)}


def test_an_entrance_year_without_entrants_has_no_retention() -> None:
    found = duty_doctors(cohorts(entrants=np.array([[0.0]])), until=2036, on=ON)

    assert found.retained(2036, staying=1.0) == {}


def test_the_seats_that_a_gap_asks_for() -> None:
    """100 are missing; who enters 2026 to 2029 works in 2036, retained 1, 0.9, 0.8, 0.8: 100 ÷ 3.5 = 28.57."""
    retained = {2026: 1.0, 2027: 0.9, 2028: 0.8, 2029: 0.8, 2030: 0.8}

    found = seats_needed(6807, 6707, retained, first_entrance=2026, target_year=2036, on=ON)

    assert found.cohorts == (2026, 2027, 2028, 2029)
    assert found.a_year == pytest.approx(100 / 3.5)
    assert (found.shortfall, found.seats) == (100, 29)


def test_no_gap_asks_for_no_seats() -> None:
    found = seats_needed(6807, 8098, {2026: 1.0}, first_entrance=2026, target_year=2033, on=ON)

    assert (found.shortfall, found.a_year, found.seats) == (0, 0, 0)


def test_whole_seats_are_not_rounded_up_further() -> None:
    found = seats_needed(30, 0, {2026: 0.1, 2027: 0.2}, first_entrance=2026, target_year=2034, on=ON)

    assert found.seats == 100


def test_seats_that_come_too_late_are_no_answer() -> None:
    with pytest.raises(Problem) as raised:
        seats_needed(10, 0, {}, first_entrance=2030, target_year=2036, on=ON)

    assert raised.value.code == "workforce.seats-too-late"


def test_a_missing_share_is_not_taken_for_one() -> None:
    with pytest.raises(Problem) as raised:
        seats_needed(10, 0, {2026: 1.0}, first_entrance=2026, target_year=2034, on=ON)

    assert raised.value.facts == {"input": "retained", "reason": "2027"}


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"entrants": np.array([10.0])}, "entrants"),
        ({"entrants": np.array([[-1.0]])}, "entrants"),
        ({"suspension": np.zeros(7)}, "suspension"),
        ({"leaving": np.full(9, np.nan)}, "leaving"),
        ({"leaving": np.full(9, 0.6), "suspension": np.full(9, 0.5)}, "leaving"),
        ({"licensed": 1.1}, "licensed"),
        ({"placement": np.full((1, 7, 2), 0.4)}, "placement"),
    ],
)
def test_a_wrong_table_is_named(change: Change, wrong: str) -> None:
    with pytest.raises(Problem) as raised:
        duty_doctors(cohorts(**change), until=2040, on=ON)

    assert raised.value.facts["input"] == wrong
