"""The same request under the same key is done once and answered the same."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from kaihoken.clock import FixedClock
from kaihoken.problems import Problem
from kaihoken.store import Idempotency, Store, forget_answers, open_store
from kaihoken.store import idempotency as idempotency_module

from .builders import CLOCK, a_store, numbers, people


async def register(
    idempotency: Idempotency,
    store: Store,
    number: int,
    *,
    key: str = "k-1",
    actor: str = "insurer",
    body: bytes = b"r",
) -> bytes:
    """A write as a room does one: adds a person, answers with the number."""
    async with idempotency.once(actor, key, body) as attempt:
        if attempt.answer is not None:
            return attempt.answer
        answer = b"added %d" % number
        await store.transaction([people(number), attempt.keep(answer)])
        return answer


async def test_a_repeat_is_answered_the_same_and_does_nothing(location: str | Path) -> None:
    store = await a_store(location)
    first = await register(Idempotency(store, CLOCK), store, 1)
    await store.close()
    again = await open_store(location)

    repeat = await register(Idempotency(again, CLOCK), again, 2)

    assert first == repeat == b"added 1"
    assert await numbers(again) == [1]
    await again.close()


async def test_a_key_stands_for_one_request(location: str | Path) -> None:
    store = await a_store(location)
    idempotency = Idempotency(store, CLOCK)
    await register(idempotency, store, 1)

    with pytest.raises(Problem) as caught:
        await register(idempotency, store, 2, body=b"another")

    assert caught.value.code == "store.idempotency_mismatch"
    assert await numbers(store) == [1]
    await store.close()


async def test_keys_of_different_callers_never_meet(tmp_path: Path) -> None:
    store = await a_store(tmp_path)
    idempotency = Idempotency(store, CLOCK)

    answers = [
        await register(idempotency, store, 1, actor="insurer a"),
        await register(idempotency, store, 2, actor="insurer b", body=b"another"),
    ]

    assert answers == [b"added 1", b"added 2"]
    await store.close()


async def test_an_effect_that_was_refused_leaves_the_key_free(location: str | Path) -> None:
    store = await a_store(location)
    idempotency = Idempotency(store, CLOCK)
    await store.transaction([people(1)])

    with pytest.raises(Problem, match=r"store\.conflict"):
        await register(idempotency, store, 1)

    assert await register(idempotency, store, 2) == b"added 2"
    await store.close()


async def test_repeats_that_arrive_together_are_done_once(location: str | Path) -> None:
    store = await a_store(location)
    idempotency = Idempotency(store, CLOCK)

    answers = await asyncio.gather(*(register(idempotency, store, number) for number in range(1, 60)))

    assert set(answers) == {b"added 1"}
    assert await numbers(store) == [1]
    await store.close()


async def test_a_repeat_takes_over_when_the_first_try_fails(tmp_path: Path) -> None:
    store = await a_store(tmp_path)
    idempotency = Idempotency(store, CLOCK)
    started, fail = asyncio.Event(), asyncio.Event()

    async def first_try() -> None:
        async with idempotency.once("insurer", "k-1", b"r"):
            started.set()
            await fail.wait()
            raise ConnectionError

    first = asyncio.create_task(first_try())
    await started.wait()
    repeat = asyncio.create_task(register(idempotency, store, 7))
    fail.set()

    assert await repeat == b"added 7"
    assert isinstance((await asyncio.gather(first, return_exceptions=True))[0], ConnectionError)
    await store.close()


async def test_a_repeat_is_told_when_the_first_try_takes_too_long(tmp_path: Path) -> None:
    store = await a_store(tmp_path)
    idempotency = Idempotency(store, CLOCK, patience=0.0)

    async with idempotency.once("insurer", "k-1", b"r") as attempt:
        assert attempt.answer is None
        with pytest.raises(Problem, match=r"store\.in_progress"):
            await register(idempotency, store, 1)
        with pytest.raises(Problem, match=r"store\.idempotency_mismatch"):
            await register(idempotency, store, 1, body=b"another")
    await store.close()


async def test_old_answers_can_be_forgotten(location: str | Path) -> None:
    store = await a_store(location)
    idempotency = Idempotency(store, CLOCK)
    await register(idempotency, store, 1)

    assert [write async for write in forget_answers(store, CLOCK.now())] == []
    kept = await register(idempotency, store, 2)
    async for _, write in forget_answers(store, CLOCK.now() + timedelta(seconds=1)):
        await store.transaction([write])
    forgotten = await register(idempotency, store, 3)

    assert (kept, forgotten) == (b"added 1", b"added 3")
    await store.close()


async def test_many_old_answers_are_forgotten_in_slices(
    location: str | Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency_module, "ANSWERS_PER_SLICE", 2)
    store = await a_store(location)
    clock = FixedClock(CLOCK.at)
    idempotency = Idempotency(store, clock)
    for number in range(1, 6):
        clock.at += timedelta(seconds=1)
        await register(idempotency, store, number, key=f"k-{number}")

    dropped = []
    async for before, write in forget_answers(store, clock.at):
        await store.transaction([write])
        dropped.append(before)

    assert len(dropped) == 2
    assert await register(idempotency, store, 6, key="k-5") == b"added 5", "the last one is not older"
    assert await register(idempotency, store, 7, key="k-4") == b"added 7"
    await store.close()


@pytest.mark.parametrize("key", ["", "x" * 256, "キー", "a\nb", "\x7f"])
async def test_a_malformed_key_is_refused(tmp_path: Path, key: str) -> None:
    store = await a_store(tmp_path)

    with pytest.raises(Problem, match=r"store\.idempotency_key"):
        await register(Idempotency(store, CLOCK), store, 1, key=key)

    await store.close()
