"""What the log keeps of consents, and whether the tables are what it says: a part of `kaihoken store check`.

Every giving and every end leaves a record with the digest of the rows that it wrote. The rows of each commit are
digested again; more or less of them than on record is told too. That the records themselves stand as they were written
is what `kaihoken audit verify` proves.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import cast

import msgspec

from kaihoken.audit import Entry, KindReader, log_of
from kaihoken.consent.grant import End, Grant
from kaihoken.consent.store import (
    ENDS_BEFORE,
    ENDS_FROM,
    ENDS_IN_COMMIT,
    ENDS_OF_NOTHING,
    GRANTS_BEFORE,
    GRANTS_FROM,
    GRANTS_IN_COMMIT,
    row_of_end,
    row_of_grant,
)
from kaihoken.store import Finding, LookupKey, Note, Statement, Store, register_check

CHECK = "consents"

CONSENT_GIVEN = "consent.given"
CONSENT_ENDED = "consent.ended"
CONSENT_SEEN = "consent.seen"
CONSENT_REFUSED = "consent.refused"
"""Kinds of records: a consent, the end of some of its items, a look into the book, a question that stands on no
consent."""


class Actor(msgspec.Struct, frozen=True, gc=False):
    """Who gives, ends or looks, as records name them: a facility's client, or a person at their own page."""

    client: str
    facility: str = ""  # 医療機関コード, "" for a person
    key: str = ""


class GivenRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The record of one consent. Members in alphabetical order: that is the canonical form of a body. `row` is the
    digest of the row; `staff` the facility's sign for who recorded spoken words."""

    at: datetime
    by: str
    care: str
    client: str
    consent: str
    items: tuple[str, ...]
    key: str
    means: str
    person: str
    row: str
    staff: str


class EndedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The record of the end of some items of one consent. `by` is the facility to which it was given."""

    at: datetime
    by: str
    client: str
    consent: str
    items: tuple[str, ...]
    key: str
    person: str
    reason: str
    rows: str


class SeenRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The record of a look into the book: who was told of whose consents."""

    at: datetime
    by: str
    client: str
    consents: int
    key: str
    people: tuple[str, ...]


class RefusedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The record of a question that was refused for want of a consent, or because nobody was found."""

    at: datetime
    by: str
    care: str
    client: str
    key: str
    person: str | None
    problem: str


def given_entry(grant: Grant, actor: Actor) -> Entry:
    """The record of a consent."""
    record = GivenRecord(
        at=grant.given_at,
        by=grant.facility,
        care=grant.care.value,
        client=actor.client,
        consent=grant.consent.hex(),
        items=tuple(sorted(grant.items)),
        key=actor.key,
        means=grant.means.value,
        person=grant.person.hex(),
        row=digest_of([row_of_grant(grant)]),
        staff=grant.staff,
    )
    return Entry(CONSENT_GIVEN, msgspec.json.encode(record))


def ended_entry(grant: Grant, ends: Sequence[End], actor: Actor) -> Entry:
    """The record of the ends of some items of one consent."""
    record = EndedRecord(
        at=ends[0].ended_at,
        by=grant.facility,
        client=actor.client,
        consent=grant.consent.hex(),
        items=tuple(end.item.value for end in ends),
        key=actor.key,
        person=grant.person.hex(),
        reason=ends[0].reason.value,
        rows=digest_of([row_of_end(end) for end in ends]),
    )
    return Entry(CONSENT_ENDED, msgspec.json.encode(record))


def seen_entry(at: datetime, people: Iterable[bytes], consents: int, actor: Actor) -> Entry:
    """The record of a look into the book."""
    record = SeenRecord(
        at=at,
        by=actor.facility,
        client=actor.client,
        consents=consents,
        key=actor.key,
        people=tuple(sorted({person.hex() for person in people})),
    )
    return Entry(CONSENT_SEEN, msgspec.json.encode(record))


def refused_entry(at: datetime, care: str, person: bytes | None, problem: str, actor: Actor) -> Entry:
    """The record of a refusal."""
    record = RefusedRecord(
        at=at,
        by=actor.facility,
        care=care,
        client=actor.client,
        key=actor.key,
        person=None if person is None else person.hex(),
        problem=problem,
    )
    return Entry(CONSENT_REFUSED, msgspec.json.encode(record))


def digest_of(rows: Sequence[Sequence[object]]) -> str:
    """By which a record knows rows: SHA-256 over their values as JSON, bytes in hexadecimal."""
    plain = [[value.hex() if isinstance(value, bytes) else value for value in row] for row in rows]
    return sha256(msgspec.json.encode(plain)).hexdigest()


_Told = tuple[str, str]
_DIFFERS: _Told = ("同意の記録と合いません", "the consents are not what the log records")
_UNREADABLE: _Told = ("同意の記録を読めません", "the record of a consent cannot be read")
_NO_GRANT: _Told = ("同意のない終わりがあります", "the end of a consent that is not there")
_AHEAD: _Told = ("まだないバッチの同意があります", "consents under a batch that is not there yet")


async def check_consents(store: Store, _: Sequence[LookupKey] = ()) -> AsyncIterator[Finding | Note]:
    """Every commit whose consents or ends are not what its records say, and whether as many stand as are on record."""
    size = given = ended = 0
    destroyed = False
    log = await log_of(store)
    if log is not None:
        size, reader = await log.size(), KindReader(log, CONSENT_GIVEN, CONSENT_ENDED)
        async for seq, entries in reader.batches(0, size):
            told = _UNREADABLE
            if entries is not None:
                try:
                    grants, ends = _read(entries)
                except msgspec.MsgspecError:
                    pass
                else:
                    given += len(grants)
                    ended += sum(len(end.items) for end in ends)
                    if await _stands(store, seq, grants, ends):
                        continue
                    told = _DIFFERS
            yield Finding(CHECK, f"batch {seq}", *told)
        destroyed = reader.destroyed
    for table, counting, recorded in (("consent", GRANTS_BEFORE, given), ("consent_end", ENDS_BEFORE, ended)):
        stands = await _number(store, counting, (size,))
        if stands != recorded and destroyed:
            yield Note(
                CHECK, "記録が廃棄されていて数を確かめられません", "not counted: records were destroyed"
            )
        elif stands != recorded:
            yield Finding(
                CHECK,
                table,
                f"{stands} 件ありますが、記録では {recorded} 件です",
                f"{stands} rows stand, {recorded} are on record",
            )
    for consent, item in await store.fetch(ENDS_OF_NOTHING):
        yield Finding(CHECK, f"consent {cast('bytes', consent).hex()} {item}", *_NO_GRANT)
    last = max([await _number(store, newest) for newest in (GRANTS_FROM, ENDS_FROM)])
    # What a hub commits meanwhile is nothing wrong: the log is asked for its size only after the rows were read.
    if last >= size and (log is None or last >= await log.size()):
        yield Finding(CHECK, f"batch {last}", *_AHEAD)


def _read(entries: Sequence[Entry]) -> tuple[list[GivenRecord], list[EndedRecord]]:
    grants = [
        msgspec.json.decode(entry.body, type=GivenRecord) for entry in entries if entry.kind == CONSENT_GIVEN
    ]
    ends = [
        msgspec.json.decode(entry.body, type=EndedRecord) for entry in entries if entry.kind == CONSENT_ENDED
    ]
    return grants, ends


async def _stands(store: Store, seq: int, grants: Sequence[GivenRecord], ends: Sequence[EndedRecord]) -> bool:
    """Whether the rows of a commit are those of its records, each once."""
    rows = await store.fetch(GRANTS_IN_COMMIT, (seq,))
    if sorted(digest_of([row]) for row in rows) != sorted(grant.row for grant in grants):
        return False
    rows = await store.fetch(ENDS_IN_COMMIT, (seq,))
    if len(rows) != sum(len(end.items) for end in ends):
        return False
    return all(
        digest_of([row for row in rows if _consent_of(row) == end.consent and row[1] in end.items])
        == end.rows
        for end in ends
    )


def _consent_of(row: Sequence[object]) -> str:
    return cast("bytes", row[0]).hex()


async def _number(store: Store, statement: Statement, params: tuple[object, ...] = ()) -> int:
    """The one number that a statement answers; -1 for none."""
    ((number,),) = await store.fetch(statement, params)
    return -1 if number is None else cast("int", number)


register_check(CHECK, check_consents)
