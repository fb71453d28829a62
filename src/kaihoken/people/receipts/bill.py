"""What a fictional clinic charges, as the rule family people/clinic-bill has it: items with codes and points by day."""

from datetime import date
from decimal import ROUND_HALF_DOWN, Decimal
from functools import cache
from typing import Annotated, ClassVar, Literal, TypeAlias

import msgspec

from kaihoken import rules

Code: TypeAlias = Annotated[str, msgspec.Meta(pattern="^[0-9]{9}$")]
Section: TypeAlias = Annotated[str, msgspec.Meta(pattern="^[0-9]{2}$")]


class Service(msgspec.Struct, frozen=True):
    """診療行為: what is done. `points` are pairs of first day and points, 0 where it is no longer charged."""

    code: Code
    section: Section
    points: tuple[tuple[date, int], ...]

    def on(self, day: date) -> int:
        """The points on a day; 0 where it cannot be charged."""
        return next((points for first, points in reversed(self.points) if first <= day), 0)


class Supply(msgspec.Struct, frozen=True):
    """医薬品 or 特定器材: what is given. `price` is yen of one unit, `amount` how many make a day or a time."""

    kind: Literal["IY", "TO"]
    code: Code
    section: Section
    price: Decimal
    amount: Decimal


class Ceiling(msgspec.Struct, frozen=True, rename={"since": "from"}):
    """自己負担限度額 from a day: by 適用区分 the base, and the expense above which 1 % is added (0: none is)."""

    since: date
    below_70: dict[str, tuple[int, int]]


class ClinicBill(msgspec.Struct, frozen=True):
    """Everything the fictional clinic charges (rule family people/clinic-bill)."""

    family: ClassVar[str] = "people/clinic-bill"

    services: dict[str, Service]
    others: dict[str, Service]
    supplies: dict[str, Supply]
    diseases: dict[str, tuple[str, ...]]
    ceilings: tuple[Ceiling, ...]

    def ceiling_yen(self, category: str, expense_yen: int, month: date) -> int:
        """What a patient under 70 pays at most in a month, the 1 % rounded to a yen."""
        standing = next(ceiling for ceiling in reversed(self.ceilings) if ceiling.since <= month)
        base, above = standing.below_70[category]
        return base + (max(expense_yen - above, 0) + 50) // 100 if above else base


@cache
def bill_of(month: date) -> ClinicBill:
    """What is charged in a month. Raises Problem `rules.no_version` before 2024-06."""
    return rules.load(ClinicBill, on=month)


def supply_points(yen: Decimal) -> int:
    """薬価 into 点数: 1 up to 15 yen, above that a tenth with exactly .5 rounded down (五捨五超入)."""
    return max(1, int((yen / 10).quantize(Decimal(1), ROUND_HALF_DOWN)))
