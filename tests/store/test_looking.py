"""Reading for many at once on SQLite's own thread: one snapshot, and nothing left open when it fails."""

from pathlib import Path

import apsw
import pytest

from kaihoken.problems import Problem
from kaihoken.store import EACH, SqliteStore, Statement, open_store

from .builders import a_store, numbers, people

ASKED = f"WITH q(place, no) AS {EACH} SELECT q.place, person_no FROM q CROSS JOIN person ON person_no = q.no"
BY_NUMBER = Statement("by number", ASKED, "")
NO_SUCH_TABLE = Statement("wrong", f"WITH q AS {EACH} SELECT 1 FROM nowhere, q", "")


async def test_each_gets_its_own_rows(tmp_path: Path) -> None:
    store = await a_store(tmp_path)
    assert isinstance(store, SqliteStore)
    await store.transaction([people(1, 2)])

    assert store.look(BY_NUMBER, [(2,), (7,), (1,), (2,)]) == [(1, 2), (3, 1), (4, 2)]
    assert store.look(BY_NUMBER, []) == []
    await store.close()


@pytest.mark.parametrize("count", [1, 63, 64, 65, 128, 200])
async def test_however_many_ask_the_numbers_are_theirs(tmp_path: Path, count: int) -> None:
    store = await a_store(tmp_path)
    assert isinstance(store, SqliteStore)
    await store.transaction([people(*range(1, count + 1))])

    asked = [(count - place,) for place in range(count)]

    assert store.look(BY_NUMBER, asked) == [(place, no) for place, (no,) in enumerate(asked, start=1)]
    await store.close()


async def test_a_look_that_fails_leaves_the_writer_free(tmp_path: Path) -> None:
    store = await a_store(tmp_path)
    assert isinstance(store, SqliteStore)

    with pytest.raises(Problem) as caught:
        store.look(BY_NUMBER, [(1,), (1, 2)])
    with pytest.raises(apsw.SQLError):
        store.look(NO_SUCH_TABLE, [(1,)])

    assert caught.value.code == "store.row"
    await store.transaction([people(1)])
    assert await numbers(store) == [1]
    assert store.look(BY_NUMBER, [(1,)]) == [(1, 1)]
    await store.close()


async def test_who_only_reads_looks_too(tmp_path: Path) -> None:
    store = await a_store(tmp_path)
    await store.transaction([people(1)])
    await store.close()
    reading = await open_store(tmp_path, read_only=True)
    assert isinstance(reading, SqliteStore)

    assert reading.look(BY_NUMBER, [(1,)]) == [(1, 1)]
    await reading.close()
