"""A household's month of care, as it is asked about: who belongs together at one insurer, and who was treated where.

What is added up (合算) are the people of one household at one insurer: 被保険者 and 被扶養者 of one 健康保険, a
household in one 国保, one in 後期高齢者医療. Each such unit stands for itself. Who changes insurer within the month, or
turns 75, is a member of two.
"""

from datetime import date
from typing import Annotated, TypeAlias

import msgspec

from kaihoken.payment.ceiling.law import AgeGroup
from kaihoken.payment.ceiling.one import Setting, SpecifiedDisease
from kaihoken.problems import Problem

Percent: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=30, multiple_of=10)]


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in a unit. `person` is a label of the caller's; `percent` the share; `halved` that the month halves
    this person's ceilings: 75歳到達月, also for dependants whose insurance ends with it."""

    person: str
    group: AgeGroup
    percent: Percent
    halved: bool = False


class Care(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"institution": "at"}
):
    """What one claim of a month holds: care of one person at one institution. `cost` is yen (10割) without meals.

    `prescribed_by` names the institution whose prescription a pharmacy filled. `percent` where it is another than the
    member's. `own_payment` is what 公費 leaves to the patient (0 for none), None without 公費. `known` says that the
    counter knew the ceiling (現物給付); otherwise the whole share is paid and the rest refunded.
    """

    person: str
    institution: str
    cost: int
    setting: Setting = Setting.OUTPATIENT
    dental: bool = False
    prescribed_by: str | None = None
    percent: Percent | None = None
    disease: SpecifiedDisease | None = None
    own_payment: int | None = None
    known: bool = True


class Supplement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """付加給付 of an insurer: what remains to the patient of one claim above `deduct` is paid, in steps of `step`
    rounded down, nothing below `least`. Of what was added up, `deduct` is taken once for each claim in it."""

    deduct: Annotated[int, msgspec.Meta(ge=0)]
    step: Annotated[int, msgspec.Meta(ge=1)] = 100
    least: Annotated[int, msgspec.Meta(ge=0)] = 1000

    def paid(self, amount: int, claims: int) -> int:
        """What is paid of what remains to the patient of so many claims."""
        above = max(amount - self.deduct * claims, 0)
        whole_steps = above - above % self.step
        return whole_steps if whole_steps >= self.least else 0


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """The people of one household at one insurer, and their care.

    `name` is the class of those under 70 and of the whole, `elderly_name` that of those from 70 on; `remuneration`
    (標準報酬月額) matters to the ceiling of a year. `paid_before` is
    in how many of the eleven months before 高額療養費 was paid here (but for wins of outpatient care alone from 70 on).
    `halved` halves every ceiling: 国保 of a household that moved within its prefecture. `funding` names how the
    insurer's part is funded (rule family payment/funding).
    """

    insurer: str
    members: tuple[Member, ...]
    care: tuple[Care, ...]
    name: str | None = None
    elderly_name: str | None = None
    remuneration: int | None = None
    paid_before: int = 0
    halved: bool = False
    supplement: Supplement | None = None
    funding: str | None = None


class Household(msgspec.Struct, frozen=True, kw_only=True):
    """A household in one month (any day of it)."""

    month: date
    units: tuple[Unit, ...]


def check(unit: Unit) -> None:
    """Problem `payment.household` naming what contradicts itself."""
    members = {member.person: member for member in unit.members}
    if len(members) < len(unit.members):
        raise Problem("payment.household", where=f"{unit.insurer} members", reason="a person is named twice")
    for position, care in enumerate(unit.care):
        where = f"{unit.insurer} care[{position}]"
        if care.person not in members:
            raise Problem("payment.household", where=where, reason="the person is not a member")
        if care.cost < 0 or (care.own_payment or 0) < 0:
            raise Problem("payment.household", where=where, reason="an amount is below 0")
    elderly = {member.group is not AgeGroup.UNDER_70 for member in unit.members}
    if (True in elderly and unit.elderly_name is None) or (False in elderly and unit.name is None):
        raise Problem("payment.household", where=unit.insurer, reason="the income class is missing")
