"""処理中: one part after the other of every job that stands whole is answered, now and after a crash.

Each part is one transaction: its results, the records of its answers, how far the job is, and the end of the part's
rows. So whatever happens in between, the first part that still has rows is the first that is not answered; nothing is
asked or recorded twice and nothing is lost. Jobs take turns, a part each. What the store cannot do now (a full disk, a
lost database) is tried again until it can; a part that fails otherwise (it is damaged, its kind has a fault) is tried
some times, and then its job is refused.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import msgspec

from kaihoken.audit import Committer
from kaihoken.audit import Writes as Writing
from kaihoken.clock import Clock
from kaihoken.coverage.bulk import recorded
from kaihoken.coverage.bulk.forgetting import drop
from kaihoken.coverage.bulk.job import LIFE, OPEN, Event, State
from kaihoken.coverage.bulk.kinds import Job, Kinds, PartAnswered, Row
from kaihoken.coverage.bulk.store import (
    ADD_RESULT,
    ANSWERED,
    DROP_PART,
    REFUSED,
    job_of,
    jobs_to_drop,
    open_jobs,
    packed,
    rows_of,
)
from kaihoken.coverage.question import Asker
from kaihoken.problems import Problem, catalogue
from kaihoken.store import Store, Write, milliseconds

_LONGEST_PAUSE: Final = 0.05  # seconds: a disk that stalls once does not stall a job twice
_BEFORE_AGAIN: Final = (0.1, 0.5, 2.0, 5.0)  # seconds before a part is tried again, the last one for ever
_MOST_FAULTS: Final = 5
"""So often a job may fail for another reason than what the store cannot do now, between two parts that are answered.
Counted in one life of the hub: the next one tries as often, which takes some thirteen seconds."""

_PASSING: Final = frozenset({503, 507})
"""Statuses of problems that pass without anybody's doing anything to the list."""

_log = logging.getLogger("kaihoken.coverage")

MayAsk = Callable[[Asker], bool]
"""Whether who sent a list may still be answered."""


class Working:
    """Answers jobs. One per hub; `run` goes on until it is cancelled. `items` counts what was answered, by normal and
    error."""

    def __init__(
        self,
        store: Store,
        committer: Committer,
        clock: Clock,
        kinds: Kinds,
        may_ask: MayAsk,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._committer = committer
        self._clock = clock
        self._kinds = kinds
        self._may_ask = may_ask
        self._pause = pause
        self._jobs: dict[str, Job] = {}
        self._turns: deque[str] = deque()
        self._leaving: deque[Job] = deque()
        self._faults = Counter[str]()
        self._called = asyncio.Event()
        self._failures = 0
        self.items: Counter[str] = Counter()

    @property
    def waiting(self) -> int:
        """How many jobs are not answered to their end, or have a list that is still to go."""
        return len(self._jobs) + len(self._leaving)

    async def resume(self) -> None:
        """Take up what an earlier life of the hub left: jobs go on, and what is left of lists that never became whole
        or were refused goes. Before the first list is taken. Raises the Problems of the store."""
        self._leaving.extend(await jobs_to_drop(self._store))
        for job in await open_jobs(self._store):
            self.take(job)

    def take(self, job: Job) -> None:
        """A job to be answered, from now on."""
        if job.number in self._jobs:
            return
        self._jobs[job.number] = job
        self._turns.append(job.number)
        self._called.set()

    def leave(self, job: Job) -> None:
        """A list that did not become whole, of which something stands: it goes as soon as the store can."""
        self._leaving.append(job)
        self._called.set()

    async def run(self) -> None:
        """Answer, for ever."""
        while True:
            while self._turns or self._leaving:
                await self._drop_next()
                await self._next_turn()
            self._called.clear()
            await self._called.wait()

    async def _next_turn(self) -> None:
        if not self._turns:
            return
        number = self._turns[0]
        more = await self._step(number)
        self._turns.popleft()
        if more:
            self._turns.append(number)

    async def _step(self, number: str) -> bool:
        """One part of a job. Whether there is more to do for it."""
        job = self._jobs[number]
        started = asyncio.get_running_loop().time()
        try:
            job, alone = await self._answered(job)
        except Exception as error:  # noqa: BLE001 a fault in answering one job is not the end of the others
            if not _passes(error):
                self._faults[number] += 1
            await self._after_failure(error)
            return await self._reread(number)
        self._failures = 0
        del self._faults[number]
        if job.ended_at is not None:
            del self._jobs[number]
            return False
        self._jobs[number] = job
        # Half of the time belongs to those who ask one by one; where nobody does, they still get their turn.
        taken = asyncio.get_running_loop().time() - started
        await self._pause(0 if alone else min(taken, _LONGEST_PAUSE))
        return True

    async def _answered(self, job: Job) -> tuple[Job, bool]:
        """The job after its next part, and whether nobody else committed meanwhile."""
        if self._faults[job.number] >= _MOST_FAULTS:
            return await self._refused(job, "coverage.bulk-failed")
        if not self._may_ask(job.asker):
            return await self._refused(job, "coverage.bulk-asker-disabled")
        kind = self._kinds.get(job.kind)
        if kind is None:
            return await self._refused(job, "coverage.bulk-kind-off")
        rows = await rows_of(self._store, job.number, job.parts_answered)
        part = await kind.answer(job, rows)
        try:
            return await self._committed(job, rows, part)
        finally:
            part.release()

    async def _committed(self, job: Job, rows: Sequence[Row], part: PartAnswered) -> tuple[Job, bool]:
        if len(part.lines) != len(rows):
            raise ValueError("a kind of job answers each row once")
        body = await asyncio.to_thread(packed, part.lines)
        then = self._after_part(job, part)
        told = recorded.PartRecord(
            digest=recorded.digest(body),
            errors=part.errors,
            items=len(rows),
            job=job.number,
            nobody=part.nobody,
            part=job.parts_answered,
        )
        entries = [*part.entries, recorded.entry(told)]
        committed = await self._committer.commit_slice(entries, _writes(job, then, part, len(rows), body))
        self.items["error"] += part.errors
        self.items["normal"] += len(rows) - part.errors
        return then, committed.alone

    def _after_part(self, job: Job, part: PartAnswered) -> Job:
        is_last = job.parts_answered + 1 == job.parts
        state = LIFE.after(job.state, Event.LAST_PART_ANSWERED if is_last else Event.PART_ANSWERED)
        return msgspec.structs.replace(
            job,
            state=state,
            parts_answered=job.parts_answered + 1,
            normal=job.normal + len(part.lines) - part.errors,
            errors=job.errors + part.errors,
            nobody=job.nobody + part.nobody,
            ended_at=self._now() if is_last else None,
        )

    async def _refused(self, job: Job, problem: str) -> tuple[Job, bool]:
        """The rows that wait go from now on; what was answered stands until it is forgotten, but is not handed out."""
        then = msgspec.structs.replace(
            job, state=LIFE.after(job.state, Event.REFUSE), problem=problem, ended_at=self._now()
        )
        told = recorded.Refused(job=job.number, problem=problem)
        refused = Write(REFUSED, [(then.state.value, problem, then.ended_at, job.number)])
        committed = await self._committer.commit_slice([recorded.entry(told)], [refused])
        self._leaving.append(then)
        return then, committed.alone

    async def _reread(self, number: str) -> bool:
        """Where a job stands after a failure, of which it may not be known whether it was one."""
        try:
            job = await job_of(self._store, number)
        except Problem:
            return True
        if job is None or job.ended_at is not None:
            del self._jobs[number], self._faults[number]
            if job is not None and job.state is State.REFUSED:
                self._leaving.append(job)
            return False
        self._jobs[number] = job
        return True

    async def _after_failure(self, error: Exception) -> None:
        if self._failures == 0 or not _passes(error):
            told = error.code if isinstance(error, Problem) else type(error).__name__
            _log.log(
                logging.WARNING if isinstance(error, Problem) else logging.ERROR, "a bulk job waits: %s", told
            )
        seconds = _BEFORE_AGAIN[min(self._failures, len(_BEFORE_AGAIN) - 1)]
        self._failures += 1
        await self._pause(seconds)

    async def _drop_next(self) -> None:
        """What is left of one list goes. Where that cannot be for another reason than the store's, it is left for the
        next start."""
        if not self._leaving:
            return
        job = self._leaving[0]
        try:
            await self._drop(job)
        except Problem as problem:
            if not _passes(problem):
                self._leaving.popleft()
            await self._after_failure(problem)
        else:
            self._failures = 0
            self._leaving.popleft()

    async def _drop(self, job: Job) -> None:
        """One that was received after all, whose sender does not know it, is answered as after a restart."""
        stands = await job_of(self._store, job.number)
        if stands is not None and stands.state in OPEN:
            self.take(stands)
        elif stands is not None and stands.state is not State.DONE:
            await drop(self._store, self._committer, stands)

    def _now(self) -> int:
        return milliseconds(self._clock.now())


def _passes(error: Exception) -> bool:
    """Whether it is what the store cannot do now, and will be able to do again."""
    return isinstance(error, Problem) and catalogue()[error.code].status in _PASSING


def _writes(job: Job, then: Job, part: PartAnswered, items: int, body: bytes) -> Writing:
    """What one answered part changes."""

    def writes(commit: int) -> Sequence[Write]:
        more = part.writes(commit) if callable(part.writes) else part.writes
        return (
            Write(ADD_RESULT, [(job.number, job.parts_answered, items, commit, body)]),
            Write(DROP_PART, [(job.number, job.parts_answered)]),
            _progress(then),
            *more,
        )

    return writes


def _progress(then: Job) -> Write:
    return Write(
        ANSWERED,
        [
            (
                then.state.value,
                then.parts_answered,
                then.normal,
                then.errors,
                then.nobody,
                then.ended_at,
                then.number,
            )
        ],
    )
