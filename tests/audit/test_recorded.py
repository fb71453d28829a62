"""A store says of itself what the first record of its log says, and the log's tables hold the log and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Never

import pytest

from kaihoken import cli
from kaihoken.audit import Log, require_own_store
from kaihoken.audit.batch import packed, sealed
from kaihoken.audit.recorded import check_log
from kaihoken.problems import Problem
from kaihoken.store import Statement, Store, Write, open_store

from .builders import SomeKeys, a_new_log, an_entry
from .conftest import Place

BATCHES = 258  # one full tile

_PUT_BODY = Statement(
    "put body",
    "UPDATE log_body SET bodies = ?1 WHERE seq = 0",
    "UPDATE log_body SET bodies = $1 WHERE seq = 0",
)
_PUT_LEAVES = Statement(
    "put leaves",
    "UPDATE log_batch SET batch_root = ?1, leaves = ?2 WHERE seq = 0",
    "UPDATE log_batch SET batch_root = $1, leaves = $2 WHERE seq = 0",
)


@pytest.fixture
async def store(location: str | Path) -> AsyncIterator[Store]:
    """A store whose log fills a tile, open to be changed behind the log's back."""
    async with a_new_log(location) as committer:
        for _ in range(BATCHES - 1):
            await committer.commit([an_entry()])
    opened = await open_store(location)
    yield opened
    await opened.close()


async def change(store: Store, text: str) -> None:
    await store.transaction([Write(Statement("change", text, text), [()])])


async def where(store: Store) -> list[str]:
    return [finding.where async for finding in check_log(store)]


async def test_a_store_as_it_was_made_is_its_own(store: Store) -> None:
    assert await where(store) == []
    await require_own_store(store, await Log.open(store), SomeKeys())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("purpose", "UPDATE store_meta SET value = 'production' WHERE name = 'purpose'"),
        ("store_id", "UPDATE store_meta SET value = 'another' WHERE name = 'store_id'"),
        ("purpose", "DELETE FROM store_meta WHERE name = 'purpose'"),
    ],
)
async def test_a_store_that_says_something_else_of_itself_is_refused(
    store: Store, name: str, text: str
) -> None:
    await change(store, text)

    with pytest.raises(Problem) as caught:
        await require_own_store(store, await Log.open(store), SomeKeys())

    assert (caught.value.code, caught.value.facts) == ("audit.other_store", {"names": name})
    assert await where(store) == [f"store_meta {name}"]


@pytest.mark.parametrize("value", ["2026-11-21T00:00:00+00:00", "2020-01-01", "long ago", ""])
async def test_a_store_made_after_its_log_is_found(store: Store, value: str) -> None:
    await change(store, f"UPDATE store_meta SET value = '{value}' WHERE name = 'created'")

    assert await where(store) == ["store_meta created"]


async def test_a_first_record_that_was_changed_proves_nothing(store: Store) -> None:
    await change(
        store, "UPDATE log_body SET bodies = (SELECT bodies FROM log_body WHERE seq = 1) WHERE seq = 0"
    )

    assert await where(store) == ["batch 0"]
    with pytest.raises(Problem, match=r"audit\.damaged"):
        await require_own_store(store, await Log.open(store), SomeKeys())


async def test_a_first_record_that_was_destroyed_proves_nothing(store: Store) -> None:
    await store.transaction([Write(_PUT_BODY, [(packed([b""]),)])])

    assert await where(store) == ["batch 0"]
    with pytest.raises(Problem, match=r"audit\.destroyed"):
        await require_own_store(store, await Log.open(store), SomeKeys())


@pytest.mark.parametrize("body", [b"nonsense", b'{"log_id":"1","purpose":"demo"}', b"[]"])
async def test_a_first_record_of_something_else_proves_nothing(store: Store, body: bytes) -> None:
    other = sealed([an_entry(body.decode())], bytes(16))
    await store.transaction(
        [
            Write(_PUT_BODY, [(packed(other.chunks),)]),
            Write(_PUT_LEAVES, [(other.root, b"".join(other.leaves))]),
        ]
    )

    assert await where(store) == ["batch 0"]


async def test_what_the_store_cannot_read_is_no_finding(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreadable(log: Log, seq: int) -> Never:
        raise Problem("store.unreachable")

    monkeypatch.setattr(Log, "batch", unreadable)

    with pytest.raises(Problem, match=r"store\.unreachable"):
        await where(store)


async def test_a_first_head_that_nobody_signed_proves_nothing(store: Store) -> None:
    await change(store, "UPDATE log_batch SET at_ms = at_ms - 1 WHERE seq = 0")

    with pytest.raises(Problem, match=r"audit\.head_refused"):
        await require_own_store(store, await Log.open(store), SomeKeys())


_COPY_BODY = "INSERT INTO log_body (seq, bodies) SELECT {seq}, bodies FROM log_body WHERE seq = 1"
_COPY_TILE = (
    "INSERT INTO log_tile (level, position, hashes, root)"
    " SELECT {level}, {position}, hashes, root FROM log_tile WHERE level = 0 AND position = 0"
)
_COPY_BATCH = (
    "INSERT INTO log_batch (seq, at_ms, batch_root, tree_root, leaves, key_id, signature)"
    " SELECT -1, at_ms, batch_root, tree_root, leaves, key_id, signature FROM log_batch WHERE seq = 1"
)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("log_batch -1", _COPY_BATCH),
        ("log_body -1", _COPY_BODY.format(seq=-1)),
        (f"log_body {BATCHES}", _COPY_BODY.format(seq=BATCHES)),
        ("log_tile 0/1", _COPY_TILE.format(level=0, position=1)),
        ("log_tile 0/-1", _COPY_TILE.format(level=0, position=-1)),
        ("log_tile 1/0", _COPY_TILE.format(level=1, position=0)),
        ("log_tile -1/0", _COPY_TILE.format(level=-1, position=0)),
        ("log_tile 9/0", _COPY_TILE.format(level=9, position=0)),
    ],
)
async def test_a_row_outside_the_log_is_found(store: Store, place: str, text: str) -> None:
    await change(store, text)

    assert await where(store) == [place]


async def test_where_no_log_has_begun_its_tables_are_empty(location: str | Path) -> None:
    async with a_new_log(location):
        pass
    store = await open_store(location)
    await change(store, "DELETE FROM log_batch")

    assert await where(store) == ["log_body 0"]
    await store.close()


def test_store_check_holds_a_store_against_its_log(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    check = ["store", "check", "--store", str(place.store)]
    assert cli.run(check) == 0
    asyncio.run(_forge(place.store))

    assert cli.run(check) == 1
    assert "✗ log store_meta purpose" in capsys.readouterr().out


async def _forge(folder: Path) -> None:
    store = await open_store(folder)
    await change(store, "UPDATE store_meta SET value = 'production' WHERE name = 'purpose'")
    await store.close()
