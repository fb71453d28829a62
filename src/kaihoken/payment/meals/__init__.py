"""食事療養・生活療養の標準負担額: what a patient in hospital pays for meals and, in long-term beds, for the room."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.payment.meals.charge import MealCharge, living_charge, meal_charge
    from kaihoken.payment.meals.law import LivingClass, MealClass, MealShares

__all__ = ["LivingClass", "MealCharge", "MealClass", "MealShares", "living_charge", "meal_charge"]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
