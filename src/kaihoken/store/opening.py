"""Making a store and opening one, by where it lies."""

import uuid
from contextlib import closing
from pathlib import Path

import apsw

from kaihoken.clock import Clock
from kaihoken.store import sqlitefile
from kaihoken.store.address import is_postgres
from kaihoken.store.keyfiles import path_problems
from kaihoken.store.lock import FolderLock
from kaihoken.store.postgres import PostgresStore
from kaihoken.store.schema import is_older, require_newest
from kaihoken.store.sqlite import SqliteStore
from kaihoken.store.store import Purpose, Store


async def create_store(location: str | Path, *, purpose: Purpose, clock: Clock) -> Store:
    """A new store at the newest schema, open and locked for this process.

    `location` is a folder (SQLite; made if missing) or the `postgresql://` address of an existing, empty database.
    Problems: `store.exists`, `store.locked`, `store.unreachable`, `store.not_durable`, `store.address`, `store.path`,
    `store.full`.
    """
    meta = {"purpose": purpose, "store_id": str(uuid.uuid4()), "created": clock.now().isoformat()}
    if is_postgres(location):
        return await PostgresStore.create(str(location), meta)
    path = sqlitefile.database_path(location)
    with path_problems(path.parent):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FolderLock(sqlitefile.lock_path(path))
    try:
        sqlitefile.create(path, meta)
        return SqliteStore(path, lock)
    except BaseException:
        lock.release()
        raise


async def open_store(
    location: str | Path, *, migrate: bool = False, read_only: bool = False, vfs: str | None = None
) -> Store:
    """An existing store. `read_only` takes no lock: it works beside a running hub. `vfs` names a registered SQLite
    VFS (tests).

    Problems: `store.missing`, `store.locked`, `store.newer` (made by a later program), `store.older` (unless
    `migrate`, which brings it forward), `store.unreachable`, `store.not_durable`, `store.corrupt`,
    `store.not_a_store` (a file that was named, of another sort), `store.is_backup` (unless `read_only`),
    `store.address`, `store.path`, `store.full`.
    """
    if is_postgres(location):
        return await PostgresStore.open(str(location), migrate=migrate, read_only=read_only)
    path = sqlitefile.existing_path(location)
    if read_only:
        _require_newest(path, migrate=False, vfs=vfs)
        return SqliteStore(path, None, vfs=vfs)
    sqlitefile.require_no_backup(location)
    lock = FolderLock(sqlitefile.lock_path(path))
    try:
        _require_newest(path, migrate=migrate, vfs=vfs)
        return SqliteStore(path, lock, vfs=vfs)
    except BaseException:
        lock.release()
        raise


def open_to_others(store: Store) -> list[str]:
    """The files of an open store that other users of the machine can read; none for a database, which has its own
    rights."""
    return sqlitefile.open_to_others(store.path) if isinstance(store, SqliteStore) else []


def _require_newest(path: Path, *, migrate: bool, vfs: str | None) -> None:
    """Brings the file forward if that is wanted, and refuses it unless it is at the newest revision."""
    revision = _revision(path, vfs)
    if migrate and is_older(revision):
        from kaihoken.store.migration import upgrade_file  # Alembic is loaded only to migrate

        upgrade_file(path)
        revision = _revision(path, vfs)
    require_newest(revision)


def _revision(path: Path, vfs: str | None) -> str:
    try:
        with closing(sqlitefile.connect(path, vfs=vfs)) as connection:
            return sqlitefile.read_revision(connection)
    except apsw.Error as error:
        raise sqlitefile.problem_of_opening(error, path) from None
