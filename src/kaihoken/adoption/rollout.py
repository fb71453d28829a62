"""普及の見通し: when the rest of the facilities will be ready, from counts by month. Pure.

The method is as plain as it can honestly be: each month the same part of those that are not ready becomes ready. That
part is measured from month to month; the middle line takes that of the last three steps together, the range runs from
the smallest to the largest part seen in the last six. It knows nothing of what is to come: a deadline, a subsidy that
ends or a shortage of readers bends the curve. How far it was off is measured on the counts themselves (`backtest`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kaihoken.problems import Problem

MIDDLE_STEPS, RANGE_STEPS = 3, 6
"""How many steps between counts the middle line and the range are taken from."""

_FEWEST = 3


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def plus(self, months: int) -> "Month":
        """The month so many later."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    def since(self, other: "Month") -> int:
        """How many months lie between."""
        return (self.year - other.year) * 12 + self.month - other.month


@dataclass(frozen=True, slots=True)
class Count:
    """How many of `total` facilities are ready in a month."""

    month: Month
    ready: int
    total: int

    @property
    def part(self) -> float:
        """The part that is ready, 0 to 1."""
        return self.ready / self.total


@dataclass(frozen=True, slots=True)
class Projected:
    """A month to come, as parts of all, 0 to 1."""

    month: Month
    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Miss:
    """What the method would have said of `month` from the counts up to `known_to`, in percentage points above
    (+) or below (−) what came; `within` is whether that lay in the range."""

    known_to: Month
    month: Month
    points: float
    within: bool


@dataclass(frozen=True, slots=True)
class Rollout:
    """The answer. `reached` is the first month in which `aim` is reached by the high, middle and low line, None where
    it is not within the months asked for. `error` is the mean of what the method was off on the counts themselves, in
    percentage points, and `worst` the largest; None where there are too few counts to tell."""

    counts: tuple[Count, ...]
    projected: tuple[Projected, ...]
    aim: float
    reached: tuple[Month | None, Month | None, Month | None]
    misses: tuple[Miss, ...]

    @property
    def error(self) -> float | None:
        return sum(abs(one.points) for one in self.misses) / len(self.misses) if self.misses else None

    @property
    def worst(self) -> float | None:
        return max((abs(one.points) for one in self.misses), default=None)


def rollout(counts: tuple[Count, ...], months: int, aim: float = 0.95) -> Rollout:
    """The months to come. Problem `adoption.rollout-few` for fewer than three counts, `adoption.rollout-counts` for
    counts that are not in order of months, or of more than all or none."""
    _check(counts)
    projected = tuple(_projected(counts, months))
    lines = (
        [one.high for one in projected],
        [one.middle for one in projected],
        [one.low for one in projected],
    )
    months_of = [one.month for one in projected]
    first, second, third = (
        next((month for month, part in zip(months_of, line, strict=True) if part >= aim), None)
        for line in lines
    )
    return Rollout(counts, projected, aim, (first, second, third), tuple(_backtest(counts)))


def _check(counts: tuple[Count, ...]) -> None:
    if len(counts) < _FEWEST:
        raise Problem("adoption.rollout-few", where="rollout", fewest=_FEWEST)
    for before, after in pairwise(counts):
        if after.month <= before.month:
            raise Problem("adoption.rollout-counts", where=str(after.month))
    for one in counts:
        if not 0 <= one.ready <= one.total or one.total == 0:
            raise Problem("adoption.rollout-counts", where=str(one.month))


def _steps(counts: tuple[Count, ...]) -> list[tuple[float, int]]:
    """From count to count the part of those not ready that became ready a month, and over how many months. Where fewer
    are ready than before, none became so."""
    return [(_a_month(before, after), after.month.since(before.month)) for before, after in pairwise(counts)]


def _a_month(before: Count, after: Count) -> float:
    left, still = 1 - before.part, 1 - after.part
    if left <= 0 or still >= left:
        return 0.0
    left_a_month: float = (still / left) ** (1 / after.month.since(before.month))
    return 1 - left_a_month


def _projected(counts: tuple[Count, ...], months: int) -> Iterator[Projected]:
    steps = _steps(counts)
    recent = steps[-MIDDLE_STEPS:]
    middle = sum(part * length for part, length in recent) / sum(length for _, length in recent)
    seen = [part for part, _ in steps[-RANGE_STEPS:]]
    last = counts[-1]
    for ahead in range(1, months + 1):
        low, mid, high = (
            1 - (1 - last.part) * (1 - part) ** ahead for part in (min(seen), middle, max(seen))
        )
        yield Projected(last.month.plus(ahead), low, mid, high)


def _backtest(counts: tuple[Count, ...]) -> Iterator[Miss]:
    """Each count that three others precede, as the method would have said it from those before it."""
    for at in range(_FEWEST, len(counts)):
        known, came = counts[:at], counts[at]
        *_, said = _projected(known, came.month.since(known[-1].month))
        within = said.low <= came.part <= said.high
        yield Miss(known[-1].month, came.month, (said.middle - came.part) * 100, within)
