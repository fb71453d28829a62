"""Backup and restore.

A backup is one SQLite file of the store's own schema, whichever engine the store stands on: it can be checked, opened
and read anywhere, and restored to either engine. It is taken while the hub writes, and shows one moment: on SQLite
from a snapshot that the copy holds, on PostgreSQL from one repeatable-read transaction. (PostgreSQL's own tools make
base backups and archive its log; use them beside this for point-in-time recovery: docs/store.md.)

Keys are not in it. Nothing is ever overwritten.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

import apsw
import asyncpg
from sqlalchemy import Table, func, insert, select

from kaihoken.problems import Problem
from kaihoken.store import postgresserver, sqlitefile
from kaihoken.store.address import is_postgres, shown_place
from kaihoken.store.keyfiles import path_problems, sync_folder
from kaihoken.store.lock import FolderLock
from kaihoken.store.objects import drop_foreign
from kaihoken.store.schema import KEY_NOTE, is_older, metadata, require_newest
from kaihoken.store.statements import statement

Progress = Callable[[int, int], None]
"""Told how much is done, of how much (pages or rows)."""

PAGES_PER_STEP: Final = 4_000  # 16 MB
ROWS_PER_STEP: Final = 5_000


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup file says of itself. `path` is the file, or the place of a database as it may be shown."""

    path: Path | str
    bytes: int
    revision: str
    store_id: str
    purpose: str
    left_out: tuple[str, ...] = ()
    """What stood in the backup and is no part of a store (a trigger, a view): not restored."""
    key_versions: int = 0
    """Under how many versions of the look-up key it was written: with more than one a rotation was under way, and the
    backup opens with all of these keys only."""


async def back_up(location: str | Path, target: Path, progress: Progress = lambda done, of: None) -> Backup:
    """Writes the store at `location` to the file `target`, which must not exist.

    The file has its name only when it is whole, checked and on disk. Problems: `store.exists`, `store.missing`,
    `store.full`, `store.failed`, `store.corrupt`, `store.not_a_store`, `store.address`, `store.path`.
    """
    with _draft_of(target) as draft:
        if is_postgres(location):
            await _export(str(location), draft, progress)
        else:
            _copy_pages(sqlitefile.existing_path(location), draft, progress)
        return _settled(draft, target)


async def restore(source: Path, location: str | Path, progress: Progress = lambda done, of: None) -> Backup:
    """Makes a store at `location` from a backup file. What the hub writes afterwards follows on the backup's moment:
    a log that was witnessed beyond it refuses to start (`audit`).

    Problems: `store.missing` (no such backup), `store.corrupt` (it is damaged), `store.not_a_store`, `store.newer`,
    `store.exists`, `store.locked`, `store.older` (to PostgreSQL only: restore to a folder and migrate first).
    """
    found = read_backup(source)
    if is_postgres(location):
        require_newest(found.revision)
        await _import(source, str(location), progress)
        return replace(found, path=shown_place(location))
    path = sqlitefile.database_path(location)
    with path_problems(path.parent):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FolderLock(sqlitefile.lock_path(path))
    try:
        with _draft_of(path) as draft:
            _copy_pages(source, draft, progress)
            left_out = _without_foreign(draft, found.revision)
            return replace(_settled(draft, path, is_store=True), left_out=left_out)
    finally:
        lock.release()


def _without_foreign(draft: Path, revision: str) -> tuple[str, ...]:
    """Takes out of a copy what is no part of a store: a trigger would work on in the restored store. What an older
    revision holds is known to its migration only; `kaihoken store check` tells the rest."""
    if is_older(revision):
        return ()
    try:
        with closing(apsw.Connection(str(draft), flags=apsw.SQLITE_OPEN_READWRITE)) as connection:
            connection.pragma("trusted_schema", False)
            connection.pragma("secure_delete", True)
            return tuple(drop_foreign(connection))
    except apsw.Error as error:
        raise sqlitefile.problem_of(error) from None


def read_backup(path: Path) -> Backup:
    """What a backup file holds, after a check of all its pages. Problems: `store.missing`, `store.corrupt`,
    `store.not_a_store`, `store.newer`."""
    with path_problems(path):
        if not path.is_file():
            raise Problem("store.missing", where=str(path.absolute()))
    sqlitefile.require_sqlite(path)
    try:
        with closing(sqlitefile.connect(path, read_only=True)) as connection:
            revision, meta = sqlitefile.read_revision(connection), sqlitefile.read_meta(connection)
            if connection.pragma("quick_check") != "ok":
                raise Problem("store.corrupt", where=path.name)
    except apsw.Error as error:
        raise sqlitefile.problem_of(error) from None
    if not is_older(revision):
        require_newest(revision)
    versions = sum(name.startswith(KEY_NOTE) for name in meta)
    size = path.stat().st_size
    return Backup(path, size, revision, meta["store_id"], meta["purpose"], key_versions=versions)


@contextmanager
def _draft_of(path: Path) -> Iterator[Path]:
    """An empty file beside `path`, for its owner only, gone afterwards unless it was renamed. Problem `store.exists`
    when there is something at `path`."""
    draft = path.with_name(f".{path.name}.draft")
    with path_problems(path):
        if path.exists():
            raise Problem("store.exists", where=path.name)
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _settled(draft: Path, path: Path, *, is_store: bool = False) -> Backup:
    """Makes one file of a copy (no log beside it), checks it, puts it on disk and gives it its name. A store,
    other than a backup, says in its file that it is written to with a log."""
    try:
        with closing(apsw.Connection(str(draft), flags=apsw.SQLITE_OPEN_READWRITE)) as connection:
            connection.pragma("journal_mode", "delete")
            if is_store:
                connection.pragma("journal_mode", "wal")
    except apsw.Error as error:
        raise sqlitefile.problem_of(error) from None
    found = read_backup(draft)
    with path_problems(path):
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.rename(path)
        sync_folder(path.parent)
    return replace(found, path=path)


def _copy_pages(source: Path, draft: Path, progress: Progress) -> None:
    """Copies a SQLite file as it is now, whatever is written meanwhile."""
    try:
        with (
            closing(sqlitefile.connect(source, read_only=True)) as original,
            closing(apsw.Connection(str(draft), flags=apsw.SQLITE_OPEN_READWRITE)) as copy,
        ):
            copy.pragma("synchronous", "OFF")  # the whole file is synced once it is complete
            original.execute("BEGIN")
            sqlitefile.read_revision(original)  # from here on the snapshot stands
            with copy.backup("main", original, "main") as backup:
                while not backup.done:
                    backup.step(PAGES_PER_STEP)
                    progress(backup.page_count - backup.remaining, backup.page_count)
    except apsw.Error as error:
        raise sqlitefile.problem_of(error) from None


async def _export(address: str, draft: Path, progress: Progress) -> None:
    """Writes every row of a PostgreSQL store, as of one moment, into a new SQLite store."""
    pool = await postgresserver.connect_readers(address)
    try:
        require_newest(await postgresserver.read_revision(pool, address))
        async with pool.acquire() as reader, reader.transaction(isolation="repeatable_read", readonly=True):
            expected = int(await reader.fetchval(_ROWS_ABOUT))
            with closing(apsw.Connection(str(draft))) as copy:
                copy.pragma("synchronous", "OFF")
                sqlitefile.fill(copy, {})
                done = 0
                for table in metadata.sorted_tables:
                    add = statement(f"add to {table.name}", insert(table)).sqlite
                    read = statement(
                        f"read {table.name}", select(table).order_by(*table.primary_key)
                    ).postgresql
                    rows = await reader.cursor(read)
                    while batch := await rows.fetch(ROWS_PER_STEP):
                        with copy:
                            copy.executemany(add, [tuple(row) for row in batch])
                        done += len(batch)
                        progress(done, max(done, expected))
    except asyncpg.PostgresError as error:
        raise postgresserver.problem_of(error) from None
    except apsw.Error as error:
        raise sqlitefile.problem_of(error) from None
    finally:
        await pool.close()


async def _import(source: Path, address: str, progress: Progress) -> None:
    """Writes every row of a backup into an empty PostgreSQL database, whole or not at all."""
    writer = await postgresserver.connect_writer(address)
    try:
        with closing(sqlitefile.connect(source, read_only=True)) as original:
            async with writer.transaction():
                await postgresserver.create_tables(writer, address, {})
                total = sum(original.execute(_count(table)).get for table in metadata.sorted_tables)
                done = 0
                for table in metadata.sorted_tables:
                    rows = original.execute(statement(f"read {table.name}", select(table)).sqlite)
                    while batch := list(islice(rows, ROWS_PER_STEP)):
                        await writer.copy_records_to_table(
                            table.name, records=batch, columns=[column.name for column in table.columns]
                        )
                        done += len(batch)
                        progress(done, total)
    except asyncpg.PostgresError as error:
        raise postgresserver.problem_of(error) from None
    except apsw.Error as error:
        raise sqlitefile.problem_of(error) from None
    finally:
        await postgresserver.disconnect_writer(writer)


_ROWS_ABOUT = (
    "SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
)


def _count(table: Table) -> str:
    return statement(f"count {table.name}", select(func.count()).select_from(table)).sqlite
