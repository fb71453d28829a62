"""The counts, month by month, in the safe."""

from contextlib import suppress
from datetime import date

import msgspec

from kaihoken.card import PinAnswer
from kaihoken.clock import Clock
from kaihoken.coverage import Answer
from kaihoken.desk.safe import Drop, Put, Safe
from kaihoken.desk.troubles.kinds import KINDS, Kind, trouble_of, troubles_in, word_of
from kaihoken.problems import Problem

SHELF = "trouble"
_OF_PIN = {PinAnswer.WRONG: Kind.PIN_WRONG, PinAnswer.BLOCKED: Kind.PIN_BLOCKED}
MONTHS_KEPT = 25
"""Two years and the month that runs."""


class Counted(msgspec.Struct, frozen=True):
    """How often something went wrong on each day (of the month, 1 to 31). `detail` is a situation, a code, or ""."""

    kind: Kind
    detail: str
    days: dict[int, int]

    @property
    def total(self) -> int:
        """In the whole month."""
        return sum(self.days.values())


class Month(msgspec.Struct, frozen=True):
    """The counts of a month ("2026-11")."""

    month: str
    counted: tuple[Counted, ...] = ()


class Troubles:
    """The trouble log of one desk."""

    def __init__(self, safe: Safe, clock: Clock) -> None:
        """Reads it. Problem `desk.safe-broken`."""
        self._safe = safe
        self._clock = clock
        self._months = {one.month: one for one in safe.all(SHELF, Month)}

    def count(self, kind: Kind, detail: str = "") -> None:
        """Something went wrong just now. Never raises: where the disk is full it stays counted in memory, and is
        written with the next one."""
        day = self._clock.today()
        month = _month_of(day)
        grown = _with_one(self._months.get(month, Month(month)), kind, word_of(detail), day.day)
        self._months[month] = grown
        old = sorted(self._months)[:-MONTHS_KEPT]
        with suppress(Problem):  # what counts troubles must not make one
            self._safe.write([Put(SHELF, month, grown), *(Drop(SHELF, one) for one in old)])
        for one in old:
            del self._months[one]

    def count_problem(self, problem: Problem) -> None:
        """The same by what a card or a reader said, where it is one of the kinds."""
        kind = trouble_of(problem)
        if kind is not None:
            self.count(kind, problem.code if kind is Kind.READER else "")

    def count_pin(self, answer: PinAnswer) -> None:
        """The same of a PIN that was wrong, or is blocked."""
        if answer in _OF_PIN:
            self.count(_OF_PIN[answer])

    def count_answer(self, answer: Answer) -> None:
        """The same of an answer that is not as everybody wishes."""
        for kind, detail in troubles_in(answer):
            self.count(kind, detail)

    def months(self) -> list[str]:
        """The months in which something was counted, the newest first."""
        return sorted(self._months, reverse=True)

    def of(self, month: str) -> Month:
        """The counts of a month, by kind; none where nothing went wrong."""
        found = self._months.get(month, Month(month))
        order = {kind: place for place, kind in enumerate(KINDS)}
        return Month(month, tuple(sorted(found.counted, key=lambda one: (order[one.kind], one.detail))))

    def this_month(self) -> str:
        """The month that runs."""
        return _month_of(self._clock.today())


def _with_one(month: Month, kind: Kind, detail: str, day: int) -> Month:
    others = tuple(one for one in month.counted if (one.kind, one.detail) != (kind, detail))
    before = next((one.days for one in month.counted if (one.kind, one.detail) == (kind, detail)), {})
    return Month(month.month, (*others, Counted(kind, detail, {**before, day: before.get(day, 0) + 1})))


def _month_of(day: date) -> str:
    return f"{day:%Y-%m}"
