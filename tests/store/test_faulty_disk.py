"""A disk that is full or fails refuses writes and spoils nothing."""

import shutil
from pathlib import Path

import apsw
import pytest

from kaihoken.problems import Problem
from kaihoken.store import SqliteStore, Store, checkpointer, open_store

from ..disks import Fault, FaultyDisk
from .builders import a_store, numbers, people

FAULTS = [(apsw.FullError, "store.full"), (apsw.IOError, "store.failed")]
LAST_CALL = 42


async def write_while_it_fails(store: Store) -> tuple[set[int], set[str]]:
    """Writes five transactions of several pages; returns what was acknowledged and the problems' codes."""
    acknowledged: set[int] = set()
    refusals: set[str] = set()
    for number in range(10, 60, 10):
        try:
            await store.transaction([people(number, size=12_000), people(number + 1)])
        except Problem as problem:
            refusals.add(problem.code)
        else:
            acknowledged |= {number, number + 1}
    return acknowledged, refusals


def checked(path: Path) -> str:
    connection = apsw.Connection(str(path))
    result = str(connection.pragma("integrity_check"))
    connection.close()
    return result


@pytest.mark.parametrize(("error", "code"), FAULTS)
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
async def test_a_failure_at_every_call_loses_nothing_acknowledged(
    tmp_path: Path, error: type[apsw.Error], code: str, lasting: bool
) -> None:
    hit = set()
    store = await a_store(tmp_path / "new")
    await store.transaction([people(1)])
    await store.close()
    for at in range(1, LAST_CALL):
        folder = shutil.copytree(tmp_path / "new", tmp_path / str(at))
        with FaultyDisk() as disk:
            store = await open_store(folder, vfs=disk.name)
            disk.fail(Fault(at, error, lasting=lasting))

            acknowledged, refusals = await write_while_it_fails(store)

            hit.update(disk.failed)
            crashed = shutil.copytree(
                folder, tmp_path / f"{at} crashed", ignore=shutil.ignore_patterns("*-shm")
            )
            disk.mend()
            assert refusals <= {code}
            assert bool(refusals) == bool(disk.failed)
            assert set(await numbers(store)) == {1} | acknowledged
            await store.transaction([people(500)])
            await store.close()

        # What was refused stays away; what was acknowledged is there, after an orderly end and after a crash.
        assert checked(folder / "store.sqlite3") == "ok"
        again = await open_store(folder)
        assert set(await numbers(again)) == {1, 500} | acknowledged
        await again.close()
        assert checked(crashed / "store.sqlite3") == "ok"
        after_crash = await open_store(crashed)
        found = set(await numbers(after_crash))
        assert found >= {1} | acknowledged
        assert all((number in found) == (number + 1 in found) for number in range(10, 60, 10))
        await after_crash.close()

    assert hit == {"write wal", "sync wal"}


@pytest.mark.parametrize(("error", "name"), [(apsw.FullError, "FullError"), (apsw.IOError, "IOError")])
async def test_a_checkpoint_that_fails_harms_no_write_and_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[apsw.Error], name: str
) -> None:
    monkeypatch.setattr(checkpointer, "PASS_PAGES", 20)
    await (await a_store(tmp_path)).close()
    with FaultyDisk(only="database") as disk:
        store = await open_store(tmp_path, vfs=disk.name)
        assert isinstance(store, SqliteStore)
        disk.fail(Fault(1, error, lasting=True))

        number = 0
        while store.checkpoint_failure != name:
            number += 1
            await store.transaction([people(number)])
        disk.mend()
        while store.checkpoint_failure:
            number += 1
            await store.transaction([people(number)])

        assert await numbers(store) == list(range(1, number + 1))
        await store.close()
    assert checked(tmp_path / "store.sqlite3") == "ok"


async def test_a_store_closes_on_a_disk_that_stays_full_and_opens_whole(tmp_path: Path) -> None:
    await (await a_store(tmp_path)).close()
    with FaultyDisk() as disk:
        store = await open_store(tmp_path, vfs=disk.name)
        await store.transaction([people(1, 2)])
        disk.fail(Fault(1, apsw.FullError, lasting=True))

        await store.close()

    again = await open_store(tmp_path)
    assert await numbers(again) == [1, 2]
    await again.close()
