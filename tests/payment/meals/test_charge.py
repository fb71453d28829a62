"""What meals and the room in hospital cost the patient."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from kaihoken.payment import LivingClass, MealClass, living_charge, meal_charge
from kaihoken.problems import Problem

CASES = [
    pytest.param(case, id=case["id"])
    for group in yaml.safe_load(Path(__file__).with_name("meal_cases.yaml").read_text("utf-8"))
    for case in group["cases"]
]


@pytest.mark.parametrize("case", CASES)
def test_meals_cost_what_stood_in_the_law_that_day(case):
    charge = meal_charge(case["day"], MealClass(case["class"]), case.get("meals", 1), days=case.get("days"))

    assert (charge.yen, charge.confirmed) == (case["yen"], True)


def test_what_is_inferred_is_said_to_be_so():
    charge = meal_charge(date(2026, 6, 1), MealClass.ORDINARY, 3)

    assert (charge.yen, charge.confirmed) == (1650, False)
    assert "inferred" in charge.source


def test_what_nobody_read_is_not_guessed():
    charge = meal_charge(date(2026, 6, 1), MealClass.LOW_1, 3)

    assert (charge.yen_a_meal, charge.yen, charge.confirmed) == (None, None, False)


def test_a_long_term_bed_costs_meals_and_the_room():
    charge = living_charge(date(2025, 5, 1), LivingClass.ORDINARY_2, 30, days=10)

    assert (charge.yen_a_meal, charge.room_yen_a_day, charge.yen) == (470, 370, 17_800)
    assert charge.confirmed


@pytest.mark.parametrize(
    ("of", "room", "confirmed"), [(LivingClass.DESIGNATED, 0, False), (LivingClass.WELFARE_PENSION, 0, True)]
)
def test_some_pay_nothing_for_the_room(of, room, confirmed):
    charge = living_charge(date(2025, 5, 1), of, 3, days=1)

    assert (charge.room_yen_a_day, charge.confirmed) == (room, confirmed)


def test_a_room_whose_price_is_not_known_leaves_the_sum_open():
    charge = living_charge(date(2026, 6, 1), LivingClass.ORDINARY_1, 3, days=1)

    assert (charge.yen_a_meal, charge.room_yen_a_day, charge.yen) == (550, None, None)


@pytest.mark.parametrize(("meals", "days"), [(-1, None), (31, 10), (-1, 0)])
def test_more_meals_than_there_are_or_fewer_than_none_are_refused(meals, days):
    with pytest.raises(Problem, match=r"payment\.meals"):
        meal_charge(date(2025, 5, 1), MealClass.ORDINARY, meals, days=days)


def test_a_day_before_the_known_amounts_is_a_problem():
    with pytest.raises(Problem, match=r"rules\.no_version payment/meals"):
        meal_charge(date(2018, 3, 31), MealClass.ORDINARY, 3)
