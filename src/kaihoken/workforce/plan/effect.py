"""効果検証: whether an indicator of a 医師偏在是正プラン reached its target, and how far it has come."""

from datetime import date
from enum import StrEnum

import msgspec

from kaihoken.workforce.plan.correction import Direction, EffectCheck


class Standing(StrEnum):
    """How an effect check stands on a day."""

    NOT_MEASURED = "not_measured"
    REACHED = "reached"
    UNDER_WAY = "under_way"
    NOT_REACHED = "not_reached"


class Effect(msgspec.Struct, frozen=True):
    """An effect check on a day: the newest value up to then, the change since the base, and the part of the way to the
    target (0 at the base, 1 at the target, below 0 the wrong way; None where base and target are the same)."""

    key: str
    standing: Standing
    value: float | None
    change: float | None
    part: float | None


def effect(check: EffectCheck, on: date) -> Effect:
    """How the check stands. After the target's day what has not been reached is not reached; before, it is under way.
    Measurements after `on` are not looked at."""
    known = [one for one in check.measured if one.on <= on]
    if not known:
        return Effect(check.key, Standing.NOT_MEASURED, None, None, None)
    value = max(known, key=lambda one: one.on).value
    change = value - check.base.value
    way = check.target - check.base.value
    met = value <= check.target if check.direction is Direction.DOWN else value >= check.target
    over = Standing.NOT_REACHED if on >= check.target_on else Standing.UNDER_WAY
    return Effect(check.key, Standing.REACHED if met else over, value, change, change / way if way else None)
