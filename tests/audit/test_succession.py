"""Another key signs the log from one moment on, between two batches, and everything before it stays proved."""

import asyncio
from pathlib import Path

import pytest

from kaihoken.audit import Committer, check_head
from kaihoken.problems import Problem
from kaihoken.store import SigningKey, instant

from .builders import SomeKey, SomeKeys, a_clock, a_log_on, a_new_log, a_store, an_entry, committed, later
from .stores import TroubledStore


class Succession:
    """Begins the next of some keys where it is told to."""

    def __init__(self) -> None:
        self.keys = SomeKeys()
        self.before: list[str] = []

    def begin(self, signing: SigningKey, begins_ms: int) -> SigningKey:
        self.before.append(signing.key_id)
        self.keys = self.keys.rotated(instant(begins_ms))
        return self.keys.log[-1]

    def of(self, committer: Committer) -> "asyncio.Task[SigningKey]":
        return asyncio.ensure_future(committer.succeed(self.begin))


async def test_every_head_is_signed_by_the_key_of_its_moment(tmp_path: Path) -> None:
    clock, keys = a_clock(), Succession()
    async with a_new_log(tmp_path / "store", clock=clock) as committer:
        await committed(committer, "a")
        later(clock, seconds=-5)  # a clock that was set back
        old = committer.head

        signer = await keys.of(committer)

        assert keys.before == [SomeKey(1).key_id]
        assert (committer.head.size, committer.head.key_id) == (old.size, signer.key_id)
        assert committer.head.time_ms == old.time_ms + 1, "behind every head of the other key"
        await committed(committer, "b")
        committer.tick()
        for head in (old, committer.head, *(one.head for one in await committer.log.batches(0, 9))):
            check_head(head, keys.keys.public())


async def test_no_key_begins_while_it_is_not_known_whether_a_batch_stands(tmp_path: Path) -> None:
    keys = Succession()
    store = TroubledStore(await a_store(tmp_path / "store"))
    async with a_log_on(store) as committer:
        store.after = [Problem("store.unconfirmed")]
        with pytest.raises(Problem, match=r"store\.unconfirmed"):
            await committer.commit([an_entry()])

        waiting = keys.of(committer)
        for _ in range(5):
            await asyncio.sleep(0)
        assert not waiting.done()
        await committed(committer, "again")

        assert (await waiting).key_id == committer.head.key_id
        assert await committer.log.size() == 3
        for batch in await committer.log.batches(0, 9):
            check_head(batch.head, keys.keys.public())


async def test_a_key_that_cannot_begin_changes_nothing(tmp_path: Path) -> None:
    def refused(_: SigningKey, __: int) -> SigningKey:
        raise Problem("store.full", where="test")

    async with a_new_log(tmp_path / "store") as committer:
        with pytest.raises(Problem, match=r"store\.full"):
            await committer.succeed(refused)
        await committed(committer, "a")

        assert committer.head.key_id == SomeKey(1).key_id


async def test_who_has_gone_meanwhile_is_not_told(tmp_path: Path) -> None:
    keys = Succession()

    def refused(_: SigningKey, __: int) -> SigningKey:
        raise Problem("store.full", where="test")

    async with a_new_log(tmp_path / "store") as committer:
        for begin in (keys.begin, refused):
            waiting = asyncio.ensure_future(committer.succeed(begin))
            await asyncio.sleep(0)
            waiting.cancel()
            await committed(committer, "a")

        assert committer.ready
        check_head(committer.head, keys.keys.public())


async def test_a_log_that_is_closed_has_no_successor(tmp_path: Path) -> None:
    keys = Succession()
    store = TroubledStore(await a_store(tmp_path / "store"))
    async with a_log_on(store) as committer:
        store.after = [Problem("store.unconfirmed")]
        with pytest.raises(Problem, match=r"store\.unconfirmed"):
            await committer.commit([an_entry()])
        waiting = keys.of(committer)
        await asyncio.sleep(0)
        await committer.close()

        with pytest.raises(Problem, match=r"audit\.closed"):
            await waiting
        with pytest.raises(Problem, match=r"audit\.closed"):
            await committer.succeed(keys.begin)
    assert keys.before == []
