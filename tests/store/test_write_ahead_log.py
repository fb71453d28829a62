"""The write-ahead log is copied into the file while writes go on, and starts over."""

import os
import sys
import threading
from pathlib import Path

import apsw
import pytest

from kaihoken.store import SqliteStore, checkpointer

from .builders import a_store, numbers, people

FRAME = 4096 + 24


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpointer, "PASS_PAGES", 100)
    monkeypatch.setattr(checkpointer, "FINISH_PAGES", 16)
    monkeypatch.setattr(checkpointer, "LIMIT_PAGES", 400)


def log_pages(folder: Path) -> int:
    return (folder / "store.sqlite3-wal").stat().st_size // FRAME


async def test_the_log_stays_short_however_much_is_written(tmp_path: Path) -> None:
    store = await a_store(tmp_path)
    longest = 0

    for number in range(1, 600):
        await store.transaction([people(number, size=3000)])
        longest = max(longest, log_pages(tmp_path))

    written = 2 * 600  # pages, at least: a row and its index
    assert longest < 420 < written
    assert await numbers(store) == list(range(1, 600))
    await store.close()
    assert not (tmp_path / "store.sqlite3-wal").exists()


async def test_an_old_snapshot_lets_it_grow_and_stops_nobody(tmp_path: Path) -> None:
    store = await a_store(tmp_path)
    await store.transaction([people(1)])
    backup = apsw.Connection(str(tmp_path / "store.sqlite3"), flags=apsw.SQLITE_OPEN_READONLY)
    backup.execute("BEGIN")
    assert backup.execute("SELECT count(*) FROM person").get == 1

    for number in range(2, 300):
        await store.transaction([people(number, size=3000)])
    grown = log_pages(tmp_path)
    seen_by_backup = backup.execute("SELECT count(*) FROM person").get
    backup.execute("COMMIT")
    for number in range(300, 700):
        await store.transaction([people(number, size=3000)])

    assert seen_by_backup == 1
    assert grown > 600
    assert log_pages(tmp_path) < grown + 400  # 1,200 more pages were written: over the beginning of the log
    assert await numbers(store) == list(range(1, 700))
    backup.close()
    await store.close()


async def test_copying_stands_back_behind_whoever_asks(tmp_path: Path) -> None:
    others = set(threading.enumerate())
    store = await a_store(tmp_path)
    (copier,) = [
        thread for thread in set(threading.enumerate()) - others if thread.name == "kaihoken-checkpointer"
    ]
    assert copier.native_id is not None

    number = 0
    while not (tmp_path / "store.sqlite3").stat().st_size > 60 * 4096:  # a pass has been made
        number += 1
        await store.transaction([people(number, size=3000)])

    if sys.platform == "linux":  # elsewhere a thread has no niceness of its own
        here = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, copier.native_id) == min(here + checkpointer.STANDS_BACK, 19)
    await store.close()


async def test_where_a_thread_may_not_stand_back_it_copies_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", forbidden)
    store = await a_store(tmp_path)
    for number in range(1, 200):
        await store.transaction([people(number)])

    assert log_pages(tmp_path) < 2 * checkpointer.LIMIT_PAGES
    await store.close()


async def test_whatever_happens_to_a_pass_the_writer_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(checkpointer, "sync_database", exhausted)
    store = await a_store(tmp_path)
    assert isinstance(store, SqliteStore)
    for number in range(1, 200):
        await store.transaction([people(number)])

    assert store.checkpoint_failure == "MemoryError"
    assert await numbers(store) == list(range(1, 200))
    await store.close()
