"""A notice, its six months, and what can follow it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce.openings import (
    Event,
    Notice,
    OutpatientOpenings,
    State,
    Step,
    designation_years,
    timing,
)

RULE = rules.load(OutpatientOpenings, on=date(2026, 11, 20))
PATH = (
    (Event.INVITE, date(2026, 5, 1)),
    (Event.REQUEST, date(2026, 6, 1)),
    (Event.REFUSE, date(2026, 6, 20)),
    (Event.EXPLAIN, date(2026, 7, 10)),
    (Event.RECOMMEND, date(2026, 8, 1)),
    (Event.PUBLISH, date(2026, 9, 1)),
)


def a_notice(*steps: tuple[Event, date], **more: date) -> Notice:
    days = {"notified_on": date(2026, 4, 1), "opening_on": date(2026, 10, 1), **more}
    return Notice(
        "第1号",
        "架空の診療所",
        "区中央部",
        functions=("内科の外来",),
        steps=tuple(Step(*one) for one in steps),
        **days,
    )


@pytest.mark.parametrize(
    ("notified", "opening", "in_time"),
    [
        (date(2026, 4, 1), date(2026, 10, 1), True),
        (date(2026, 4, 2), date(2026, 10, 1), False),
        (date(2026, 8, 28), date(2027, 2, 28), True),
        (date(2026, 8, 29), date(2027, 2, 28), False),
        (date(2026, 8, 31), date(2027, 2, 28), False),
        (date(2026, 8, 31), date(2027, 3, 1), True),
        (date(2027, 8, 29), date(2028, 2, 29), True),
        (date(2027, 8, 30), date(2028, 2, 29), False),
        (date(2026, 4, 30), date(2026, 10, 30), True),
        (date(2026, 4, 30), date(2026, 10, 29), False),
    ],
)
def test_six_months_lie_between_notice_and_opening(notified: date, opening: date, in_time: bool) -> None:
    found = timing(notified, opening, RULE)

    assert (found.subject, found.in_time) == (True, in_time)
    assert (found.earliest_opening <= opening) is in_time
    assert (notified <= found.latest_notice) is in_time


@given(st.dates(date(2026, 10, 1), date(2060, 12, 31)))
def test_the_latest_notice_is_the_last_day_that_is_in_time(opening: date) -> None:
    latest = timing(date(2026, 4, 1), opening, RULE).latest_notice

    assert timing(latest, opening, RULE).in_time
    assert not timing(latest + timedelta(days=1), opening, RULE).in_time


@pytest.mark.parametrize(("opening", "subject"), [(date(2026, 9, 30), False), (date(2026, 10, 1), True)])
def test_openings_before_october_2026_are_not_subject(opening: date, subject: bool) -> None:
    found = timing(date(2026, 9, 1), opening, RULE)

    assert (found.subject, found.in_time) == (subject, not subject)


def test_a_notice_goes_its_way_and_tells_its_days() -> None:
    notice = a_notice(*PATH)

    assert notice.state is State.PUBLISHED
    assert notice.day_of(State.NOTIFIED) == date(2026, 4, 1)
    assert notice.day_of(State.EXPLAINED) == date(2026, 7, 10)
    assert notice.day_of(State.ACCEPTED) is None
    assert set(notice.next_events) == {Event.ACCEPT, Event.SHORTEN, Event.WITHDRAW}


def test_a_designation_is_shortened_by_the_years_of_its_step() -> None:
    ordinary = a_notice(*PATH)
    shortened = ordinary.with_step(Event.SHORTEN, date(2026, 10, 1), 2)

    assert (designation_years(ordinary, RULE), designation_years(shortened, RULE)) == (6, 2)


@pytest.mark.parametrize("years", [0, 4, 6])
def test_a_designation_is_not_shortened_to_what_the_rule_does_not_have(years: int) -> None:
    with pytest.raises(Problem) as caught:
        designation_years(a_notice(*PATH).with_step(Event.SHORTEN, date(2026, 10, 1), years), RULE)

    assert caught.value.code == "workforce.opening-years"


@pytest.mark.parametrize(("event", "years"), [(Event.SHORTEN, None), (Event.ACCEPT, 3)])
def test_years_stand_with_the_shortening_alone(event: Event, years: int | None) -> None:
    with pytest.raises(Problem) as caught:
        a_notice(*PATH).with_step(event, date(2026, 10, 1), years)

    assert caught.value.code == "workforce.opening-years"


def test_steps_out_of_order_are_refused_with_their_place() -> None:
    with pytest.raises(Problem) as impossible:
        a_notice((Event.INVITE, date(2026, 5, 1)), (Event.RECOMMEND, date(2026, 6, 1)))
    with pytest.raises(Problem) as back:
        a_notice((Event.INVITE, date(2026, 5, 1)), (Event.REQUEST, date(2026, 4, 30)))
    with pytest.raises(Problem) as before:
        a_notice((Event.INVITE, date(2026, 3, 31)))

    assert (impossible.value.code, impossible.value.where) == ("workforce.opening-step", "steps[1]")
    assert (back.value.code, back.value.where) == ("workforce.opening-days", "steps[1]")
    assert before.value.where == "steps[0]"


def test_two_steps_may_fall_on_one_day() -> None:
    day = date(2026, 5, 1)

    assert a_notice((Event.INVITE, day), (Event.REQUEST, day), (Event.ACCEPT, day)).state is State.ACCEPTED
