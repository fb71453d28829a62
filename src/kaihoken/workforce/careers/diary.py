"""Posts and deadlines as iCalendar (RFC 5545), for a calendar programme to subscribe to.

A shared calendar says where and when, and nobody's name: a name stands in it only where it was asked for. The UID of an
entry follows from the participant's random key and what the entry is, so the same entry keeps it through every export.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from icalendar import Calendar, Event

from kaihoken.workforce.careers.reckoning import Reckoning
from kaihoken.workforce.careers.timeline import Timeline

PRODUCT = "-//Kaihoken//careers//JA"
_HOST = "careers.kaihoken.example"
_UID_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: whole days from `first` to `last`, both counted. `part` tells the entries of a participant apart."""

    part: str
    first: date
    last: date
    summary: str
    note: str = ""


def entries(timeline: Timeline, reckoning: Reckoning) -> tuple[Entry, ...]:
    """The posts of a timeline, and when its duty is over by what is planned or at the earliest. An open post stands on
    its first day alone."""
    posts = [
        Entry(
            f"post {position}",
            post.first,
            post.last or post.first,
            f"{'臨床研修' if post.residency else '勤務'} {post.hospital} {post.department}",
            "" if post.last else "終了日は未定",
        )
        for position, post in enumerate(timeline.posts)
    ]
    over = reckoning.planned or reckoning.earliest
    if over is None:
        return tuple(posts)
    note = "予定の勤務による" if reckoning.planned else "中断なく勤務した場合の最も早い日"
    return (*posts, Entry("duty over", over, over, "キャリア形成プログラムの満了", note))


def calendar(
    people: tuple[tuple[str, int, tuple[Entry, ...]], ...],
    made_at: datetime,
    names: dict[str, str] | None = None,
) -> bytes:
    """The calendar of some participants, each as random key, version of their record, and entries.

    `names` by key, only for a calendar that is not shared: it comes from `CareerBook.open_named`, which puts the
    opening on record. `made_at` is an aware instant.
    """
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    for key, version, some in people:
        for one in some:
            made.add_component(_event(key, version, one, made_at, (names or {}).get(key, "")))
    text: bytes = made.to_ical()
    return text


def _event(key: str, version: int, entry: Entry, made_at: datetime, name: str) -> Event:
    event = Event()
    digest = sha256(f"{key}\n{entry.part}".encode()).hexdigest()[:_UID_DIGITS]
    event.add("uid", f"{digest}@{_HOST}")
    event.add("dtstamp", made_at)
    event.add("sequence", version)
    event.add("dtstart", entry.first)
    event.add("dtend", entry.last + timedelta(days=1))
    event.add("summary", f"{name} {entry.summary}".strip())
    if entry.note:
        event.add("description", entry.note)
    event.add("transp", "TRANSPARENT")
    return event
