"""Whether the truth is what the log says was registered: a part of `kaihoken store check`.

Every commit that appends to the truth leaves a record with a digest of what it appended. The rows of each such commit
are read again and digested; more or less in the table than on record is told too. That the records themselves stand as
they were written is what `kaihoken audit verify` proves, so the two together prove the truth.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from struct import pack
from types import MappingProxyType
from typing import Literal, cast

import msgspec

from kaihoken.audit import Entry, KindReader, log_of
from kaihoken.coverage.history import without_commit
from kaihoken.coverage.store import PAGE, SAID_BEFORE, SAID_FROM, SAID_IN_COMMIT, SAID_OF_SOME_IN_COMMIT
from kaihoken.store import Finding, LookupKey, Note, Store, register_check

CHECK = "registrations"

REGISTRATION = "coverage.registration"
REFERENCE = "coverage.reference"
CARD_LINK = "coverage.card-link"
LOADED_SLICE = "people.slice"
"""Kinds of the records of what appends to the truth: a registration, 照会番号 of a facility, a card of a person, a
slice of a fictional nation."""

CardLinkWhy = Literal["wish", "renewal"]


class RegistrationRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The record of one slice of a registration: who registered how much about whom, and a digest of it. Members in
    alphabetical order: that is the canonical form of a body."""

    at: datetime
    client: str
    digest: str  # SHA-256 over `said_of` each of `people`, their assertions packed with commit 0
    key: str
    people: tuple[str, ...]
    rows: int


class ReferenceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The record of 照会番号 that a facility registered or took back: how many links were appended about whom, and how
    many were asked for and refused. Never the numbers."""

    at: datetime
    by: str  # 医療機関コード
    client: str
    digest: str  # as in RegistrationRecord
    key: str
    people: tuple[str, ...]
    refused: int
    rows: int


class CardLinkRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The record of a card that was linked to a person: at their own `wish` at a terminal, or by the `renewal` of one
    that is linked already, which ends with it. Never its serial."""

    at: datetime
    by: str  # 医療機関コード
    challenge: str
    client: str
    digest: str  # as in RegistrationRecord
    key: str
    people: tuple[str, ...]
    rows: int
    terminal: str
    why: CardLinkWhy


class SliceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The record of one slice of a bulk load."""

    assertions: int
    digest: str  # SHA-256 over `said_of` each person in the order of their numbers
    first_person: int
    last_person: int
    people: int


def said_of(person: bytes, rows: Sequence[bytes]) -> bytes:
    """The SHA-256 over what one commit said of one person: the lengths of the id and of each packed assertion, then
    these. So no assertion can pass from one person to another, and no id be exchanged, under the same digest."""
    lengths = pack(f">{len(rows) + 2}I", len(person), len(rows), *map(len, rows))
    return sha256(b"".join((lengths, person, *rows))).digest()


_OfPeople = RegistrationRecord | ReferenceRecord | CardLinkRecord

_BY_PERSON: Mapping[str, type[_OfPeople]] = MappingProxyType(
    {REGISTRATION: RegistrationRecord, REFERENCE: ReferenceRecord, CARD_LINK: CardLinkRecord}
)
_APPENDING = (*_BY_PERSON, LOADED_SLICE)

_Told = tuple[str, str]
_DIFFERS: _Told = ("登録の記録と合いません", "what was registered is not what the log records")
_UNREADABLE: _Told = ("登録かその記録を読めません", "what was registered or its record cannot be read")
_RECORD: _Told = ("登録の記録を読めません", "the record of a registration cannot be read")


async def check_registrations(store: Store, _: Sequence[LookupKey] = ()) -> AsyncIterator[Finding | Note]:
    """Every commit whose rows are not what its record says, and whether as much was said as is on record."""
    size = rows = 0
    destroyed = False
    log = await log_of(store)
    if log is not None:
        size, reader = await log.size(), KindReader(log, *_APPENDING)
        async for seq, entries in reader.batches(0, size):
            said, wrong = (0, _RECORD) if entries is None else await _compared(store, seq, entries)
            rows += said
            if wrong is not None:
                yield Finding(CHECK, f"batch {seq}", *wrong)
        destroyed = reader.destroyed
    ((stands,),) = cast("list[tuple[int]]", await store.fetch(SAID_BEFORE, (size,)))
    if destroyed and stands != rows:
        yield Note(CHECK, "記録が廃棄されていて数を確かめられません", "not counted: records were destroyed")
    elif stands != rows:
        yield Finding(
            CHECK,
            "assertion",
            f"登録は {stands} 件ありますが、記録では {rows} 件です",
            f"{stands} assertions stand, {rows} are on record",
        )
    async for finding in _ahead(store, size):
        yield finding


async def _ahead(store: Store, size: int) -> AsyncIterator[Finding]:
    """What is said under a commit that the log has not come to: it would be believed once the log does. What a hub
    commits meanwhile is no such thing, so the log is asked for its size only when the truth has been read."""
    said = cast("list[tuple[int, int]]", await store.fetch(SAID_FROM, (size,)))
    log = await log_of(store) if said else None
    now = await log.size() if log is not None else 0
    for commit, count in said:
        if commit >= now:
            yield Finding(
                CHECK,
                f"batch {commit}",
                f"まだないバッチの登録が {count} 件あります",
                f"assertions under a batch that is not there yet: {count}",
            )


async def _compared(store: Store, seq: int, entries: Sequence[Entry]) -> tuple[int, _Told | None]:
    """How many rows one commit says it appended, and what is wrong with them, if anything."""
    rows, holds = 0, True
    try:
        for entry in entries:
            if entry.kind in _BY_PERSON:
                registered = msgspec.json.decode(entry.body, type=_BY_PERSON[entry.kind])
                rows += registered.rows
                holds = await _registered(store, seq, registered) == registered.digest and holds
            else:
                loaded = msgspec.json.decode(entry.body, type=SliceRecord)
                rows += loaded.assertions
                holds = await _loaded(store, seq, loaded) == loaded.digest and holds
    except (msgspec.MsgspecError, ValueError):
        return rows, _UNREADABLE
    return rows, None if holds else _DIFFERS


async def _registered(store: Store, seq: int, record: _OfPeople) -> str:
    """The digest of what stands of a registration."""
    digest = sha256()
    for person in map(bytes.fromhex, record.people):
        rows = cast("list[tuple[bytes]]", await store.fetch(SAID_IN_COMMIT, (person, seq)))
        digest.update(said_of(person, [without_commit(body) for (body,) in rows]))
    return digest.hexdigest()


async def _loaded(store: Store, seq: int, record: SliceRecord) -> str:
    """The digest of what stands of a slice of a bulk load."""
    digest = sha256()
    stop = record.last_person + 1
    for first in range(record.first_person, stop, PAGE):
        rows = await store.fetch(SAID_OF_SOME_IN_COMMIT, (first, min(first + PAGE, stop), seq))
        said = groupby(cast("list[tuple[int, bytes | None, bytes]]", rows), key=itemgetter(0, 1))
        for (_, person), its_rows in said:
            digest.update(said_of(person or b"", [body for _, _, body in its_rows]))
    return digest.hexdigest()


register_check(CHECK, check_registrations)
