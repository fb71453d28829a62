"""What is asked of the generator, and the days that follow from it."""

from dataclasses import dataclass
from datetime import date, datetime, time

from kaihoken.clock import TOKYO
from kaihoken.people.census import CENSUS_DAY
from kaihoken.problems import Problem

BLOCK = 5_000
"""People made together: households do not reach across blocks."""

MOST_PEOPLE = 130_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """A nation of `count` people as it stands on `as_of`. Equal plans make equal nations.

    Raises Problem `people.count` and `people.as-of` for what cannot be made.
    """

    count: int
    seed: int
    as_of: date

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST_PEOPLE:
            raise Problem("people.count", most=MOST_PEOPLE)
        if self.as_of < CENSUS_DAY:
            raise Problem("people.as-of", first=CENSUS_DAY.isoformat())

    @property
    def blocks(self) -> int:
        """How many blocks of people there are."""
        return -(-self.count // BLOCK)

    def block(self, number: int) -> range:
        """The people of a block, counted from 0 in the nation."""
        return range(number * BLOCK, min((number + 1) * BLOCK, self.count))

    @property
    def recorded_at(self) -> datetime:
        """The instant under which the nation is recorded: the beginning of its day in Tokyo."""
        return datetime.combine(self.as_of, time(), TOKYO)


@dataclass(frozen=True, slots=True)
class Days:
    """Days that matter for a nation of one day, as ordinals. `year_start` and `year_end` are the benefit year (8月1日
    to 7月31日) in which the day falls; what ended before `window` is not kept."""

    as_of: int
    window: int
    year_start: date
    year_end: date

    @classmethod
    def of(cls, as_of: date, window_years: int) -> "Days":
        year = as_of.year if as_of >= date(as_of.year, 8, 1) else as_of.year - 1
        return cls(
            as_of=as_of.toordinal(),
            window=as_of.toordinal() - round(window_years * 365.2425),
            year_start=date(year, 8, 1),
            year_end=date(year + 1, 7, 31),
        )


def years_later(ordinal: int, years: int) -> int:
    """The birthday so many years later, as an ordinal (03-01 for a 02-29)."""
    day = date.fromordinal(ordinal)
    try:
        return day.replace(year=day.year + years).toordinal()
    except ValueError:
        return date(day.year + years, 3, 1).toordinal()


def first_of_month(ordinal: int) -> int:
    """The first day of the month of an ordinal."""
    return ordinal - date.fromordinal(ordinal).day + 1
