"""What a caller may rely on: durable on return, together with the change, grouped with whoever waits."""

import asyncio
import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from kaihoken.audit import LARGEST_BATCH, NOTHING_KNOWN, Committer, Entry, check_head, checked_receipt
from kaihoken.problems import Problem
from kaihoken.store import Statement, Write, open_store

from .builders import (
    BORN,
    META,
    SomeKey,
    SomeKeys,
    a_clock,
    a_log_on,
    a_new_log,
    a_store,
    a_write,
    an_entry,
    committed,
    later,
    the_log,
)
from .stores import TroubledStore, full, unconfirmed

KEYS = SomeKeys().public()


async def test_a_new_log_begins_with_its_own_birth(location: str | Path) -> None:
    async with a_new_log(location) as committer:
        first = await committer.log.record(0, 0)

        assert first.kind == "log.created"
        assert json.loads(first.body)["log_id"] == committer.head.log_id
        assert (committer.committed_seq, committer.head.size, committer.ready) == (0, 1, True)


async def test_a_record_and_its_change_stand_together_when_commit_returns(location: str | Path) -> None:
    async with a_new_log(location) as committer:
        done = await committer.commit([an_entry("what was done")], [a_write("a", "1")])

        other = await open_store(location, read_only=True)
        seen = await other.fetch(META)
        await other.close()
        assert seen == [("test a", "1")]
        assert (await committer.log.record(done.seq, 0)).body == b"what was done"


async def test_a_change_can_name_its_commit_sequence(tmp_path: Path) -> None:
    store = TroubledStore(await a_store(tmp_path / "store"))
    async with a_log_on(store) as committer:
        done = await committer.commit([an_entry()], lambda seq: [a_write("seq", str(seq))])

        assert await store.fetch(META) == [("test seq", str(done.seq))]


async def test_reopening_finds_the_same_tree(location: str | Path) -> None:
    async with a_new_log(location) as committer:
        await committed(committer, *"abc")
        before = committer.head

    async with the_log(location) as committer:
        assert committer.head == before
        await committed(committer, "d")
        assert committer.head.size == before.size + 1
        proof = await committer.log.consistency(before.size, before.size + 1)
        assert len(proof) > 0


async def test_a_thousand_at_once_share_few_transactions_and_each_has_its_proof(
    location: str | Path,
) -> None:
    async with a_new_log(location) as committer:
        done = await asyncio.gather(*(committer.commit([an_entry(str(n))]) for n in range(1000)))

        assert committer.committed_seq <= 3
        assert len({(one.seq, one.first) for one in done}) == 1000
        for number, one in enumerate(done):
            assert checked_receipt(one.receipt().decode(), KEYS).body == str(number).encode()
            assert checked_receipt(one.receipt_header(), KEYS).head == one.head


async def test_all_who_wait_when_a_turn_ends_share_one_transaction(tmp_path: Path) -> None:
    store = TroubledStore(await a_store(tmp_path / "store"))
    async with a_log_on(store) as committer:
        await asyncio.gather(*(committer.commit([an_entry()], [a_write(str(n))]) for n in range(64)))

        assert store.records() == [1, 64]


async def test_a_caller_with_several_records_has_a_receipt_for_each(tmp_path: Path) -> None:
    async with a_new_log(tmp_path / "store") as committer:
        one, two = await asyncio.gather(
            committer.commit([an_entry("a"), an_entry("b")]), committer.commit([an_entry("c"), an_entry("d")])
        )

        bodies = [checked_receipt(two.receipt(n).decode(), KEYS).body for n in range(two.count)]
        assert bodies == [b"c", b"d"]
        assert one.seq == two.seq
        with pytest.raises(IndexError):
            one.receipt(2)


async def test_a_batch_has_a_largest_size_but_no_caller_is_split(tmp_path: Path) -> None:
    store = TroubledStore(await a_store(tmp_path / "store"))
    async with a_log_on(store) as committer:
        many = [an_entry()] * (LARGEST_BATCH + 1)
        await asyncio.gather(
            committer.commit(many), committer.commit([an_entry()] * 500), committer.commit([an_entry()] * 13)
        )

        assert store.records() == [1, LARGEST_BATCH + 1, 500, 13]


async def test_while_a_transaction_is_under_way_the_next_group_gathers(tmp_path: Path) -> None:
    store = TroubledStore(await a_store(tmp_path / "store"))
    async with a_log_on(store) as committer:
        store.gate, store.reached = asyncio.Event(), asyncio.Event()
        first = asyncio.create_task(committer.commit([an_entry()]))
        await store.reached.wait()
        rest = [asyncio.create_task(committer.commit([an_entry()])) for _ in range(5)]
        await asyncio.sleep(0)
        was_done = first.done()
        store.gate.set()
        await asyncio.gather(first, *rest)

        assert not was_done
        assert store.records() == [1, 1, 5]


async def test_bulk_slices_and_questions_both_go_on(tmp_path: Path) -> None:
    store = TroubledStore(await a_store(tmp_path / "store"))
    async with a_log_on(store) as committer:
        bulk = [committer.commit_slice([an_entry(kind="registration")], [a_write(f"b{n}")]) for n in range(4)]
        questions = [committer.commit([an_entry()]) for _ in range(LARGEST_BATCH * 2)]
        await asyncio.gather(*bulk, *questions)

        slices = [
            sum(write.statement.name == "add meta" for write in writes) for writes in store.transactions
        ]
        assert slices == [0, 1, 1, 1, 1]
        assert store.records() == [1, LARGEST_BATCH + 1, LARGEST_BATCH + 1, 1, 1]


async def test_there_is_no_change_without_a_record(tmp_path: Path) -> None:
    async with a_new_log(tmp_path / "store") as committer:
        with pytest.raises(ValueError, match="record"):
            await committer.commit([], [a_write("a")])

        assert committer.committed_seq == 0


async def test_who_has_gone_before_the_turn_ends_leaves_no_record(tmp_path: Path) -> None:
    async with a_new_log(tmp_path / "store") as committer:
        gone = asyncio.create_task(committer.commit([an_entry("gone")]))
        await asyncio.sleep(0)
        gone.cancel()
        await committer.commit([an_entry("stays")])

        assert len((await committer.log.batch(1)).leaves) == 1
        assert (await committer.log.record(1, 0)).body == b"stays"


async def test_when_all_have_gone_nothing_is_committed(tmp_path: Path) -> None:
    async with a_new_log(tmp_path / "store") as committer:
        gone = asyncio.create_task(committer.commit([an_entry("gone")]))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait([gone])
        await committer.commit([an_entry()])

        assert committer.committed_seq == 1


@pytest.mark.parametrize("fails", [False, True])
async def test_who_goes_during_the_transaction_does_not_disturb_the_others(
    fails: bool, tmp_path: Path
) -> None:
    store = TroubledStore(await a_store(tmp_path / "store"))
    async with a_log_on(store) as committer:
        store.gate, store.reached = asyncio.Event(), asyncio.Event()
        store.after = [full()] if fails else []
        goes = asyncio.create_task(committer.commit([an_entry("goes")]))
        stays = asyncio.create_task(committer.commit([an_entry("stays")]))
        await store.reached.wait()
        goes.cancel()
        store.gate.set()
        await asyncio.wait([goes, stays])

        assert goes.cancelled()
        if fails:
            assert isinstance(stays.exception(), Problem)
        else:
            assert checked_receipt(stays.result().receipt().decode(), KEYS).body == b"stays"


async def test_closing_lets_those_finish_who_wait_and_refuses_later_ones(tmp_path: Path) -> None:
    async with a_new_log(tmp_path / "store") as committer:
        waiting = [asyncio.create_task(committer.commit([an_entry()])) for _ in range(3)]
        await asyncio.sleep(0)
        await committer.close()

        assert [task.result().seq for task in waiting] == [1, 1, 1]
        assert not committer.ready
        with pytest.raises(Problem, match=r"audit\.closed"):
            await committer.commit([an_entry()])


async def test_what_was_acknowledged_survives_a_copy_of_the_disk_at_any_moment(tmp_path: Path) -> None:
    async with a_new_log(tmp_path / "store") as committer:
        for number in range(3):
            await committed(committer, str(number))
            copy = tmp_path / f"copy{number}"
            copy.mkdir()
            for file in (tmp_path / "store").glob("store.sqlite3*"):
                (copy / file.name).write_bytes(file.read_bytes())
            head = committer.head
            async with the_log(copy) as again:
                assert again.head == head


async def test_the_time_of_the_log_never_goes_back(tmp_path: Path) -> None:
    clock = a_clock()
    async with a_new_log(tmp_path / "store", clock=clock) as committer:
        times = []
        for hours in (1, -2, 0, 3):
            later(clock, hours=hours)
            times.append((await committer.commit([an_entry()])).head.time_ms)
    async with the_log(tmp_path / "store", clock=a_clock()) as committer:
        times.append((await committer.commit([an_entry()])).head.time_ms)

    assert times == sorted(times)
    assert times[0] == times[1] == times[2]


async def test_no_head_is_older_than_its_key(tmp_path: Path) -> None:
    slow = a_clock()
    slow.at = BORN - timedelta(minutes=5)
    async with a_new_log(tmp_path / "store", clock=slow) as committer:
        done = await committer.commit([an_entry()])

        check_head(done.head, KEYS)


async def test_an_instant_resolves_to_the_last_batch_at_or_before_it(location: str | Path) -> None:
    clock = a_clock()
    async with a_new_log(location, clock=clock) as committer:
        for _ in range(4):
            await committed(committer, "a")
            later(clock, minutes=1)
            await committed(committer, "b")

        async def known(**after: float) -> int:
            return await committer.resolve(BORN + timedelta(**after))

        assert await known(seconds=-1) == NOTHING_KNOWN
        assert await known(seconds=0) == 1
        assert await known(seconds=59) == 1
        assert await known(minutes=1) == 3
        assert await known(minutes=2, milliseconds=-1) == 3
        assert await known(minutes=4) == 8
        assert await known(days=1) == committer.committed_seq == 8


async def test_after_a_rotation_the_new_key_signs_and_the_old_one_still_verifies(tmp_path: Path) -> None:
    clock = a_clock()
    keys = SomeKeys()
    async with a_new_log(tmp_path / "store", keys, clock) as committer:
        before = await committer.commit([an_entry()])
    keys = keys.rotated(later(clock, hours=1).at)
    async with the_log(tmp_path / "store", keys, clock) as committer:
        after = await committer.commit([an_entry()])

    assert [before.head.key_id, after.head.key_id] == [key.key_id for key in keys.log]
    for done in (before, after):
        checked_receipt(done.receipt().decode(), keys.public())
    async with the_log(tmp_path / "store", keys, clock) as committer:
        assert committer.committed_seq == 2


async def test_a_store_that_fails_fails_exactly_those_in_the_transaction(tmp_path: Path) -> None:
    store = TroubledStore(await a_store(tmp_path / "store"))
    async with a_log_on(store) as committer:
        await committed(committer, "before")
        head, tree = committer.head, await committer.log.tree(2)
        store.before = [full()]
        failed = await asyncio.gather(
            *(committer.commit([an_entry()], [a_write(f"x{n}")]) for n in range(5)), return_exceptions=True
        )

        assert [getattr(error, "code", "") for error in failed] == ["store.full"] * 5
        assert len({id(error) for error in failed}) == 5
        assert not committer.ready
        assert (committer.head, await committer.log.tree(2)) == (head, tree)
        assert await store.fetch(META) == []

        await committed(committer, "after")
        assert committer.ready
        assert committer.committed_seq == 2


async def test_a_tick_finds_out_that_the_store_works_again(tmp_path: Path) -> None:
    store = TroubledStore(await a_store(tmp_path / "store"))
    async with a_log_on(store) as committer:
        store.before = [full(), full()]
        with pytest.raises(Problem, match=r"store\.full"):
            await committer.commit([an_entry()])
        ready = []
        for _ in range(3):
            committer.tick()
            committer.tick()
            for _ in range(6):
                await asyncio.sleep(0)
            ready.append(committer.ready)

        assert ready == [False, True, True]
        assert (await committer.log.record(1, 0)).kind == "log.recovered"
        assert committer.committed_seq == 1


@pytest.mark.parametrize("durable", [True, False])
async def test_a_write_whose_end_is_unknown_is_looked_up_before_the_next(
    durable: bool, tmp_path: Path
) -> None:
    store = TroubledStore(await a_store(tmp_path / "store"))
    async with a_log_on(store) as committer:
        if durable:
            store.after = [unconfirmed()]
        else:
            store.before = [unconfirmed()]
        with pytest.raises(Problem, match=r"store\.unconfirmed"):
            await committer.commit([an_entry("unknown")], [a_write("unknown")])
        next_one = await committer.commit([an_entry("next")])

        assert next_one.seq == (2 if durable else 1)
        assert len(await store.fetch(META)) == durable
    async with the_log(tmp_path / "store") as committer:
        assert committer.head == next_one.head


async def test_while_nothing_can_be_looked_up_nobody_commits(tmp_path: Path) -> None:
    store = TroubledStore(await a_store(tmp_path / "store"))
    async with a_log_on(store) as committer:
        store.after = [unconfirmed()]
        store.reading = [Problem("store.failed", reason="gone")]
        codes = []
        for _ in range(3):
            result = await asyncio.gather(committer.commit([an_entry()]), return_exceptions=True)
            codes.append(getattr(result[0], "code", "committed"))

        assert codes == ["store.unconfirmed", "store.failed", "committed"]
        assert committer.committed_seq == 2


@pytest.mark.parametrize("bad", [0, 3, 6])
async def test_a_caller_whose_change_is_refused_fails_alone(bad: int, location: str | Path) -> None:
    async with a_new_log(location) as committer:
        await committer.commit([an_entry()], [a_write("taken")])
        done = await asyncio.gather(
            *(
                committer.commit([an_entry(str(n))], [a_write("taken" if n == bad else str(n))])
                for n in range(7)
            ),
            return_exceptions=True,
        )

        refused = [number for number, one in enumerate(done) if isinstance(one, BaseException)]
        assert refused == [bad]
        error = done[bad]
        assert isinstance(error, Problem)
        assert error.code == "store.conflict"
        assert committer.ready
        for number, one in enumerate(done):
            if not isinstance(one, BaseException):
                assert checked_receipt(one.receipt().decode(), KEYS).body == str(number).encode()


async def test_whatever_a_caller_does_wrong_is_only_its_own(tmp_path: Path) -> None:
    def late_refusal(seq: int) -> list[Write]:
        raise Problem("store.idempotency_mismatch")

    def mistake(seq: int) -> list[Write]:
        raise ZeroDivisionError

    async with a_new_log(tmp_path / "store") as committer:
        good, refused, broken, nameless = await asyncio.gather(
            committer.commit([an_entry()]),
            committer.commit([an_entry()], late_refusal),
            committer.commit([an_entry()], mistake),
            committer.commit([Entry("Not A Kind", b"")]),
            return_exceptions=True,
        )

        assert not isinstance(good, BaseException)
        assert isinstance(refused, Problem)
        assert refused.code == "store.idempotency_mismatch"
        assert isinstance(broken, ZeroDivisionError)
        assert isinstance(nameless, ValueError)
        assert committer.ready
        await committed(committer, "after")


async def test_when_the_writer_itself_ends_nobody_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(_: object) -> None:
        raise MemoryError

    store = await a_store(tmp_path / "store")
    committer = await Committer.open(store, SomeKeys(), a_clock(), tick_seconds=None)
    monkeypatch.setattr(Committer, "_gather", exhausted)
    waiting = [committer.commit([an_entry()]), committer.commit_slice([an_entry()])]

    for refused in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(refused, Problem)
        assert refused.code == "audit.closed"
    assert not committer.ready
    with pytest.raises(Problem) as later_on:
        await committer.commit([an_entry()])
    assert later_on.value.code == "audit.closed"
    with pytest.raises(MemoryError):
        await committer.close()
    await store.close()


async def test_who_was_in_hand_when_the_writer_ended_is_told_that_it_may_stand(tmp_path: Path) -> None:
    store = TroubledStore(await a_store(tmp_path / "store"))
    committer = await Committer.open(store, SomeKeys(), a_clock(), tick_seconds=None)
    store.gate, store.reached = asyncio.Event(), asyncio.Event()
    waiting = asyncio.create_task(committer.commit([an_entry()]))
    await store.reached.wait()
    committer._server.cancel()
    with pytest.raises(Problem, match=r"store\.unconfirmed"):
        await waiting

    assert not committer.ready
    store.gate.set()
    await store.close()


async def test_a_second_writer_is_noticed_and_ends_the_first(tmp_path: Path) -> None:
    async with a_new_log(tmp_path / "store") as committer:
        await committed(committer, "a")
        with sqlite3.connect(tmp_path / "store" / "store.sqlite3") as other:
            other.execute(
                "INSERT INTO log_batch SELECT seq + 1, at_ms, batch_root, tree_root, leaves, key_id, zeroblob(64) "
                "FROM log_batch WHERE seq = 1"
            )
        other.close()
        codes = []
        for _ in range(3):
            try:
                await committer.commit([an_entry()])
            except Problem as problem:
                codes.append(problem.code)

        assert codes == ["audit.foreign_batch"] * 3
        assert not committer.ready


async def test_a_row_in_the_way_of_the_next_batch_is_no_callers_fault(location: str | Path) -> None:
    store = await a_store(location)
    async with a_log_on(store) as committer:
        await committed(committer, "a")
        stray = "INSERT INTO log_body SELECT 2, bodies FROM log_body WHERE seq = 1"
        await store.transaction([Write(Statement("a stray row", stray, stray), [()])])
        codes = []
        for _ in range(2):
            with pytest.raises(Problem) as refused:
                await committer.commit([an_entry()])
            codes.append(refused.value.code)

        assert codes == ["audit.foreign_batch"] * 2
        assert not committer.ready


async def test_after_a_refused_change_heads_are_signed_on(location: str | Path) -> None:
    clock = a_clock()
    async with a_new_log(location, clock=clock) as committer:
        await committer.commit([an_entry()], [a_write("taken")])
        with pytest.raises(Problem, match=r"store\.conflict"):
            await committer.commit([an_entry()], [a_write("taken")])
        before = committer.head
        later(clock, seconds=1)
        committer.tick()

        assert committer.ready
        assert committer.head.time_ms == before.time_ms + 1000


async def test_a_store_that_fails_in_no_known_way_is_asked_again(tmp_path: Path) -> None:
    store = TroubledStore(await a_store(tmp_path / "store"))
    async with a_log_on(store) as committer:
        store.after = [RuntimeError("of the driver")]
        with pytest.raises(RuntimeError):
            await committer.commit([an_entry()])
        assert not committer.ready
        committer.tick()
        next_one = await committer.commit([an_entry()])

        assert committer.ready
        assert next_one.seq == 2, "the first stood after all"


async def test_heads_are_signed_again_with_the_time(tmp_path: Path) -> None:
    clock = a_clock()
    async with a_new_log(tmp_path / "store", clock=clock) as committer:
        await committed(committer, "a")
        before = committer.head
        later(clock, seconds=1)
        committer.tick()

        check_head(committer.head, KEYS)
        assert committer.head.time_ms == before.time_ms + 1000
        assert (committer.head.size, committer.head.tree_root) == (before.size, before.tree_root)
        later(clock, seconds=-1)
        assert (await committer.commit([an_entry()])).head.time_ms == committer.head.time_ms


async def test_no_head_denies_a_batch_that_may_be_durable(tmp_path: Path) -> None:
    clock = a_clock()
    store = TroubledStore(await a_store(tmp_path / "store"))
    async with a_log_on(store, clock=clock) as committer:
        before = committer.head
        store.gate, store.reached = asyncio.Event(), asyncio.Event()
        waiting = asyncio.create_task(committer.commit([an_entry()]))
        await store.reached.wait()
        later(clock, seconds=5)
        committer.tick()
        meanwhile = committer.head
        store.gate.set()

        assert meanwhile == before
        assert (await waiting).head.time_ms == before.time_ms


class FailingKey(SomeKey):
    """A key in a security module that can go away."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.error: Exception | None = None
        self.asked = asyncio.Event()

    def sign(self, data: bytes) -> bytes:
        self.asked.set()
        if self.error:
            raise self.error
        return super().sign(data)

    async def asked_again(self) -> None:
        """Returns behind the turn in which the key was asked once more."""
        self.asked.clear()
        await self.asked.wait()
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("error", "recovers"),
    [(Problem("store.failed", reason="HSM"), True), (OSError("the module is away"), False)],
)
async def test_a_hub_whose_heads_are_not_signed_is_not_ready(
    error: Exception, recovers: bool, tmp_path: Path
) -> None:
    key = FailingKey(1)
    store = await a_store(tmp_path / "store")
    committer = await Committer.open(store, SomeKeys([key]), a_clock(), tick_seconds=0.001)
    key.error = error
    await key.asked_again()
    assert not committer.ready
    with pytest.raises(type(error)):
        await committer.commit([an_entry()])

    key.error = None
    await committer.commit([an_entry()])
    assert committer.ready is recovers
    await committer.close()
    await store.close()
