"""病院 × 診療科 × 人数 × 年, with small numbers hidden."""

from datetime import date

from kaihoken import rules
from kaihoken.rules import Status
from kaihoken.workforce.careers import PostCounts, SmallCounts, Timeline, counts

from .builders import BEGAN, a_post, a_timeline, happened

RULE = rules.load(SmallCounts, on=BEGAN)


def counted(*timelines: Timeline, first: int = 2026, last: int = 2026) -> PostCounts:
    return counts(timelines, RULE, first, last)


def numbers(found: PostCounts) -> dict[tuple[str, str, int], int | None]:
    return {(one.hospital, one.department, one.year): one.people for one in found.lines}


def test_three_people_are_shown_and_two_are_hidden() -> None:
    three, two = a_timeline(a_post()), a_timeline(a_post(hospital="南の病院"))

    found = counted(three, three, three, two, two)

    assert numbers(found) == {("北の病院", "内科", 2026): 3, ("南の病院", "内科", 2026): None}
    assert (found.least, found.least_status) == (3, Status.UNCONFIRMED)
    assert found.as_csv().splitlines()[1:] == ["北の病院,内科,2026,3", "南の病院,内科,2026,x"]


def test_a_year_counts_from_its_first_to_its_last_day() -> None:
    ends = a_timeline(a_post(BEGAN, date(2027, 4, 1)))

    assert set(numbers(counted(ends, first=2025, last=2030))) == {
        ("北の病院", "内科", 2026),
        ("北の病院", "内科", 2027),
    }


def test_who_is_paused_or_has_left_is_not_counted() -> None:
    paused = a_timeline(
        a_post(), happenings=happened(begin=BEGAN, pause=date(2027, 4, 1), resume=date(2029, 4, 1))
    )
    left = a_timeline(a_post(), happenings=happened(begin=BEGAN, leave=date(2028, 4, 1)))

    assert [year for _, _, year in numbers(counted(paused, last=2029))] == [2026, 2029]
    assert [year for _, _, year in numbers(counted(left, last=2029))] == [2026, 2027]


def test_who_changes_within_a_year_stands_at_both_once() -> None:
    moved = a_timeline(
        a_post(BEGAN, date(2026, 5, 31)),
        a_post(date(2026, 6, 1), date(2026, 8, 31), hospital="南の病院"),
        a_post(date(2026, 9, 1)),
    )

    found = counts([moved] * 3, RULE, 2026, 2026)

    assert numbers(found) == {("北の病院", "内科", 2026): 3, ("南の病院", "内科", 2026): 3}


def test_posts_outside_the_years_asked_for_are_not_counted() -> None:
    over = a_timeline(a_post(BEGAN, date(2027, 3, 31)))

    assert counted(over, first=2027, last=2029).lines == ()
