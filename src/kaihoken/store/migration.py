"""Brings an existing store forward to the newest revision, with Alembic. Never backward.

A change of the schema first expands (new tables, new columns that may be empty, filled by the program that knows
them) and contracts in a later release, when no program in use needs the old form. The whole way is one transaction:
a store is at its old revision or at the newest.

Alembic speaks to SQLite through the standard library's `sqlite3`, which is another copy of SQLite than the one in
apsw. Two copies in one process must never have the same file open (closing one drops the other's file locks), so a
file is migrated under the store's lock and before apsw opens it.
"""

import sqlite3
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from kaihoken.store.schema import NEWEST

SCRIPTS = Path(__file__).with_name("migrations")


def upgrade(connection: Connection, target: str = NEWEST, more_versions: Path | None = None) -> None:
    """Runs the migrations up to `target` on an open connection, within its transaction.

    `more_versions` is a further folder of migrations (for tests of the way itself).
    """
    folders = [SCRIPTS / "versions", *([more_versions] if more_versions is not None else [])]
    config = Config()
    config.set_main_option("script_location", _escaped(SCRIPTS))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(map(_escaped, folders)))
    config.attributes["connection"] = connection
    command.upgrade(config, target)


def upgrade_file(path: Path, target: str = NEWEST, more_versions: Path | None = None) -> None:
    """Brings a SQLite file forward. The caller holds the store's lock and has no connection to the file."""
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    event.listen(engine, "connect", _leave_transactions_alone)
    event.listen(engine, "begin", _begin_at_once)
    try:
        with engine.begin() as connection:
            upgrade(connection, target, more_versions)
    finally:
        engine.dispose()


async def upgrade_database(address: str, target: str = NEWEST, more_versions: Path | None = None) -> None:
    """Brings a PostgreSQL database forward. The caller holds the writer's lock."""
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(address), poolclass=NullPool
    )
    try:
        async with engine.begin() as connection:
            await connection.run_sync(upgrade, target, more_versions)
    finally:
        await engine.dispose()


def _leave_transactions_alone(connection: sqlite3.Connection, _record: object) -> None:
    """Python's sqlite3 commits before it alters a table, unless it is told to keep out of it."""
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous = FULL")


def _begin_at_once(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")
