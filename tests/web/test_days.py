"""How a day is said."""

from datetime import UTC, date, datetime

import pytest

from kaihoken.web import Language, day_in_words, day_on_page, time_in_words


@pytest.mark.parametrize(
    ("language", "words"),
    [("ja", "11月20日（金）"), ("ja@easy", "11月20日（金）"), ("en", "Fri 20 Nov 2026")],
)
def test_in_plain_words(language: Language, words: str) -> None:
    assert day_in_words(date(2026, 11, 20), language) == words


def test_the_year_where_it_matters() -> None:
    assert day_in_words(date(2026, 3, 1), "ja", year=True) == "2026年3月1日（日）"
    assert day_on_page(date(2026, 3, 1), "ja", year=True) == "2026年3月1日（日）"


@pytest.mark.parametrize(
    ("on", "month", "day"),
    [
        (date(2026, 4, 1), "しがつ", "ついたち"),
        (date(2026, 7, 10), "しちがつ", "とおか"),
        (date(2026, 9, 14), "くがつ", "じゅうよっか"),
        (date(2026, 10, 20), "じゅうがつ", "はつか"),
        (date(2026, 11, 24), "じゅういちがつ", "にじゅうよっか"),
        (date(2026, 12, 19), "じゅうにがつ", "じゅうくにち"),
        (date(2026, 1, 31), "いちがつ", "さんじゅういちにち"),
    ],
)
def test_readings_follow_the_irregular_ways_of_counting_days(on: date, month: str, day: str) -> None:
    shown = day_on_page(on, "ja@easy")

    assert f"<rt>{month}</rt>" in shown
    assert f"<rt>{day}</rt>" in shown


def test_the_year_is_read_too() -> None:
    assert day_on_page(date(2026, 11, 20), "ja@easy", year=True).startswith("2026<ruby>年")


def test_the_time_is_that_of_tokyo() -> None:
    assert time_in_words(datetime(2026, 11, 20, 0, 5, tzinfo=UTC)) == "9:05"
