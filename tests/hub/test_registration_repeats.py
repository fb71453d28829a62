"""Sending a registration again is safe: whatever became of the first answer, the rows count once."""

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from kaihoken.audit import Committer
from kaihoken.clock import Clock, FixedClock
from kaihoken.hub.upkeep import housekeeping
from kaihoken.hub.upkeep.housekeeping import FORGOTTEN, forget_once
from kaihoken.problems import Problem
from kaihoken.store import Store

from .hub import NOW, Hub, a_hub, a_row, problem_in

ROWS = {"rows": [a_row(link=f"link-{number}", number=str(number)) for number in range(1, 121)]}
ROWS_COUNTED = 'kaihoken_registration_rows_total{status="registered"}'


async def send(hub: Hub, body: object, key: str | None, client_id: str = "operator") -> httpx.Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    return await hub.post("/v1/registrations", body, client_id, **headers)


async def test_a_repeat_is_answered_with_the_same_bytes_and_does_nothing(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_hub(location, tmp_path) as hub:
        first = await send(hub, ROWS, "key-1")
        size = hub.machine.committer.head.size
        again = [await send(hub, ROWS, "key-1") for _ in range(3)]

        assert (first.status_code, first.json()["registered"]) == (200, 120)
        assert {answer.content for answer in again} == {first.content}
        assert {answer.headers["content-type"] for answer in again} == {"application/json"}
        assert hub.machine.committer.head.size == size
        assert await hub.metric(ROWS_COUNTED) == 120


async def test_a_key_stands_for_one_request(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        first = await send(hub, ROWS, "key-1")
        # One byte more is another request, also when it says the same.
        other = await send(hub, msgspec.json.encode(ROWS) + b" ", "key-1")

        assert (other.status_code, problem_in(other)) == (422, "store.idempotency_mismatch")
        assert (await send(hub, ROWS, "key-1")).content == first.content


async def test_keys_of_different_callers_never_meet(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        mine = await send(hub, {"rows": [a_row(match=None)]}, "key-1", "insurer")
        theirs = await send(hub, {"rows": [a_row(number="77", link="link-77")]}, "key-1", "operator")

        assert (mine.status_code, theirs.status_code) == (200, 200)
        assert theirs.json()["registered"] == 1


async def test_the_same_rows_under_a_new_key_change_nothing(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await send(hub, ROWS, "key-1")
        again = (await send(hub, ROWS, "key-2")).json()

        assert (again["registered"], again["unchanged"], again["refused"]) == (0, 120, 0)


async def test_repeats_at_the_same_moment_are_one_registration(location: str | Path, tmp_path: Path) -> None:
    async with a_hub(location, tmp_path) as hub:
        await hub.token("operator")

        answers = await asyncio.gather(*(send(hub, ROWS, "key-1") for _ in range(8)))

        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        assert answers[0].json()["registered"] == 120
        assert await hub.metric(ROWS_COUNTED) == 120


async def test_of_two_requests_under_one_key_at_the_same_moment_one_counts(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_hub(location, tmp_path) as hub:
        await hub.token("operator")
        others = [{"rows": [a_row(link=f"link-{number}", number=str(number))]} for number in range(1, 9)]

        answers = await asyncio.gather(*(send(hub, body, "key-1") for body in others))

        assert Counter(answer.status_code for answer in answers) == {200: 1, 422: 7}
        found = [(await hub.ask(number=str(number))).json()["answer"]["validity"] for number in range(1, 9)]
        assert Counter(found) == {"1": 1, "4": 7}


@pytest.mark.parametrize("turns", [1, 4, 8, 12])
async def test_who_went_away_half_way_sends_again_and_loses_nothing(
    location: str | Path, tmp_path: Path, turns: int
) -> None:
    async with a_hub(location, tmp_path) as hub:
        await hub.token("operator")
        lost = asyncio.create_task(send(hub, ROWS, "key-1"))
        for _ in range(turns):
            await asyncio.sleep(0)
        lost.cancel()
        await asyncio.gather(lost, return_exceptions=True)

        answer = (await send(hub, ROWS, "key-1")).json()

        assert answer["refused"] == 0
        assert answer["registered"] + answer["unchanged"] == 120
        assert (await hub.ask(number="1")).json()["answer"]["validity"] == "1"
        assert (await hub.ask(number="120")).json()["answer"]["validity"] == "1"


async def test_a_repeat_is_known_after_a_restart(location: str | Path, tmp_path: Path) -> None:
    async with a_hub(location, tmp_path) as hub:
        first = await send(hub, ROWS, "key-1")
    async with a_hub(location, tmp_path, after=hub) as restarted:
        again = await send(restarted, ROWS, "key-1")

        assert again.content == first.content
        assert await restarted.metric(ROWS_COUNTED) == 0


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        (None, "hub.idempotency-key"),
        ("", "hub.idempotency-key"),
        ("x" * 256, "store.idempotency_key"),
        ("鍵", "store.idempotency_key"),
        ("a\tb", "store.idempotency_key"),
    ],
)
async def test_without_a_proper_key_nothing_is_registered(
    tmp_path: Path, key: str | None, problem: str
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        token = await hub.token("operator")
        headers = [(b"authorization", f"Bearer {token}".encode()), (b"content-type", b"application/json")]
        if key is not None:
            headers.append((b"idempotency-key", key.encode()))

        answer = await hub.http.post("/v1/registrations", content=msgspec.json.encode(ROWS), headers=headers)

        assert (answer.status_code, problem_in(answer)) == (400, problem)
        assert (await hub.ask(number="1")).json()["answer"]["validity"] == "4"
        assert (await send(hub, ROWS, "x" * 255)).status_code == 200


async def test_an_answer_is_forgotten_when_nobody_repeats_it_any_more(
    location: str | Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FixedClock(NOW)
    async with a_hub(location, tmp_path, clock) as hub:
        first = await send(hub, ROWS, "key-1")
        clock.at += timedelta(days=29)
        machine = hub.machine
        assert await forget_once(machine.store, machine.committer, clock, machine.settings.answers_days) == 0
        assert (await send(hub, ROWS, "key-1")).content == first.content

    forgotten = asyncio.Event()

    async def forget(store: Store, committer: Committer, clock: Clock, days: int) -> int:
        slices = await forget_once(store, committer, clock, days)
        forgotten.set()
        return slices

    monkeypatch.setattr(housekeeping, "forget_once", forget)
    clock.at += timedelta(days=2)
    async with a_hub(location, tmp_path, clock, after=hub) as hub:
        await asyncio.wait_for(forgotten.wait(), 10)
        size = hub.machine.committer.head.size
        again = (await send(hub, ROWS, "key-1")).json()

        assert (again["registered"], again["unchanged"]) == (0, 120)
        log = hub.machine.committer.log
        assert FORGOTTEN in [(await log.record(seq, 0)).kind for seq in range(size)]


async def test_what_a_day_could_not_forget_is_told_and_forgotten_on_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    days = 0
    done = asyncio.Event()

    async def full_at_first(*_: object) -> int:
        nonlocal days
        days += 1
        if days == 1:
            raise Problem("store.full")
        done.set()
        return 0

    monkeypatch.setattr(housekeeping, "forget_once", full_at_first)
    monkeypatch.setattr(housekeeping, "_DAY_SECONDS", 0)

    async with a_hub(tmp_path / "store", tmp_path):
        await asyncio.wait_for(done.wait(), 10)

    assert "old answers were not forgotten: store.full" in caplog.text
