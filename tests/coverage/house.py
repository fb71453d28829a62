"""A store with its log, keys, answering and registering: the parts of a hub that this room is about."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import msgspec

from kaihoken.audit import Committer
from kaihoken.audit.verifier import receipt_from_json
from kaihoken.clock import FixedClock
from kaihoken.coverage import (
    Answered,
    Answering,
    Asker,
    Fact,
    Found,
    Question,
    ReferenceNumbers,
    Registering,
    Registrar,
    RowAnswer,
    finder_for,
)
from kaihoken.coverage.inquiry import Inquiry
from kaihoken.coverage.store import Finder, Stored
from kaihoken.identity import NORMALISATION_VERSION
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, Statement, Store, Write, create_store, open_store
from kaihoken.web import Language

from .people import FACILITY

MORNING = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # 10:00 in Tokyo, on the day that is TODAY in people.py
FACILITY_ASKS = Asker("facility-1", FACILITY, "key-1")
INSURER_SAYS = Asker("insurer-1", "01130012", "key-2")


class Unreliable:
    """A store whose transactions fail while `refusing` holds a problem's code, or one of their statements is among
    those `refusing_to`, and wait until `writing` is set. The transaction with the statement `unconfirmed_at` stands,
    but its answer is lost, once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.refusing = ""
        self.refusing_to: dict[str, str] = {}
        self.unconfirmed_at = ""
        self.waiting = 0
        self.writing = asyncio.Event()
        self.writing.set()

    async def transaction(self, writes: Sequence[Write]) -> None:
        self.waiting += 1
        await self.writing.wait()
        self.waiting -= 1
        names = {write.statement.name for write in writes}
        for code in (self.refusing, *(self.refusing_to.get(name, "") for name in names)):
            if code:
                raise Problem(code)
        await self._store.transaction(writes)
        if self.unconfirmed_at in names:
            self.unconfirmed_at = ""
            raise Problem("store.unconfirmed")

    async def fetch(self, statement: Statement, params: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        return await self._store.fetch(statement, params)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@dataclass
class House:
    """What a test needs of it, with short ways to ask and to register."""

    store: Store
    unreliable: Unreliable
    keys: FileKeys
    committer: Committer
    clock: FixedClock

    @cached_property
    def lookup_keys(self) -> Sequence[Any]:
        return self.keys.lookup_keys(NORMALISATION_VERSION)

    @cached_property
    def finder(self) -> Finder:
        return finder_for(self.store)

    @cached_property
    def answering(self) -> Answering:
        return Answering(self.finder, self.committer, self.lookup_keys, self.clock)

    @cached_property
    def registrar(self) -> Registrar:
        return Registrar(self.store, self.finder, self.committer, self.lookup_keys, self.clock)

    @cached_property
    def reference_numbers(self) -> ReferenceNumbers:
        return ReferenceNumbers(self.registrar.truth)

    async def register(
        self,
        *rows: dict[str, Any],
        may_match: bool = False,
        speaks_for: Callable[[Fact], bool] = lambda _: True,
    ) -> list[RowAnswer]:
        """Rows as an insurer sends them; each call a second after the one before."""
        self.clock.at += timedelta(seconds=1)
        raw = [msgspec.Raw(msgspec.json.encode(row)) for row in rows]
        registering = Registering(INSURER_SAYS, speaks_for, may_match)
        return await self.registrar.register(raw, registering)

    async def ask(
        self,
        inquiry: Inquiry,
        *,
        on: date | None = None,
        known_at: datetime | None = None,
        language: Language = "ja",
        write: Callable[[Found], bytes] | None = None,
        people: Sequence[Stored] | None = None,
    ) -> Answered:
        question = Question(inquiry, FACILITY_ASKS, "json", on, known_at, language)
        return await self.answering.ask(question, write or written, people)

    async def rows(self, sql: str) -> list[tuple[object, ...]]:
        """What stands in the store's tables."""
        return await self.store.fetch(Statement("look into the store", sql, sql))


def record_of(answered: Answered) -> dict[str, Any]:
    """The record behind an answer, as its receipt gives it."""
    body: dict[str, Any] = msgspec.json.decode(receipt_from_json(answered.committed.receipt()).body)
    return body


def written(found: Found) -> bytes:
    return msgspec.json.encode(found.answer)


@asynccontextmanager
async def a_house(
    location: str | Path,
    folder: Path,
    *,
    clock: FixedClock | None = None,
    again: bool = False,
    vfs: str | None = None,
) -> AsyncIterator[House]:
    """A new house, or (`again`) one that stands already, opened as after a restart; `vfs` names its disk."""
    clock = clock or FixedClock(MORNING)
    keys = FileKeys(folder) if again else FileKeys.create(folder, clock)
    store = (
        await open_store(location, vfs=vfs)
        if again
        else await create_store(location, purpose="demo", clock=clock)
    )
    try:
        unreliable = Unreliable(store)
        committer = await Committer.open(cast("Store", unreliable), keys, clock, tick_seconds=None)
        try:
            yield House(store, unreliable, keys, committer, clock)
        finally:
            await committer.close()
    finally:
        await store.close()
