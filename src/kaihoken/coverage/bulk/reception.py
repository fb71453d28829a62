"""要求 and 受付: a list arrives in parts, and is received only when it stands whole.

Parts go to the disk as they come, so a list of any length takes the memory of one part. Until the last is there the job
has no number that anybody knows and nothing of it is answered; where the sender leaves before, all of it goes. The
same list sent twice, also at once, is one job with one reception number.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from hashlib import sha256
from typing import Final

import msgspec

from kaihoken.audit import Committed, Committer, Entry
from kaihoken.clock import Clock
from kaihoken.coverage.bulk import recorded
from kaihoken.coverage.bulk.forgetting import drop
from kaihoken.coverage.bulk.job import ENDED, LIFE, OPEN, Event
from kaihoken.coverage.bulk.kinds import BulkCarrier, Job
from kaihoken.coverage.bulk.store import (
    ADD_JOB,
    ADD_LIST,
    ARRIVED,
    count_open,
    count_received,
    packed,
    same_jobs,
)
from kaihoken.coverage.bulk.working import Working
from kaihoken.coverage.question import Asker
from kaihoken.problems import Problem
from kaihoken.store import Store, Write, milliseconds

PART: Final = 200
"""Lines of a list that are answered and committed together: a few milliseconds of writing."""

_LINES_PER_ITEM: Final = 2
"""So many lines a list has at most for each row that it may have: blank ones are no rows, but each part of them is a
commit."""

_LONG: Final = 1 << 17  # bytes of a part that take milliseconds to pack
_DIGITS: Final = 24
_LONGEST_PAUSE: Final = 0.05  # seconds

Lines = AsyncIterator[Sequence[bytes]]
"""The lines of a list as they come, without their line feeds, some at a time."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is ordered beside the lines. `repeat_key` is the asker's own name for the request (Idempotency-Key), "" for
    none: then the same list is the same request as long as its job has not ended."""

    kind: str
    carrier: BulkCarrier
    about: bytes = b"{}"
    repeat_key: str = ""
    may_be_empty: bool = False  # the lines are what was found, not what was sent


def new_number() -> str:
    """A reception number: 24 decimal digits at random (80 bits), so that nobody finds one by trying."""
    return f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"


class Reception:
    """Takes lists. One per hub. `most_items` bounds a list, `most_open` the jobs of one facility that have not
    ended."""

    def __init__(
        self,
        store: Store,
        committer: Committer,
        clock: Clock,
        working: Working,
        *,
        most_items: int,
        most_open: int,
        number: Callable[[], str] = new_number,
    ) -> None:
        self._store = store
        self._committer = committer
        self._clock = clock
        self._working = working
        self._most_items = most_items
        self._most_open = most_open
        self._number = number
        self._one_at_a_time = asyncio.Lock()

    async def receive(self, asker: Asker, order: Order, lines: Lines) -> Job:
        """Take a list to its end and give it its number, or that of the same list that was sent before.

        Problems `coverage.bulk-empty`, `coverage.bulk-too-many`, `coverage.bulk-busy` (too many jobs that have not
        ended), `store.idempotency_mismatch` (the key stands for another list), what `lines` raises, and those of the
        store and the log. Then nothing of the list stands.
        """
        self._require_few(await count_open(self._store, asker.facility))
        arriving = _Arriving(self._committer, self._new_job(asker, order), self._most_items)
        try:
            await arriving.take(lines, may_be_empty=order.may_be_empty)
            async with self._one_at_a_time:
                earlier = await self._earlier(arriving.job, order, arriving.list_hash)
                if earlier is None:
                    # Of those that came at the same moment each saw only what stood before.
                    self._require_few(await count_received(self._store, asker.facility))
                    job = await arriving.whole(_same(arriving.job, order, arriving.list_hash))
                    self._working.take(job)
                    return job
                if earlier.state in OPEN:  # whether it was received may not have been known
                    self._working.take(earlier)
        except BaseException:
            await self._break_off(arriving)
            raise
        await self._break_off(arriving)
        return earlier

    async def _break_off(self, arriving: "_Arriving") -> None:
        """What stands of the list goes, if not now then as soon as the store can: it has no number that anybody knows,
        but counts as one of the facility's."""
        if not await arriving.stands():
            return
        try:
            await drop(self._store, self._committer, arriving.job)
        except Problem:
            self._working.leave(arriving.job)

    def _require_few(self, jobs: int) -> None:
        if jobs >= self._most_open:
            raise Problem("coverage.bulk-busy", most=self._most_open, retry_after=60)

    async def _earlier(self, job: Job, order: Order, list_hash: bytes) -> Job | None:
        """The job of the same request, if there is one."""
        for earlier, its_hash in await same_jobs(self._store, _same(job, order, list_hash)):
            if order.repeat_key and its_hash != list_hash:
                raise Problem("store.idempotency_mismatch")
            if order.repeat_key or earlier.state not in ENDED:
                return earlier
        return None

    def _new_job(self, asker: Asker, order: Order) -> Job:
        return Job(
            number=self._number(),
            kind=order.kind,
            carrier=order.carrier,
            state=LIFE.first,
            asker=asker,
            about=order.about,
            arrived_at=milliseconds(self._clock.now()),
            parts=0,
            items=0,
            parts_answered=0,
            normal=0,
            errors=0,
            nobody=0,
            problem="",
            ended_at=None,
        )


async def _packed(part: list[bytes]) -> bytes:
    """A part as it is kept. What is longer than a list of people is packed beside the questions of others."""
    return packed(part) if sum(map(len, part)) < _LONG else await asyncio.to_thread(packed, part)


def _same(job: Job, order: Order, list_hash: bytes) -> bytes:
    """By what a repeat of a request is known: who asks, and their key or else the list itself."""
    what = order.repeat_key.encode() if order.repeat_key else list_hash
    way = b"key" if order.repeat_key else b"list"
    return sha256(b"\n".join((way, job.asker.facility.encode(), what))).digest()


class _Arriving:
    """One list on its way in."""

    def __init__(self, committer: Committer, job: Job, most_items: int) -> None:
        self._committer = committer
        self.job = job
        self._most_items = most_items
        self._hash = sha256(b"\n".join((job.kind.encode(), job.carrier.encode(), job.about, b"")))
        self._line = 1
        self._last_commit: asyncio.Future[Committed] | None = None

    @property
    def list_hash(self) -> bytes:
        """Over kind, what is ordered beside the lines, and every line."""
        return self._hash.digest()

    async def take(self, lines: Lines, *, may_be_empty: bool) -> None:
        """Put every line on the disk, part by part; one part at least. Problem `coverage.bulk-empty`."""
        held: list[bytes] = []
        async for some in lines:
            held += some
            while len(held) >= PART:
                await self._put(held[:PART])
                del held[:PART]
        if held or may_be_empty:
            await self._put(held)
        if not (self.job.items or may_be_empty):
            raise Problem("coverage.bulk-empty")

    async def _put(self, part: list[bytes]) -> None:
        items = sum(1 for line in part if line and not line.isspace())
        job = msgspec.structs.replace(
            self.job,
            state=LIFE.after(self.job.state, Event.PART_ARRIVES),
            parts=self.job.parts + 1,
            items=self.job.items + items,
        )
        lines = self._line - 1 + len(part)
        if job.items > self._most_items or lines > _LINES_PER_ITEM * self._most_items:
            raise Problem("coverage.bulk-too-many", most=self._most_items)
        for line in part:
            self._hash.update(line + b"\n")
        started = asyncio.get_running_loop().time()
        body = await _packed(part)
        told = recorded.ListPart(digest=recorded.digest(body), job=job.number, part=self.job.parts)
        row = (job.number, self.job.parts, self._line, items, body)
        writes = [*self._beginning(), Write(ADD_LIST, [row])]
        committed = await self._commit(recorded.entry(told), writes)
        self.job = job
        self._line += len(part)
        if not committed.alone:  # half of the time belongs to those who ask
            await asyncio.sleep(min(asyncio.get_running_loop().time() - started, _LONGEST_PAUSE))

    def _beginning(self) -> Sequence[Write]:
        """The row of the job, with its first part."""
        if self.job.parts:
            return ()
        job = self.job
        row = (
            job.number, job.kind, job.carrier, job.state.value, job.asker.facility, job.asker.client, job.asker.key,
            job.about, b"", b"", job.arrived_at, 0, 0, 0, 0, 0, 0, "", None,
        )  # fmt: skip
        return (Write(ADD_JOB, [row]),)

    async def whole(self, same: bytes) -> Job:
        """The list stands whole: the job is received."""
        job = msgspec.structs.replace(self.job, state=LIFE.after(self.job.state, Event.LIST_IS_WHOLE))
        told = recorded.Received(
            by=job.asker.facility,
            client=job.asker.client,
            items=job.items,
            job=job.number,
            key=job.asker.key,
            kind=job.kind,
            list_hash=self.list_hash.hex(),
            parts=job.parts,
        )
        row = (job.state.value, same, self.list_hash, job.parts, job.items, None, job.number)
        await self._commit(recorded.entry(told), [Write(ARRIVED, [row])])
        self.job = job
        return job

    async def _commit(self, entry: Entry, writes: Sequence[Write]) -> Committed:
        """A commit that goes on where the sender leaves meanwhile."""
        self._last_commit = asyncio.ensure_future(self._committer.commit_slice([entry], writes))
        return await asyncio.shield(self._last_commit)

    async def stands(self) -> bool:
        """Whether something of it may be on the disk, once no commit of it is under way."""
        if self._last_commit is None:
            return False
        await asyncio.wait([self._last_commit])
        return True
