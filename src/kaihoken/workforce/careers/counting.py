"""病院 × 診療科 × 人数 × 年: what leaves the room of careers. Nothing here knows a name."""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from kaihoken.rules import Status
from kaihoken.workforce.careers.life import COUNTS
from kaihoken.workforce.careers.terms import SmallCounts
from kaihoken.workforce.careers.timeline import Post, Timeline
from kaihoken.workforce.months import fiscal_year


@dataclass(frozen=True, slots=True)
class PostCount:
    """How many people worked there in that fiscal year (年度), on at least one day; None where the count is hidden.
    Who changed hospitals within a year stands at both, so the lines must not be added."""

    hospital: str
    department: str
    year: int
    people: int | None


@dataclass(frozen=True, slots=True)
class PostCounts:
    """The lines by hospital, department and year; counts below `least` are hidden."""

    lines: tuple[PostCount, ...]
    least: int
    least_status: Status

    def as_csv(self) -> str:
        """The lines as the table `duty-doctors` of the catalogue reads them; 「x」 (秘匿) where a count is hidden."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("コード", "診療科", "年", "人数"))
        for one in self.lines:
            shown = "x" if one.people is None else one.people
            writer.writerow((one.hospital, one.department, one.year, shown))
        return text.getvalue()


def counts(timelines: Iterable[Timeline], rule: SmallCounts, first_year: int, last_year: int) -> PostCounts:
    """The people at each place in the fiscal years from `first_year` to `last_year`, both counted."""
    found: Counter[tuple[str, str, int]] = Counter()
    for timeline in timelines:
        found.update(_places(timeline, first_year, last_year))
    least = rule.least.value
    lines = tuple(
        PostCount(hospital, department, year, people if people >= least else None)
        for (hospital, department, year), people in sorted(found.items())
    )
    return PostCounts(lines, least, rule.least.status)


def _places(timeline: Timeline, first_year: int, last_year: int) -> set[tuple[str, str, int]]:
    begin, end = date(first_year, 4, 1), date(last_year + 1, 3, 31)
    found: set[tuple[str, str, int]] = set()
    ends = [*(since - timedelta(days=1) for since, _ in timeline.states[1:]), end]
    for (since, state), until in zip(timeline.states, ends, strict=False):
        if state in COUNTS:
            for post in timeline.posts:
                found |= _years(post, max(begin, since), min(end, until))
    return found


def _years(post: Post, begin: date, end: date) -> set[tuple[str, str, int]]:
    first, last = max(begin, post.first), end if post.last is None else min(end, post.last)
    if last < first:
        return set()
    years = range(fiscal_year(first), fiscal_year(last) + 1)
    return {(post.hospital, post.department, year) for year in years}
