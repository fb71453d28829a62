"""年齢: how old somebody is by law, and the days on which that changes what they pay.

年齢計算ニ関スル法律 with 民法143条: a year of age is complete at the end of the day before the birthday. Who is born on
02-29 completes it on 02-28 in every year. All else here follows from that one day.
"""

from datetime import date, timedelta

from kaihoken.problems import Problem

_ONE_DAY = timedelta(days=1)

# Dates of wires reach to 9999-12-31; what would lie behind it never comes.
_NEVER = date.max


def birthday(birthdate: date, age: int) -> date:
    """The day from which somebody is `age` in everyday life: the birthday; 03-01 for a birth on 02-29 in a common year.

    date.max where the calendar ends before.
    """
    year = birthdate.year + age
    if year > _NEVER.year:
        return _NEVER
    try:
        return birthdate.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def reached_on(birthdate: date, age: int) -> date:
    """年齢に達する日: the day at whose end the year of age is complete, the one before the birthday."""
    return birthday(birthdate, age) - _ONE_DAY


def age_on(birthdate: date, on: date) -> int:
    """Years of age by law on that day. Problem identity.before-birth when `on` lies before the birth."""
    if on < birthdate:
        raise Problem("identity.before-birth")
    morning_after = on if on == _NEVER else on + _ONE_DAY
    before_birthday = (morning_after.month, morning_after.day) < (birthdate.month, birthdate.day)
    return morning_after.year - birthdate.year - before_birthday


def following_march(day: date) -> date:
    """その日以後の最初の3月31日: the end of the school year in which the day lies; date.max where the calendar ends."""
    end = date(day.year, 3, 31)
    if day <= end:
        return end
    return _NEVER if day.year == _NEVER.year else date(day.year + 1, 3, 31)


def preschool_until(birthdate: date) -> date:
    """The last day as 未就学: the first 03-31 on or after the day on which six is reached.

    Born on 04-01 means six on 03-31 and school the next morning: the class of those born in the year before.
    """
    return following_march(reached_on(birthdate, 6))


def is_preschool(birthdate: date, on: date) -> bool:
    """未就学: whether the share of those below school age (2割) is theirs on that day."""
    if on.year > birthdate.year + 7:  # most people: nobody stays below school age into the eighth year
        return False
    return on <= preschool_until(birthdate)


def elderly_from(birthdate: date) -> date:
    """高齢受給者: the first day as one of 70 to 74. The first of the month after the one in which 70 is reached, so who
    has the birthday on a 1st begins that very day (健康保険法74条, 国民健康保険法42条)."""
    seventy = reached_on(birthdate, 70)
    if seventy.month < 12:
        return date(seventy.year, seventy.month + 1, 1)
    return _NEVER if seventy.year == _NEVER.year else date(seventy.year + 1, 1, 1)


def late_elderly_from(birthdate: date) -> date:
    """後期高齢者医療: the 75th birthday itself, not the day before (practice of 高齢者の医療の確保に関する法律)."""
    return birthday(birthdate, 75)
