"""The one writer: every change of the store and every record of the log goes through a `Committer`.

All who wait when a turn of the event loop ends share one transaction and one batch of the log. A caller returns only
after that transaction is durable, with the receipts of its records; nothing may leave the house before.
"""

import asyncio
import os
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

import msgspec

from kaihoken.audit.batch import Entry
from kaihoken.audit.chain import Chain, Link
from kaihoken.audit.extension import check_extends, newest_verified
from kaihoken.audit.head import Head, public_keys
from kaihoken.audit.log import Log
from kaihoken.audit.pulse import Pulse
from kaihoken.audit.receipt import Receipts
from kaihoken.audit.store import INSERT_META, LOG_ID, OWN_STATEMENTS
from kaihoken.audit.tiles import Edge
from kaihoken.audit.witness import Feed, Witness
from kaihoken.clock import Clock
from kaihoken.problems import Problem
from kaihoken.store import KeyProvider, SigningKey, Store, Write, instant, milliseconds

Writes = Sequence[Write] | Callable[[int], Sequence[Write]]
"""What a caller changes. A callable is given the commit sequence; it may be called again with a later one."""

Begin = Callable[[SigningKey, int], SigningKey]
"""From the key that signs now, and the first millisecond after all that it signed, to the key that signs from then."""

LARGEST_BATCH = 512
"""Records of questions in one batch; who comes later waits for the next, so that no transaction takes long."""

CREATED = "log.created"
RECOVERED = "log.recovered"

_TICK_SECONDS = 1.0
_ARRIVAL_SECONDS = 0.003
_QUIET_TURNS = 2
_STEPS_TO_COME = 8  # turns that somebody who was announced may take
_FAULTS_OF_A_CALLER = ("store.conflict", "store.row")


class Committed(msgspec.Struct, frozen=True, gc=False):
    """What became durable: the records of one caller, side by side in batch `seq`, under the signed `head`."""

    seq: int
    head: Head
    first: int
    count: int
    receipts: Receipts

    @property
    def alone(self) -> bool:
        """Whether nobody else stands in the batch."""
        return self.count == self.head.batch_size

    def receipt(self, record: int = 0) -> bytes:
        """The receipt of the caller's n-th record, in JSON."""
        return self.receipts.json(self.first + range(self.count)[record])

    def receipt_header(self, record: int = 0) -> str:
        """The same in its compact form."""
        return self.receipts.header(self.first + range(self.count)[record])


class _Caller(
    msgspec.Struct, frozen=True
):  # the collector sees it: an exception and its future hold each other
    entries: Sequence[Entry]
    writes: Writes
    waiting: asyncio.Future[Committed]


class Committer:
    """Made by `Committer.open`; close it before the store. All calls from one event loop."""

    def __init__(self, store: Store, clock: Clock, log: Log, chain: Chain, feed: Feed | None) -> None:
        self._store = store
        self._clock = clock
        self._log = log
        self._chain = chain
        self._feed = feed
        self._loop = asyncio.get_running_loop()
        self._questions: deque[_Caller] = deque()
        self._slices: deque[_Caller] = deque()
        self._called = asyncio.Event()
        self._coming: Callable[[], int] = lambda: 0
        self._in_hand: Sequence[_Caller] = ()
        self._attempt: Link | None = None
        self._succession: tuple[Begin, asyncio.Future[SigningKey]] | None = None
        self._able = True
        self._refusal: str | None = None
        self.pulse = Pulse()
        """Sizes and times of the batches since the start: for metrics."""
        self._probe: asyncio.Task[None] | None = None
        self._server = self._loop.create_task(self._serve(), name="audit.Committer")
        self._ticker: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls,
        store: Store,
        keys: KeyProvider,
        clock: Clock,
        witness: Witness | None = None,
        tick_seconds: float | None = _TICK_SECONDS,
    ) -> "Committer":
        """The writer of a store's log; begins the log, with batch 0, in a store that has none.

        Every `tick_seconds` the newest head is signed again and given to the witness (None: only by `tick`).

        Problems: `audit.damaged`, `audit.head_refused` (the log is not what its newest head says);
        `audit.rolled_back`, `audit.forked`, `audit.other_log` (it does not extend the last head witnessed);
        `audit.witness_unreachable`, `audit.witness_unreadable`; and the store's.
        """
        witnessed = await witness.last() if witness else None
        signer = keys.log_keys()[-1]
        if await store.fetch(LOG_ID):
            log = await Log.open(store)
            public = public_keys(keys)
            newest, tree = await newest_verified(log, public)
            if witnessed:
                await check_extends(log, witnessed, public)
            floor_ms = witnessed.time_ms if witnessed else 0
            chain = Chain(newest.head, tree, await Edge.read(log, tree.size), signer, floor_ms)
        elif witnessed:
            raise Problem("audit.rolled_back", witnessed=witnessed.size, found=0)
        else:
            log = Log(store, os.urandom(16).hex())
            chain = Chain.empty(log.log_id, signer)
            await _begin(store, log.log_id, chain, clock)
        committer = cls(store, clock, log, chain, Feed(witness) if witness else None)
        if tick_seconds is not None:
            ticking = committer._tick_every(tick_seconds)
            committer._ticker = committer._loop.create_task(ticking, name="audit.Committer ticker")
        return committer

    @property
    def ready(self) -> bool:
        """Whether the log can commit, as far as is known: False from a failure of the store until the next
        transaction succeeds (while nobody asks, a tick tries one)."""
        died = self._server.done() or (self._ticker is not None and self._ticker.done())
        return self._able and self._refusal is None and not died

    @property
    def committed_seq(self) -> int:
        """The sequence of the newest durable commit."""
        return self._chain.tree.size - 1

    @property
    def head(self) -> Head:
        """The newest signed head."""
        return self._chain.head

    @property
    def log(self) -> Log:
        """For reading."""
        return self._log

    @property
    def feed(self) -> Feed | None:
        """What the witness was told, and how often it could not be reached."""
        return self._feed

    @property
    def waiting(self) -> tuple[int, int]:
        """How many callers wait now with questions and the like, and how many with slices of bulk work."""
        return len(self._questions), len(self._slices)

    async def commit(self, entries: Sequence[Entry], writes: Writes = ()) -> Committed:
        """Makes records, and the changes they are about, durable in one transaction; returns after it.

        At least one record: there is no change without one (ValueError). Problems: the store's, and then nothing of
        this caller stands (`store.unconfirmed`: all or nothing); `audit.closed`, `audit.foreign_batch`. What a
        callable raises is raised here.
        """
        return await self._join(self._questions, entries, writes)

    async def commit_slice(self, entries: Sequence[Entry], writes: Writes = ()) -> Committed:
        """`commit` for bulk work: one slice at a time joins a transaction of questions, so both go on. A slice
        should stay at a few milliseconds of writing (some hundred rows)."""
        return await self._join(self._slices, entries, writes)

    async def succeed(self, begin: Begin) -> SigningKey:
        """Signs with the key that `begin` gives, from the next moment on at which no batch is under way; returns that
        key. The heads that were signed before stay what they are.

        Problems: what `begin` raises, and then nothing has changed; `audit.closed`.
        """
        if self._refusal:
            raise Problem(self._refusal)
        waiting: asyncio.Future[SigningKey] = self._loop.create_future()
        self._succession = (begin, waiting)
        self._called.set()
        return await waiting

    def wait_for(self, coming: Callable[[], int]) -> None:
        """Lets a transaction wait, for a few turns of the event loop, for those whom `coming` counts: they have
        arrived in the house and are about to commit."""
        self._coming = coming

    async def resolve(self, known_at: datetime) -> int:
        """The commit sequence of the last batch at or before an instant: what was known then. NOTHING_KNOWN (-1)
        before the log began."""
        at_ms = milliseconds(known_at)
        if at_ms >= self._chain.stored.time_ms:
            return self.committed_seq
        return await self._log.resolve(at_ms)

    def passed(self) -> datetime:
        """Up to when the log is told to its end: what is committed from now on stands at that instant or later. Now,
        unless a batch is under way that was made before. Problems as the key's that signs."""
        if self._attempt is None:
            self._chain.resign(milliseconds(self._clock.now()))
        return instant(self.head.time_ms)

    def tick(self) -> None:
        """Signs the newest head again, gives it to the witness, and tries a commit when the last one failed."""
        # While a transaction is under way its batch may be durable already: then no head may say that it is not.
        if self._attempt is None:
            self._chain.resign(milliseconds(self._clock.now()))
        if self._feed:
            self._feed.offer(self.head)
        if not self._able and (self._probe is None or self._probe.done()):
            self._probe = self._loop.create_task(self._try())

    async def close(self) -> None:
        """Lets those who wait finish, refuses later ones, and leaves the last head with the witness."""
        self._refusal = self._refusal or "audit.closed"
        if self._ticker:
            self._ticker.cancel()
        self._called.set()
        await self._server
        if self._feed:
            self._feed.offer(self.head)
            await self._feed.drain()

    def _join(
        self, queue: deque[_Caller], entries: Sequence[Entry], writes: Writes
    ) -> asyncio.Future[Committed]:
        if self._refusal:
            raise Problem(self._refusal)
        if not entries:
            raise ValueError("there is no change without a record of it")
        waiting: asyncio.Future[Committed] = self._loop.create_future()
        queue.append(_Caller(entries, writes, waiting))
        self._called.set()
        return waiting

    async def _serve(self) -> None:
        try:
            while True:
                await self._called.wait()
                self._called.clear()
                self._hand_over()
                await self._let_arrive()
                while group := self._gather():
                    self._in_hand = group
                    await self._settle(group)
                    self._hand_over()
                    await self._let_arrive()
                if self._refusal:
                    return
        finally:  # however it ends, nobody waits for it
            self._refusal = self._refusal or "audit.closed"
            _refuse(self._in_hand, Problem("store.unconfirmed"))
            _refuse([*self._questions, *self._slices], Problem(self._refusal))
            if self._succession and not self._succession[1].done():
                self._succession[1].set_exception(Problem(self._refusal))

    def _hand_over(self) -> None:
        """Lets another key sign, if somebody asks for it and no batch is under way that this one has signed."""
        if self._succession is None or self._attempt is not None:
            return
        (begin, waiting), self._succession = self._succession, None
        now = milliseconds(self._clock.now())
        try:
            signer = begin(self._chain.signer, self._chain.after_all(now))
            self._chain.hand_over(signer, now)
        except Exception as error:  # noqa: BLE001 whatever it is, it is theirs who asked; the log goes on
            if not waiting.done():
                waiting.set_exception(error)
        else:
            if not waiting.done():
                waiting.set_result(signer)

    async def _let_arrive(self) -> None:
        """Turns of the event loop for those who were answered and for those who are on their way, until two turns
        bring nobody: a transaction costs as much for one as for many. Never longer than a few milliseconds."""
        until = self._loop.time() + _ARRIVAL_SECONDS
        quiet = 0
        while len(self._questions) < LARGEST_BATCH and self._loop.time() < until:
            if quiet >= (_STEPS_TO_COME if self._coming() else _QUIET_TURNS):
                return
            waiting = len(self._questions)
            await asyncio.sleep(0)
            quiet = quiet + 1 if len(self._questions) == waiting else 0

    async def _tick_every(self, seconds: float) -> None:
        while True:
            try:
                self.tick()
            except Problem:
                # The holder of the key cannot sign now; the next tick tries again.
                self._able = False
            await asyncio.sleep(seconds)

    async def _try(self) -> None:
        with suppress(Problem):
            await self.commit([Entry(RECOVERED, b"{}")])

    def _gather(self) -> list[_Caller]:
        """All questions that wait, as far as the batch has room, and one slice of bulk work."""
        group: list[_Caller] = []
        room = LARGEST_BATCH
        while self._questions and (not group or len(self._questions[0].entries) <= room):
            caller = self._questions.popleft()
            room -= len(caller.entries)
            group.append(caller)
        if self._slices:
            group.append(self._slices.popleft())
        return group

    async def _settle(self, group: list[_Caller]) -> None:
        """Commits for all of the group and answers each. When the writes of a caller are refused, the halves of the
        group go apart, until that caller stands alone."""
        group = [caller for caller in group if not caller.waiting.done()]  # who has gone needs no record
        if not group:
            return
        try:
            link = await self._write(group)
        except _LogError as failure:
            self._able = False
            _refuse(group, failure.problem)
            return
        except Exception as error:  # noqa: BLE001 whatever a caller's writes raise is that caller's, not the log's
            if len(group) == 1:
                _refuse(group, error)
                return
            half = len(group) // 2
            for part in (group[:half], group[half:]):
                await asyncio.sleep(0)
                await self._settle(part)
            return
        self._able = True
        receipts = Receipts(link.batch, link.head)
        first = 0
        for caller in group:
            count = len(caller.entries)
            if not caller.waiting.done():
                caller.waiting.set_result(Committed(link.seq, link.head, first, count, receipts))
            first += count

    async def _write(self, group: list[_Caller]) -> Link:
        if self._attempt:
            await self._reconcile(self._attempt)
        entries = [entry for caller in group for entry in caller.entries]
        link = self._chain.next(entries, milliseconds(self._clock.now()))
        writes = link.writes()
        for caller in group:
            writes += caller.writes(link.seq) if callable(caller.writes) else caller.writes
        self._attempt = link
        began = self._loop.time()
        try:
            await self._store.transaction(writes)
        except Problem as problem:
            if problem.code not in _FAULTS_OF_A_CALLER:
                raise _LogError(problem) from problem
            if problem.facts.get("statement") in OWN_STATEMENTS:
                raise _LogError(Problem("audit.foreign_batch")) from problem
            self._attempt = None  # refused as a whole
            raise
        except BaseException:
            self._able = False  # whether it stands is not known: the next tick finds out
            raise
        self._chain.adopt(link)
        self._attempt = None
        self.pulse.committed(len(entries), self._loop.time() - began)
        return link

    async def _reconcile(self, attempt: Link) -> None:
        """After a transaction that failed: looks whether it stands after all, or somebody else wrote."""
        try:
            # The lost session may still be at it, and the log is read through another.
            await self._store.settle()
            newest = await self._log.batch(await self._log.size() - 1)
        except Problem as problem:
            raise _LogError(problem) from problem
        if newest.head.signature == attempt.head.signature:
            self._chain.adopt(attempt)
        elif newest.head.signature != self._chain.stored.signature:
            self._refusal = "audit.foreign_batch"
            raise _LogError(Problem(self._refusal))
        self._attempt = None


class _LogError(Exception):
    """Nobody can commit now, whatever they write."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.code)


async def _begin(store: Store, log_id: str, chain: Chain, clock: Clock) -> None:
    """Batch 0: the log's own birth."""
    born = {"log_id": log_id, "purpose": store.purpose, "store_id": store.store_id}
    entry = Entry(CREATED, msgspec.json.encode(born, order="sorted"))
    link = chain.next([entry], milliseconds(clock.now()))
    await store.transaction([Write(INSERT_META, (("log_id", log_id),)), *link.writes()])
    chain.adopt(link)


def _refuse(group: Sequence[_Caller], error: Exception) -> None:
    """Each caller gets its own copy of a problem: one that several tasks raise would collect their traces."""
    for caller in group:
        if not caller.waiting.done():
            if isinstance(error, Problem):
                caller.waiting.set_exception(Problem(error.code, where=error.where, **error.facts))
            else:
                caller.waiting.set_exception(error)
