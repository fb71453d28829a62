"""Loading a nation into a new store: straight into its tables, through the one writer.

Every slice of 50,000 people is one commit of the log: its rows of `assertion` and `person` and a record that names how
many there are and the digest of what is said of them. The rows by which people are found come at the end, sorted,
because their keys are random; a last record closes the load. Until that one stands the store is not whole, which is why
`kaihoken people make` builds beside the place that was asked for and moves the folder there when all is done. The
store's own durability is not relaxed: every slice is synced like any other commit.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import msgspec

from kaihoken.audit import Committer, Entry
from kaihoken.coverage import (
    ADD_ASSERTION,
    ADD_PLACE,
    HIGHEST_PERSON,
    LOADED_SLICE,
    PUT_PERSON,
    CommitSequence,
    SliceRecord,
)
from kaihoken.identity import NORMALISATION_VERSION
from kaihoken.people.nation import Person
from kaihoken.people.partitions import Partitions
from kaihoken.people.plan import Plan
from kaihoken.people.rows import Rows, counted, table_rows
from kaihoken.people.workshop import BLOCKS_PER_SLICE, Order, made
from kaihoken.problems import Problem
from kaihoken.store import KeyProvider, LookupKey, SqliteStore, Store, Write

LOADED = "people.loaded"
"""Kind of the record that closes a load."""

Told = Callable[[int, int], None]
"""Is told how much is done of how much: people twice, once for storing and once for making them findable."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load put into the store."""

    people: int
    assertions: int
    places: int
    commits: int
    seconds: float


class _LoadedRecord(msgspec.Struct, frozen=True):
    """The record that closes a load. The plan is what makes the same nation again."""

    as_of: str
    assertions: int
    count: int
    people: int
    places: int
    seed: int


async def load(
    store: Store,
    committer: Committer,
    keys: KeyProvider,
    plan: Plan,
    *,
    before: Sequence[Person] = (),
    told: Told = lambda _done, _total: None,
    processes: int | None = None,
) -> Loaded:
    """Puts the people `before` (the sandbox) and the nation of a plan into an empty demo store.

    Nothing else may write meanwhile. Problems: `people.not-demo`, `people.not-empty`, `people.not-alone`, and those
    of the store and the log.
    """
    if store.purpose != "demo":
        raise Problem("people.not-demo")
    ((highest,),) = await store.fetch(HIGHEST_PERSON)
    if highest is not None:
        raise Problem("people.not-empty")
    began = time.monotonic()
    lookup = keys.lookup_keys(NORMALISATION_VERSION)[0]
    beside = store.path.parent if isinstance(store, SqliteStore) else None
    with Partitions(beside) as partitions:
        loading = _Loading(committer, partitions, told, len(before) + plan.count)
        await loading.people_first(before, lookup, plan.recorded_at)
        order = Order(plan, len(before) + 1, loading.next_commit, plan.recorded_at)
        blocks: list[Rows] = []
        async with aclosing(made(order, keys, processes)) as making:
            async for block in making:
                blocks.append(block)
                if len(blocks) == BLOCKS_PER_SLICE:
                    await loading.slice(blocks)
                    blocks = []
        if blocks:
            await loading.slice(blocks)
        await loading.findable(store, lookup)
        await loading.close(plan)
        return Loaded(
            people=loading.people,
            assertions=loading.assertions,
            places=partitions.rows,
            commits=loading.commits,
            seconds=time.monotonic() - began,
        )


class _Loading:
    """A load under way."""

    def __init__(self, committer: Committer, partitions: Partitions, told: Told, total: int) -> None:
        self._committer = committer
        self._partitions = partitions
        self._told = told
        self._total = 2 * total
        self.people = 0
        self.assertions = 0
        self.commits = 0

    @property
    def next_commit(self) -> CommitSequence:
        """The commit that the next slice will be."""
        return CommitSequence(self._committer.committed_seq + 1)

    async def people_first(self, people: Sequence[Person], lookup: LookupKey, recorded_at: datetime) -> None:
        """Stores the people who come before the nation."""
        if people:
            await self.slice([table_rows(people, 1, self.next_commit, recorded_at, lookup)])

    async def slice(self, blocks: Sequence[Rows]) -> None:
        """Commits one slice. The rows carry the commit for which they were made: if something else was written
        meanwhile they would lie, and the load ends."""
        expected = self.next_commit
        if blocks[0].truth[0][3] != expected:
            raise Problem("people.not-alone")
        people, assertions = counted(blocks)
        digest = sha256()
        for block in blocks:
            digest.update(block.said)
        record = SliceRecord(
            assertions=assertions,
            digest=digest.hexdigest(),
            first_person=blocks[0].people[0][0],
            last_person=blocks[-1].people[-1][0],
            people=people,
        )

        def writes(commit: int) -> Sequence[Write]:
            if commit != expected:
                raise Problem("people.not-alone")
            tables = [Write(ADD_ASSERTION, block.truth) for block in blocks]
            return [*tables, *(Write(PUT_PERSON, block.people) for block in blocks)]

        await self._committer.commit([Entry(LOADED_SLICE, msgspec.json.encode(record))], writes)
        for block in blocks:
            self._partitions.add(block.places)
        self.people += people
        self.assertions += assertions
        self.commits += 1
        self._told(self.people, self._total)

    async def findable(self, store: Store, lookup: LookupKey) -> None:
        """Stores the look-up rows in their order: a projection, so without records of their own."""
        stored = 0
        for chunk in self._partitions.in_order():
            rows = [(key, birth, no, lookup.version, lookup.normalisation) for key, birth, no in chunk]
            await store.transaction([Write(ADD_PLACE, rows)])
            stored += len(rows)
            self._told(self.people + self.people * stored // self._partitions.rows, self._total)

    async def close(self, plan: Plan) -> None:
        """Puts on record that the nation is whole."""
        record = _LoadedRecord(
            as_of=plan.as_of.isoformat(),
            assertions=self.assertions,
            count=plan.count,
            people=self.people,
            places=self._partitions.rows,
            seed=plan.seed,
        )
        await self._committer.commit([Entry(LOADED, msgspec.json.encode(record))])
        self.commits += 1
