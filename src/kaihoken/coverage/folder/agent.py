"""The agent's rounds: look at `req`, take what is whole, ask, deliver, put away. One request moves as `passage` says.

Requests of interfaces with several steps are asked one after the other, in the order in which they came; single
questions at once, a few at a time. Where the line is down, everything stays in the queue, one request tries from time
to time, and the others follow once it has come through. A request in which something fails that nobody foresaw waits by
itself, and those that come after it in its lane with it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from kaihoken.coverage.client import AsyncHub, HubProblem, OqsAnswer, card_read
from kaihoken.coverage.folder.arrival import Arrival, look_at
from kaihoken.coverage.folder.outcome import FACE, Errand, errand, rejected, require_fit
from kaihoken.coverage.folder.passage import PASSAGE, Event, State, standing
from kaihoken.coverage.folder.shelves import Shelves, Taken
from kaihoken.problems import Problem

Ask = Callable[[str, bytes, str], Awaitable[OqsAnswer]]
"""Asks a hub: the path of the interface, the message, the key of the order. Raises HubProblem."""

Tell = Callable[[str], None]
"""Where the agent says what it does: no name of a file that a sender chose, nothing of a person."""

_SECOND = 1_000_000_000
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
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
    questions are asked at once."""

    shelves: Shelves
    ask: Ask
    tell: Tell
    ticks: Callable[[], int]
    most: int = 4
    _arrivals: dict[str, Arrival] = field(default_factory=dict)
    _asking: dict[Taken, asyncio.Task[None]] = field(default_factory=dict)
    _pause: _Pause = field(default_factory=_Pause)
    _faults: dict[Taken, _Pause] = field(default_factory=dict)

    async def run(self, sleep: Callable[[float], Awaitable[None]], every: float) -> None:
        """Rounds until cancelled, `every` seconds apart. A disk that fails is told, and tried again."""
        told = ""
        try:
            while True:
                try:
                    self.round()
                    told = ""
                except OSError as error:
                    if told != (told := _reason(error)):
                        self.tell(
                            f"ファイルを扱えません。また試します / files cannot be moved, trying again: {told}"
                        )
                await sleep(every)
        finally:
            await self.stop()

    async def once(self, sleep: Callable[[float], Awaitable[None]], every: float) -> bool:
        """Rounds until everything that lay in `req` is put away; whether it is. False where the line is down, or
        a request fails by itself."""
        while True:
            self.round()
            await self.settled()
            if self._pause.holds or self._faults:
                return False
            if not self._arrivals and not self.shelves.queued():
                return True
            await sleep(every)

    def round(self) -> None:
        """One round. What is asked goes on beside it; `settled` waits for that. OSError where a folder cannot be
        read or written."""
        for name in self._whole():
            taken = self.shelves.take(name)
            if taken is not None:
                self.tell(f"{_kind(taken)} {taken.label} {State.QUEUED}")
        waiting = []
        for taken in self.shelves.queued():
            if taken in self._asking:
                continue
            if self._state(taken) is State.QUEUED:
                waiting.append(taken)
            else:
                self._faults.pop(taken, None)
                self._finish(taken)
        self._ask_next(waiting)

    async def settled(self) -> None:
        """Until nothing is being asked any more. What ends the process is raised here too."""
        for fault in await asyncio.gather(*self._asking.values(), return_exceptions=True):
            if fault is not None and not isinstance(fault, Exception):
                raise fault

    async def stop(self) -> None:
        """Leave what is being asked: it is in the queue, and will be asked again under the same key."""
        asking = list(self._asking.values())
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    def _whole(self) -> list[str]:
        """The names in `req` whose files are whole, the oldest first."""
        names = self.shelves.arriving()
        self._arrivals = {name: self._arrivals.get(name, Arrival()) for name in names}
        whole = []
        for name in names:
            content = self.shelves.peek(name)
            arrival = self._arrivals[name].seen(look_at(content) if content is not None else None)
            self._arrivals[name] = arrival
            if PASSAGE.after(State.ARRIVING, arrival.event) is State.QUEUED:
                del self._arrivals[name]
                whole.append(name)
        return whole

    def _state(self, taken: Taken) -> State:
        out = self.shelves.is_decided(taken)
        return standing(in_queue=True, out=out, undelivered=out and not self.shelves.is_delivered(taken))

    def _ask_next(self, waiting: list[Taken]) -> None:
        """Begin to ask: one for each lane, a few at once, and a single one to try whether the line is up again."""
        if self._pause.holds and (self._asking or self.ticks() < self._pause.until):
            return
        most = 1 if self._pause.holds else self.most
        lanes = {lane for taken in self._asking if (lane := _lane(taken))}
        for taken in waiting:
            if len(self._asking) >= most:
                return
            lane = _lane(taken)
            if lane and lane in lanes:
                continue
            lanes.add(lane)
            if taken in self._faults and self.ticks() < self._faults[taken].until:
                continue
            task = self._asking[taken] = asyncio.create_task(self._carry(taken))
            task.add_done_callback(partial(self._carried, taken))

    async def _carry(self, taken: Taken) -> None:
        """Ask one request, and everything up to its end."""
        try:
            event = await self._asked(taken)
            self.tell(f"{_kind(taken)} {taken.label} {event}")
            if PASSAGE.after(State.QUEUED, event) is State.DECIDED:
                self._finish(taken)
        except OSError as error:
            self._pause.longer(self.ticks(), None)
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

    async def _asked(self, taken: Taken) -> Event:
        content = self.shelves.content(taken)
        try:
            todo = errand(taken.name)
            require_fit(content, todo.most)
            answer = await self.ask(todo.path, content, taken.key)
            files = todo.files(answer.content, answer.media_type, taken.key)
        except HubProblem as problem:
            if problem.status in _LINE:
                self._held_up(problem)
                return Event.HELD_UP
            self._line_is_up()
            self.shelves.decide(taken, rejected(taken.name, content, _in_words(problem)))
            return Event.REFUSED
        except Problem as problem:
            self.shelves.decide(taken, rejected(taken.name, content, problem))
            return Event.REFUSED
        self._line_is_up()
        self.shelves.decide(taken, files)
        return Event.ANSWERED

    def _finish(self, taken: Taken) -> None:
        """From decided to done."""
        state = self._state(taken)
        if state is State.DECIDED:
            if not self.shelves.deliver(taken):
                self.tell(
                    f"{_kind(taken)} {taken.label} 結果を置けません。また試します"
                    " / the result cannot be put in its place, trying again"
                )
                return
            state = PASSAGE.after(state, Event.PLACED)
        self.shelves.clear(taken)
        self.tell(f"{_kind(taken)} {taken.label} {PASSAGE.after(state, Event.CLEARED)}")

    def _held_up(self, problem: HubProblem) -> None:
        if not self._pause.holds:
            waiting = len(self.shelves.queued())
            for language in ("ja", "en"):
                self.tell(f"{problem.title(language)} → {problem.mend(language)}")
            self.tell(
                f"待っている要求 {waiting} 件。なくなりません / {waiting} waiting, nothing is lost ({problem.code})"
            )
        self._pause.longer(self.ticks(), problem.retry_after)

    def _line_is_up(self) -> None:
        if self._pause.holds:
            self._pause.over()
            self.tell("ハブにつながりました / the hub answers again")


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
