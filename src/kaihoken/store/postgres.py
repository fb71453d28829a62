"""A store in a PostgreSQL database.

One connection writes and holds the lock that keeps a second hub out. Questions have a pool of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Literal

import asyncpg

from kaihoken.problems import Problem
from kaihoken.store.postgresserver import (
    COMMAND_SECONDS,
    ERRORS,
    LOOK_SECONDS,
    READERS,
    Connection,
    Pool,
    connect_readers,
    connect_writer,
    create_tables,
    disconnect_writer,
    is_lost,
    problem_of,
    read_meta,
    read_revision,
)
from kaihoken.store.postgrestrip import OneStatement, in_one_statement
from kaihoken.store.schema import complete, is_older, require_newest
from kaihoken.store.statements import Statement, Write
from kaihoken.store.store import Extent, Purpose

_SIZE = Statement("size of the database", "", "SELECT pg_database_size(current_database())")


class PostgresStore:
    """An open store on PostgreSQL (`opening` makes it)."""

    dialect: Literal["postgresql"] = "postgresql"

    pool: Pool
    """For statements that a room batches itself (`unnest`): acquire a connection and keep it. Read only."""

    def __init__(self, address: str, writer: Connection | None, pool: Pool, meta: dict[str, str]) -> None:
        """`writer` holds the lock; None to read only."""
        self._address = address
        self._writer = writer
        self._read_only = writer is None
        self._turn = asyncio.Lock()
        self._closed = False
        self._meta = meta
        self.pool = pool

    @classmethod
    async def create(cls, address: str, meta: dict[str, str]) -> PostgresStore:
        """See `create_store`."""
        writer = await connect_writer(address)
        try:
            await create_tables(writer, address, meta)
            return cls(address, writer, await connect_readers(address), meta)
        except BaseException:
            writer.terminate()
            raise

    @classmethod
    async def open(cls, address: str, *, migrate: bool = False, read_only: bool = False) -> PostgresStore:
        """See `open_store`."""
        writer = None if read_only else await connect_writer(address)
        try:
            pool = await connect_readers(address)
        except BaseException:
            if writer is not None:
                writer.terminate()
            raise
        try:
            revision = await read_revision(pool, address)
            if migrate and writer is not None and is_older(revision):
                from kaihoken.store.migration import upgrade_database  # Alembic is loaded only to migrate

                await upgrade_database(address)
                revision = await read_revision(pool, address)
            require_newest(revision)
            meta = complete(await read_meta(pool, address))
        except BaseException:
            pool.terminate()
            if writer is not None:
                writer.terminate()
            raise
        return cls(address, writer, pool, meta)

    @property
    def purpose(self) -> Purpose:
        """See `Store`."""
        return "production" if self._meta["purpose"] == "production" else "demo"

    @property
    def store_id(self) -> str:
        """See `Store`."""
        return self._meta["store_id"]

    async def fetch(self, statement: Statement, params: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        """See `Store`."""
        return await self._read(statement, params, COMMAND_SECONDS)

    async def look(self, statement: Statement, params: tuple[object, ...]) -> list[tuple[object, ...]]:
        """`fetch` for those who wait at a desk: soon or not at all."""
        return await self._read(statement, params, LOOK_SECONDS)

    async def _read(
        self, statement: Statement, params: tuple[object, ...], seconds: float
    ) -> list[tuple[object, ...]]:
        if self._closed:
            raise Problem("store.closed")
        try:
            async with self.pool.acquire() as reader:
                try:
                    rows = await reader.fetch(statement.postgresql, *params, timeout=seconds)
                except TimeoutError:
                    reader.terminate()  # it has gone silent, and would hold the next as well
                    raise
        except asyncpg.SyntaxOrAccessError:
            raise
        except ERRORS as error:
            raise problem_of(error, statement.name) from None
        return [tuple(row) for row in rows]

    async def transaction(self, writes: Sequence[Write]) -> None:
        # Whoever stops waiting does not stop the conversation with the server half way: where it stood would not be
        # known, and the connection would have to go.
        """See `Store`."""
        await asyncio.shield(self._transact(writes))

    async def settle(self) -> None:
        """See `Store`."""
        async with self._turn:
            if self._writer is None or self._writer.is_closed():
                await self._reconnected()

    async def _transact(self, writes: Sequence[Write]) -> None:
        async with self._turn:
            writer = self._writer
            if writer is None or writer.is_closed():
                writer = await self._reconnected()
            try:
                at_once = in_one_statement(writes)
                if at_once is None or not await self._at_once(writer, at_once):
                    await self._one_by_one(writer, writes)
            except asyncpg.SyntaxOrAccessError:
                await self._roll_back(writer)
                raise
            except Problem:
                raise
            except BaseException:
                self._let_go(writer)
                raise

    async def _at_once(self, writer: Connection, statement: OneStatement) -> bool:
        """Whether the statement came through. Where it is refused nothing of it stands; its parts are tried one by one
        then, and the refusal names the one that was meant."""
        try:
            await writer.execute(statement.text, *statement.values)
        except asyncpg.SyntaxOrAccessError:
            raise
        except ERRORS as error:
            if is_lost(error, writer):
                self._let_go(writer)
                raise Problem("store.unconfirmed") from None
            return False
        return True

    async def _one_by_one(self, writer: Connection, writes: Sequence[Write]) -> None:
        name = ""
        committing = len(writes) == 1  # a single executemany is a transaction of its own
        try:
            if not committing:
                await writer.execute("BEGIN")
            for statement, rows in writes:
                name = statement.name
                await writer.executemany(statement.postgresql, rows)
            if not committing:
                committing = True
                await writer.execute("COMMIT")
        except asyncpg.SyntaxOrAccessError:
            raise
        except ERRORS as error:
            if not is_lost(error, writer):
                await self._roll_back(writer)
                raise problem_of(error, name) from None
            self._let_go(writer)
            raise Problem("store.unconfirmed") if committing else problem_of(error, name) from None

    async def looked(self) -> None:
        """See `Store`. Who holds every reading connection for a moment comes after all who waited for one before."""
        async with AsyncExitStack() as held:
            try:
                for _ in range(READERS):
                    await held.enter_async_context(self.pool.acquire())
            except ERRORS as error:
                raise problem_of(error) from None

    async def extent(self) -> Extent:
        """See `Store`. The server's disk is not seen from here."""
        ((size,),) = await self.fetch(_SIZE)
        return Extent(int(str(size)))

    async def close(self) -> None:
        """See `Store`."""
        if self._closed:
            return
        async with self._turn:
            self._closed = True
            await self.pool.close()
            if self._writer is not None:
                await disconnect_writer(self._writer)
                self._writer = None

    async def _reconnected(self) -> Connection:
        """The writer again, after its connection was lost. The lock is granted only once the server has ended the
        lost session, so what that session was committing is decided by then."""
        if self._closed:
            raise Problem("store.closed")
        if self._read_only:
            raise Problem("store.read_only")
        self._writer = await connect_writer(self._address)
        return self._writer

    async def _roll_back(self, writer: Connection) -> None:
        """Leaves the writer without a transaction; where that fails, without a connection."""
        try:
            if writer.is_in_transaction():
                await writer.execute("ROLLBACK")
        except ERRORS:
            self._let_go(writer)

    def _let_go(self, writer: Connection) -> None:
        """Ends a connection of which nobody knows where it stands."""
        self._writer = None
        writer.terminate()
