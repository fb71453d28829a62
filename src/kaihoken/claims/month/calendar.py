"""The days of a month of claiming: which are working days, by which the file is sent and corrected."""

from datetime import date, timedelta
from enum import StrEnum

import jpholiday
import msgspec

from kaihoken import rules
from kaihoken.claims.claiming import Claiming, claim_day_of, month_after


class CalendarDay(msgspec.Struct, frozen=True):
    """A day of the month of claiming. `holiday` names a national holiday in Japanese, "" where there is none."""

    day: date
    working: bool
    holiday: str
    is_claim_day: bool
    is_last_correction: bool


def claim_calendar(claimed: date) -> tuple[CalendarDay, ...]:
    """The days of a month of claiming from its first to the last for corrections, `claimed` its first day. Working
    days are Monday to Friday without the national holidays. Problem `rules.no_version`."""
    claiming = rules.load(Claiming, on=claimed)
    days = (claimed + timedelta(days=after) for after in range(claiming.correct_until))
    return tuple(_calendar_day(day, claiming) for day in days)


def coming_days(today: date) -> tuple[CalendarDay, ...]:
    """The days of the month of claiming that is not over yet: this month's, or the next one's. Problem
    `rules.no_version`."""
    days = claim_calendar(today.replace(day=1))
    return days if today <= days[-1].day else claim_calendar(month_after(today))


class Due(StrEnum):
    """What can still be done about a month of claiming."""

    CLAIM = "claim"
    CORRECT = "correct"
    OVER = "over"  # what was not sent is claimed late, in a later month


def due(claimed: date, today: date) -> tuple[Due, date]:
    """What can be done next about a month of claiming, and until when: in a month that is over, until when the next
    month's claims are sent. `claimed` is the first day of the month. Problem `rules.no_version`."""
    claiming = rules.load(Claiming, on=claimed)
    for kind, day in ((Due.CLAIM, claiming.day), (Due.CORRECT, claiming.correct_until)):
        if today <= (last := claimed.replace(day=day)):
            return kind, last
    return Due.OVER, claim_day_of(
        today if today.day > claiming.day else today.replace(day=1) - timedelta(days=1)
    )


def _calendar_day(day: date, claiming: Claiming) -> CalendarDay:
    holiday = jpholiday.is_holiday_name(day) or ""
    return CalendarDay(
        day=day,
        working=not holiday and day.weekday() < 5,
        holiday=holiday,
        is_claim_day=day.day == claiming.day,
        is_last_correction=day.day == claiming.correct_until,
    )
