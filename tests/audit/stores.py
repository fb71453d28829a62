"""A store that fails, waits and counts when a test says so."""

import asyncio
from collections.abc import Sequence
from typing import Any

from kaihoken.problems import Problem
from kaihoken.store import Dialect, Extent, Purpose, Statement, Store, Write


class TroubledStore:
    """Passes everything on to a real store. `before` and `after` hold what goes wrong at the next transactions, one
    for each (None: nothing), before the real store has heard of them or after they became durable; `reading` the
    same for questions."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.before: list[Exception | None] = []
        self.after: list[Exception | None] = []
        self.reading: list[Exception | None] = []
        self.gate: asyncio.Event | None = None
        self.reached = asyncio.Event()
        self.transactions: list[Sequence[Write]] = []

    @property
    def dialect(self) -> Dialect:
        return self._store.dialect

    @property
    def purpose(self) -> Purpose:
        return self._store.purpose

    @property
    def store_id(self) -> str:
        return self._store.store_id

    async def fetch(self, statement: Statement, params: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        _raise_next(self.reading)
        return await self._store.fetch(statement, params)

    async def transaction(self, writes: Sequence[Write]) -> None:
        _raise_next(self.before)
        self.reached.set()
        if self.gate:
            await self.gate.wait()
        await self._store.transaction(writes)
        self.transactions.append(writes)
        _raise_next(self.after)

    async def settle(self) -> None:
        await self._store.settle()

    async def looked(self) -> None:
        await self._store.looked()

    async def extent(self) -> Extent:
        return await self._store.extent()

    async def close(self) -> None:
        await self._store.close()

    def records(self) -> list[int]:
        """How many records each transaction held."""
        return [len(row[4]) // 32 for writes in self.transactions for row in _batch_rows(writes)]


def full() -> Problem:
    return Problem("store.full")


def unconfirmed() -> Problem:
    return Problem("store.unconfirmed")


def _raise_next(plan: list[Exception | None]) -> None:
    trouble = plan.pop(0) if plan else None
    if trouble:
        raise trouble


def _batch_rows(writes: Sequence[Write]) -> list[tuple[Any, ...]]:
    return [row for write in writes if write.statement.name == "log_batch insert" for row in write.rows]
