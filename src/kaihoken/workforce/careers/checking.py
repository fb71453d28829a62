"""Whether the rows of the book are those that the log recorded: nobody reads a name for it, and no key is needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import cast

import msgspec
from sqlalchemy import select

from kaihoken.audit import KindReader, log_of
from kaihoken.store import Store, schema, statement
from kaihoken.workforce.careers.book import KEPT, Kept

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
    recorded, faults = await _recorded(store)
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
    return tuple(faults)


async def _recorded(store: Store) -> tuple[dict[tuple[str, int], str], list[Fault]]:
    recorded: dict[tuple[str, int], str] = {}
    faults: list[Fault] = []
    log = await log_of(store)
    if log is None:
        return recorded, faults
    async for seq, entries in KindReader(log, KEPT).batches(0, await log.size()):
        if entries is None:
            faults.append(Fault("", seq, Wrong.RECORD_UNREADABLE))
            continue
        for entry in entries:
            record = msgspec.json.decode(entry.body, type=Kept)
            recorded[record.people[0], record.version] = record.digest
    return recorded, faults
