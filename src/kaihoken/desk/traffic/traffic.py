"""The bytes of a desk, day by day, in the safe."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Final

from kaihoken.clock import Clock
from kaihoken.coverage.client import Weight
from kaihoken.desk.safe import Drop, Put, Safe
from kaihoken.desk.traffic.tally import DayTraffic
from kaihoken.problems import Problem

SHELF: Final = "traffic"
DAYS_KEPT: Final = 62
_WRITTEN_EVERY: Final = 60 * 1_000_000_000
"""Nanoseconds: no count is worth a write to disk for each message, so a crash loses a minute of them at most."""


class Traffic:
    """The counts of one desk. `ticks` is a clock that never goes back, in nanoseconds."""

    def __init__(self, safe: Safe, clock: Clock, ticks: Callable[[], int]) -> None:
        """Reads those that are kept. Problem `desk.safe-broken`."""
        self._safe = safe
        self._clock = clock
        self._ticks = ticks
        self._days = {one.day: one for one in safe.all(SHELF, DayTraffic)}
        self._changed: set[date] = set()
        self._written = ticks()

    def count(self, weight: Weight) -> None:
        """An exchange was had. Never raises."""
        today = self._clock.today()
        self._days[today] = self._days.get(today, DayTraffic(today)).with_one(weight)
        self._changed.add(today)
        if self._ticks() - self._written >= _WRITTEN_EVERY:
            self.write()

    def write(self) -> None:
        """Put down what was counted, and forget what is old. Never raises: on a full disk it stays in memory."""
        self._written = self._ticks()
        oldest = self._clock.today() - timedelta(days=DAYS_KEPT)
        old = [day for day in self._days if day < oldest]
        for day in old:
            del self._days[day]
        puts = [
            Put(SHELF, day.isoformat(), self._days[day]) for day in sorted(self._changed & set(self._days))
        ]
        if not (puts or old):
            return
        with suppress(Problem):  # what counts must stop nobody's work
            self._safe.write([*puts, *(Drop(SHELF, day.isoformat()) for day in old)])
            self._changed.clear()

    def today(self) -> DayTraffic:
        """The counts of today."""
        today = self._clock.today()
        return self._days.get(today, DayTraffic(today))

    def days(self) -> list[DayTraffic]:
        """Every day with a count, the newest first."""
        return sorted(self._days.values(), key=lambda one: one.day, reverse=True)
