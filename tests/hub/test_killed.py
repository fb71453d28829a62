"""SIGKILL in the middle of registrations and questions: what was acknowledged stands, what was shown is on record."""

import asyncio
import os
import random
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from kaihoken.audit import Log, checked_receipt, public_keys
from kaihoken.store import FileKeys, open_store

from .hub import a_question, a_row
from .process import HubProcess, make_hub

pytestmark = pytest.mark.process

# What a client meets whose server is killed. A slow answer is none of it: the machine may be busy with other work.
KILLED = (httpx.NetworkError, httpx.RemoteProtocolError)
LONGEST_LIFE_SECONDS = 300


@dataclass
class Seen:
    """What the clients were told before the hub died."""

    registered: set[int] = field(default_factory=set)
    receipts: list[str] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    anybody: asyncio.Event = field(default_factory=asyncio.Event)


def _client(hub: HubProcess, token: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(base_url=hub.url, headers=headers, timeout=None, verify=False)


async def _register(hub: HubProcess, token: str, seen: Seen, numbers: list[int]) -> None:
    async with _client(hub, token) as http:
        while numbers:
            part = [numbers.pop() for _ in range(min(20, len(numbers)))]
            rows = [a_row(link=f"link-{number}", number=str(number)) for number in part]
            try:
                answer = await http.post(
                    "/v1/registrations", json={"rows": rows}, headers={"Idempotency-Key": f"k{part[0]}"}
                )
            except KILLED:
                return
            assert answer.status_code == 200, answer.text
            assert answer.json()["refused"] == 0
            seen.registered.update(part)
            seen.anybody.set()
            seen.news.set()


async def _ask(hub: HubProcess, token: str, seen: Seen, rng: random.Random) -> None:
    async with _client(hub, token) as http:
        await seen.anybody.wait()  # too many questions for nobody would be withheld
        while True:
            known = rng.choice(sorted(seen.registered)[-50:])
            try:
                answer = await http.post("/v1/eligibility-checks", json=a_question(number=str(known)))
            except KILLED:
                return
            assert answer.status_code == 200, answer.text
            text = answer.text
            seen.receipts.append(text[text.index('"receipt":') + len('"receipt":') : -1])
            seen.news.set()
            if known in seen.registered:
                assert '"validity":"1"' in text


async def _until_killed(hub: HubProcess, seen: Seen, cycle: int, rng: random.Random) -> None:
    operator, clinic = hub.token("operator"), hub.token("clinic")
    numbers = list(range(cycle * 1000 + 1, cycle * 1000 + 900))
    before = len(seen.receipts), len(seen.registered)
    least = rng.randrange(1, 60)
    seen.news, seen.anybody = asyncio.Event(), asyncio.Event()
    if seen.registered:
        seen.anybody.set()

    async def kill() -> None:
        # The moment of death is counted in answers, so that it falls into the middle of work on any machine.
        while len(seen.receipts) < before[0] + least or len(seen.registered) == before[1]:
            await seen.news.wait()
            seen.news.clear()
        hub.kill()

    try:
        async with asyncio.timeout(LONGEST_LIFE_SECONDS), asyncio.TaskGroup() as work:
            work.create_task(_register(hub, operator, seen, numbers))
            for _ in range(4):
                work.create_task(_ask(hub, clinic, seen, rng))
            work.create_task(kill())
    except TimeoutError:
        registered, asked = len(seen.registered) - before[1], len(seen.receipts) - before[0]
        pytest.fail(
            f"life {cycle}: {registered} registered, {asked} of {least} asked; {hub.said.read_text()}"
        )


async def _all_registered(hub: HubProcess, seen: Seen) -> None:
    async with asyncio.timeout(LONGEST_LIFE_SECONDS), _client(hub, hub.token("clinic")) as http:
        for number in sorted(seen.registered)[-400:]:
            answer = await http.post("/v1/eligibility-checks", json=a_question(number=str(number)))
            assert answer.json()["answer"]["validity"] == "1", number


async def _all_on_record(folder: Path, seen: Seen) -> None:
    store = await open_store(folder / "store", read_only=True)
    try:
        log = await Log.open(store)
        keys = public_keys(FileKeys(folder / "keys"))
        for text in seen.receipts:
            receipt = checked_receipt(text, keys)
            stored = await log.batch(receipt.head.size - 1)
            assert stored.head.batch_root == receipt.head.batch_root
    finally:
        await store.close()


def _cycles(folder: Path, cycles: int) -> None:
    rng = random.Random(20261120)
    hub = make_hub(folder)
    seen = Seen()
    for cycle in range(cycles):
        with hub.alive():
            asyncio.run(_until_killed(hub, seen, cycle, rng))
    with hub.alive():
        asyncio.run(_all_registered(hub, seen))
    asyncio.run(_all_on_record(folder, seen))
    assert len(seen.receipts) >= cycles
    assert len(seen.registered) >= cycles


def test_twenty_kills_lose_nothing_acknowledged_and_show_nothing_unrecorded(tmp_path: Path) -> None:
    _cycles(tmp_path, 20)


@pytest.mark.slow
def test_two_hundred_kills(tmp_path: Path) -> None:
    _cycles(tmp_path, int(os.environ.get("KILLS", "200")))
