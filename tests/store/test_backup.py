"""A backup is taken while the store is written, shows one moment, and comes back on either engine."""

import asyncio
import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest
from sqlalchemy import insert, select

from kaihoken.problems import Problem
from kaihoken.store import Store, Write, backup, open_store, shown_place, statement
from kaihoken.store.backup import back_up, restore
from kaihoken.store.objects import differences
from kaihoken.store.schema import assertion, lookup, metadata

from .. import postgres
from .builders import a_store, numbers, people

ADD_ASSERTION = statement("add an assertion", insert(assertion))
ADD_PLACE = statement("add a place", insert(lookup))


async def a_full_store(location: str | Path) -> Store:
    store = await a_store(location)
    assertions = [
        (n, 0, 0, n, 1, "保険者", None, 739_000, None if n % 2 else 739_100, b"\0\xff") for n in range(1, 50)
    ]
    places = [(n.to_bytes(16, "big"), n, n, 1, 1) for n in range(1, 50)]
    await store.transaction(
        [people(*range(1, 50), size=2000), Write(ADD_ASSERTION, assertions), Write(ADD_PLACE, places)]
    )
    return store


async def everything(store: Store) -> list[list[tuple[object, ...]]]:
    """Every row of every table, in an order of our own."""
    return [
        sorted(await store.fetch(statement("all", select(table))), key=repr)
        for table in metadata.sorted_tables
    ]


@pytest.mark.postgres
@pytest.mark.parametrize("to", ["folder", "database"])
async def test_a_backup_of_either_engine_comes_back_on_either(
    location: str | Path, to: str, tmp_path: Path, second_database: str
) -> None:
    store = await a_full_store(location)
    before = await everything(store)
    steps: list[tuple[int, int]] = []

    made = await back_up(location, tmp_path / "backup.sqlite3", lambda done, of: steps.append((done, of)))
    await store.close()
    target = tmp_path / "restored" if to == "folder" else second_database
    came_back = await restore(made.path, target)

    again = await open_store(target)
    assert await everything(again) == before
    assert again.store_id == made.store_id == came_back.store_id == store.store_id
    assert str(came_back.path).startswith(shown_place(target)), "what was made, not what it was made from"
    assert steps
    assert all(done <= of for done, of in steps)
    await again.transaction([people(100)])
    await again.close()


@pytest.fixture
def second_database(postgres_server: str) -> Iterator[str]:
    with postgres.database(postgres_server) as address:
        yield address


async def test_a_backup_shows_one_moment_while_the_store_is_written(
    location: str | Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every transaction adds a person and a look-up row; a backup that mixed two moments would count differently."""
    monkeypatch.setattr(backup, "PAGES_PER_STEP", 4)
    monkeypatch.setattr(backup, "ROWS_PER_STEP", 10)
    store = await a_full_store(location)
    written = 49

    async def write_on(times: int) -> None:
        nonlocal written
        for _ in range(times):
            written += 1
            place = (written.to_bytes(16, "big"), 1, written, 1, 1)
            await store.transaction([people(written, size=3000), Write(ADD_PLACE, [place])])

    loop = asyncio.get_running_loop()

    def let_write(_done: int, _of: int) -> None:
        if written < 100:  # a copy that began anew with each write would never end
            asyncio.run_coroutine_threadsafe(write_on(3), loop).result()

    # As beside a hub: taken elsewhere, while the store is written between any two of its steps.
    made = await asyncio.to_thread(asyncio.run, back_up(location, tmp_path / "b.sqlite3", let_write))

    copy = await open_store(made.path, read_only=True)
    found = await numbers(copy)
    places = await copy.fetch(statement("places", select(lookup.c.person_no).order_by(lookup.c.person_no)))
    assert [row[0] for row in places] == found == list(range(1, len(found) + 1))
    assert len(found) == 49 < written
    assert await numbers(store) == list(range(1, written + 1))
    await copy.close()
    await store.close()


async def test_what_is_no_part_of_a_store_is_not_restored(tmp_path: Path) -> None:
    await (await a_full_store(tmp_path / "store")).close()
    with closing(apsw.Connection(str(tmp_path / "store" / "store.sqlite3"))) as file:
        file.execute(
            "CREATE TABLE diary (day INTEGER); INSERT INTO diary VALUES (1);"
            " CREATE VIEW everybody AS SELECT * FROM person; CREATE INDEX more ON person (packed);"
            " CREATE TRIGGER gone AFTER INSERT ON log_body BEGIN DELETE FROM log_body; END;"
            " CREATE VIRTUAL TABLE words USING fts5 (word);"
            " CREATE TABLE counted (a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT UNIQUE);"
            " INSERT INTO counted (b) VALUES ('x')"
        )
    made = await back_up(tmp_path / "store", tmp_path / "backup.sqlite3")

    restored = await restore(made.path, tmp_path / "restored")

    assert {"diary", "view everybody", "index more", "trigger gone", "words"} <= set(restored.left_out)
    again = await open_store(tmp_path / "restored")
    assert [one for one in await differences(again) if one.object.name != "sqlite_sequence"] == []
    assert await numbers(again) == list(range(1, 50))
    await again.close()


@pytest.mark.parametrize("place", ["named.sqlite3", "folder/store.sqlite3"])
async def test_what_was_restored_is_a_store_by_whatever_name(place: str, tmp_path: Path) -> None:
    await (await a_full_store(tmp_path / "store")).close()
    made = await back_up(tmp_path / "store", tmp_path / "backup.sqlite3")
    await restore(made.path, tmp_path / place)

    again = await open_store(tmp_path / place)
    assert await numbers(again) == list(range(1, 50))
    await again.close()


async def test_nothing_is_overwritten(location: str | Path, tmp_path: Path) -> None:
    store = await a_full_store(location)
    await back_up(location, tmp_path / "backup.sqlite3")
    taken = (tmp_path / "backup.sqlite3").read_bytes()
    await store.close()

    with pytest.raises(Problem, match=r"store\.exists"):
        await back_up(location, tmp_path / "backup.sqlite3")
    with pytest.raises(Problem, match=r"store\.exists"):
        await restore(tmp_path / "backup.sqlite3", location)

    assert (tmp_path / "backup.sqlite3").read_bytes() == taken
    again = await open_store(location)
    assert await numbers(again) == list(range(1, 50))
    await again.close()


async def test_a_backup_is_one_file_for_its_owner_alone(location: str | Path, tmp_path: Path) -> None:
    store = await a_store(location)
    folder = tmp_path / "backups"
    folder.mkdir()

    made = await back_up(location, folder / "backup.sqlite3")
    await store.close()

    assert [path.name for path in folder.iterdir()] == ["backup.sqlite3"]
    assert made.bytes == made.path.stat().st_size
    if os.name == "posix":
        assert stat.S_IMODE(made.path.stat().st_mode) == 0o600


async def test_a_damaged_backup_is_not_restored(tmp_path: Path) -> None:
    store = await a_full_store(tmp_path / "store")
    made = await back_up(tmp_path / "store", tmp_path / "backup.sqlite3")
    await store.close()
    content = bytearray(made.path.read_bytes())
    content[4096 * 9 : 4096 * 12] = bytes(4096 * 3)
    made.path.write_bytes(content)

    with pytest.raises(Problem, match=r"store\.corrupt"):
        await restore(made.path, tmp_path / "restored")

    assert not (tmp_path / "restored" / "store.sqlite3").exists()


@pytest.mark.parametrize("content", [None, b"", b"something else " * 300])
async def test_what_is_no_backup_is_not_restored(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "backup.sqlite3").write_bytes(content)

    with pytest.raises(Problem) as caught:
        await restore(tmp_path / "backup.sqlite3", tmp_path / "restored")

    assert caught.value.code == ("store.missing" if content is None else "store.not_a_store")


async def test_a_store_that_is_not_there_is_not_backed_up(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"store\.missing"):
        await back_up(tmp_path / "none", tmp_path / "backup.sqlite3")

    assert os.listdir(tmp_path) == []


async def test_a_full_disk_leaves_no_half_backup(tmp_path: Path) -> None:
    store = await a_full_store(tmp_path / "store")
    await store.close()

    def full(_done: int, _of: int) -> None:
        raise apsw.FullError

    with pytest.raises(Problem, match=r"store\.full"):
        await back_up(tmp_path / "store", tmp_path / "backup.sqlite3", full)

    assert os.listdir(tmp_path) == ["store"]
