"""What of the duty is done, what is left, and what stands against it. Days are counted one by one.

A period of years is the number of days between its first day and the corresponding day of the last year, so nine years
from 2026-04-01 are 3,287 days and four are 1,461. A day counts where somebody is WORKING in the programme and holds a
post on it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import ceil

import numpy as np

from kaihoken.workforce.careers.designation import Days, Designations, runs, span
from kaihoken.workforce.careers.life import COUNTS, LIFE, State
from kaihoken.workforce.careers.terms import CareerProgramme
from kaihoken.workforce.careers.timeline import Post, Timeline
from kaihoken.workforce.months import after_months, after_years

_YEARS_AHEAD = 40
"""As far as an open post is followed to see when it would complete the duty."""


class Reason(StrEnum):
    """What stands against a completion. The prefecture decides whether it is a breach."""

    OUT_OF_PREFECTURE = "out-of-prefecture"  # worked elsewhere, and not for unavoidable reasons
    NO_POST = "no-post"  # working by the programme, and no post is known
    POST_WHILE_PAUSED = "post-while-paused"
    PAUSE_TOO_LONG = "pause-too-long"
    SHORT_YEARS_MISSING = "short-years-missing"  # the duty ends before the years in short areas are done
    HELD_IN_BREACH = "held-in-breach"
    LEFT_EARLY = "left-early"
    COMPLETED_EARLY = "completed-early"


@dataclass(frozen=True, slots=True)
class Remark:
    """A reason with its days, both counted."""

    reason: Reason
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How a duty stands at the end of a day. All lengths in days; what has not begun has no required days (None).

    `earliest` is the last day of the duty if they work from the next day on without a break, in short areas as long as
    needed; `planned` is its last day by the posts on the timeline, None where these do not complete it. `unconfirmed`
    names the rules used of which no text was found.
    """

    on: date
    state: State
    duty_days: int
    duty_required: int | None
    short_days: int
    short_required: int | None
    residency_days: int
    paused_days: int
    earliest: date | None
    planned: date | None
    remarks: tuple[Remark, ...]
    unconfirmed: tuple[str, ...]

    @property
    def duty_left(self) -> int | None:
        """Days of duty that are left."""
        return None if self.duty_required is None else max(self.duty_required - self.duty_days, 0)

    @property
    def short_left(self) -> int | None:
        """Days in short areas that are left."""
        return None if self.short_required is None else max(self.short_required - self.short_days, 0)

    @property
    def done(self) -> bool:
        """Whether both are done."""
        return self.duty_left == 0 and self.short_left == 0


def reckon(
    timeline: Timeline,
    terms: CareerProgramme,
    designations: Designations,
    on: date,
    longest_pause_days: int | None = None,
) -> Reckoning:
    """The duty of a timeline at the end of the day `on`.

    `terms` are those of the day on which they agreed. `longest_pause_days` is the prefecture's own limit of one
    suspension; None: it has none.
    """
    begins = timeline.begins
    if begins is None:
        return _not_begun(timeline, on)
    days = _Days.of(timeline, terms, designations, begins, on)
    known = span(begins, on)
    needed = _duty_required(timeline, terms, begins)
    short_needed = _short_required(days, terms, begins, on)
    duty = int(days.duty[:known].sum())
    short = int(days.short[:known].sum())
    planned = _planned_end(days, needed, short_needed, begins)
    state = timeline.state_on(on)
    left = max(needed - duty, short_needed - short, 0)
    return Reckoning(
        on=on,
        state=state,
        duty_days=duty,
        duty_required=needed,
        short_days=short,
        short_required=short_needed,
        residency_days=int(days.residency[:known].sum()),
        paused_days=int(days.paused[:known].sum()),
        earliest=_earliest(state, left, planned, on),
        planned=planned,
        remarks=_remarks(timeline, days, begins, on, (needed, short_needed), longest_pause_days),
        unconfirmed=_unconfirmed(timeline, terms, days),
    )


@dataclass(frozen=True, slots=True)
class _Days:
    """What holds on each day from the first day of the duty on."""

    working: Days
    paused: Days
    breach: Days
    post: Days
    outside: Days
    residency: Days
    short: Days
    duty: Days

    @classmethod
    def of(
        cls, timeline: Timeline, terms: CareerProgramme, designations: Designations, begins: date, on: date
    ) -> "_Days":
        count = span(begins, max(on, after_years(begins, _YEARS_AHEAD)))
        working, paused, breach = (_in_states(timeline, one, begins, count) for one in _STATES)
        post, outside, residency, short = (np.zeros(count, dtype=np.bool_) for _ in range(4))
        for one in timeline.posts:
            place = _slice(one, begins, count)
            post[place] = True
            outside[place] = one.prefecture != timeline.prefecture and not one.unavoidable
            residency[place] = one.residency
            if not one.residency or terms.residency_counts_in_short_areas.value:
                short[place] = designations.days(one.area, one.municipality, begins, count)[place]
        held = working & post & ~outside
        within = held & residency
        trained = np.cumsum(within) <= _residency_allowed(within, terms, begins)
        duty = held & (~residency | trained)
        return cls(working, paused, breach, post, outside, within, short & duty, duty)


_STATES = (COUNTS, frozenset({State.PAUSED}), frozenset({State.IN_BREACH}))


def _in_states(timeline: Timeline, states: frozenset[State], begins: date, count: int) -> Days:
    found = np.zeros(count, dtype=np.bool_)
    ends = [*(since for since, _ in timeline.states[1:]), None]
    for (since, state), until in zip(timeline.states, ends, strict=True):
        stop = count if until is None else (until - begins).days
        found[max((since - begins).days, 0) : max(stop, 0)] = state in states
    return found


def _slice(post: Post, begins: date, count: int) -> slice:
    stop = count if post.last is None else (post.last - begins).days + 1
    return slice(max((post.first - begins).days, 0), max(stop, 0))


def _residency_allowed(residency: Days, terms: CareerProgramme, begins: date) -> int:
    """How many days of training count: its years from their first day."""
    if not residency.any():
        return 0
    first = begins + timedelta(days=int(residency.argmax()))
    return (after_years(first, terms.residency_years) - first).days


def _duty_required(timeline: Timeline, terms: CareerProgramme, begins: date) -> int:
    months = terms.duty_years * 12
    if timeline.loan_months is not None:
        months = ceil(timeline.loan_months * terms.loan_multiple)
    return (after_months(begins, months) - begins).days


def _short_required(days: _Days, terms: CareerProgramme, begins: date, on: date) -> int:
    """The days of the years in short areas, from the first such day; from tomorrow where there is none."""
    known = days.short[: span(begins, on)]
    first = begins + timedelta(days=int(known.argmax())) if known.any() else on + timedelta(days=1)
    return (after_years(first, terms.short_area_years) - first).days


def _planned_end(days: _Days, needed: int, short_needed: int, begins: date) -> date | None:
    done = (np.cumsum(days.duty) >= needed) & (np.cumsum(days.short) >= short_needed)
    return begins + timedelta(days=int(done.argmax())) if done.any() else None


def _earliest(state: State, left: int, planned: date | None, on: date) -> date | None:
    if left == 0:
        return planned
    return None if state in LIFE.ends else on + timedelta(days=left)


def _remarks(
    timeline: Timeline,
    days: _Days,
    begins: date,
    on: date,
    needed: tuple[int, int],
    longest_pause_days: int | None,
) -> tuple[Remark, ...]:
    known = span(begins, on)

    def told(reason: Reason, where: Days) -> list[Remark]:
        return [Remark(reason, first, last) for first, last in runs(where[:known], begins)]

    found = [
        *told(Reason.OUT_OF_PREFECTURE, days.working & days.outside),
        *told(Reason.NO_POST, days.working & ~days.post),
        *told(Reason.POST_WHILE_PAUSED, days.paused & days.post),
        *told(Reason.HELD_IN_BREACH, days.breach),
    ]
    if longest_pause_days is not None:
        found += [
            Remark(Reason.PAUSE_TOO_LONG, first, last)
            for first, last in runs(days.paused[:known], begins)
            if span(first, last) > longest_pause_days
        ]
    found += _short_years(days, begins, needed)
    found += _early_end(timeline, days, begins, on, needed)
    return tuple(sorted(found, key=lambda one: (one.first, one.reason)))


def _short_years(days: _Days, begins: date, needed: tuple[int, int]) -> list[Remark]:
    """Where the posts complete the duty, but not by then the years in short areas: from that day on."""
    duty = np.cumsum(days.duty) >= needed[0]
    if not duty.any():
        return []
    position = int(duty.argmax())
    if int(days.short[: position + 1].sum()) >= needed[1]:
        return []
    day = begins + timedelta(days=position)
    return [Remark(Reason.SHORT_YEARS_MISSING, day, day)]


def _early_end(
    timeline: Timeline, days: _Days, begins: date, on: date, needed: tuple[int, int]
) -> list[Remark]:
    since, state = timeline.states[-1]
    if state not in LIFE.ends or since > on:
        return []
    before = (since - begins).days
    if days.duty[:before].sum() >= needed[0] and days.short[:before].sum() >= needed[1]:
        return []
    reason = Reason.LEFT_EARLY if state is State.LEFT else Reason.COMPLETED_EARLY
    return [Remark(reason, since, since)]


def _unconfirmed(timeline: Timeline, terms: CareerProgramme, days: _Days) -> tuple[str, ...]:
    used = {
        "loan_rounding": timeline.loan_months is not None
        and (timeline.loan_months * terms.loan_multiple) % 1 != 0,
        "residency_counts_in_short_areas": bool(days.residency.any()),
    }
    return tuple(name for name, is_used in used.items() if is_used)


def _not_begun(timeline: Timeline, on: date) -> Reckoning:
    return Reckoning(on, timeline.state_on(on), 0, None, 0, None, 0, 0, None, None, (), ())
