"""What the log keeps of the settings of facilities, and whether the rows are what it says: a part of
`kaihoken store check`.

Each change leaves what the facility has said altogether, so the last record of each is its row. That the records
themselves stand as they were written is what `kaihoken audit verify` proves.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, cast

import msgspec
from sqlalchemy import select

from kaihoken.audit import Entry, KindReader, log_of
from kaihoken.consent import Actor
from kaihoken.coverage.facility.environment import Said
from kaihoken.store import Finding, LookupKey, Note, Store, register_check, schema, statement

CHECK: Final = "facility settings"

SETTINGS_CHANGED: Final = "facility.settings"
"""Kind of the record of a change."""

_table = schema.facility_setting
_ROWS = statement("read the settings of facilities to compare", select(_table.c.facility, _table.c.said))


class SettingsRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The record of a change: what the facility has said then. Members in alphabetical order: that is the canonical
    form of a body."""

    at: datetime
    by: str
    client: str
    key: str
    prescription_timing: str
    prescriptions: str
    unused: tuple[str, ...]
    used: tuple[str, ...]


def settings_entry(at: datetime, said: Said, actor: Actor) -> Entry:
    """The record of what a facility has said."""
    record = SettingsRecord(
        at=at,
        by=actor.facility,
        client=actor.client,
        key=actor.key,
        prescription_timing=said.prescription_timing,
        prescriptions=said.prescriptions,
        unused=said.unused,
        used=said.used,
    )
    return Entry(SETTINGS_CHANGED, msgspec.json.encode(record))


async def check_facilities(store: Store, _: Sequence[LookupKey] = ()) -> AsyncIterator[Finding | Note]:
    """Every facility whose settings are not those that the log last recorded."""
    rows, recorded = await _rows(store), await _recorded(store)
    while (now := await _rows(store)) != rows:  # beside a hub that runs
        rows, recorded = now, await _recorded(store)
    for seq in recorded.unreadable:
        yield Finding(
            CHECK, f"batch {seq}", "環境設定の記録を読めません", "a record of settings cannot be read"
        )
    for facility in sorted(rows.keys() | recorded.said.keys()):
        if rows.get(facility) == recorded.said.get(facility):
            continue
        if recorded.destroyed and facility not in recorded.said:
            yield Note(
                CHECK,
                f"記録が廃棄されていて確かめられません: {facility}",
                f"not compared, records were destroyed: {facility}",
            )
            continue
        yield Finding(
            CHECK,
            f"facility {facility}",
            "環境設定が記録と合いません",
            "the settings are not what the log records",
        )


@dataclass(slots=True)
class _Recorded:
    """What the log says: of each facility what it said last, and what of it could not be read."""

    said: dict[str, str] = field(default_factory=dict)
    unreadable: list[int] = field(default_factory=list)
    destroyed: bool = False


async def _recorded(store: Store) -> _Recorded:
    found = _Recorded()
    log = await log_of(store)
    if log is None:
        return found
    reader = KindReader(log, SETTINGS_CHANGED)
    async for seq, entries in reader.batches(0, await log.size()):
        try:
            for entry in entries or ():
                record = msgspec.json.decode(entry.body, type=SettingsRecord)
                found.said[record.by] = _row_of(record)
        except msgspec.MsgspecError:
            entries = None
        if entries is None:
            found.unreadable.append(seq)
    found.destroyed = reader.destroyed
    return found


def _row_of(record: SettingsRecord) -> str:
    said = msgspec.convert({name: getattr(record, name) for name in Said.__struct_fields__}, Said)
    return msgspec.json.encode(said).decode()


async def _rows(store: Store) -> dict[str, str]:
    return dict(cast("list[tuple[str, str]]", await store.fetch(_ROWS)))


register_check(CHECK, check_facilities)
