"""The month's public counts: how long a day of answers takes to be counted, and for how long nobody else has a turn."""

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path

import msgspec

from bench.logs import BORN, a_new_log, grow
from bench.machine import working_seconds
from bench.nation import FACILITY
from bench.table import Row
from kaihoken.audit import Entry, Log
from kaihoken.clock import tokyo_day
from kaihoken.coverage.statistics import Hospitals
from kaihoken.coverage.statistics.counting import count, stretch_of

_FIELDS = [
    "branch",
    "insured_name",
    "insurer_name",
    "insurer_number",
    "kana",
    "limit",
    "name",
    "number",
    "sex",
]
_WAYS = ("number", "certificate", "reference")


def counted(folder: Path, answers: int) -> list[Row]:
    """Makes a log with a day of so many answers, counts them, and takes the folder away."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        seconds, waits = asyncio.run(_counted(folder, answers))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    usual, longest = waits[int(len(waits) * 0.99)] * 1000, waits[-1] * 1000
    shown = f"{usual:.1f} ms, the longest {longest:.1f}"
    name = f"a day of {answers:,} answers counted for the statistics"
    return [
        Row(name, 60, "low", seconds, f"{seconds:.1f} s"),
        Row("p99 of how long nobody else has a turn meanwhile", 10, "low", usual, shown),
    ]


async def _counted(folder: Path, answers: int) -> tuple[float, list[float]]:
    async with a_new_log(folder) as (store, keys):
        await grow(store, keys, answers, _answer)
        log = await Log.open(store)
        day = tokyo_day(BORN)
        stretch = await stretch_of(log, day, day + timedelta(days=1))
        waits: list[float] = []
        other = asyncio.create_task(_wait_for_turns(waits))
        began = working_seconds()
        counts = await count(log, stretch, Hospitals(), "demo")
        seconds = working_seconds() - began
        other.cancel()
    found = sum(number for (_, _, item), number in counts.items() if not item)
    if found != answers:
        raise SystemExit(f"{found} of {answers} answers were counted: nothing is reported")
    return seconds, sorted(waits)


async def _wait_for_turns(waits: list[float]) -> None:
    """Somebody who asks for a turn again and again."""
    while True:
        asked = working_seconds()
        await asyncio.sleep(0)
        waits.append(working_seconds() - asked)


def _answer(number: int) -> Entry:
    """A record as long as those of a hub, with the members that are counted."""
    body = {
        "answer_hash": f"{number:064x}",
        "at": BORN,
        "by": FACILITY,
        "carrier": "json",
        "client": "clinic",
        "consents": ["limit"],
        "facts_known_at": 100_000,
        "fields": _FIELDS,
        "key": "0123456789abcdef",
        "kind": _WAYS[number % len(_WAYS)],
        "on": tokyo_day(BORN),
        "person": f"{number:032x}",
        "presented": "nothing",
        "rules": f"{7:064x}",
        "situation": "valid",
        "validity": "1",
    }
    return Entry("eligibility.answer", msgspec.json.encode(body))
