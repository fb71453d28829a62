"""A transaction returns after the disk has synced it, not before."""

from pathlib import Path

import apsw
import asyncpg
import pytest

from kaihoken.problems import Problem
from kaihoken.store import open_store

from ..disks import RecordingDisk
from .builders import a_store, people


async def test_the_log_is_synced_when_a_transaction_returns(tmp_path: Path) -> None:
    await (await a_store(tmp_path)).close()
    with RecordingDisk() as disk:
        store = await open_store(tmp_path, vfs=disk.name)

        for number in range(1, 40):
            await store.transaction([people(number, size=number * 500)])
            disk.note(f"returned {number}")

        assert all(disk.log_is_synced_at(f"returned {number}") for number in range(1, 40))
        await store.close()


async def test_the_recording_would_show_a_store_that_does_not_sync(tmp_path: Path) -> None:
    await (await a_store(tmp_path)).close()
    with RecordingDisk() as disk:
        careless = apsw.Connection(str(tmp_path / "store.sqlite3"), vfs=disk.name)
        careless.pragma("synchronous", "NORMAL")

        careless.execute("INSERT INTO store_meta VALUES ('a', 'b')")
        disk.note("returned")

        assert not disk.log_is_synced_at("returned")
        careless.close()


@pytest.mark.postgres
async def test_a_database_that_answers_before_the_disk_is_refused(postgres_url: str) -> None:
    await (await a_store(postgres_url)).close()
    await _say(
        postgres_url,
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$",
    )

    with pytest.raises(Problem) as caught:
        await open_store(postgres_url)

    assert caught.value.code == "store.not_durable"
    assert caught.value.facts == {"setting": "synchronous_commit", "value": "off", "wanted": "on"}


async def _say(address: str, text: str) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute(text)
    await connection.close()
