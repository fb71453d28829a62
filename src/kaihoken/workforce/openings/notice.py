"""開業の届出: a notice with its days, and what can follow it now."""

from dataclasses import dataclass, replace
from datetime import date

from kaihoken.problems import Problem
from kaihoken.transitions import ImpossibleStep
from kaihoken.workforce.months import after_months
from kaihoken.workforce.openings.criteria import OutpatientOpenings
from kaihoken.workforce.openings.life import LIFE, Event, State


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened, on which day. `shortened_years` with SHORTEN alone: the years of the designation."""

    event: Event
    on: date
    shortened_years: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A clinic without beds that somebody means to open in a 外来医師過多区域: `reference` the prefecture's number of
    it, `area` the designated place, `functions` what outpatient care it is to offer, in words.

    Problems: `workforce.opening-days` (a step before the one in front of it, or before the notice),
    `workforce.opening-step` (what cannot follow), `workforce.opening-years`.
    """

    reference: str
    clinic: str
    area: str
    notified_on: date
    opening_on: date
    functions: tuple[str, ...]
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        self._states()

    @property
    def state(self) -> State:
        """Where it stands."""
        return self._states()[-1]

    @property
    def next_events(self) -> tuple[Event, ...]:
        """What can follow now."""
        return LIFE.ways(self.state)

    def day_of(self, state: State) -> date | None:
        """Since when it stood there first; None where it never did."""
        days = (self.notified_on, *(step.on for step in self.steps))
        return next((on for on, one in zip(days, self._states(), strict=True) if one is state), None)

    def with_step(self, event: Event, on: date, shortened_years: int | None = None) -> "Notice":
        """The notice with one step more. Problems as above."""
        return replace(self, steps=(*self.steps, Step(event, on, shortened_years)))

    def _states(self) -> list[State]:
        states, day = [LIFE.first], self.notified_on
        for position, step in enumerate(self.steps):
            where = f"steps[{position}]"
            if step.on < day:
                raise Problem("workforce.opening-days", where=where, first=str(day), last=str(step.on))
            try:
                states.append(LIFE.after(states[-1], step.event))
            except ImpossibleStep:
                raise Problem(
                    "workforce.opening-step",
                    where=where,
                    event=step.event,
                    state=states[-1],
                    day=str(step.on),
                ) from None
            if (step.event is Event.SHORTEN) is (step.shortened_years is None):
                raise Problem("workforce.opening-years", where=where)
            day = step.on
        return states


@dataclass(frozen=True, slots=True)
class Timing:
    """Whether a notice is in time. `earliest_opening` is the first day on which a clinic notified that day may open,
    `latest_notice` the last day on which an opening on that day could have been notified. `subject` is False for
    openings before the procedure applies: then nothing is late."""

    subject: bool
    earliest_opening: date
    latest_notice: date
    in_time: bool


def timing(notified_on: date, opening_on: date, rule: OutpatientOpenings) -> Timing:
    """The six months between notice and opening, in calendar months: notified on 1 April, opened on 1 October at the
    earliest; notified on 31 August, on 1 March (February has no such day)."""
    earliest = after_months(notified_on, rule.notice_months)
    subject = opening_on >= rule.first_openings_from
    return Timing(
        subject,
        earliest,
        _latest_notice(opening_on, rule.notice_months),
        in_time=not subject or earliest <= opening_on,
    )


def _latest_notice(opening_on: date, months: int) -> date:
    """The corresponding day before; where that month has none, its last day."""
    found = after_months(opening_on, -months)
    return found if after_months(found, months) <= opening_on else date.fromordinal(found.toordinal() - 1)


def designation_years(notice: Notice, rule: OutpatientOpenings) -> int:
    """For how many years the clinic is designated: the rule's, or those of the step by which it was shortened. Problem
    `workforce.opening-years` where these are more than the rule lets them be, or none."""
    years = next((step.shortened_years for step in notice.steps if step.shortened_years is not None), None)
    if years is None:
        return rule.designation_years
    if not 1 <= years <= rule.shortened_years.value:
        raise Problem("workforce.opening-years", where="shortened_years")
    return years
