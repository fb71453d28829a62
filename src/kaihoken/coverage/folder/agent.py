"""The agent's rounds: look at `req`, take what is whole, ask, deliver, put away. One request moves as `passage` says.

Requests of interfaces with several steps are asked one after the other, in the order in which they came; single
questions at once, a few at a time. Where the line is down, everything stays in the queue, one request tries from time
to time, and the others follow once it has come through. A request in which something fails that nobody foresaw waits by
itself, and those that come after it in its lane with it. While the folders are away nothing is decided.

All work on the disk passes `on_disk`, one thing after the other: only the questions run beside each other.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from kaihoken.clock import Clock
from kaihoken.coverage.client import AsyncHub, HubProblem, OqsAnswer, card_read
from kaihoken.coverage.folder.arrival import Arrival, Spacing, look_at
from kaihoken.coverage.folder.disk import DiskThread, OnDisk
from kaihoken.coverage.folder.noticing import Notices
from kaihoken.coverage.folder.outcome import FACE, Errand, Files, errand, error_in, rejected, require_fit
from kaihoken.coverage.folder.passage import PASSAGE, Event, State, standing
from kaihoken.coverage.folder.report import Changed, FolderState, Journal
from kaihoken.coverage.folder.shelves import Shelves, Taken
from kaihoken.problems import Language, Problem

T = TypeVar("T")

Ask = Callable[[str, bytes, str], Awaitable[OqsAnswer]]
"""Asks a hub: the path of the interface, the message, the key of the order. Raises HubProblem."""

Tell = Callable[[str], None]
"""Where the agent says what it does: no name of a file that a sender chose, nothing of a person."""

EVERY_SECONDS = 0.2
"""Between two looks at the folders, where nothing tells of them."""

STAY_MINUTES = 1440
"""How long a result may stand in `res` before it counts as forgotten (消し忘れ). Terminals: ResponseFileStayTime."""

_SECOND = 1_000_000_000
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_MOST_TAKEN = 32
"""In one round: where thousands come at once, the first are answered while the last are still taken."""
_UNREAD_EVERY = 30 * _SECOND
_TOLD_IN: tuple[Language, ...] = ("ja", "en")
_LINE = frozenset({0, 401, 429, 502, 503, 504, 507})
"""Statuses that are no fault of the request: it waits."""


def ask_at(hub: AsyncHub) -> Ask:
    """Asks that hub."""

    async def ask(path: str, message: bytes, key: str) -> OqsAnswer:
        return await (hub.ask(card_read(message)) if path == FACE else hub.oqs(message, path, key=key))

    return ask


@dataclass(slots=True)
class _Pause:
    """How long to wait before a request tries again: one of all while the line is down, or one that failed by itself.
    `until` in nanoseconds."""

    seconds: float = 0.0
    until: int = 0

    @property
    def holds(self) -> bool:
        return self.seconds > 0

    def longer(self, now: int, asked: float | None) -> None:
        self.seconds = min(max(self.seconds * 2, _FIRST_PAUSE), _LONGEST_PAUSE)
        self.until = now + int(max(self.seconds, asked or 0.0) * _SECOND)

    def over(self) -> None:
        self.seconds = 0.0


@dataclass
class Agent:
    """Carries requests from `req` to `res`. `ticks` is a clock that never goes back, in nanoseconds; `most` how many
    questions are asked at once; `stay_minutes` how long a result may stand in `res` before it counts as forgotten;
    `changed` is told what is wrong, once, and when it is over."""

    shelves: Shelves
    ask: Ask
    tell: Tell
    ticks: Callable[[], int]
    clock: Clock
    most: int = 4
    stay_minutes: int = STAY_MINUTES
    spacing: Spacing = field(default_factory=Spacing)
    on_disk: OnDisk = field(default_factory=DiskThread)
    changed: Changed = field(default=lambda _: None, repr=False)
    journal: Journal = field(init=False)
    _found: FolderState = field(default_factory=FolderState)
    _arrivals: dict[str, Arrival] = field(default_factory=dict, repr=False)
    _asking: dict[Taken, asyncio.Task[None]] = field(default_factory=dict, repr=False)
    _outcomes: dict[Taken, str] = field(default_factory=dict, repr=False)
    _later: deque[Callable[[], None]] = field(default_factory=deque, repr=False)
    _unplaced: set[Taken] = field(default_factory=set, repr=False)
    _waiting: list[Taken] = field(default_factory=list, repr=False)
    _pause: _Pause = field(default_factory=_Pause)
    _faults: dict[Taken, _Pause] = field(default_factory=dict, repr=False)
    _unread_at: int | None = None
    _notices: Notices | None = None

    def __post_init__(self) -> None:
        self.journal = Journal(self.clock, self.changed)

    @property
    def state(self) -> FolderState:
        """How it stands, as of the last round."""
        journal = self.journal
        return replace(
            self._found,
            held_up=journal.held_up,
            folders=journal.folders,
            answered=journal.answered,
            refused=journal.refused,
            last=journal.last,
            told=self._notices is not None and self._notices.told,
        )

    async def run(self, notices: Notices, every: float = EVERY_SECONDS) -> None:
        """Rounds until cancelled, whenever there are news and at least `every` seconds. Folders that are away are told,
        and looked for again."""
        self._notices = notices
        try:
            while True:
                try:
                    await self.round()
                    self._folders_are_back()
                except OSError as error:
                    self._folders_are_away(error)
                await notices.changed(self._until_next(every))
        finally:
            await self.stop()

    async def once(self, sleep: Callable[[float], Awaitable[None]], every: float = EVERY_SECONDS) -> bool:
        """Rounds until everything that lay in `req` is put away; whether it is. False where the line is down, or
        a request fails by itself."""
        while True:
            await self.round()
            await self.settled()
            if self._pause.holds or self._faults:
                return False
            if not self._arrivals and not await self._done(self.shelves.queued):
                return True
            await sleep(self._until_next(every))

    async def round(self) -> None:
        """One round. What is asked goes on beside it; `settled` waits for that. OSError where a folder cannot be
        read or written."""
        self._waiting = await self._done(self._look)
        if not self._waiting and not self._asking:  # what was held up by the disk alone has been finished
            self._pause.over()
            self.journal.held_up_by(None)
        self._ask_next()

    async def settled(self) -> None:
        """Until nothing is being asked any more. What ends the process is raised here too."""
        for fault in await asyncio.gather(*self._asking.values(), return_exceptions=True):
            if fault is not None and not isinstance(fault, Exception):
                raise fault

    async def stop(self) -> None:
        """Leave what is being asked: it is in the queue, and will be asked again under the same key. What the disk is
        about is brought to its end."""
        self._notices = None
        asking = list(self._asking.values())
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        await self._done(lambda: None)

    async def _done(self, work: Callable[[], T]) -> T:
        """Work on the disk, and then what it left to be said."""
        try:
            return await self.on_disk(work)
        finally:
            while self._later:
                self._later.popleft()()

    def _say(self, what: str) -> None:
        """What is found on the disk is told from here, not from the disk's thread."""
        self._later.append(partial(self.tell, what))

    def _until_next(self, every: float) -> float:
        """Seconds until something is to be looked at again."""
        due = min((arrival.due(self.spacing) for arrival in self._arrivals.values()), default=None)
        return every if due is None else min(every, max(0.0, (due - self.ticks()) / _SECOND))

    def _look(self) -> list[Taken]:
        """The part of a round that is work on the disk; the requests that wait to be asked."""
        self._take_whole()
        queued, waiting, unanswered, oldest = self.shelves.queued(), [], 0, None
        for taken in queued:
            if taken not in self._asking:
                if self._state(taken) is not State.QUEUED:
                    self._faults.pop(taken, None)
                    self._finish(taken)
                    continue
                waiting.append(taken)
            unanswered, oldest = unanswered + 1, oldest or taken
        self._unplaced &= set(queued)
        self._found = replace(
            self._found,
            arriving=len(self._arrivals),
            waiting=unanswered,
            waiting_since=self.shelves.since(oldest) if oldest is not None else None,
            unplaced=len(self._unplaced),
        )
        self._count_unread()
        return waiting

    def _take_whole(self) -> None:
        """Take the files in `req` that are whole, the oldest first."""
        names, left = self.shelves.arriving(), _MOST_TAKEN
        self._arrivals = {name: self._arrivals.get(name, Arrival()) for name in names}
        for name in names:
            now = self.ticks()
            if self._arrivals[name].due(self.spacing) > now:
                continue
            content = self.shelves.peek(name)
            look = look_at(content) if content is not None else None
            arrival = self._arrivals[name] = self._arrivals[name].seen(look, now, self.spacing)
            if look is not None and PASSAGE.after(State.ARRIVING, arrival.event) is State.QUEUED:
                del self._arrivals[name]
                taken = self.shelves.take(name, look)
                if taken is not None:
                    self._say(f"{_kind(taken)} {taken.label} {State.QUEUED}")
                left -= 1
                if not left:
                    return

    def _count_unread(self) -> None:
        """Look from time to time whether results are fetched, and tell once where some are forgotten."""
        now = self.ticks()
        if self._unread_at is not None and now < self._unread_at:
            return
        self._unread_at = now + _UNREAD_EVERY
        before, unread = self._found.unread, self.shelves.unread(self.stay_minutes)
        if unread.forgotten > before.forgotten:
            problem = Problem("oqs.folder-unread", count=unread.forgotten, minutes=self.stay_minutes)
            for words in _words(problem):
                self._say(words)
            self._later.append(partial(self.changed, problem))
        self._found = replace(self._found, unread=unread)

    def _state(self, taken: Taken) -> State:
        out = self.shelves.is_decided(taken)
        return standing(in_queue=True, out=out, undelivered=out and not self.shelves.is_delivered(taken))

    def _ask_next(self) -> None:
        """Begin to ask: one for each lane, a few at once, and a single one to try whether the line is up again."""
        if self._pause.holds and (self._asking or self.ticks() < self._pause.until):
            return
        most = 1 if self._pause.holds else self.most
        lanes = {lane for taken in self._asking if (lane := _lane(taken))}
        left = deque(self._waiting)
        self._waiting = []
        while left and len(self._asking) < most:
            taken = left.popleft()
            lane = _lane(taken)
            held = lane in lanes or (taken in self._faults and self.ticks() < self._faults[taken].until)
            if lane:
                lanes.add(lane)
            if held:
                self._waiting.append(taken)
            elif taken not in self._asking:
                task = self._asking[taken] = asyncio.create_task(self._carry(taken))
                task.add_done_callback(partial(self._carried, taken))
        self._waiting += left

    async def _carry(self, taken: Taken) -> None:
        """Ask one request, and everything up to its end."""
        try:
            event = await self._asked(taken)
            self.tell(f"{_kind(taken)} {taken.label} {event}")
            if PASSAGE.after(State.QUEUED, event) is State.DECIDED:
                await self._done(partial(self._finish, taken))
        except OSError as error:
            self._pause.longer(self.ticks(), None)
            self.journal.held_up_by(Problem("oqs.folder-away", reason=_reason(error)))
            self.tell(f"{_kind(taken)} {taken.label} {Event.HELD_UP}: {_reason(error)}")

    def _carried(self, taken: Taken, task: asyncio.Task[None]) -> None:
        """It is asked no more. What nobody foresaw is told by its kind alone: its words may quote the request."""
        del self._asking[taken]
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self._faults.setdefault(taken, _Pause()).longer(self.ticks(), None)
            self.tell(f"{_kind(taken)} {taken.label} {Event.HELD_UP}: {type(error).__name__}")
        else:
            self._faults.pop(taken, None)
        if self._notices is not None:  # it runs: what waits goes on at once
            self._ask_next()
            if not self._asking:
                self._notices.nudge()

    async def _asked(self, taken: Taken) -> Event:
        content = await self._done(partial(self.shelves.content, taken))
        try:
            todo = errand(taken.name)
            require_fit(content, todo.most)
            answer = await self.ask(todo.path, content, taken.key)
            files = todo.files(answer.content, answer.media_type, taken.key)
        except HubProblem as problem:
            if problem.status in _LINE:
                await self._held_up(problem)
                return Event.HELD_UP
            self._line_is_up()
            return await self._refused(taken, content, _in_words(problem))
        except Problem as problem:
            return await self._refused(taken, content, problem)
        self._line_is_up()
        await self._decided(taken, files, error_in(answer.content))
        return Event.ANSWERED

    async def _refused(self, taken: Taken, content: bytes, problem: Problem) -> Event:
        await self._decided(taken, rejected(taken.name, content, problem), problem.code)
        return Event.REFUSED

    async def _decided(self, taken: Taken, files: Files, refused: str) -> None:
        self._outcomes[taken] = refused
        await self._done(partial(self.shelves.decide, taken, files))

    def _finish(self, taken: Taken) -> None:
        """From decided to done: work on the disk."""
        state = self._state(taken)
        if state is State.DECIDED:
            replaced = self.shelves.deliver(taken)
            if replaced is None:
                if taken not in self._unplaced:
                    self._unplaced.add(taken)
                    self._say(
                        f"{_kind(taken)} {taken.label} 結果を置けません。また試します"
                        " / the result cannot be put in its place, trying again"
                    )
                return
            self._unplaced.discard(taken)
            if replaced:
                self._say(
                    f"{_kind(taken)} {taken.label} 同じ名前の、まだ取り出されていない結果と入れ替えました"
                    " / took the place of a result of the same name that nobody had fetched"
                )
            state = PASSAGE.after(state, Event.PLACED)
        self.shelves.clear(taken)
        self._say(f"{_kind(taken)} {taken.label} {PASSAGE.after(state, Event.CLEARED)}")
        refused = self._outcomes.pop(taken, None)
        if refused is not None:  # else it was decided before the agent started
            self._later.append(partial(self.journal.ended, _kind(taken), refused))

    async def _held_up(self, problem: HubProblem) -> None:
        if not self._pause.holds:
            waiting = len(await self._done(self.shelves.queued))
            for words in _words(problem):
                self.tell(words)
            self.tell(
                f"待っている要求 {waiting} 件。なくなりません / {waiting} waiting, nothing is lost ({problem.code})"
            )
        self.journal.held_up_by(problem)
        self._pause.longer(self.ticks(), problem.retry_after)

    def _line_is_up(self) -> None:
        if self._pause.holds:
            self._pause.over()
            self.tell("ハブにつながりました / the hub answers again")
        self.journal.held_up_by(None)

    def _folders_are_away(self, error: OSError) -> None:
        problem = Problem("oqs.folder-away", reason=_reason(error))
        if self.journal.folders is None:
            for words in _words(problem):
                self.tell(words)
        self.journal.folders_are(problem)

    def _folders_are_back(self) -> None:
        if self.journal.folders is not None:
            self.tell("フォルダーを使えるようになりました / the folders can be used again")
            self._pause.until = self.ticks()
        self.journal.folders_are(None)


def _words(problem: Problem) -> list[str]:
    return [f"{problem.title(language)} → {problem.mend(language)}" for language in _TOLD_IN]


def _reason(error: OSError) -> str:
    """Why, without the name of the file."""
    return error.strerror or type(error).__name__


def _in_words(problem: HubProblem) -> Problem:
    """An interface that the hub does not have is said as that."""
    return Problem("oqs.interface-not-served") if problem.code == "hub.path" else problem


def _errand(taken: Taken) -> Errand | None:
    try:
        return errand(taken.name)
    except Problem:
        return None


def _lane(taken: Taken) -> str:
    todo = _errand(taken)
    return todo.lane if todo is not None else ""


def _kind(taken: Taken) -> str:
    """The interface of a request: what may be said of its name."""
    todo = _errand(taken)
    return todo.kind if todo is not None else "?"
