"""Days on which ages change, in columns: the twin of `kaihoken.identity.ages`. Days count from 1970-01-01."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Days: TypeAlias = NDArray[np.int32]

_EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """A day of a column."""
    return day.toordinal() - _EPOCH


@dataclass(frozen=True, slots=True)
class Births:
    """Birthdates as years, months and days."""

    year: NDArray[np.int64]
    month: NDArray[np.int64]
    day: NDArray[np.int64]

    @classmethod
    def of(cls, born: Days) -> "Births":
        """From days."""
        days = born.astype("datetime64[D]")
        months = days.astype("datetime64[M]")
        number = months.astype(np.int64)
        return cls(1970 + number // 12, number % 12 + 1, (days - months).astype(np.int64) + 1)

    def birthday(self, age: int) -> Days:
        """The birthday of that age; 03-01 for a birth on 02-29 in a common year."""
        return (self._first_of_month(age) + self.day - 1).astype(np.int32)

    def month_after(self, age: int) -> Days:
        """The first of the month after the one in which the age is reached, the day before the birthday."""
        later = (self.day > 1).astype(np.int64)
        return self._first(self.year + age, self.month + later)

    def school_year_end(self, age: int) -> Days:
        """The first 31 March on or after the day on which the age is reached."""
        following = (self.month > 4) | ((self.month == 4) & (self.day > 1))
        return (self._first(self.year + age + following, np.full_like(self.month, 4)) - 1).astype(np.int32)

    def _first_of_month(self, age: int) -> Days:
        return self._first(self.year + age, self.month)

    @staticmethod
    def _first(year: NDArray[np.int64], month: NDArray[np.int64]) -> Days:
        months = (year - 1970) * 12 + month - 1
        days = months.astype("datetime64[M]").astype("datetime64[D]")
        return days.astype(np.int64).astype(np.int32)
