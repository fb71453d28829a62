"""What the log keeps of the settings of facilities, and whether the rows are what it says: a part of
`kaihoken store check`.

Each change leaves what the facility has said altogether, so the last record of each and what stood in the one before
are its row. That the records themselves stand as they were written is what `kaihoken audit verify` proves.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import select

from kaihoken.audit import Entry, KindReader, log_of
from kaihoken.consent import Actor
from kaihoken.coverage.against_log import Compared, facilities_against_log
from kaihoken.coverage.facility.environment import NOTHING_SAID, Said
from kaihoken.store import (
    Finding,
    LookupKey,
    Note,
    Store,
    milliseconds,
    register_check,
    schema,
    statement,
)

CHECK: Final = "facility settings"

SETTINGS_CHANGED: Final = "facility.settings"
"""Kind of the record of a change."""

_table = schema.facility_setting
_ROWS = statement("read the settings of facilities to compare", select(_table))


class FacilityRow(msgspec.Struct, frozen=True, array_like=True):
    """A row of the table, in the order of its columns: what a facility has said as JSON, and the same before the last
    change, with when and by which client it was."""

    facility: str
    said: str
    said_before: str
    changed_ms: int
    client: str

    @classmethod
    def of(cls, facility: str, said: Said, before: Said, at: datetime, client: str) -> "FacilityRow":
        """The row that a change leaves."""
        said_now, said_before = (msgspec.json.encode(one).decode() for one in (said, before))
        return cls(facility, said_now, said_before, milliseconds(at), client)


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


_COMPARED: Final = Compared(
    CHECK,
    ("環境設定の記録を読めません", "a record of settings cannot be read"),
    ("環境設定が記録と合いません", "the settings are not what the log records"),
)


async def check_facilities(store: Store, _: Sequence[LookupKey] = ()) -> AsyncIterator[Finding | Note]:
    """Every facility whose settings are not those that the log last recorded."""
    async for one in facilities_against_log(store, _COMPARED, _rows, _recorded):
        yield one


@dataclass(slots=True)
class _Recorded:
    """What the log says: the row of each facility as its last records left it, of whom one record alone was found, and
    what could not be read."""

    rows: dict[str, FacilityRow] = field(default_factory=dict)
    once: set[str] = field(default_factory=set)
    unreadable: list[int] = field(default_factory=list)
    destroyed: bool = False

    @property
    def facilities(self) -> set[str]:
        return set(self.rows)

    def add(self, record: SettingsRecord) -> None:
        """The next record of the log."""
        said = msgspec.convert({name: getattr(record, name) for name in Said.__struct_fields__}, Said)
        last = self.rows.get(record.by)
        before = NOTHING_SAID if last is None else msgspec.json.decode(last.said, type=Said)
        self.rows[record.by] = FacilityRow.of(record.by, said, before, record.at, record.client)
        (self.once.add if last is None else self.once.discard)(record.by)

    def agrees(self, facility: str, row: FacilityRow | None) -> bool:
        """Whether a row is what the log says. What stood before is not known where the record of it may be
        destroyed."""
        recorded = self.rows.get(facility)
        if row is not None and recorded is not None and self.destroyed and facility in self.once:
            recorded = msgspec.structs.replace(recorded, said_before=row.said_before)
        return row == recorded


async def _recorded(store: Store) -> _Recorded:
    found = _Recorded()
    log = await log_of(store)
    if log is None:
        return found
    reader = KindReader(log, SETTINGS_CHANGED)
    async for seq, entries in reader.batches(0, await log.size()):
        try:
            for entry in entries or ():
                found.add(msgspec.json.decode(entry.body, type=SettingsRecord))
        except msgspec.MsgspecError:
            entries = None
        if entries is None:
            found.unreadable.append(seq)
    found.destroyed = reader.destroyed
    return found


async def _rows(store: Store) -> dict[str, FacilityRow]:
    return {row.facility: row for row in msgspec.convert(await store.fetch(_ROWS), list[FacilityRow])}


register_check(CHECK, check_facilities)
