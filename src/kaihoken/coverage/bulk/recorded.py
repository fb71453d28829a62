"""What the log says of bulk jobs, and whether the store holds what the log says: a part of `kaihoken store check`.

Every change of a job leaves a record: each part of a list that arrived, the list as a whole, each part that was
answered (beside one record per answer, of the kind that single answers have), each time that results left, and what was
refused or forgotten. So every job that stands, every part that waits and every part of results can be held against the
log, and none can be exchanged for another.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, cast

import msgspec
from sqlalchemy import bindparam, select

from kaihoken.audit import Entry, KindReader, log_of
from kaihoken.coverage.bulk.job import LIFE, State
from kaihoken.store import Finding, LookupKey, Note, Statement, Store, register_check, schema, statement

CHECK: Final = "bulk"

LIST_PART: Final = "bulk.list-part"
RECEIVED: Final = "bulk.received"
ANSWERED: Final = "bulk.answered"
FETCHED: Final = "bulk.fetched"
REFUSED: Final = "bulk.refused"
FORGOTTEN: Final = "bulk.forgotten"


class ListPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a list that arrived. Members of all records in alphabetical order: their canonical form."""

    digest: str  # SHA-256 of the part as it is stored
    job: str
    part: int


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A list that stands whole, by whom it was sent."""

    by: str
    client: str
    items: int
    job: str
    key: str
    kind: str
    list_hash: str
    parts: int


class PartRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A part that was answered. `errors` of its `items` could not be; `nobody` asked for nobody."""

    digest: str  # SHA-256 of the results as they are stored
    errors: int
    items: int
    job: str
    nobody: int
    part: int


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """Results that left: the parts first <= part < stop, to whom and in which carrier."""

    by: str
    carrier: str
    client: str
    first: int
    job: str
    key: str
    stop: int


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A job that was refused as a whole."""

    job: str
    problem: str


class Forgotten(msgspec.Struct, frozen=True, kw_only=True):
    """A job of which parts went, or with `whole` everything."""

    job: str
    whole: bool


_Change = ListPart | Received | PartRecord | Refused | Forgotten
_Record = _Change | Fetched
_KINDS: Final[dict[str, type[_Change]]] = {
    LIST_PART: ListPart,
    RECEIVED: Received,
    ANSWERED: PartRecord,
    REFUSED: Refused,
    FORGOTTEN: Forgotten,
}
_KIND_OF: Final = {FETCHED: Fetched, **_KINDS}
_NAME_OF: Final = {struct: name for name, struct in _KIND_OF.items()}

_encode = msgspec.json.Encoder().encode


def entry(record: _Record) -> Entry:
    """The record for the log."""
    return Entry(_NAME_OF[type(record)], _encode(record))


def digest(body: bytes) -> str:
    """What a record says of a stored part."""
    return sha256(body).hexdigest()


_jobs, _lists, _results = schema.bulk_job.c, schema.bulk_list.c, schema.bulk_result.c
_NUMBERS = statement("read the numbers of bulk jobs", select(_jobs.number))
_JOB = statement(
    "read a bulk job to check it",
    select(
        _jobs.state, _jobs.facility, _jobs.client, _jobs.key, _jobs.kind, _jobs.list_hash, _jobs.parts,
        _jobs["items"], _jobs.parts_answered, _jobs.normal, _jobs.errors, _jobs.nobody, _jobs.problem,
    ).where(_jobs.number == bindparam("of")),
)  # fmt: skip
_LIST_PARTS = statement("read which parts of lists stand", select(_lists.number, _lists.part))
_RESULT_PARTS = statement("read which parts of results stand", select(_results.number, _results.part))
_LIST_PART = statement(
    "read a part of a list to check it",
    select(_lists.body).where(_lists.number == bindparam("of"), _lists.part == bindparam("which")),
)
_RESULT_PART = statement(
    "read a part of results to check it",
    select(_results.body, _results["items"], _results.commit_seq).where(
        _results.number == bindparam("of"), _results.part == bindparam("which")
    ),
)


@dataclass(slots=True)
class _Story:
    """What the log tells of one job."""

    waiting: dict[int, str] = field(default_factory=dict)  # digests of the parts that are not answered
    answered: dict[int, tuple[str, int, int]] = field(default_factory=dict)  # digest, items, batch
    received: Received | None = None
    normal: int = 0
    errors: int = 0
    nobody: int = 0
    problem: str = ""
    going: bool = False  # parts of it have been forgotten
    gone: bool = False

    def tell(self, record: _Change, seq: int) -> None:
        """One more record of it."""
        match record:
            case ListPart():
                self.waiting[record.part] = record.digest
            case Received():
                self.received = record
            case PartRecord():
                self.waiting.pop(record.part, None)
                self.answered[record.part] = record.digest, record.items, seq
                self.normal += record.items - record.errors
                self.errors += record.errors
                self.nobody += record.nobody
            case Refused():
                self.problem = record.problem
            case _:  # Forgotten
                self.going = True
                self.gone = record.whole

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Parts, normal answers, errors and people who are not there, so far."""
        return len(self.answered), self.normal, self.errors, self.nobody


class _Told:
    """The log's stories of all jobs, read as far as it goes; what a hub adds meanwhile is read when asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._next = 0
        self.stories: dict[str, _Story] = {}
        self.unreadable: list[int] = []
        self.destroyed = False

    async def catch_up(self) -> None:
        """Read what was added."""
        log = await log_of(self._store)
        if log is None:
            return
        size, reader = await log.size(), KindReader(log, *_KINDS)
        async for seq, entries in reader.batches(self._next, size):
            try:
                for one in entries or ():
                    self._tell(one, seq)
            except msgspec.MsgspecError:
                entries = None
            if entries is None:
                self.unreadable.append(seq)
        self._next = size
        self.destroyed = self.destroyed or reader.destroyed

    def _tell(self, one: Entry, seq: int) -> None:
        record: _Change = msgspec.json.decode(one.body, type=_KINDS[one.kind])
        number = record.job
        self.stories.setdefault(number, _Story()).tell(record, seq)
        if self.stories[number].gone:
            self.stories[number] = _Story(going=True, gone=True)


async def check_bulk(store: Store, _: Sequence[LookupKey] = ()) -> AsyncIterator[Finding | Note]:
    """Every job, part of a list and part of results that is not what the log tells, and what it tells that is not
    there. A hub may go on meanwhile: what stands is read first and its record after it, for both come at once."""
    told = _Told(store)
    await told.catch_up()
    for seq in told.unreadable:
        yield Finding(
            CHECK, f"batch {seq}", "一括照会の記録を読めません", "the record of a bulk job cannot be read"
        )
    if told.destroyed:
        yield Note(CHECK, "記録が廃棄されていて確かめられません", "not compared: records were destroyed")
        return
    numbers = [cast("str", number) for (number,) in await store.fetch(_NUMBERS)]
    for number in dict.fromkeys((*numbers, *told.stories)):
        if not await _job_holds(store, told, number):
            yield _finding(f"bulk_job {number}", "一括照会")
    async for finding in _parts(store, told, _LIST_PARTS, "bulk_list", _list_part_holds):
        yield finding
    async for finding in _parts(store, told, _RESULT_PARTS, "bulk_result", _result_part_holds):
        yield finding


def _finding(where: str, what: str) -> Finding:
    return Finding(CHECK, where, f"{what}の記録と合いません", "not what the log records of this bulk job")


async def _job_holds(store: Store, told: _Told, number: str) -> bool:
    before = told.stories.get(number) or _Story()
    low, was_whole, was_gone = before.counts, before.received is not None, before.gone
    rows = await store.fetch(_JOB, (number,))
    await told.catch_up()
    story = told.stories.get(number)
    if story is None:
        return False
    if not rows:
        return story.gone or story.received is None
    if story.gone:
        return not was_gone  # it went while we looked
    state, facility, client, key, kind, list_hash, parts, items, *counts, problem = rows[0]
    said = story.received
    if said is None or state == LIFE.first.value:
        return state == LIFE.first.value and not was_whole
    own = (facility, client, key, kind, cast("bytes", list_hash).hex(), parts, items)
    if own != (said.by, said.client, said.key, said.kind, said.list_hash, said.parts, said.items):
        return False
    stands = cast("list[int]", counts)
    within = all(least <= one <= most for least, one, most in zip(low, stands, story.counts, strict=True))
    return within and _state_holds(State(cast("str", state)), stands[0], said.parts, problem, story)


def _state_holds(state: State, answered: int, parts: int, problem: object, story: _Story) -> bool:
    """Whether a state is one that so many answered parts can have."""
    if state is State.REFUSED:
        return problem == story.problem != ""
    if problem or (story.problem and state is State.DONE):
        return False
    if state is State.DONE:
        return answered == parts
    return (state is State.RECEIVED) == (answered == 0) and (answered < parts or parts == 0)


_Holds = Callable[[Store, _Told, str, int], Awaitable[bool]]


async def _parts(
    store: Store, told: _Told, which: Statement, table: str, holds: _Holds
) -> AsyncIterator[Finding]:
    """Every part that stands and is not on record so, and every part on record that does not stand."""
    standing = dict.fromkeys(cast("list[tuple[str, int]]", await store.fetch(which)))
    for number, story in list(told.stories.items()):
        parts = story.waiting if which is _LIST_PARTS else story.answered
        for part in parts:
            standing.setdefault((number, part))
    for number, part in standing:
        if not await holds(store, told, number, part):
            yield _finding(f"{table} {number} {part}", "一括照会の一部")


async def _list_part_holds(store: Store, told: _Told, number: str, part: int) -> bool:
    """Whether a part waits with the bytes that arrived; or it went, because it is answered, or it is going, because its
    job was refused or is forgotten."""
    before = told.stories.get(number) or _Story()
    was_answered, was_over = part in before.answered, before.gone
    rows = await store.fetch(_LIST_PART, (number, part))
    await told.catch_up()
    story = told.stories.get(number)
    if story is None:
        return False
    if not rows:
        return part not in story.waiting or story.going or story.problem != ""
    if story.waiting.get(part) == digest(cast("bytes", rows[0][0])):
        return not was_over
    return (part in story.answered and not was_answered) or (story.gone and not was_over)


async def _result_part_holds(store: Store, told: _Told, number: str, part: int) -> bool:
    """Whether a part of results has the bytes on record, in the batch that it names; or it is forgotten."""
    rows = await store.fetch(_RESULT_PART, (number, part))
    await told.catch_up()
    story = told.stories.get(number)
    if story is None:
        return False
    if not rows:
        return story.going
    body, items, seq = rows[0]
    return story.going or story.answered.get(part) == (digest(cast("bytes", body)), items, seq)


register_check(CHECK, check_bulk)
