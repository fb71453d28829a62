"""A calendar month in Asia/Tokyo, and the instants at which its days begin."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kaihoken.clock import TOKYO
from kaihoken.problems import Problem
from kaihoken.store import milliseconds

_FORM = re.compile(r"[0-9]{4}-[0-9]{2}")
_LAST = date.max.replace(day=1)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month, such as 2026-10."""

    first: date

    @staticmethod
    def parse(text: str) -> "Month":
        """The month that is written YYYY-MM. Problem `statistics.month`."""
        try:
            first = date.fromisoformat(f"{text}-01")
        except ValueError:
            first = None
        # Other forms of a day would pass, too; and the last month that there is has no next one.
        if first is None or not _FORM.fullmatch(text) or first >= _LAST:
            raise Problem("statistics.month", where="month")
        return Month(first)

    @staticmethod
    def of(day: date) -> "Month":
        """The month of a day."""
        return Month(day.replace(day=1))

    @property
    def next(self) -> "Month":
        """The month after."""
        return Month.of(self.first + timedelta(days=31))

    @property
    def days(self) -> list[date]:
        """Its days, in order."""
        count = (self.next.first - self.first).days
        return [self.first + timedelta(days=number) for number in range(count)]

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


def midnight_ms(day: date) -> int:
    """The instant at which a day begins, in milliseconds since 1970."""
    return milliseconds(datetime.combine(day, time(), TOKYO))
