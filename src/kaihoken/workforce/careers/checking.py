"""Whether the rows of the book are those that the log recorded: nobody reads a name for it, and no key is needed."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final, cast

import msgspec
from sqlalchemy import select

from kaihoken.audit import KindReader, log_of
from kaihoken.store import Finding, LookupKey, Note, Store, register_check, schema, statement
from kaihoken.workforce.careers.book import KEPT, RESEALED, Kept

CHECK: Final = "careers"

_table = schema.career
_ROWS = statement(
    "read every version of the careers",
    select(_table.c.participant, _table.c.version, _table.c.sealed).order_by(
        _table.c.participant, _table.c.version
    ),
)


class Wrong(StrEnum):
    """What can be wrong with a row."""

    CHANGED = "changed"  # it is not what was recorded
    GONE = "gone"
    NOT_RECORDED = "not-recorded"
    RECORD_UNREADABLE = "record-unreadable"


@dataclass(frozen=True, slots=True)
class Fault:
    """A version of a participant (by the random key), or a batch of the log, and what is wrong with it."""

    participant: str
    version: int
    wrong: Wrong


async def check_book(store: Store) -> tuple[Fault, ...]:
    """Every version that the log does not know, knows otherwise, or knows and the store has not; at rest, or beside a
    program that keeps nothing meanwhile. That the log itself holds is what `kaihoken audit verify` proves."""
    recorded, faults, _ = await _recorded(store)
    return (*faults, *(await _compared(store, recorded)))


async def check_careers(store: Store, _: Sequence[LookupKey] = ()) -> AsyncIterator[Finding | Note]:
    """The same for `kaihoken store check`. What was kept before records were destroyed is told as not compared."""
    recorded, faults, destroyed = await _recorded(store)
    compared = await _compared(store, recorded)
    unknown = [one for one in compared if one.wrong is Wrong.NOT_RECORDED]
    for fault in (*faults, *compared):
        if not (destroyed and fault.wrong is Wrong.NOT_RECORDED):
            japanese, english = _WORDS[fault.wrong]
            place = f"{fault.participant} {fault.version}" if fault.participant else f"batch {fault.version}"
            yield Finding(CHECK, place, japanese, english)
    if destroyed and unknown:
        yield Note(
            CHECK,
            f"記録が廃棄されていて確かめられません {len(unknown)}",
            f"not compared, records were destroyed: {len(unknown)}",
        )


_WORDS = {
    Wrong.CHANGED: ("行がログの記録と違います", "the row is not what the log records"),
    Wrong.GONE: ("行がなくなっています", "the row is gone"),
    Wrong.NOT_RECORDED: ("ログにない行です", "the log does not know this row"),
    Wrong.RECORD_UNREADABLE: ("記録を読めません", "a record cannot be read"),
}


async def _compared(store: Store, recorded: dict[tuple[str, int], str]) -> list[Fault]:
    faults: list[Fault] = []
    rows = {
        (key.hex(), version): sha256(sealed).hexdigest()
        for key, version, sealed in cast("Sequence[tuple[bytes, int, bytes]]", await store.fetch(_ROWS))
    }
    for place in sorted(recorded.keys() | rows.keys()):
        if place not in recorded:
            faults.append(Fault(*place, Wrong.NOT_RECORDED))
        elif place not in rows:
            faults.append(Fault(*place, Wrong.GONE))
        elif rows[place] != recorded[place]:
            faults.append(Fault(*place, Wrong.CHANGED))
    return faults


async def _recorded(store: Store) -> tuple[dict[tuple[str, int], str], list[Fault], bool]:
    """The newest digest of each version, what cannot be read, and whether records were destroyed."""
    recorded: dict[tuple[str, int], str] = {}
    faults: list[Fault] = []
    log = await log_of(store)
    if log is None:
        return recorded, faults, False
    reader = KindReader(log, KEPT, RESEALED)
    async for seq, entries in reader.batches(0, await log.size()):
        if entries is None:
            faults.append(Fault("", seq, Wrong.RECORD_UNREADABLE))
            continue
        for entry in entries:
            record = msgspec.json.decode(entry.body, type=Kept)
            recorded[record.people[0], record.version] = record.digest
    return recorded, faults, reader.destroyed


register_check(CHECK, check_careers)
