"""Days and times as a page says them: 11月20日（金）, with readings in やさしい日本語, Fri 20 Nov 2026 in English.

和暦 is `identity`'s; data carries ISO dates.
"""

from datetime import date, datetime

from markupsafe import Markup

from kaihoken.clock import TOKYO
from kaihoken.web.catalogues import Language, readings_in_brackets, with_readings

_WEEKDAYS = "月火水木金土日"
_WEEKDAY_READINGS = ("げつ", "か", "すい", "もく", "きん", "ど", "にち")
_ONES = ("", "いち", "に", "さん", "し", "ご", "ろく", "しち", "はち", "く")
_FIRST_DAYS = (
    "ついたち",
    "ふつか",
    "みっか",
    "よっか",
    "いつか",
    "むいか",
    "なのか",
    "ようか",
    "ここのか",
    "とおか",
)
_OTHER_DAYS = {14: "じゅうよっか", 20: "はつか", 24: "にじゅうよっか"}
_ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_in_words(on: date, language: Language, *, year: bool = False, weekday: bool = True) -> str:
    """The day in plain words. English always names the year."""
    if language == "en":
        day = f"{on.day} {_ENGLISH_MONTHS[on.month - 1]} {on.year}"
        return f"{_ENGLISH_DAYS[on.weekday()]} {day}" if weekday else day
    day = f"{f'{on.year}年' if year else ''}{on.month}月{on.day}日"
    return f"{day}（{_WEEKDAYS[on.weekday()]}）" if weekday else day


def day_on_page(on: date, language: Language, *, year: bool = False, weekday: bool = True) -> Markup:
    """The day for a page: in やさしい日本語 with its readings, which are irregular (20日 はつか)."""
    if language != "ja@easy":
        return with_readings(day_in_words(on, language, year=year, weekday=weekday))
    return with_readings(_with_marks(on, year=year, weekday=weekday))


def day_in_easy_text(on: date) -> str:
    """The day with its year in やさしい日本語 where there is no page: 2026年（ねん）1月（いちがつ）5日（いつか）."""
    return readings_in_brackets(_with_marks(on, year=True, weekday=False))


def _with_marks(on: date, *, year: bool, weekday: bool) -> str:
    named_year = f"{on.year}{{年|ねん}}" if year else ""
    month = f"{{{on.month}月|{_number(on.month)}がつ}}"
    day = f"{{{on.day}日|{_reading_of_day(on.day)}}}"
    named = f"（{{{_WEEKDAYS[on.weekday()]}|{_WEEKDAY_READINGS[on.weekday()]}}}）" if weekday else ""
    return f"{named_year}{month}{day}{named}"


def time_in_words(instant: datetime) -> str:
    """The time of day in Asia/Tokyo: 9:11."""
    local = instant.astimezone(TOKYO)
    return f"{local.hour}:{local.minute:02}"


def _number(number: int) -> str:
    tens, ones = divmod(number, 10)
    return f"{_ONES[tens] if tens > 1 else ''}{'じゅう' if tens else ''}{_ONES[ones]}"


def _reading_of_day(day: int) -> str:
    if day <= len(_FIRST_DAYS):
        return _FIRST_DAYS[day - 1]
    return _OTHER_DAYS.get(day) or f"{_number(day)}にち"
