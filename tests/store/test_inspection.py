"""`check` finds what is wrong with a store, and a room adds what only it can judge."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import apsw
import asyncpg
import pytest

from kaihoken.store import Finding, LookupKey, Store, inspection, open_store, register_check
from kaihoken.store.inspection import inspect

from .builders import PEOPLE, a_store, people


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "_checks", {})


async def findings(store: Store) -> list[Finding]:
    return [finding async for finding in inspect(store)]


async def test_a_sound_store_has_no_findings(location: str | Path) -> None:
    store = await a_store(location)
    await store.transaction([people(*range(1, 300))])
    beside = await open_store(location, read_only=True)
    steps: list[str] = []

    found = [finding async for finding in inspect(beside, steps.append)]

    assert found == []
    assert steps == ["tables", "engine"]
    await beside.close()
    await store.close()


async def test_a_room_adds_its_own_check(location: str | Path) -> None:
    async def odd_people(store: Store, _: Sequence[LookupKey]) -> AsyncIterator[Finding]:
        for number, *_ in await store.fetch(PEOPLE):
            if isinstance(number, int) and number % 2:
                yield Finding(
                    "projection", f"person {number}", "合いません", "does not follow from the truth"
                )

    register_check("projection", odd_people)
    store = await a_store(location)
    await store.transaction([people(1, 2, 3)])

    found = await findings(store)

    assert [finding.where for finding in found] == ["person 1", "person 3"]
    await store.close()


async def test_damaged_pages_are_found(tmp_path: Path) -> None:
    store = await a_store(tmp_path)
    await store.transaction([people(*range(1, 500), size=300)])
    await store.close()
    file = tmp_path / "store.sqlite3"
    content = bytearray(file.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = bytes(4096)
    file.write_bytes(content)

    store = await open_store(tmp_path)
    found = await findings(store)

    assert {finding.check for finding in found} == {"engine"}
    await store.close()


async def test_a_missing_column_is_found(location: str | Path) -> None:
    store = await a_store(location)
    await store.close()
    if isinstance(location, str):
        connection = await asyncpg.connect(location)
        await connection.execute("ALTER TABLE client DROP COLUMN scopes")
        await connection.close()
    else:
        apsw.Connection(str(location / "store.sqlite3")).execute("ALTER TABLE client DROP COLUMN scopes")

    store = await open_store(location)
    found = await findings(store)

    assert [(finding.check, finding.where) for finding in found] == [("tables", "client")]
    await store.close()
