"""Whether the truth is what the log says was registered: a part of `kaihoken store check`.

Every commit that appends to the truth leaves a record with a digest of what it appended. The rows of each such commit
are read again and digested; more or less in the table than on record is told too. That the records themselves stand as
they were written is what `kaihoken audit verify` proves, so the two together prove the truth.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import cast

import msgspec

from kaihoken.audit import Log
from kaihoken.coverage.history import without_commit
from kaihoken.coverage.store import PAGE, SAID_BEFORE, SAID_IN_COMMIT, SAID_OF_SOME_IN_COMMIT
from kaihoken.problems import Problem
from kaihoken.store import Finding, LookupKey, Note, Store, register_check

CHECK = "registrations"

REGISTRATION = "coverage.registration"
LOADED_SLICE = "people.slice"
"""Kinds of the records of what appends to the truth: a registration, a slice of a fictional nation."""


class RegistrationRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The record of one slice of a registration: who registered how much about whom, and a digest of it. Members in
    alphabetical order: that is the canonical form of a body."""

    at: datetime
    client: str
    digest: (
        str  # SHA-256 over the packed assertions, with commit 0, in the order of `people` and their ordinals
    )
    key: str
    people: tuple[str, ...]
    rows: int


class SliceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The record of one slice of a bulk load."""

    assertions: int
    digest: str  # SHA-256 over the packed assertions in the order of person and ordinal
    first_person: int
    last_person: int
    people: int


_DESTROYED = b"log.destroyed\n"
_LINES = tuple(f"{kind}\n".encode() for kind in (REGISTRATION, LOADED_SLICE))
"""How such a record begins, after its salt. No other record holds this: JSON has no bare line feed."""
_BATCHES = 256  # read in one statement

_Told = tuple[str, str]
_DIFFERS: _Told = ("登録の記録と合いません", "what was registered is not what the log records")
_UNREADABLE: _Told = ("登録かその記録を読めません", "what was registered or its record cannot be read")
_RECORD: _Told = ("登録の記録を読めません", "the record of a registration cannot be read")


async def check_registrations(store: Store, _: Sequence[LookupKey] = ()) -> AsyncIterator[Finding | Note]:
    """Every commit whose rows are not what its record says, and whether as much was said as is on record."""
    log = await _log_of(store)
    size = await log.size() if log is not None else 0
    read = _Read()
    if log is not None:
        for first in range(0, size, _BATCHES):
            for seq, body in (await log.bodies(first, min(first + _BATCHES, size))).items():
                read.destroyed = read.destroyed or _DESTROYED in body
                if any(line in body for line in _LINES) and (told := await _wrong(store, log, seq, read)):
                    yield Finding(CHECK, f"batch {seq}", *told)
    ((stands,),) = cast("list[tuple[int]]", await store.fetch(SAID_BEFORE, (size,)))
    if read.destroyed and stands != read.rows:
        yield Note(CHECK, "記録が廃棄されていて数を確かめられません", "not counted: records were destroyed")
    elif stands != read.rows:
        yield Finding(
            CHECK,
            "assertion",
            f"登録は {stands} 件ありますが、記録では {read.rows} 件です",
            f"{stands} assertions stand, {read.rows} are on record",
        )


@dataclass(slots=True)
class _Read:
    """What the records read so far tell."""

    rows: int = 0
    destroyed: bool = False


async def _log_of(store: Store) -> Log | None:
    try:
        return await Log.open(store)
    except Problem as problem:
        if problem.code != "audit.no_log":
            raise
        return None


async def _wrong(store: Store, log: Log, seq: int, read: _Read) -> _Told | None:
    """What is wrong with the rows of one commit, if anything."""
    try:
        chunks = await log.chunks(await log.batch(seq))
        places = [index for index, chunk in enumerate(chunks) if any(line in chunk for line in _LINES)]
        entries = [await log.record(seq, index) for index in places]
        registrations = [
            msgspec.json.decode(entry.body, type=RegistrationRecord)
            for entry in entries
            if entry.kind == REGISTRATION
        ]
        slices = [
            msgspec.json.decode(entry.body, type=SliceRecord)
            for entry in entries
            if entry.kind == LOADED_SLICE
        ]
        read.rows += sum(record.rows for record in registrations) + sum(s.assertions for s in slices)
        registered = [(await _registered(store, seq, record), record.digest) for record in registrations]
        loaded = [(await _loaded(store, seq, record), record.digest) for record in slices]
    except Problem as problem:
        if not problem.code.startswith("audit."):
            raise
        return _RECORD
    except msgspec.MsgspecError:
        return _UNREADABLE
    return None if all(digest == recorded for digest, recorded in (*registered, *loaded)) else _DIFFERS


async def _registered(store: Store, seq: int, record: RegistrationRecord) -> str:
    """The digest of what stands of a registration."""
    digest = sha256()
    for person in record.people:
        rows = await store.fetch(SAID_IN_COMMIT, (bytes.fromhex(person), seq))
        for (body,) in cast("list[tuple[bytes]]", rows):
            digest.update(without_commit(body))
    return digest.hexdigest()


async def _loaded(store: Store, seq: int, record: SliceRecord) -> str:
    """The digest of what stands of a slice of a bulk load."""
    digest = sha256()
    stop = record.last_person + 1
    for first in range(record.first_person, stop, PAGE):
        rows = await store.fetch(SAID_OF_SOME_IN_COMMIT, (first, min(first + PAGE, stop), seq))
        for (body,) in cast("list[tuple[bytes]]", rows):
            digest.update(body)
    return digest.hexdigest()


register_check(CHECK, check_registrations)
