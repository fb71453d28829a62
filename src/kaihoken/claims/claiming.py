"""請求の締切: until when a month's claims are sent, corrected, and can be made late."""

from datetime import date, timedelta
from typing import ClassVar

import msgspec

from kaihoken import rules


class Claiming(msgspec.Struct, frozen=True):
    """When claims are sent (rule family claims/claiming): by `day` of the month after care, corrected until
    `correct_until` where the first checks found something. A claim can be made for `late_years` after the month of
    care, for `late_years_then` after months from `late_years_since` on."""

    family: ClassVar[str] = "claims/claiming"

    day: int
    correct_until: int
    late_years: int
    late_years_since: date
    late_years_then: int


def claim_day_of(day: date) -> date:
    """The last day on which care of that day can be claimed in time. Problem `rules.no_version`."""
    return month_after(day).replace(day=rules.load(Claiming, on=day).day)


def claimable_until(month: date) -> date:
    """The last day of the month of claiming in which care of a month can still be claimed (時効), `month` its first
    day. Problem `rules.no_version`."""
    claiming = rules.load(Claiming, on=month)
    years = claiming.late_years_then if month >= claiming.late_years_since else claiming.late_years
    return month.replace(year=month.year + years) - timedelta(days=1)


def month_after(day: date) -> date:
    """The first day of the next month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
