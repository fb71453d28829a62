"""Posts and deadlines in a calendar: stable, and without names unless they were asked for."""

from datetime import UTC, date, datetime

from icalendar import Calendar

from kaihoken.workforce.careers import Timeline, calendar, entries, reckon

from .builders import BEGAN, SHORT, SHORT_ALWAYS, a_post, a_timeline, the_terms

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
KEY = "ab" * 16


def made(timeline: Timeline, version: int = 1, names: dict[str, str] | None = None) -> bytes:
    reckoning = reckon(timeline, the_terms(), SHORT_ALWAYS, date(2026, 11, 20))
    return calendar(((KEY, version, entries(timeline, reckoning)),), AT, names)


def events(text: bytes) -> list[dict[str, object]]:
    return [
        {
            "uid": str(one["UID"]),
            "summary": str(one["SUMMARY"]),
            "first": one["DTSTART"].dt,
            "stop": one["DTEND"].dt,
            "sequence": int(one["SEQUENCE"]),
        }
        for one in Calendar.from_ical(text).walk("VEVENT")
    ]


TIMELINE = a_timeline(a_post(BEGAN, date(2027, 3, 31), SHORT), a_post(date(2027, 4, 1), None, SHORT))


def test_posts_and_the_end_of_the_duty_are_whole_days() -> None:
    found = events(made(TIMELINE))

    assert [(one["first"], one["stop"]) for one in found] == [
        (BEGAN, date(2027, 4, 1)),
        (date(2027, 4, 1), date(2027, 4, 2)),
        (date(2035, 3, 31), date(2035, 4, 1)),
    ]
    assert found[0]["summary"] == "勤務 北の病院 内科"


def test_an_entry_keeps_its_uid_and_a_new_version_counts_up() -> None:
    first, second = events(made(TIMELINE)), events(made(TIMELINE, version=2))

    assert [one["uid"] for one in first] == [one["uid"] for one in second]
    assert len({one["uid"] for one in first}) == len(first)
    assert {one["sequence"] for one in second} == {2}


def test_the_uid_does_not_tell_the_key() -> None:
    assert KEY not in made(TIMELINE).decode()


def test_a_name_stands_only_in_a_calendar_for_which_it_was_given() -> None:
    assert "皆川" not in made(TIMELINE).decode()
    assert events(made(TIMELINE, names={KEY: "皆川 架空"}))[0]["summary"] == "皆川 架空 勤務 北の病院 内科"


def test_a_duty_that_has_not_begun_has_no_end_in_the_calendar() -> None:
    assert events(made(a_timeline(happenings=()))) == []
