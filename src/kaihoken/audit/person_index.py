"""Where the log says something of a person: an index made from the log and behind it, so that "who looked at my data"
does not read the whole log.

The index is a projection: rows of person, batch and place, written in slices through the one writer, each with a
record (`log.indexed`) of how far it came. What the log holds beyond is searched as it is. It is never in the way of
a question: it is brought up to the log in the background, minutes later, and `kaihoken store check` holds it
against the log."""

from collections.abc import AsyncIterator, Container, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Final, cast

import msgspec
from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from kaihoken.audit.batch import Entry
from kaihoken.audit.committer import Committer
from kaihoken.audit.log import Log, chunks_of, log_of
from kaihoken.audit.people_named import Place, places_in
from kaihoken.audit.search import Match, Search, Wanted
from kaihoken.audit.turns import RECORDS, Turns
from kaihoken.problems import Problem
from kaihoken.store import Finding, LookupKey, Store, Write, register_check, schema, statement

CHECK: Final = "log-index"
INDEXED: Final = "log.indexed"

_NAME: Final = "person"
_BATCHES = 256  # in one slice at most
_READ = 16  # batches at once: those of a list hold hundreds of records each
_BYTES = 1 << 20  # of records at once, where they are only looked through: a millisecond or two
_PLACES = 2_000  # in one transaction, or a few more: who asks waits for it
_PAGE = 10_000
_log_person, _log_indexed = schema.log_person, schema.log_indexed

_UNTIL = statement(
    "how far the index came", select(_log_indexed.c.until).where(_log_indexed.c.name == bindparam("of"))
)
_NOTE = statement(
    "note how far the index came",
    insert(_log_indexed).on_conflict_do_update(
        index_elements=[_log_indexed.c.name], set_={"until": insert(_log_indexed).excluded.until}
    ),
)
_ADD = statement("index a record", insert(_log_person).on_conflict_do_nothing())
_NEWEST = statement(
    "where the log names a person",
    select(_log_person.c.seq, _log_person.c.place)
    .where(_log_person.c.person == bindparam("of"), _log_person.c.seq < bindparam("before"))
    .order_by(_log_person.c.seq.desc(), _log_person.c.place.desc())
    .limit(bindparam("most")),
)
_ALL = statement(
    "the index in order",
    select(_log_person.c.person, _log_person.c.seq, _log_person.c.place)
    .where(
        (_log_person.c.person > bindparam("person_"))
        | ((_log_person.c.person == bindparam("person_")) & (_log_person.c.seq > bindparam("seq_")))
        | (
            (_log_person.c.person == bindparam("person_"))
            & (_log_person.c.seq == bindparam("seq_"))
            & (_log_person.c.place > bindparam("place_"))
        )
    )
    .order_by(_log_person.c.person, _log_person.c.seq, _log_person.c.place)
    .limit(_PAGE),
)
_COUNT = statement("how much is indexed", select(func.count()).select_from(_log_person))


class _Slice(msgspec.Struct, frozen=True):
    """The body of a record of indexing: the batches first <= seq < stop."""

    first: int
    stop: int


class PersonIndex:
    """The index of one log, for who writes it (`catch_up`) and who asks (`newest`)."""

    def __init__(self, store: Store, log: Log) -> None:
        self._store = store
        self._log = log

    async def until(self) -> int:
        """So many batches are indexed."""
        rows = cast("list[tuple[int]]", await self._store.fetch(_UNTIL, (_NAME,)))
        return rows[0][0] if rows else 0

    async def catch_up(self, committer: Committer, least: int = _BATCHES) -> int:
        """Index what the log holds beyond, slice by slice beside the questions; how many batches. Fewer than `least`
        are left for later: each slice is a batch itself."""
        first = begin = await self.until()
        size = await self._log.size()  # as it is now: the slices themselves make it grow
        while size - first >= least:
            stop, places = await self._slice(first, min(first + _BATCHES, size))
            body = msgspec.json.encode(_Slice(first, stop))
            writes = [Write(_NOTE, [(_NAME, stop)])]
            if places:
                writes.append(Write(_ADD, places))
            await committer.commit_slice([Entry(INDEXED, body)], writes)
            first = stop
        return first - begin

    async def _slice(self, first: int, stop: int) -> tuple[int, list[Place]]:
        """The places of as many batches as one short transaction takes, and the first batch that is left."""
        places: list[Place] = []
        for start in range(first, stop, _READ):
            end = min(start + _READ, stop)
            places += [place async for place in _places(self._log, start, end)]
            if len(places) >= _PLACES:
                return end, places
        return stop, places

    async def newest(self, person: str, kinds: Sequence[str], most: int) -> list[Match]:
        """The newest records of some kinds (none: of any) that name a person (its id in hexadecimal), newest first,
        each proved by its leaf as `Search` does."""
        until = await self.until()
        found = [match async for match in self._beyond(person, kinds, until)]
        found.sort(key=lambda match: (match.batch, match.index), reverse=True)
        before, turns = until, Turns()
        while len(found) < most:
            rows = await self._store.fetch(_NEWEST, (bytes.fromhex(person), before, most))
            places = cast("list[tuple[int, int]]", rows)
            whole = len(places) < most
            for seq, at in groupby(places, key=itemgetter(0)):
                # The last batch of a cut list may hold more places than the list.
                only = {place for _, place in at} if whole or seq != places[-1][0] else None
                in_batch = [match async for match in self._in(person, kinds, seq, seq + 1, only)]
                found += reversed(in_batch)
                before = seq
                await turns.after(len(in_batch))
            if whole:
                break
        return found[:most]

    async def _beyond(self, person: str, kinds: Sequence[str], first: int) -> AsyncIterator[Match]:
        """What stands behind the index: only batches whose bytes hold the id are read further. As many are read in one
        turn as have some `_BYTES`, by those before: one holds a record or hundreds."""
        needle, size, turns = person.encode(), await self._log.size(), Turns()
        step = _READ
        while first < size:
            bodies = await self._log.bodies(first, min(first + step, size))
            first += step
            read = sum(map(len, bodies.values()))
            step = max(1, min(_BATCHES, step * _BYTES // max(read, 1)))
            await turns.after(read * RECORDS // _BYTES)
            for seq in [seq for seq, body in bodies.items() if needle in body]:
                async for match in self._in(person, kinds, seq, seq + 1):
                    yield match
                    await turns.after(1)

    async def _in(
        self, person: str, kinds: Sequence[str], first: int, stop: int, only: Container[int] | None = None
    ) -> AsyncIterator[Match]:
        async for match in Search(self._log, Wanted(person=person)).matches(first, stop, only):
            if not kinds or match.kind in kinds:
                yield match


async def _places(log: Log, first: int, stop: int) -> AsyncIterator[Place]:
    """Every place in first <= batch < stop that names somebody."""
    bodies, turns = await log.bodies(first, stop), Turns()
    for batch in await log.batches(first, stop):
        if (body := bodies.get(batch.seq)) is not None:
            for place in places_in(batch, chunks_of(batch, body)):
                yield place
            await turns.after(len(batch.leaves))


async def check_index(store: Store, _: Sequence[LookupKey] = ()) -> AsyncIterator[Finding]:
    """Whether the index holds what the log says of people up to where it came, and nothing else: both are added up,
    row by row, whatever their order."""
    log = await log_of(store)
    index = PersonIndex(store, log) if log is not None else None
    until = await index.until() if index is not None else 0
    count = cast("list[tuple[int]]", await store.fetch(_COUNT))[0][0]
    if log is None or until > await log.size():
        if count or until:
            yield _finding()
        return
    indexed, highest = _Sum(), -1
    last: Place = (b"", -1, -1)
    while rows := cast("list[Place]", await store.fetch(_ALL, last)):
        for row in rows:
            highest = max(highest, row[1])
            if row[1] < until:  # a hub beside this may be indexing on
                indexed.add(row)
        last = rows[-1]
    said = _Sum()
    for first in range(0, until, _READ):
        try:
            async for place in _places(log, first, min(first + _READ, until)):
                said.add(place)
        except Problem as problem:
            if not problem.code.startswith("audit."):
                raise
            yield Finding(CHECK, f"batch {first}", "ログを読めません", "the log cannot be read here")
    if indexed != said or highest >= await log.size():
        yield _finding()


@dataclass(slots=True)
class _Sum:
    """A sum of hashes: the same for the same rows in any order."""

    total: int = 0
    count: int = 0

    def add(self, row: Place) -> None:
        person, seq, place = row
        hashed = sha256(person + seq.to_bytes(8, "big") + place.to_bytes(8, "big")).digest()
        self.total = (self.total + int.from_bytes(hashed, "big")) % (1 << 256)
        self.count += 1


def _finding() -> Finding:
    return Finding(CHECK, "log_person", "索引がログと違います", "the index is not what the log says")


register_check(CHECK, check_index)
