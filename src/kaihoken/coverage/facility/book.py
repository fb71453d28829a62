"""The settings of facilities: read by everybody who asks consents or shows them, changed with a record."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from kaihoken.audit import Committer
from kaihoken.clock import Clock, tokyo_day
from kaihoken.consent import Actor, Item, Standing
from kaihoken.coverage.facility.environment import (
    NOTHING_SAID,
    Difference,
    FacilitySettings,
    Said,
    changed,
    check_used,
    differences,
    settings_of,
    shown_of,
)
from kaihoken.coverage.facility.messages import FacilitySettingsChange
from kaihoken.coverage.facility.recorded import FacilityRow, settings_entry
from kaihoken.store import Store, Write, instant, schema, statement

_table = schema.facility_setting
ROWS = statement(
    "read the settings of facilities", select(_table.c.facility, _table.c.said).order_by(_table.c.facility)
)
_ROW = statement(
    "read the settings of a facility with their last change",
    select(_table).where(_table.c.facility == bindparam("facility")),
)
_add = insert(_table)
_PUT = statement(
    "keep the settings of a facility",
    _add.on_conflict_do_update(
        index_elements=[_table.c.facility],
        set_={
            "said": _add.excluded.said,
            "said_before": _table.c.said,  # what stands, not what memory holds: an answer may have been lost
            "changed_ms": _add.excluded.changed_ms,
            "client": _add.excluded.client,
        },
    ),
)


@dataclass(frozen=True, slots=True)
class LastChange:
    """Who changed the settings of a facility last (the client that records name), when, and what; nothing where the
    facility said what held already."""

    client: str
    at: datetime
    changed: tuple[Difference, ...]


class FacilityBook:
    """The settings of the facilities of a store. One per hub, which is the only writer: what facilities said stands in
    memory, so that a question costs no look-up."""

    def __init__(self, store: Store, committer: Committer, clock: Clock, said: dict[str, Said]) -> None:
        self._store = store
        self._committer = committer
        self._clock = clock
        self._said = said
        self._unsure: set[str] = set()  # whether their last change stands is not known
        self._changing = asyncio.Lock()

    @classmethod
    async def opened(cls, store: Store, committer: Committer, clock: Clock) -> "FacilityBook":
        """The book of a store. Raises the Problems of the store."""
        rows = cast("list[tuple[str, str]]", await store.fetch(ROWS))
        said = {facility: msgspec.json.decode(text, type=Said) for facility, text in rows}
        return cls(store, committer, clock, said)

    def of(self, facility: str) -> FacilitySettings:
        """The settings of a facility today."""
        return settings_of(self._said.get(facility, NOTHING_SAID), self._clock.today())

    async def last_change(self, facility: str) -> LastChange | None:
        """The last change of a facility's settings, None where it never said anything. Raises the Problems of the
        store."""
        await self._settle(facility)
        rows = msgspec.convert(await self._store.fetch(_ROW, (facility,)), list[FacilityRow])
        if not rows:
            return None
        (row,) = rows
        at = instant(row.changed_ms)
        before, after = (
            settings_of(msgspec.json.decode(text, type=Said), tokyo_day(at))
            for text in (row.said_before, row.said)
        )
        return LastChange(row.client, at, differences(before, after))

    async def previewed(self, facility: str, change: FacilitySettingsChange) -> FacilitySettings:
        """The settings that a facility would have after a change. Problems of `changed` and of the store."""
        await self._settle(facility)
        return settings_of(self._after(facility, change), self._clock.today())

    def require_used(self, facility: str, items: Collection[Item]) -> None:
        """Problem `consent.item-not-used` for an item that the facility does not use."""
        check_used(self.of(facility), items)

    def shown(self, facility: str, found: Standing) -> Standing:
        """What of some consents a facility is told."""
        return shown_of(self.of(facility), found)

    async def change(self, change: FacilitySettingsChange, actor: Actor) -> FacilitySettings:
        """Change what the facility of an actor has set; what changes nothing leaves no record, so repeating is safe.

        Problems of `changed`, of the store and the log.
        """
        async with self._changing:
            await self._settle(actor.facility)
            after = self._after(actor.facility, change)
            if after != self._said.get(actor.facility, NOTHING_SAID):
                await self._keep(after, actor)
        return self.of(actor.facility)

    def _after(self, facility: str, change: FacilitySettingsChange) -> Said:
        return changed(
            self._said.get(facility, NOTHING_SAID),
            self._clock.today(),
            change.items,
            change.prescriptions,
            change.prescription_timing,
        )

    async def _settle(self, facility: str) -> None:
        """Where it is not known whether the last change stands, what stands is read."""
        if facility in self._unsure:
            await self._store.settle()
            rows = msgspec.convert(await self._store.fetch(_ROW, (facility,)), list[FacilityRow])
            self._said[facility] = msgspec.json.decode(rows[0].said, type=Said) if rows else NOTHING_SAID
            self._unsure.discard(facility)

    async def _keep(self, said: Said, actor: Actor) -> None:
        self._unsure.add(actor.facility)
        at = self._clock.now()
        row = msgspec.structs.astuple(FacilityRow.of(actor.facility, said, NOTHING_SAID, at, actor.client))
        await self._committer.commit([settings_entry(at, said, actor)], [Write(_PUT, [row])])
        self._unsure.discard(actor.facility)
        self._said[actor.facility] = said
