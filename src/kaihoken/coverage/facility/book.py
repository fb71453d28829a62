"""The settings of facilities: read by everybody who asks consents or shows them, changed with a record."""

import asyncio
from collections.abc import Collection
from datetime import datetime
from typing import cast

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from kaihoken.audit import Committer
from kaihoken.clock import Clock
from kaihoken.consent import Actor, Item, Standing
from kaihoken.coverage.facility.environment import (
    NOTHING_SAID,
    FacilitySettings,
    Said,
    changed,
    check_used,
    settings_of,
    shown_of,
)
from kaihoken.coverage.facility.messages import FacilitySettingsChange
from kaihoken.coverage.facility.recorded import settings_entry
from kaihoken.store import Store, Write, schema, statement

_table = schema.facility_setting
ROWS = statement(
    "read the settings of facilities", select(_table.c.facility, _table.c.said).order_by(_table.c.facility)
)
_PUT = statement(
    "keep the settings of a facility",
    insert(_table).on_conflict_do_update(
        index_elements=[_table.c.facility], set_={"said": insert(_table).excluded.said}
    ),
)


class FacilityBook:
    """The settings of the facilities of a store. One per hub, which is the only writer: what facilities said stands in
    memory, so that a question costs no look-up."""

    def __init__(self, committer: Committer, clock: Clock, said: dict[str, Said]) -> None:
        self._committer = committer
        self._clock = clock
        self._said = said
        self._unsure: set[str] = set()  # whether a change of theirs stands is not known
        self._changing = asyncio.Lock()

    @classmethod
    async def opened(cls, store: Store, committer: Committer, clock: Clock) -> "FacilityBook":
        """The book of a store. Raises the Problems of the store."""
        rows = cast("list[tuple[str, str]]", await store.fetch(ROWS))
        said = {facility: msgspec.json.decode(text, type=Said) for facility, text in rows}
        return cls(committer, clock, said)

    def of(self, facility: str) -> FacilitySettings:
        """The settings of a facility today."""
        return settings_of(self._said.get(facility, NOTHING_SAID), self._clock.today())

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
            before = self._said.get(actor.facility, NOTHING_SAID)
            now = self._clock.now()
            after = changed(
                before,
                self._clock.today(),
                change.items,
                change.prescriptions,
                change.prescription_timing,
            )
            if after != before or actor.facility in self._unsure:
                await self._keep(after, actor, now)
        return self.of(actor.facility)

    async def _keep(self, said: Said, actor: Actor, at: datetime) -> None:
        self._unsure.add(actor.facility)
        row = (actor.facility, msgspec.json.encode(said).decode())
        await self._committer.commit([settings_entry(at, said, actor)], [Write(_PUT, [row])])
        self._unsure.discard(actor.facility)
        self._said[actor.facility] = said
