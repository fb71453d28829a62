"""Bringing the database file to the disk from beside SQLite, without touching its locks."""

from pathlib import Path

import apsw
import pytest

from kaihoken.store import SqliteStore, checkpointer, open_store
from kaihoken.store.sqlitefile import connect_checkpointer, sync_database

from ..disks import Event, Fault, FaultyDisk, RecordingDisk
from .builders import a_store, people

MANY = 100_000  # transactions: far more than a thread that stands back needs


async def test_a_pass_syncs_what_it_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpointer, "PASS_PAGES", 20)
    monkeypatch.setattr(
        checkpointer, "FINISH_PAGES", 0
    )  # the writer ends no checkpoint: every sync is the thread's
    await (await a_store(tmp_path)).close()
    with RecordingDisk() as disk:
        store = await open_store(tmp_path, vfs=disk.name)
        try:
            number = 0
            # On a busy machine a first pass may find nothing that it may copy.
            while Event("write", "database") not in disk.events and number < MANY:
                number += 1
                await store.transaction([people(number)])
            copied = disk.events.index(Event("write", "database"))
            while Event("sync", "database") not in disk.events[copied:] and number < MANY:
                number += 1
                await store.transaction([people(number)])

            assert Event("sync", "database") in disk.events[copied:]
        finally:
            await store.close()


async def test_a_sync_that_fails_is_told(tmp_path: Path) -> None:
    await (await a_store(tmp_path)).close()
    with FaultyDisk(only="database") as disk:
        store = await open_store(tmp_path, vfs=disk.name)
        assert isinstance(store, SqliteStore)
        connection = connect_checkpointer(store.path, vfs=disk.name)
        sync_database(connection)
        disk.fail(Fault(1, apsw.FullError))

        with pytest.raises(apsw.IOError):
            sync_database(connection)

        assert disk.failed == ["sync database"]
        sync_database(connection)
        connection.close()
        await store.close()


async def test_the_locks_of_sqlite_outlive_it(tmp_path: Path) -> None:
    """Another process must still see that the file is in use, or it would clear the log away."""
    store = await a_store(tmp_path)
    assert isinstance(store, SqliteStore)
    connection = connect_checkpointer(store.path)
    before = locks_on(store.path)

    sync_database(connection)

    assert locks_on(store.path) == before != []
    connection.close()
    await store.close()


def locks_on(path: Path) -> list[str]:
    """The kernel's list of the locks on a file, without their numbers."""
    inode = path.stat().st_ino
    lines = Path("/proc/locks").read_text(encoding="ascii").splitlines()
    return sorted(line.partition(": ")[2] for line in lines if f":{inode} " in line)
