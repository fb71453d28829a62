"""What an agent can say of itself to a page: what waits and since when, what holds it up, what it did last.

Nothing here names a file or a person: kinds of requests, counts, instants, and problems of the catalogue.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from kaihoken.clock import Clock
from kaihoken.problems import Problem

LAST = 20
"""So many results are remembered for a page."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What holds everything up, and since when. `problem` has the words for it and what to do."""

    problem: Problem
    since: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """One request that came to its end: the interface, when its result was placed, and the code with which it was
    refused: of the catalogue where that was outside the message, the message's own ErrorCode where it was inside, ""
    for an answer."""

    kind: str
    at: datetime
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """Results that nobody has fetched: how many, since when the oldest stands there, and how many of them stand there
    longer than they may (消し忘れ). None of them is ever taken away by the agent."""

    count: int = 0
    since: datetime | None = None
    forgotten: int = 0


@dataclass(frozen=True, slots=True)
class FolderState:
    """What a page shows of the folders.

    `arriving` files lie in `req` that are not whole yet, or cannot be read; `waiting` requests were taken and have no
    result, the oldest `waiting_since`; `unplaced` results could not be moved to `res`. `held_up` says why nothing comes
    through just now, `folders` that the folders cannot be reached. `last` holds the newest first. `told` is whether the
    system tells of new files at once, or they are looked for.
    """

    arriving: int = 0
    waiting: int = 0
    waiting_since: datetime | None = None
    unplaced: int = 0
    unread: Unread = field(default_factory=Unread)
    held_up: Trouble | None = None
    folders: Trouble | None = None
    answered: int = 0
    refused: int = 0
    last: tuple[Ended, ...] = ()
    told: bool = False


Changed = Callable[[Problem | None], None]
"""Called with what holds requests up from now on, and with None when that is over."""


class Journal:
    """What happened since the agent started, kept in memory."""

    def __init__(self, clock: Clock, changed: Changed = lambda _: None) -> None:
        self._clock = clock
        self._changed = changed
        self._last: deque[Ended] = deque(maxlen=LAST)
        self.answered = 0
        self.refused = 0
        self.held_up: Trouble | None = None
        self.folders: Trouble | None = None

    @property
    def last(self) -> tuple[Ended, ...]:
        """The newest first."""
        return tuple(self._last)

    def ended(self, kind: str, refused: str) -> None:
        """A result stands where it belongs."""
        self._last.appendleft(Ended(kind, self._clock.now(), refused))
        if refused:
            self.refused += 1
        else:
            self.answered += 1

    def held_up_by(self, problem: Problem | None) -> None:
        """Why no request comes through, None where they do."""
        self.held_up = self._trouble(self.held_up, problem)

    def folders_are(self, problem: Problem | None) -> None:
        """Whether the folders can be reached."""
        self.folders = self._trouble(self.folders, problem)

    def _trouble(self, before: Trouble | None, problem: Problem | None) -> Trouble | None:
        if (before.problem.code if before is not None else "") != (
            problem.code if problem is not None else ""
        ):
            self._changed(problem)
        if problem is None:
            return None
        return Trouble(problem, before.since if before is not None else self._clock.now())
