"""Reading for many at once on SQLite's own thread: one snapshot, and nothing left open when it fails."""

from pathlib import Path

import apsw
import pytest

from kaihoken.problems import Problem
from kaihoken.store import SqliteStore, Statement, open_store

from .builders import a_store, numbers, people

BY_NUMBER = Statement("by number", "SELECT person_no FROM person WHERE person_no = ?1", "")
NO_SUCH_TABLE = Statement("wrong", "SELECT 1 FROM nowhere WHERE x = ?1", "")


async def test_each_gets_its_own_rows_in_order(tmp_path: Path) -> None:
    store = await a_store(tmp_path)
    assert isinstance(store, SqliteStore)
    await store.transaction([people(1, 2)])

    assert store.look_each(BY_NUMBER, [(2,), (7,), (1,)]) == [[(2,)], [], [(1,)]]
    assert store.look_each(BY_NUMBER, []) == []
    await store.close()


async def test_a_look_that_fails_leaves_the_writer_free(tmp_path: Path) -> None:
    store = await a_store(tmp_path)
    assert isinstance(store, SqliteStore)

    with pytest.raises(Problem) as caught:
        store.look_each(BY_NUMBER, [(1,), (1, 2)])
    with pytest.raises(apsw.SQLError):
        store.look_each(NO_SUCH_TABLE, [(1,)])

    assert caught.value.code == "store.row"
    await store.transaction([people(1)])
    assert await numbers(store) == [1]
    assert store.look_each(BY_NUMBER, [(1,)]) == [[(1,)]]
    await store.close()


async def test_who_only_reads_looks_too(tmp_path: Path) -> None:
    store = await a_store(tmp_path)
    await store.transaction([people(1)])
    await store.close()
    reading = await open_store(tmp_path, read_only=True)
    assert isinstance(reading, SqliteStore)

    assert reading.look_each(BY_NUMBER, [(1,)]) == [[(1,)]]
    await reading.close()
