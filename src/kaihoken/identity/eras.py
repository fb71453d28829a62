"""和暦: days counted by era, from 明治6年1月1日 on, when Japan took up the Gregorian calendar.

Before that day the months were lunar, so no day of 明治1 to 5 can be turned into a date by counting. On 1912-07-30 and
1926-12-25 two eras share the day: it is written by the new one and read by either.
"""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from kaihoken.problems import Problem


@dataclass(frozen=True, slots=True)
class Era:
    """年号. `code` is 年号区分 of claim files, `year_one` the western year of 元年, `first` and `last` the days it can
    be written for (both inclusive, None: not ended)."""

    code: str
    letter: str
    name: str
    name_en: str
    year_one: int
    first: date
    last: date | None


ERAS: tuple[Era, ...] = (
    Era("5", "R", "令和", "Reiwa", 2019, date(2019, 5, 1), None),
    Era("4", "H", "平成", "Heisei", 1989, date(1989, 1, 8), date(2019, 4, 30)),
    Era("3", "S", "昭和", "Showa", 1926, date(1926, 12, 25), date(1989, 1, 7)),
    Era("2", "T", "大正", "Taisho", 1912, date(1912, 7, 30), date(1926, 12, 25)),
    Era("1", "M", "明治", "Meiji", 1868, date(1873, 1, 1), date(1912, 7, 30)),
)
"""Newest first."""

_BY_NAME = {name: era for era in ERAS for name in (era.name, era.name[0], era.letter)}

_ERA = "(明治?|大正?|昭和?|平成?|令和?|[MTSHR])"
_WRITTEN = re.compile(_ERA + "(元|[0-9]{1,2})(?:年|[./-])([0-9]{1,2})(?:月|[./-])([0-9]{1,2})日?")
_RUN_TOGETHER = re.compile(_ERA + "([0-9]{2})([0-9]{2})([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Wareki:
    """A day in 和暦. Raises identity.era when the era had no such day."""

    era: Era
    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        era_day(self.era, self.year, self.month, self.day)

    @property
    def western(self) -> date:
        """西暦."""
        return date(self.era.year_one + self.year - 1, self.month, self.day)

    def __str__(self) -> str:
        """令和8年11月20日, the first year as 元年."""
        year = "元" if self.year == 1 else str(self.year)
        return f"{self.era.name}{year}年{self.month}月{self.day}日"

    @property
    def short(self) -> str:
        """R8.11.20"""
        return f"{self.era.letter}{self.year}.{self.month}.{self.day}"

    @property
    def claim_date(self) -> str:
        """GYYMMDD of old claim files: 5081120."""
        return f"{self.claim_month}{self.day:02}"

    @property
    def claim_month(self) -> str:
        """GYYMM of old claim files: 50811."""
        return f"{self.era.code}{self.year:02}{self.month:02}"


def to_wareki(day: date) -> Wareki:
    """The day in the era that began last. Problem identity.era before 明治6年 and from the hundredth year of an era on
    (no form has room for it)."""
    for era in ERAS:
        if day >= era.first:
            return Wareki(era, day.year - era.year_one + 1, day.month, day.day)
    raise Problem("identity.era")


def from_wareki(text: str, where: str = "") -> date:
    """The day that 「令和8年11月20日」, 「令和元年５月１日」, 「令8.11.20」, "H31/4/30" or "R081120" names.

    In any width. Problems: identity.date (not such a text), identity.era (the era had no such day, as 平成31年5月1日).
    """
    plain = "".join(unicodedata.normalize("NFKC", text).upper().split())
    match = _WRITTEN.fullmatch(plain) or _RUN_TOGETHER.fullmatch(plain)
    if match is None:
        raise Problem("identity.date", where=where, form="令和8年11月20日")
    era, year, month, day = match.groups()
    return era_day(_BY_NAME[era], 1 if year == "元" else int(year), int(month), int(day), where)


def era_day(era: Era, year: int, month: int, day: int, where: str = "") -> date:
    """The date of a day of that era. Problem identity.era when the era had no such day."""
    try:
        found = date(era.year_one + year - 1, month, day)
    except ValueError:
        raise Problem("identity.era", where=where) from None
    if not (1 <= year <= 99 and era.first <= found and (era.last is None or found <= era.last)):
        raise Problem("identity.era", where=where)
    return found


def era_month(era: Era, year: int, month: int, where: str = "") -> date:
    """The first day of a month that has at least one day in that era. Problem identity.era when there is no such."""
    try:
        first = date(era.year_one + year - 1, month, 1)
    except ValueError:
        raise Problem("identity.era", where=where) from None
    last = first.replace(day=monthrange(first.year, month)[1])
    if not (1 <= year <= 99 and era.first <= last and (era.last is None or first <= era.last)):
        raise Problem("identity.era", where=where)
    return first
