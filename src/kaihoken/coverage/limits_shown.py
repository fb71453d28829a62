"""Which 限度額 a facility has seen last of a person, for 限度額情報変更有無 (OQSCD014) in lists.

An answer in which the limit was shown with consent leaves, in the transaction of its record, one small row: facility,
person, and a digest of each coverage with its limit (or that it has none). A list compares the limit of today with it.
Where nothing was ever shown, or the answer was about something else, it says 変更ありまたは判定不能: it never says that
nothing changed without a record of what was seen.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from hashlib import sha256
from typing import Final, Protocol, cast

import msgspec
from sqlalchemy import bindparam, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from kaihoken.audit import Log, Writes, log_of
from kaihoken.coverage.disclosure import Disclosure, current_limit
from kaihoken.coverage.history import Coverage
from kaihoken.coverage.inquiry import Consent
from kaihoken.coverage.turn import ANSWER, Asked
from kaihoken.problems import Problem
from kaihoken.store import (
    Finding,
    LookupKey,
    Note,
    PostgresStore,
    SqliteStore,
    Statement,
    Store,
    Write,
    register_check,
    schema,
    statement,
)

CHECK: Final = "limits shown"
UNCHANGED: Final = "0"

_BYTES: Final = 16
_SEEN: Final = "limit_consent"  # leaves wherever the limit may be shown, also where there is none
_PAGE: Final = 500

_table = schema.limit_shown
_PUT = statement(
    "note a limit that was shown",
    insert(_table).on_conflict_do_update(
        index_elements=[_table.c.facility, _table.c.person],
        set_={"digests": insert(_table).excluded.digests, "commit_seq": insert(_table).excluded.commit_seq},
    ),
)
_FIND = Statement(
    "find which limits were shown",
    sqlite=(
        "WITH q(place, facility, person) AS (VALUES each) SELECT q.place, s.digests FROM q "
        "CROSS JOIN limit_shown AS s ON s.facility = q.facility AND s.person = q.person"
    ),
    postgresql=(
        "SELECT q.place, s.digests FROM unnest($1::text[], $2::bytea[]) WITH ORDINALITY AS q(facility, person, place) "
        "JOIN limit_shown AS s ON s.facility = q.facility AND s.person = q.person"
    ),
)
_AFTER = statement(
    "read which limits were shown",
    select(_table.c.facility, _table.c.person, _table.c.commit_seq)
    .where(tuple_(_table.c.facility, _table.c.person) > tuple_(bindparam("facility"), bindparam("person")))
    .order_by(_table.c.facility, _table.c.person)
    .limit(_PAGE),
)

_encode = msgspec.msgpack.Encoder().encode


def digest_of(coverage: Coverage, on: date) -> bytes:
    """A coverage with its limit of a day, or that it has none."""
    limit = current_limit(coverage, on)
    whose = (coverage.insurer_number, coverage.symbol, coverage.number, coverage.branch)
    return sha256(_encode((whose, limit))).digest()[:_BYTES]


def noted(turn: Sequence[Asked]) -> Writes:
    """What the answers of a turn leave: nothing but for those in which a limit was shown with consent."""
    seen = [one for one in turn if one.question.inquiry.consents and _was_shown(one)]
    if not seen:
        return ()
    rows = [
        (
            one.question.asker.facility,
            one.verdict.person,
            b"".join(digest_of(coverage, one.verdict.on) for coverage in one.verdict.coverages),
        )
        for one in seen
    ]
    latest = {(facility, person): digests for facility, person, digests in rows}
    return lambda commit: (Write(_PUT, [(*who, digests, commit) for who, digests in latest.items()]),)


def _was_shown(one: Asked) -> bool:
    inquiry, verdict = one.question.inquiry, one.verdict
    return Consent.LIMIT in inquiry.consents and _SEEN in one.disclosure.fields and verdict.person is not None


class LimitsShown(Protocol):
    """What facilities have seen: one implementation per engine."""

    async def each(self, facility: str, people: Sequence[bytes]) -> list[bytes | None]:
        """For each person the digests of what the facility saw last, None where it saw nothing."""
        ...


class _OnSqlite:
    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    async def each(self, facility: str, people: Sequence[bytes]) -> list[bytes | None]:
        asked = [(facility, person) for person in people]
        return _placed(self._store.look(_FIND, asked), len(people))


class _OnPostgres:
    def __init__(self, store: PostgresStore) -> None:
        self._store = store

    async def each(self, facility: str, people: Sequence[bytes]) -> list[bytes | None]:
        rows = await self._store.look(_FIND, ([facility] * len(people), list(people)))
        return _placed(rows, len(people))


def _placed(rows: Sequence[tuple[object, ...]], count: int) -> list[bytes | None]:
    found: list[bytes | None] = [None] * count
    for place, digests in cast("Sequence[tuple[int, bytes]]", rows):
        found[place - 1] = digests
    return found


def limits_shown_in(store: Store) -> LimitsShown:
    """What facilities have seen, on the engine of a store."""
    if isinstance(store, SqliteStore):
        return _OnSqlite(store)
    if isinstance(store, PostgresStore):
        return _OnPostgres(store)
    raise TypeError("a store stands on SQLite or PostgreSQL")


def compared(
    disclosure: Disclosure, coverages: Sequence[Coverage], on: date, seen: bytes | None
) -> Disclosure:
    """The disclosure with `limit_changed` 変更なし for each coverage whose limit is what was seen last. Where not every
    coverage leaves a result it is not known which is which, and nothing is said to be unchanged."""
    if seen is None or len(disclosure.results) != len(coverages):
        return disclosure
    known = {seen[at : at + _BYTES] for at in range(0, len(seen), _BYTES)}
    results = tuple(
        msgspec.structs.replace(result, limit_changed=UNCHANGED)
        if result.limit_changed is not None and digest_of(coverage, on) in known
        else result
        for result, coverage in zip(disclosure.results, coverages, strict=True)
    )
    return msgspec.structs.replace(disclosure, results=results)


class _Answer(msgspec.Struct):
    """What the record of an answer says of whom a limit was shown to."""

    by: str
    fields: tuple[str, ...]
    person: str | None


async def check_limits_shown(store: Store, _: Sequence[LookupKey] = ()) -> AsyncIterator[Finding | Note]:
    """Every row that no answer on record has left: it would let a list say that nothing changed."""
    log = await log_of(store)
    after: tuple[str, bytes] = ("", b"")
    destroyed = False
    while rows := cast("list[tuple[str, bytes, int]]", await store.fetch(_AFTER, after)):
        for facility, person, seq in rows:
            holds = False if log is None else await _on_record(log, seq, facility, person)
            destroyed = destroyed or holds is None
            if holds is False:
                yield Finding(
                    CHECK,
                    f"limit_shown, batch {seq}",
                    "限度額を示した記録がありません",
                    "no record of an answer that showed this limit",
                )
        after = rows[-1][:2]
    if destroyed:
        yield Note(CHECK, "記録が廃棄されていて確かめられません", "not compared: records were destroyed")


async def _on_record(log: Log, seq: int, facility: str, person: bytes) -> bool | None:
    """Whether a batch holds an answer that showed this facility the limit of this person; None where its records were
    destroyed."""
    try:
        chunks = await log.chunks(await log.batch(seq))
    except Problem as problem:
        if not problem.code.startswith("audit."):
            raise
        return False
    line = ANSWER.encode() + b"\n"
    for chunk in chunks:
        if chunk[16:].startswith(line):
            said = msgspec.json.decode(chunk[16 + len(line) :], type=_Answer)
            if (said.by, said.person) == (facility, person.hex()) and _SEEN in said.fields:
                return True
    return None if not all(chunks) else False


register_check(CHECK, check_limits_shown)
