"""The duty: days counted one by one, years as the calendar has them, short areas by the class of the day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.problems import Problem
from kaihoken.workforce import area_set
from kaihoken.workforce.careers import (
    Designation,
    Designations,
    Reason,
    ShortArea,
    State,
    Timeline,
    of_plan,
    reckon,
)
from kaihoken.workforce.careers.designation import runs
from kaihoken.workforce.index import IndexClass

from .builders import BEGAN, NOWHERE, ORDINARY, SHORT, SHORT_ALWAYS, a_post, a_timeline, happened, the_terms

ONE_DAY = timedelta(days=1)


def reasons(
    timeline: Timeline, on: date, longest_pause_days: int | None = None
) -> list[tuple[str, date, date]]:
    found = reckon(timeline, the_terms(), SHORT_ALWAYS, on, longest_pause_days)
    return [(one.reason.value, one.first, one.last) for one in found.remarks]


def test_nine_years_from_april_are_3287_days_and_four_1461() -> None:
    found = reckon(a_timeline(a_post(area=SHORT)), the_terms(), SHORT_ALWAYS, BEGAN)

    assert (found.duty_required, found.short_required) == (3287, 1461)
    assert (found.duty_days, found.short_days) == (1, 1)
    assert found.planned == found.earliest == date(2035, 3, 31)


@pytest.mark.parametrize(
    ("on", "left", "done"),
    [(date(2035, 3, 30), 1, False), (date(2035, 3, 31), 0, True), (date(2036, 1, 1), 0, True)],
)
def test_the_duty_is_over_with_the_last_day_of_the_ninth_year(on: date, left: int, done: bool) -> None:
    found = reckon(a_timeline(a_post(area=SHORT)), the_terms(), SHORT_ALWAYS, on)

    assert (found.duty_left, found.done) == (left, done)
    assert found.earliest == date(2035, 3, 31)


def test_a_pause_puts_the_end_off_by_its_days() -> None:
    paused = happened(begin=BEGAN, pause=date(2028, 2, 1), resume=date(2028, 3, 1))
    posts = (a_post(BEGAN, date(2028, 1, 31), SHORT), a_post(date(2028, 3, 1), None, SHORT))

    found = reckon(a_timeline(*posts, happenings=paused), the_terms(), SHORT_ALWAYS, date(2030, 1, 1))

    assert found.paused_days == 29
    assert found.planned == date(2035, 3, 31) + timedelta(days=29)
    assert found.remarks == ()


def test_while_paused_no_day_counts_and_a_post_is_remarked() -> None:
    paused = happened(begin=BEGAN, pause=date(2027, 4, 1))
    timeline = a_timeline(a_post(area=SHORT), happenings=paused)

    found = reckon(timeline, the_terms(), SHORT_ALWAYS, date(2027, 4, 10))

    assert (found.state, found.duty_days, found.planned) == (State.PAUSED, 365, None)
    assert found.earliest == date(2027, 4, 10) + timedelta(days=3287 - 365)
    assert [one.reason for one in found.remarks] == [Reason.POST_WHILE_PAUSED]


@pytest.mark.parametrize(("limit", "remarked"), [(29, False), (28, True), (None, False)])
def test_a_pause_is_held_against_the_limit_of_the_prefecture(limit: int | None, remarked: bool) -> None:
    paused = happened(begin=BEGAN, pause=date(2028, 2, 1), resume=date(2028, 3, 1))
    posts = (a_post(BEGAN, date(2028, 1, 31), SHORT), a_post(date(2028, 3, 1), None, SHORT))

    found = reasons(a_timeline(*posts, happenings=paused), date(2029, 1, 1), longest_pause_days=limit)

    assert bool(found) == remarked
    assert found in ([], [("pause-too-long", date(2028, 2, 1), date(2028, 2, 29))])


@pytest.mark.parametrize(("unavoidable", "days"), [(False, 0), (True, 365)])
def test_work_outside_the_prefecture_counts_only_where_it_was_unavoidable(
    unavoidable: bool, days: int
) -> None:
    timeline = a_timeline(a_post(prefecture="11", unavoidable=unavoidable))

    found = reckon(timeline, the_terms(), NOWHERE, date(2027, 3, 31))

    assert found.duty_days == days
    outside = [one for one in found.remarks if one.reason is Reason.OUT_OF_PREFECTURE]
    assert bool(outside) is not unavoidable


def test_two_years_of_training_count_and_no_more() -> None:
    three_years = a_post(BEGAN, date(2029, 3, 31), residency=True)
    timeline = a_timeline(three_years, a_post(date(2029, 4, 1), None, SHORT))

    found = reckon(timeline, the_terms(), SHORT_ALWAYS, date(2029, 3, 31))

    assert (found.residency_days, found.duty_days, found.short_days) == (1096, 731, 0)
    assert found.planned is not None
    assert (found.planned - date(2029, 4, 1)).days + 1 == 3287 - 731


def test_training_in_a_short_area_does_not_count_there_and_the_result_says_that_this_is_unconfirmed() -> None:
    timeline = a_timeline(
        a_post(BEGAN, date(2028, 3, 31), SHORT, residency=True), a_post(date(2028, 4, 1), None, SHORT)
    )

    found = reckon(timeline, the_terms(), SHORT_ALWAYS, date(2028, 4, 1))

    assert found.short_days == 1
    assert found.unconfirmed == ("residency_counts_in_short_areas",)


def test_years_count_by_the_class_of_the_day() -> None:
    was_short = Designations(
        (Designation(ShortArea.MINORITY_AREA, SHORT, date(2024, 4, 1), date(2027, 3, 31)),)
    )
    timeline = a_timeline(a_post(area=SHORT))

    found = reckon(timeline, the_terms(), was_short, date(2030, 1, 1))

    assert found.short_days == 365


def test_a_spot_counts_by_its_municipality_also_in_other_areas() -> None:
    spot = Designations((Designation(ShortArea.SPOT, "10421", date(2026, 7, 1)),))

    there = reckon(a_timeline(a_post(municipality="10421")), the_terms(), spot, date(2026, 7, 31))
    beside = reckon(a_timeline(a_post(municipality="10422")), the_terms(), spot, date(2026, 7, 31))

    assert (there.short_days, beside.short_days) == (31, 0)


def test_designations_of_one_place_that_overlap_count_a_day_once() -> None:
    twice = Designations(
        (
            Designation(ShortArea.MINORITY_AREA, SHORT, date(2024, 4, 1)),
            Designation(ShortArea.MINORITY_AREA, SHORT, date(2026, 4, 2)),
        )
    )

    assert reckon(a_timeline(a_post(area=SHORT)), the_terms(), twice, date(2026, 4, 10)).short_days == 10


def test_a_plan_designates_its_minority_areas() -> None:
    areas = area_set("330")
    classes = [IndexClass.MINORITY if code == "0306" else IndexClass.MIDDLE for code in areas.codes]

    found = of_plan(areas, classes, date(2024, 4, 1), date(2027, 3, 31))

    assert [one.place for one in found] == ["0306"]
    assert Designations(found).on("0306", "", date(2027, 3, 31))
    assert not Designations(found).on("0306", "", date(2027, 4, 1))


def test_a_plan_without_the_years_in_short_areas_is_remarked_on_the_day_of_its_end() -> None:
    found = reckon(a_timeline(a_post()), the_terms(), SHORT_ALWAYS, date(2030, 1, 1))

    assert found.planned is None
    assert [(one.reason, one.first) for one in found.remarks] == [
        (Reason.SHORT_YEARS_MISSING, date(2035, 3, 31))
    ]


def test_four_years_in_a_short_area_suffice() -> None:
    posts = (a_post(BEGAN, date(2031, 3, 31)), a_post(date(2031, 4, 1), None, SHORT))

    assert reckon(a_timeline(*posts), the_terms(), SHORT_ALWAYS, date(2030, 1, 1)).planned == date(
        2035, 3, 31
    )


def test_days_without_a_post_are_remarked_and_do_not_count() -> None:
    posts = (a_post(BEGAN, date(2026, 4, 30), SHORT), a_post(date(2026, 5, 3), None, SHORT))

    assert reasons(a_timeline(*posts), date(2026, 5, 31)) == [("no-post", date(2026, 5, 1), date(2026, 5, 2))]
    assert reckon(a_timeline(*posts), the_terms(), SHORT_ALWAYS, date(2026, 5, 31)).duty_days == 59


def test_a_breach_counts_nothing_until_it_is_remedied() -> None:
    broken = happened(begin=BEGAN, breach=date(2026, 5, 1), remedy=date(2026, 5, 11))

    found = reckon(
        a_timeline(a_post(area=SHORT), happenings=broken), the_terms(), SHORT_ALWAYS, date(2026, 5, 31)
    )

    assert found.duty_days == 30 + 21
    assert [(one.reason, one.last) for one in found.remarks] == [(Reason.HELD_IN_BREACH, date(2026, 5, 10))]


@pytest.mark.parametrize(
    ("how", "day", "reason"),
    [
        ("leave", date(2030, 4, 1), "left-early"),
        ("complete", date(2030, 4, 1), "completed-early"),
        ("complete", date(2035, 3, 31), "completed-early"),
        ("complete", date(2035, 4, 1), None),
        ("leave", date(2035, 4, 1), None),
    ],
)
def test_an_end_is_held_against_what_was_done(how: str, day: date, reason: str | None) -> None:
    ended = happened(begin=BEGAN, **{how: day})

    found = reckon(
        a_timeline(a_post(area=SHORT), happenings=ended), the_terms(), SHORT_ALWAYS, date(2036, 1, 1)
    )

    assert [one.reason.value for one in found.remarks] == ([reason] if reason else [])
    assert (found.earliest is None) == bool(reason)


@pytest.mark.parametrize(
    ("months", "end", "unconfirmed"),
    [(72, date(2035, 3, 31), ()), (48, date(2032, 3, 31), ()), (49, date(2032, 5, 31), ("loan_rounding",))],
)
def test_a_duty_that_follows_a_loan_lasts_one_and_a_half_times_as_long(
    months: int, end: date, unconfirmed: tuple[str, ...]
) -> None:
    found = reckon(
        a_timeline(a_post(area=SHORT), loan_months=months), the_terms(), SHORT_ALWAYS, date(2027, 1, 1)
    )

    assert (found.planned, found.unconfirmed) == (end, unconfirmed)


def test_nothing_is_counted_before_the_duty_begins() -> None:
    found = reckon(a_timeline(happenings=()), the_terms(), SHORT_ALWAYS, date(2026, 12, 1))

    assert (found.state, found.duty_required, found.duty_left, found.done) == (
        State.ENROLLED,
        None,
        None,
        False,
    )


@given(st.lists(st.integers(1, 400), min_size=1, max_size=6))
def test_work_and_pauses_make_up_every_day(lengths: list[int]) -> None:
    happenings, day, worked = [*happened(begin=BEGAN)], BEGAN, 0
    for position, length in enumerate(lengths):
        if position % 2 == 0:
            worked += length
        day += timedelta(days=length)
        happenings += happened(**{"pause" if position % 2 == 0 else "resume": day})
    timeline = a_timeline(a_post(area=ORDINARY), happenings=tuple(happenings))

    found = reckon(timeline, the_terms(), NOWHERE, day - ONE_DAY)

    assert found.duty_days == worked
    assert found.duty_days + found.paused_days == sum(lengths)


def test_what_the_order_forbids_is_refused() -> None:
    with pytest.raises(Problem) as back:
        a_timeline(happenings=happened(begin=BEGAN, pause=date(2026, 3, 1)))
    with pytest.raises(Problem) as impossible:
        a_timeline(happenings=happened(begin=BEGAN, resume=date(2026, 5, 1)))
    with pytest.raises(Problem) as overlapping:
        a_timeline(a_post(BEGAN, date(2026, 5, 1)), a_post(date(2026, 5, 1)))
    with pytest.raises(Problem) as open_end:
        a_timeline(a_post(), a_post(date(2030, 1, 1)))
    with pytest.raises(Problem) as backward:
        a_timeline(a_post(BEGAN, date(2026, 3, 31)))
    with pytest.raises(Problem) as designated:
        Designation(ShortArea.SPOT, "10421", BEGAN, date(2026, 3, 31))

    assert (back.value.code, back.value.where) == ("workforce.career-days", "happenings[1]")
    assert impossible.value.facts["state"] == "working"
    assert (overlapping.value.code, open_end.value.code) == ("workforce.career-overlap",) * 2
    assert (backward.value.code, designated.value.code) == ("workforce.career-days",) * 2


def test_posts_may_follow_each_other_without_a_day_between() -> None:
    assert a_timeline(a_post(BEGAN, date(2026, 4, 30)), a_post(date(2026, 5, 1))).posts


def test_runs_are_the_stretches_of_true_days() -> None:
    import numpy as np

    days = np.array([True, False, True, True])

    assert runs(days, BEGAN) == ((BEGAN, BEGAN), (date(2026, 4, 3), date(2026, 4, 4)))
