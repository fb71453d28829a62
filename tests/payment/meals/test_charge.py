"""What meals and the room in hospital cost the patient."""

from datetime import date

import pytest

from kaihoken.payment import LivingClass, MealClass, living_charge, meal_charge
from kaihoken.problems import Problem


@pytest.mark.parametrize(
    ("on", "of", "yen"),
    [
        # claims reference §4.3: Panasonic健保, 鋸南町, 笠松町
        (date(2024, 5, 31), MealClass.ORDINARY, 460),
        (date(2024, 6, 1), MealClass.ORDINARY, 490),
        (date(2025, 3, 31), MealClass.ORDINARY, 490),
        (date(2025, 4, 1), MealClass.ORDINARY, 510),
        (date(2025, 5, 1), MealClass.DESIGNATED, 300),
        (date(2024, 5, 31), MealClass.LOW_2, 210),
        (date(2025, 4, 1), MealClass.LOW_2, 240),
        (date(2025, 3, 31), MealClass.LOW_2_LONG, 180),
        (date(2025, 4, 1), MealClass.LOW_2_LONG, 190),
        (date(2025, 3, 31), MealClass.LOW_1, 110),
        (date(2025, 4, 1), MealClass.LOW_1, 110),
    ],
)
def test_a_meal_costs_what_stood_in_the_law_that_day(on, of, yen):
    charge = meal_charge(on, of, 1)

    assert (charge.yen, charge.confirmed) == (yen, True)


def test_thirty_meals_of_may_2025():
    assert meal_charge(date(2025, 5, 1), MealClass.ORDINARY, 30, days=10).yen == 15_300  # T69


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
