"""The amounts of the law on 標準負担額, as the rule files hold them. Yen a meal, for the room yen a day."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar, TypeAlias

import msgspec

from kaihoken.rules import Sourced

Yen: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]
Amount: TypeAlias = Yen | Sourced[Yen] | None
"""A sum as sure as its file, one with a status of its own, or None where it is not known."""


class MealClass(StrEnum):
    """Who pays how much a meal (食事療養標準負担額). Long: more than 90 days in twelve months, on application."""

    ORDINARY = "ordinary"  # 一般, 現役並み, ア to エ
    DESIGNATED = "designated"  # 指定難病, 小児慢性特定疾病
    LOW_2 = "low-2"  # オ, 低所得Ⅱ
    LOW_2_LONG = "low-2-long"
    LOW_1 = "low-1"  # 低所得Ⅰ, from 70


class LivingClass(StrEnum):
    """Who pays how much in a long-term bed from 65 on (生活療養標準負担額)."""

    ORDINARY_1 = "ordinary-1"  # an institution of 入院時生活療養(Ⅰ)
    ORDINARY_2 = "ordinary-2"  # of (Ⅱ)
    DESIGNATED = "designated"
    LOW_2 = "low-2"
    LOW_2_NEEDING_CARE_LONG = "low-2-needing-care-long"  # 医療の必要性の高い者, after 90 days
    LOW_1 = "low-1"
    LOW_1_NEEDING_CARE = "low-1-needing-care"
    WELFARE_PENSION = "welfare-pension"  # 老齢福祉年金

    @property
    def room(self) -> "RoomClass":
        """Who pays how much for the room (居住費)."""
        match self:
            case LivingClass.DESIGNATED:
                return RoomClass.DESIGNATED
            case LivingClass.WELFARE_PENSION:
                return RoomClass.WELFARE_PENSION
            case _:
                return RoomClass.ORDINARY


class RoomClass(StrEnum):
    """居住費: by whom it is paid differently."""

    ORDINARY = "ordinary"
    DESIGNATED = "designated"
    WELFARE_PENSION = "welfare-pension"


class MealShares(msgspec.Struct, frozen=True):
    """標準負担額 (rule family payment/meals)."""

    family: ClassVar[str] = "payment/meals"

    meals_a_day: Annotated[int, msgspec.Meta(ge=1)]
    meal: Mapping[MealClass, Amount]
    living_from_age: Annotated[int, msgspec.Meta(ge=0, le=150)]
    living: Mapping[LivingClass, Amount]
    room: Mapping[RoomClass, Amount]
