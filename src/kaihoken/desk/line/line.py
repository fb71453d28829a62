"""The line of a running desk: every answer and every failure is told to it; while nobody asks it looks by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar

from kaihoken.clock import Clock
from kaihoken.coverage.client import HubProblem, unreachable
from kaihoken.desk.events import Events
from kaihoken.desk.line.standing import LINE, UNTRUSTED, WRONG_CLOCK, Heard, LineState

T = TypeVar("T")

Why = Literal["clock", "refused", "untrusted", "unreachable", "fault"]

_SECOND = 1_000_000_000
_LATE_SECONDS = 3.0
LOOK_SECONDS = 15.0
_ANXIOUS = 3.0
"""Seconds between looks: while all is well, and while it is not."""

_REFUSALS = frozenset({401, 403})
_OF_THE_QUESTION = frozenset({"coverage.failure-not-open", "access.not-found-burst"})
"""Refusals of what was asked, whatever their status: the hub knows this desk, and answers it."""

_FAULTS = frozenset({429, 500, 502, 503, 504, 507})


@dataclass(frozen=True, slots=True)
class LineView:
    """The line as pages show it: `since` when it stands so, how long the last answer took, the code of the last problem
    ("" where there is none), and what was heard last (None while nothing was)."""

    state: LineState
    since: datetime
    seconds: float | None
    code: str
    heard: Heard | None = None

    @property
    def why(self) -> Why:
        """What keeps questions from being answered."""
        if self.code == WRONG_CLOCK:
            return "clock"
        if self.heard is Heard.REFUSAL:
            return "refused"
        if self.code == UNTRUSTED:
            return "untrusted"
        return "fault" if self.heard is Heard.FAULT else "unreachable"

    @property
    def is_up(self) -> bool:
        """Whether a question has a chance."""
        return self.state in (LineState.UP, LineState.SLOW, LineState.UNKNOWN)


class Line:
    """How the line stands. `ticks` is a clock that never goes back, in nanoseconds; `seconds` is how long a
    counter waits for one question at most, however many messages it takes."""

    def __init__(
        self,
        clock: Clock,
        events: Events,
        ticks: Callable[[], int],
        changed: Callable[[LineState, str], None] = lambda _state, _code: None,
        seconds: float | None = None,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        """`changed` is told how the line stands from now on, and the code of the problem that made it so.
        `look_seconds`: so often is looked while all is well, less often on a line that is paid by the byte."""
        self._look_seconds = look_seconds
        self._seconds = seconds
        self._clock = clock
        self._events = events
        self._ticks = ticks
        self._changed = changed
        self._view = LineView(LINE.first, clock.now(), None, "")

    @property
    def view(self) -> LineView:
        """How it stands now."""
        return self._view

    async def asked(self, question: Awaitable[T]) -> T:
        """The answer to a question of the hub, told to the line. Raises its Problems, and that none came
        after the seconds of a counter: what the hub does with the question is not known then."""
        began = self._ticks()
        try:
            answer = await self._in_time(question)
        except HubProblem as problem:
            self._hear(heard_of(problem), None, problem.code)
            raise
        seconds = (self._ticks() - began) / _SECOND
        self._hear(Heard.LATE if seconds > _LATE_SECONDS else Heard.ANSWER, seconds, "")
        return answer

    async def _in_time(self, question: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(self._seconds):
                return await question
        except TimeoutError:
            raise unreachable("", "TimeoutError") from None

    async def watch(
        self, look: Callable[[], Awaitable[object]], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        """Look from time to time, until cancelled: more often while the line is not up."""
        while True:
            try:
                await self.asked(look())
            except HubProblem:
                """The line has been told."""
            await sleep(self._look_seconds if self._view.state is LineState.UP else _ANXIOUS)

    def _hear(self, heard: Heard, seconds: float | None, code: str) -> None:
        before, state = self._view, LINE.after(self._view.state, heard)
        since = before.since if state is before.state else self._clock.now()
        self._view = LineView(state, since, seconds, code, heard)
        if state is not before.state:
            self._events.bump("line", "day")
            self._changed(state, code)


def heard_of(problem: HubProblem) -> Heard:
    """What a refusal or a silence says of the line: a refusal of what was asked is an answer."""
    if problem.status == 0:
        return Heard.NOTHING
    if problem.code in _OF_THE_QUESTION:
        return Heard.ANSWER
    if problem.status in _REFUSALS:
        return Heard.REFUSAL
    return Heard.FAULT if problem.status in _FAULTS else Heard.ANSWER
