"""Lists (一括照会) measured: how long one takes alone, in how much memory, and how those fare who ask beside it."""

import asyncio
import json
import random
import shutil
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.machine import (
    HUB_PORT,
    MEBIBYTE,
    SECONDS,
    Load,
    RunningHub,
    hub,
    make_load,
    median,
    refuse_bad,
)
from bench.nation import Nation, copied, json_script
from bench.table import Row
from kaihoken.coverage import Coverage, PersonId, unpack_history
from kaihoken.store import Statement, open_store

_SEED = 20261121
_CHUNK = 1 << 18
_RENEWED = (
    30  # seconds of a token: those who ask beside the list fetch others, which end the oldest of the client
)
_PERSON = Statement(
    "read a person to list",
    "SELECT person_id, packed FROM person WHERE person_no = ?1",
    "SELECT person_id, packed FROM person WHERE person_no = $1",
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One list: its rows, seconds from its first byte to its last answer, the hub's own memory every half second from
    before it until everything was fetched, and the bytes of its results as they left in a ZIP."""

    items: int
    seconds: float
    memory: Sequence[int]
    zipped: int


def listed(asked: Nation, folder: Path, items: int) -> list[Row]:
    """One list alone, in time and memory, and one beside those who ask one by one; on a copy each, as registering."""
    file = made_list(asked, folder / "list.ndjson", items)
    alone = copied(asked, folder / "listing")
    with hub(alone.folder, HUB_PORT) as running:
        done = run_list(running, file)
    beside = copied(asked, folder / "listing")
    loads: list[Load] = []
    with hub(beside.folder, HUB_PORT) as running, ThreadPoolExecutor(1) as beside_it:
        sender = beside_it.submit(run_list, running, file)
        while not sender.done():
            plain = json_script(folder, beside, running.token("clinic"))  # a token lives five minutes
            loads.append(make_load(f"{running.url}/v1/eligibility-checks", plain, SECONDS, clients=16))
        sender.result()  # a list that failed is no measure
    shutil.rmtree(beside.folder)
    file.unlink()
    refuse_bad(loads)
    million = done.seconds * 1_000_000 / done.items
    half = len(done.memory) // 2
    first, second = (max(part) / MEBIBYTE for part in (done.memory[:half], done.memory[half:]))
    p99 = statistics.median(load.p99_ms for load in loads)
    told = (
        f"{million:.0f} s ({done.items:,} in {done.seconds:.1f} s, {done.zipped / MEBIBYTE:.0f} MiB of ZIP)"
    )
    others = f"{p99:.1f} ms, {median(loads):,.0f} questions/s beside it"
    return [
        Row("a list (一括照会) of a million people, by the rate of this one", 120, "low", million, told),
        Row(
            "the hub's memory: most in the second half of a list ÷ most in its first half",
            1.1,
            "low",
            second / first,
            f"{second / first:.2f} ({second:.0f} MiB ÷ {first:.0f} MiB; {done.memory[0] / MEBIBYTE:.0f} MiB before it)",
        ),
        Row("p99 of questions while a list is answered", 25, "low", p99, others),
    ]


def made_list(asked: Nation, file: Path, items: int) -> Path:
    """A list of so many different people of a nation, each by a number of theirs, in no order."""
    asyncio.run(_write(asked, file, items))
    return file


async def _write(asked: Nation, file: Path, items: int) -> None:
    store = await open_store(asked.store, read_only=True)
    try:
        numbers = range(1, asked.people + 1)
        with file.open("w", encoding="utf-8") as written:
            for number in random.Random(_SEED).sample(numbers, items):
                ((person, packed),) = await store.fetch(_PERSON, (number,))
                assert isinstance(person, bytes)
                assert isinstance(packed, bytes)
                history = unpack_history(PersonId(person), packed)
                fact = next(one.fact for one in history.assertions if isinstance(one.fact, Coverage))
                written.write(json.dumps(_row(fact, number), ensure_ascii=False) + "\n")
    finally:
        await store.close()


def _row(coverage: Coverage, number: int) -> dict[str, str]:
    return {
        "id": str(number),
        "insurer_number": coverage.insurer_number,
        "symbol": coverage.symbol,
        "number": coverage.number,
        "branch": coverage.branch,
        "birthdate": coverage.birthdate.isoformat(),
    }


def run_list(running: RunningHub, file: Path) -> Listed:
    """Send a list, wait until all of it is answered, and fetch everything."""
    memory, over = [running.private_memory()], threading.Event()
    watcher = threading.Thread(target=_watch, args=(running, memory, over))
    watcher.start()
    started = time.monotonic()
    try:
        with httpx.Client(base_url=running.url, timeout=600) as http:
            number, items = _send(http, running, file)
            _wait(http, running, number)
            seconds = time.monotonic() - started
            zipped = _fetch(http, running, number)
    finally:
        over.set()
        watcher.join()
    return Listed(items, seconds, memory, zipped)


def _headers(running: RunningHub, media: str = "application/json") -> dict[str, str]:
    return {"Authorization": f"Bearer {running.token('clinic')}", "Content-Type": media}


def _send(http: httpx.Client, running: RunningHub, file: Path) -> tuple[str, int]:
    answer = http.post(
        "/v1/bulk-checks", content=_parts(file), headers=_headers(running, "application/x-ndjson")
    )
    answer.raise_for_status()
    told = answer.json()
    return told["reception_number"], told["items"]


def _parts(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while part := opened.read(_CHUNK):
            yield part


def _wait(http: httpx.Client, running: RunningHub, number: str) -> None:
    headers, until = _headers(running), time.monotonic() + _RENEWED
    while True:
        if time.monotonic() > until:
            headers, until = _headers(running), time.monotonic() + _RENEWED
        answer = http.post("/v1/bulk-checks/status", json={"reception_number": number}, headers=headers)
        answer.raise_for_status()
        told = answer.json()
        if told["state"] == "done":
            if told["errors"]:
                raise SystemExit(f"{told['errors']} of {told['items']} rows were errors: nothing is reported")
            return
        time.sleep(0.25)


def _fetch(http: httpx.Client, running: RunningHub, number: str) -> int:
    wanted = {"reception_number": number, "format": "zip"}
    with http.stream("POST", "/v1/bulk-checks/results", json=wanted, headers=_headers(running)) as answer:
        answer.raise_for_status()
        return sum(map(len, answer.iter_raw()))


def _watch(running: RunningHub, memory: list[int], over: threading.Event) -> None:
    while not over.wait(0.5):
        memory.append(running.private_memory())
