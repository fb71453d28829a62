"""和暦 beside the western year, as councils read it."""

from datetime import date

from kaihoken.identity import to_wareki


def year_words(year: int) -> str:
    """「2036年（令和18年）」; a year in which an era began is written in the new one."""
    return f"{year}年（{_era_year(date(year, 12, 31))}年）"


def fiscal_year_words(year: int) -> str:
    """「2027年度（令和9年度）」."""
    return f"{year}年度（{_era_year(date(year, 12, 31))}年度）"


def day_words(day: date) -> str:
    """「2026年（令和8年）6月10日」."""
    return f"{day.year}年（{_era_year(day)}年）{day.month}月{day.day}日"


def _era_year(day: date) -> str:
    found = to_wareki(day)
    return f"{found.era.name}{'元' if found.year == 1 else found.year}"
