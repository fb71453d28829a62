"""A PostgreSQL server as a store needs it: durable, with one writer, and what its errors mean."""

from collections.abc import Awaitable
from typing import Final, TypeAlias, TypeVar
from urllib.parse import urlsplit

import asyncpg

from kaihoken.problems import Problem
from kaihoken.store.address import require_encrypted
from kaihoken.store.schema import NEWEST, creation, metadata

WRITER_LOCK: Final = 0x6B616968  # "kaih": the advisory lock of the one writer, within the database
STATEMENTS_KEPT: Final = 256
READERS: Final = 4
CONNECT_SECONDS: Final = 10.0
COMMAND_SECONDS: Final = 60.0
LOOK_SECONDS: Final = 5.0
"""How long a look-up for a question may take: it takes a millisecond, and a connection that vanished tells nobody."""
LOCK_PATIENCE_MS: Final = 3_000
"""How long we wait for the lock: the server needs a moment to notice that its holder (a hub that was killed, our own
lost connection) is gone."""

ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""Everything that asyncpg raises about a statement or its connection (a TimeoutError is an OSError)."""

_DURABLE = {
    "synchronous_commit": ("on", "remote_apply"),
    "fsync": ("on",),
    "full_page_writes": ("on",),
}
_WRITER_SETTINGS = {
    "application_name": "kaihoken writer",
    "jit": "off",
    # A machine that vanished gives its lock back after a minute.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
_READER_SETTINGS = {
    "application_name": "kaihoken reader",
    "jit": "off",
    "default_transaction_read_only": "on",
}

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"


def place(address: str) -> str:
    """An address as it may be shown: without user and password."""
    parts = urlsplit(address)
    return f"{parts.hostname or 'local'}{parts.path}"


async def connect_writer(address: str) -> Connection:
    """The writing connection, with the lock. Problems: `store.unencrypted`, `store.unreachable`, `store.locked`,
    `store.not_durable`."""
    require_encrypted(address)
    connection: Connection = await _reached(
        address,
        asyncpg.connect(
            address,
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            statement_cache_size=STATEMENTS_KEPT,
            max_cached_statement_lifetime=0,
            server_settings=_WRITER_SETTINGS,
        ),
    )
    try:
        await _reached(address, _ready_to_write(connection, address))
    except BaseException:
        connection.terminate()
        raise
    return connection


async def _ready_to_write(connection: Connection, address: str) -> None:
    await _take_lock(connection, address)
    await _require_durable(connection, address)


async def connect_readers(address: str) -> Pool:
    """Connections for questions. Problems `store.unencrypted`, `store.unreachable`."""
    require_encrypted(address)
    pool: Pool = asyncpg.create_pool(
        address,
        min_size=1,
        max_size=READERS,
        timeout=CONNECT_SECONDS,
        command_timeout=COMMAND_SECONDS,
        statement_cache_size=STATEMENTS_KEPT,
        max_cached_statement_lifetime=0,
        max_inactive_connection_lifetime=0,
        reset=_leave_as_it_is,
        server_settings=_READER_SETTINGS,
    )
    await _reached(address, pool)
    return pool


async def _leave_as_it_is(_: object) -> None:
    """Questions change nothing of their session: to ask for its reset after each would double the trips. (A transaction
    left open is ended all the same.)"""


T = TypeVar("T")


async def _reached(address: str, attempt: Awaitable[T]) -> T:
    try:
        return await attempt
    except ERRORS as error:
        raise Problem("store.unreachable", where=place(address), reason=type(error).__name__) from None


async def _take_lock(connection: Connection, address: str) -> None:
    try:
        await connection.execute(f"SET lock_timeout = {LOCK_PATIENCE_MS}")
        await connection.execute("SELECT pg_advisory_lock($1)", WRITER_LOCK)
        await connection.execute("RESET lock_timeout")
    except asyncpg.LockNotAvailableError:
        pass
    else:
        return
    holder = await connection.fetchval(
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = $1"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        WRITER_LOCK,
    )
    raise Problem("store.locked", where=place(address), holder=f"backend {holder or '?'}")


async def disconnect_writer(connection: Connection) -> None:
    """Gives the lock back and ends the session: whoever opens the store next need not wait for the server."""
    try:
        await connection.execute("SELECT pg_advisory_unlock($1)", WRITER_LOCK)
        await connection.close()
    except ERRORS:
        connection.terminate()


async def _require_durable(connection: Connection, address: str) -> None:
    """Refuses a server that would acknowledge a commit before it is on disk, and pins what a session can pin."""
    for setting, wanted in _DURABLE.items():
        value = await connection.fetchval("SELECT current_setting($1)", setting)
        if value not in wanted:
            raise Problem(
                "store.not_durable", where=place(address), setting=setting, value=str(value), wanted=wanted[0]
            )
        if setting == "synchronous_commit":
            await connection.execute("SELECT set_config($1, $2, false)", setting, value)


async def read_revision(pool: Pool, address: str) -> str:
    """The schema revision of the store in this database. Problems `store.missing`, `store.unreachable`."""
    if await _reached(address, pool.fetchval("SELECT to_regclass('alembic_version')")) is None:
        raise Problem("store.missing", where=place(address))
    return str(await _reached(address, pool.fetchval("SELECT version_num FROM alembic_version")))


async def read_meta(pool: Pool, address: str) -> dict[str, str]:
    """What the store says of itself. Problem `store.unreachable`."""
    rows = await _reached(address, pool.fetch("SELECT name, value FROM store_meta"))
    return {row["name"]: row["value"] for row in rows}


async def create_tables(connection: Connection, address: str, meta: dict[str, str]) -> None:
    """Makes a store in an empty database, whole or not at all. Problem `store.exists`."""
    if await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"):
        raise Problem("store.exists", where=place(address))
    async with connection.transaction():
        for text in creation("postgresql"):
            await connection.execute(text)
        await connection.execute("INSERT INTO alembic_version (version_num) VALUES ($1)", NEWEST)
        await connection.executemany("INSERT INTO store_meta (name, value) VALUES ($1, $2)", meta.items())


async def empty_database(address: str) -> None:
    """Takes a store out of a database, whole: one that was restored to be looked at, never a hub's own."""
    writer = await connect_writer(address)
    try:
        names = [*(table.name for table in metadata.sorted_tables), "alembic_version"]
        await writer.execute("DROP TABLE IF EXISTS " + ", ".join(names))
    finally:
        await disconnect_writer(writer)


_LOST = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InternalClientError,
)


def is_lost(error: BaseException, connection: Connection) -> bool:
    """Whether the error took the connection with it, so that what was under way may or may not have happened."""
    return isinstance(error, _LOST) or connection.is_closed()


def problem_of(error: Exception, statement: str = "") -> Problem:
    """What an error of the server means to us. The server's own text is left behind: it may quote a row."""
    match error:
        case asyncpg.DiskFullError():
            return Problem("store.full")
        case asyncpg.NotNullViolationError() | asyncpg.CheckViolationError() | asyncpg.DataError():
            return Problem("store.row", statement=statement)
        case asyncpg.IntegrityConstraintViolationError():
            return Problem("store.conflict", statement=statement)
        case asyncpg.ReadOnlySQLTransactionError():
            return Problem("store.read_only")
        case asyncpg.DataCorruptedError() | asyncpg.IndexCorruptedError():
            return Problem("store.corrupt")
        case asyncpg.PostgresError(sqlstate=code):
            return Problem("store.failed", reason=str(code))
        case asyncpg.InterfaceError():  # a value asyncpg cannot encode, or too few of them
            return Problem("store.row", statement=statement)
        case _:
            return Problem("store.failed", reason=type(error).__name__)
