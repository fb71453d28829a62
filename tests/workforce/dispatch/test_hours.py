"""The ceilings of working hours: over all workplaces, at each, in a month; permits; and what a dispatch makes of
them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce.dispatch import (
    HoursRule,
    Staff,
    Work,
    WorkingHours,
    change,
    dispatched,
    hours_of,
    staff_change,
)

RULES = rules.load(WorkingHours, on=date(2024, 4, 1))


def broken(*works: Work, interview: bool = False) -> list[tuple[str, str, float]]:
    found = hours_of(works, RULES, interview=interview).breaches
    return [(breach.rule.value, breach.workplace, round(breach.excess, 3)) for breach in found]


@pytest.mark.parametrize(
    ("level", "together", "each"),
    [("A", 960, 960), ("linked-B", 1860, 960), ("B", 1860, 1860), ("C-1", 1860, 1860), ("C-2", 1860, 1860)],
)
def test_the_ceilings_of_each_level(level: str, together: int, each: int) -> None:
    found = RULES.level(level)

    assert (found.together, found.each, found.month) == (together, each, 100)
    assert found.rest_is_duty is (level != "A")


def test_rest_between_shifts_is_nine_hours_of_24_and_eighteen_of_46() -> None:
    assert {(rest.hours, rest.within) for rest in RULES.rests} == {(9, 24), (18, 46)}


def test_a_year_that_just_reaches_its_ceiling_keeps_it_and_an_hour_more_breaks_it() -> None:
    just = 40 + 960 / 52

    assert broken(Work("甲", "A", just)) == []
    assert broken(Work("甲", "A", just + 1 / 52)) == [
        ("year-each", "甲", 1.0),
        ("year-together", "", 1.0),
    ]


def test_a_second_job_counts_wherever_it_is() -> None:
    main = Work("甲", "A", 52.0)

    found = hours_of([main, Work("乙", "A", 8.0)], RULES)

    assert found.each == (("甲", 12 * 52), ("乙", 8 * 52))
    assert [(breach.rule, breach.hours) for breach in found.breaches] == [(HoursRule.YEAR_TOGETHER, 1040)]
    assert broken(main, Work("乙", "A", 6.0)) == []


def test_linked_b_allows_more_together_but_not_at_one_workplace() -> None:
    assert broken(Work("甲", "linked-B", 58.0), Work("乙", "A", 10.0), interview=True) == []
    assert broken(Work("甲", "linked-B", 59.0), interview=True) == [("year-each", "甲", 28.0)]
    assert broken(Work("甲", "B", 59.0), interview=True) == []


def test_a_month_must_stay_below_100_hours_unless_an_interviewer_sees_the_doctor() -> None:
    just = Work("甲", "B", 40 + 1200 / 52)

    assert broken(just) == [("month", "", 0.0)]
    assert broken(just, interview=True) == []
    assert broken(Work("甲", "B", 40 + 1199 / 52)) == []


def test_duty_with_a_permit_does_not_count_and_without_does() -> None:
    assert broken(Work("甲", "A", 50.0, duty=16.0, duty_permitted=True)) == []
    assert broken(Work("甲", "A", 50.0, duty=16.0)) == [
        ("year-each", "甲", 392.0),
        ("year-together", "", 392.0),
        ("month", "", 12.667),
    ]


def test_nobody_works_without_a_workplace() -> None:
    assert hours_of([], RULES).together == 0.0


def test_hours_before_and_after_a_day_a_week_elsewhere() -> None:
    works = [Work("甲", "A", 56.0)]

    on_top = change(works, dispatched(works, Work("乙", "A", 8.0)), RULES)
    instead = change(works, dispatched(works, Work("乙", "A", 8.0), instead_of=8.0), RULES)

    assert (on_top.before.together, on_top.after.together) == (832, 1248)
    assert [breach.rule for breach in on_top.made] == [HoursRule.YEAR_TOGETHER, HoursRule.MONTH]
    assert instead.after.together == 832
    assert instead.made == ()


def test_a_breach_that_a_plan_lessens_is_not_made_by_it() -> None:
    lessened = staff_change(Staff("乙", "A", 2.0, 130.0), RULES, coming=4.0)
    grown = staff_change(Staff("甲", "A", 2.0, 130.0), RULES, away=4.0)

    assert lessened.before.breaches
    assert lessened.after.breaches
    assert lessened.made == ()
    assert {breach.rule for breach in grown.made} == {HoursRule.YEAR_TOGETHER, HoursRule.MONTH}


def test_those_who_stay_do_the_work_of_those_who_leave() -> None:
    found = staff_change(Staff("甲", "A", 10.0, 500.0), RULES, leaving=1.0)

    assert found.before.together == pytest.approx(10 * 52)
    assert found.after.together == pytest.approx((500 / 9 - 40) * 52)


def test_work_without_anybody_is_no_plan() -> None:
    with pytest.raises(Problem) as raised:
        staff_change(Staff("甲", "A", 1.0, 40.0), RULES, leaving=1.0)
    assert raised.value.code == "workforce.dispatch-nobody"
    assert staff_change(Staff("甲", "A", 1.0, 0.0), RULES, leaving=1.0).after.together == 0.0


def test_a_level_that_the_day_does_not_have_is_named() -> None:
    planned = rules.load_as_planned(WorkingHours, on=date(2036, 4, 1))

    with pytest.raises(Problem) as raised:
        planned.level("B")
    assert raised.value.code == "workforce.hours-level"
    assert planned.level("A").together == 960
    assert rules.load(WorkingHours, on=date(2036, 4, 1)).level("B").together == 1860


def test_what_no_official_text_confirms_is_named_with_the_hours() -> None:
    assert hours_of([Work("甲", "A", 40.0)], RULES).unconfirmed == (
        "intern_rest",
        "several_levels",
        "weeks_in_year",
        "own_part",
    )


HOURS = st.floats(0, 60, allow_nan=False)


@given(st.lists(st.tuples(HOURS, HOURS), min_size=1, max_size=4))
def test_the_parts_add_up_to_what_exceeds_the_week(weeks: list[tuple[float, float]]) -> None:
    works = [Work(str(place), "B", hours, duty) for place, (hours, duty) in enumerate(weeks)]

    found = hours_of(works, RULES)

    total = sum(hours + duty for hours, duty in weeks)
    assert found.together == pytest.approx(max(0.0, total - 40) * 52)
    assert all(hours >= 0 for _, hours in found.each)
