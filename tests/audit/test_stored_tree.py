"""The tree as it is stored: proofs of every size and place, from tiles, equal the plain tree."""

from collections import Counter
from pathlib import Path

import apsw
import pytest

from kaihoken.audit import Committer, Log, merkle
from kaihoken.audit import log as log_module
from kaihoken.audit import tiles as tiles_module
from kaihoken.audit.store import TILE_ROOTS
from kaihoken.problems import Problem
from kaihoken.store import SqliteStore, Statement, open_store

from .builders import a_new_log, a_store, an_entry, the_log
from .proofs import consistency_proof, inclusion_proof


@pytest.fixture
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiles of four hashes, so that a hundred batches fill three levels of them."""
    for module in (log_module, tiles_module):
        monkeypatch.setattr(module, "TILE_BITS", 2)
        monkeypatch.setattr(module, "TILE_WIDTH", 4)


async def grown(committer: Committer, count: int) -> None:
    for number in range(count):
        await committer.commit([an_entry(str(number))])


async def leaves_of(log: Log) -> list[bytes]:
    size = await log.size()
    return [merkle.leaf_hash(batch.head.batch_root) for batch in await log.batches(0, size)]


@pytest.mark.usefixtures("small_tiles")
async def test_every_proof_is_that_of_the_plain_tree(tmp_path: Path) -> None:
    async with a_new_log(tmp_path / "store") as committer:
        await grown(committer, 69)
        log = committer.log
        leaves = await leaves_of(log)

        for size in range(1, 71):
            assert (await log.tree(size)).root() == merkle.root(leaves[:size])
            for index in range(0, size, 3):
                assert await log.inclusion(index, size) == inclusion_proof(leaves[:size], index)
                assert await log.consistency(index + 1, size) == consistency_proof(leaves[:size], index + 1)


@pytest.mark.usefixtures("small_tiles")
async def test_the_edge_goes_on_after_every_size(tmp_path: Path) -> None:
    async with a_new_log(tmp_path / "store"):
        pass
    for _ in range(23):
        async with the_log(tmp_path / "store") as committer:
            await grown(committer, 3)
    async with the_log(tmp_path / "store") as committer:
        leaves = await leaves_of(committer.log)

        assert (await committer.log.tree(70)).root() == merkle.root(leaves)
        full = {level: await committer.log.tiles(level, 0, 99) for level in range(4)}
        assert [len(full[level]) for level in range(4)] == [17, 4, 1, 0]
        for position, (hashes, root) in full[0].items():
            expected = leaves[4 * position : 4 * position + 4]
            assert (hashes, root) == (b"".join(expected), merkle.root(expected))


async def test_tiles_of_full_size_are_written_and_read(tmp_path: Path) -> None:
    async with a_new_log(tmp_path / "store") as committer:
        await grown(committer, 520)
        leaves = await leaves_of(committer.log)

        assert sorted(await committer.log.tiles(0, 0, 9)) == [0, 1]
        for index, size in ((0, 521), (255, 256), (256, 300), (300, 513), (520, 521)):
            assert await committer.log.inclusion(index, size) == inclusion_proof(leaves[:size], index)
    async with the_log(tmp_path / "store") as again:
        await grown(again, 1)
        assert (await again.log.tree(521)).root() == merkle.root(leaves)


@pytest.mark.usefixtures("small_tiles")
async def test_no_more_tiles_are_kept_in_memory_than_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "_TILES_KEPT", 2)
    async with a_new_log(tmp_path / "store") as committer:
        await grown(committer, 40)
        leaves = await leaves_of(committer.log)

        for index in range(41):
            assert await committer.log.inclusion(index, 41) == inclusion_proof(leaves, index)
        assert len(committer.log._tiles) == 2


async def test_what_the_log_does_not_hold_is_said(tmp_path: Path) -> None:
    async with a_new_log(tmp_path / "store") as committer:
        await grown(committer, 4)
        log = committer.log

        for asked in (
            log.batch(5),
            log.inclusion(0, 6),
            log.inclusion(-1, 3),
            log.inclusion(3, 3),
            log.consistency(0, 3),
            log.consistency(4, 3),
            log.consistency(1, 6),
            log.record(5, 0),
        ):
            with pytest.raises(Problem, match=r"audit\.no_batch"):
                await asked
        for index in (-1, 1):
            with pytest.raises(Problem, match=r"audit\.no_record"):
                await log.record(1, index)


async def test_a_receipt_can_be_written_again_as_it_was(tmp_path: Path) -> None:
    async with a_new_log(tmp_path / "store") as committer:
        done = await committer.commit([an_entry(str(n)) for n in range(5)])

        assert await committer.log.receipt(done.seq, 3) == done.receipt(3)


async def test_a_store_without_a_log_says_so(tmp_path: Path) -> None:
    store = await a_store(tmp_path / "store")
    with pytest.raises(Problem, match=r"audit\.no_log"):
        await Log.open(store)
    await store.close()


async def test_the_log_can_be_read_beside_the_writer(location: str | Path) -> None:
    async with a_new_log(location) as committer:
        await grown(committer, 3)
        store = await open_store(location, read_only=True)
        beside = await Log.open(store)
        assert await beside.size() == 4
        assert await beside.inclusion(2, 4) == await committer.log.inclusion(2, 4)
        await store.close()


@pytest.fixture
def rows_read(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many rows each statement has read so far."""
    read: Counter[str] = Counter()
    fetch = SqliteStore.fetch

    async def counting(
        self: SqliteStore, statement: Statement, params: tuple[object, ...] = ()
    ) -> list[tuple[object, ...]]:
        rows = await fetch(self, statement, params)
        read[statement.name] += len(rows)
        return rows

    monkeypatch.setattr(SqliteStore, "fetch", counting)
    return read


@pytest.mark.usefixtures("small_tiles")
async def test_a_first_proof_reads_two_tiles_of_each_level_at_most(
    tmp_path: Path, rows_read: Counter[str]
) -> None:
    """The tile in which the batch stands, and the last one, for each of the levels that so many batches have."""
    async with a_new_log(tmp_path / "store") as committer:
        for size in (16, 64, 255):
            await grown(committer, size - await committer.log.size())
            levels = (size - 1).bit_length() // 2 + 1
            for index in range(0, size, 7):
                log = Log(committer._store, committer.log.log_id)
                rows_read.clear()

                await log.inclusion(index, size)

                assert rows_read["tile"] <= 2 * levels
                assert rows_read["batch roots"] <= 4
                assert rows_read["tile roots"] <= 4 * levels


@pytest.mark.usefixtures("small_tiles")
async def test_the_next_proof_reads_what_came_since(tmp_path: Path, rows_read: Counter[str]) -> None:
    async with a_new_log(tmp_path / "store") as committer:
        await grown(committer, 65)  # with the first: 66, two in the last tile of level 0
        log = committer.log
        await log.inclusion(5, 66)
        rows_read.clear()
        await grown(committer, 1)

        path = await log.inclusion(5, 67)

        assert rows_read["batch roots"] == 1
        assert rows_read["tile"] == rows_read["tile roots"] == 0
        assert path == inclusion_proof(await leaves_of(log), 5)
        await grown(committer, 3)
        assert await log.inclusion(5, 70) == inclusion_proof(await leaves_of(log), 5), "in the next tile"


async def test_the_roots_of_tiles_are_read_without_their_hashes(tmp_path: Path) -> None:
    """Eight kilobytes stand before each root in its row: a row for each of 256 tiles would be half a thousand pages."""
    async with a_new_log(tmp_path / "store"):
        pass
    with apsw.Connection(str(tmp_path / "store" / "store.sqlite3")) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {TILE_ROOTS.sqlite}", (0, 0, 256)).fetchall()

    assert [detail.split(" (")[0] for *_, detail in plan] == [
        "SEARCH log_tile USING COVERING INDEX log_tile_root"
    ]
