"""Which version of the law a day gets, and that no day gets one by guess."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.rules import book as book_module

from .bookshelf import Detailed, Fee, a_version


@pytest.fixture
def book(tmp_path):
    a_version(tmp_path, "2020-04-01", "2022-03-31", values="{yen: 100}")
    a_version(tmp_path, "2022-04-01", values="{yen: 200}")
    a_version(tmp_path, "2030-04-01", status="planned", values="{yen: 300}")
    return rules.RuleBook(tmp_path)


@pytest.mark.parametrize(
    ("day", "yen"),
    [
        (date(2020, 4, 1), 100),
        (date(2022, 3, 31), 100),
        (date(2022, 4, 1), 200),
        (date(2099, 1, 1), 200),
    ],
)
def test_a_day_gets_the_version_that_covers_it_first_and_last_day_included(book, day, yen):
    assert book.load(Fee, on=day) == Fee(yen)
    assert book.version(Fee, on=day).covers(day)


def test_a_day_before_the_first_version_is_a_problem_not_the_nearest_version(book):
    with pytest.raises(Problem) as caught:
        book.load(Fee, on=date(2020, 3, 31))

    assert caught.value.code == "rules.no_version"
    assert caught.value.facts == {"family": "fees/visit", "day": "2020-03-31"}


def test_a_day_after_the_last_version_ended_is_a_problem(tmp_path):
    a_version(tmp_path, "2020-04-01", "2022-03-31")

    with pytest.raises(Problem, match=r"rules\.no_version"):
        rules.RuleBook(tmp_path).load(Fee, on=date(2022, 4, 1))


def test_a_day_that_two_versions_claim_is_a_problem(tmp_path):
    a_version(tmp_path, "2020-04-01")
    a_version(tmp_path, "2022-04-01")
    book = rules.RuleBook(tmp_path)

    assert book.load(Fee, on=date(2022, 3, 31)) == Fee(100)
    with pytest.raises(Problem, match=r"rules\.overlap fees/visit/2022-04-01\.yaml"):
        book.load(Fee, on=date(2022, 4, 1))


def test_a_planned_version_is_only_seen_by_the_function_that_says_so(book):
    assert book.load(Fee, on=date(2030, 4, 1)) == Fee(200)
    assert book.load_as_planned(Fee, on=date(2030, 4, 1)) == Fee(300)
    assert book.load_as_planned(Fee, on=date(2030, 3, 31)) == Fee(200)
    assert book.version_planned(Fee.family, on=date(2030, 4, 1)).status is rules.Status.PLANNED


def test_two_plans_for_one_day_are_a_problem(book, tmp_path):
    a_version(tmp_path, "2030-05-01", status="planned")

    with pytest.raises(Problem, match=r"rules\.overlap"):
        rules.RuleBook(tmp_path).load_as_planned(Fee, on=date(2030, 5, 1))


def test_a_family_without_files_is_a_problem(book, tmp_path):
    (tmp_path / "fees" / "empty").mkdir()

    for family in ("fees/none", "fees/empty"):
        with pytest.raises(Problem, match=r"rules\.no_family"):
            book.versions(family)


def test_the_same_object_comes_back_for_the_same_family_and_day(book):
    assert book.load(Fee, on=date(2021, 1, 1)) is book.load(Fee, on=date(2021, 1, 1))


def test_what_is_remembered_does_not_grow_with_the_days_that_are_asked(book, monkeypatch):
    monkeypatch.setattr(book_module, "_CACHE_LIMIT", 3)

    for after in range(10):
        day = date(2021, 1, 1) + timedelta(days=after)
        assert book.load(Fee, on=day) == Fee(100)
        assert book.digest(Fee, on=day)

    assert len(book._loaded) <= 3
    assert len(book._digests) <= 3


@given(st.dates(date(2000, 1, 1), date(2060, 12, 31)))
def test_every_day_of_the_packaged_share_has_one_answer_or_a_problem(day):
    first = date(2003, 4, 1)

    covering = [v for v in rules.PACKAGED.versions("share/statutory") if v.covers(day)]

    assert len(covering) == (day >= first)


def test_a_single_value_carries_its_own_status_and_source(tmp_path):
    a_version(
        tmp_path,
        "2020-04-01",
        family=Detailed.family,
        schema=2,
        values="{detail: {percent: 1}, parts: [], lag: {value: 5, status: unconfirmed, source: 聞き取り}}",
    )

    lag = rules.RuleBook(tmp_path).load(Detailed, on=date(2020, 4, 1)).lag

    assert (lag.value, lag.status, lag.source, lag.url) == (5, rules.Status.UNCONFIRMED, "聞き取り", None)
