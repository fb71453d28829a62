"""The timeline of one participant: what happened, and where they worked. Names nobody."""

from dataclasses import dataclass
from datetime import date

from kaihoken.problems import Problem
from kaihoken.transitions import ImpossibleStep
from kaihoken.workforce.careers.life import LIFE, Event, State


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that the prefecture records, on the day from which it holds."""

    event: Event
    on: date


@dataclass(frozen=True, slots=True)
class Post:
    """A place of work from `first` to `last` (inclusive; None: open). `area` is its 二次医療圏, `municipality` its
    municipality (for スポット; "" where it is in none). `unavoidable`: the prefecture holds that work outside it could
    not be avoided."""

    first: date
    last: date | None
    hospital: str
    department: str
    prefecture: str
    area: str
    municipality: str = ""
    residency: bool = False
    unavoidable: bool = False


@dataclass(frozen=True, slots=True)
class Interruption:
    """Days on which the work stood still, and why: a word of the rule's `interruptions`."""

    first: date
    last: date
    why: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """One participant's way: `prefecture` of the programme, the day on which they agreed (which fixes the terms), the
    months for which a loan was paid where the duty follows from it, happenings and posts in their order.

    Problems: `workforce.career-days` (days that go back), `workforce.career-overlap` (two posts on one day),
    `workforce.career-step` (what cannot happen to somebody who stands there).
    """

    prefecture: str
    agreed_on: date
    happenings: tuple[Happening, ...] = ()
    posts: tuple[Post, ...] = ()
    loan_months: int | None = None

    def __post_init__(self) -> None:
        _check_posts(self.posts)
        _states(self.happenings)

    @property
    def states(self) -> tuple[tuple[date, State], ...]:
        """From which day on they stand where; before the first they are ENROLLED."""
        return tuple(_states(self.happenings))

    @property
    def begins(self) -> date | None:
        """The first day of the duty; None while it has not begun."""
        return next((one.on for one in self.happenings if one.event is Event.BEGIN), None)

    def state_on(self, day: date) -> State:
        """Where they stand on a day."""
        return next((state for since, state in reversed(self.states) if since <= day), LIFE.first)


def _states(happenings: tuple[Happening, ...]) -> list[tuple[date, State]]:
    state, told = LIFE.first, date.min
    states = []
    for position, one in enumerate(happenings):
        where = f"happenings[{position}]"
        if one.on < told:
            raise Problem("workforce.career-days", where=where, first=str(told), last=str(one.on))
        try:
            state = LIFE.after(state, one.event)
        except ImpossibleStep:
            raise Problem(
                "workforce.career-step", where=where, event=one.event, state=state, day=str(one.on)
            ) from None
        told = one.on
        states.append((one.on, state))
    return states


def _check_posts(posts: tuple[Post, ...]) -> None:
    before: Post | None = None
    for position, post in enumerate(posts):
        where = f"posts[{position}]"
        if post.last is not None and post.last < post.first:
            raise Problem("workforce.career-days", where=where, first=str(post.first), last=str(post.last))
        if before is not None and (before.last is None or post.first <= before.last):
            raise Problem("workforce.career-overlap", where=where, day=str(post.first))
        before = post
