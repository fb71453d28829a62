"""Proofs out of a large log: the receipt of one record among so many, that its batch stands in the log, and that the
log of today extends one of before. Every proof that is timed is verified afterwards by the stand-alone verifier with
the published keys.
"""

import asyncio
import json
import os
import random
import shutil
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from bench.logs import RECORDS_PER_BATCH, a_new_log, grow
from bench.machine import working_seconds
from bench.table import Row
from kaihoken.audit import Entry, Log, public_keys
from kaihoken.audit.head import head_json
from kaihoken.audit.verifier import receipt_from_json, verify_receipt, verify_standing
from kaihoken.store import FileKeys, Store, open_store

PROOFS = 500
_SEED = 20261121


@dataclass(frozen=True, slots=True)
class _Times:
    """How long proofs took, in milliseconds: receipts with their inclusion proofs, and consistency proofs."""

    inclusion: list[float]
    consistency: list[float]


@dataclass(frozen=True, slots=True)
class _Proved:
    """`cold`: with nothing of the log in memory at first. `warm`: the same proofs again. And how the log was made."""

    cold: _Times
    warm: _Times
    seconds_to_make: float
    bytes_on_disk: int


def proofs(folder: Path, records: int) -> list[Row]:
    """Makes a log of so many records in a folder, proves some of them, and takes the folder away."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        done = asyncio.run(_proved(folder, records))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    cold, warm = done.cold, done.warm
    shown = (
        f"{_hundredth(warm.inclusion):.2f} ms, median {statistics.median(warm.inclusion):.2f}; from the disk alone "
        f"{_hundredth(cold.inclusion):.2f}, median {statistics.median(cold.inclusion):.2f} (log made in "
        f"{done.seconds_to_make:.0f} s, {done.bytes_on_disk / 1e9:.1f} GB; {PROOFS} proofs, each verified)"
    )
    along = f"{_hundredth(warm.consistency):.2f} ms; from the disk alone {_hundredth(cold.consistency):.2f}"
    among = f"among {records:,} records"
    inclusion, consistency = _hundredth(warm.inclusion), _hundredth(warm.consistency)
    return [
        Row(f"p99 of a receipt with its inclusion proof {among}", 5, "low", inclusion, shown),
        Row(f"p99 of a consistency proof {among}", 5, "low", consistency, along),
    ]


async def _proved(folder: Path, records: int) -> _Proved:
    started = time.monotonic()
    async with a_new_log(folder) as (store, keys):
        await grow(store, keys, records, _entry)
    seconds = time.monotonic() - started
    size = sum(file.stat().st_size for file in (folder / "store").iterdir())
    for file in (folder / "store").iterdir():
        _forget(file)
    store = await open_store(folder / "store", read_only=True)
    try:
        cold = await _times(store, keys)
        warm = await _times(store, keys)
    finally:
        await store.close()
    return _Proved(cold, warm, seconds, size)


def _entry(number: int) -> Entry:
    return Entry("eligibility.answer", b'{"bench":%d}' % number)


def _forget(file: Path) -> None:
    """Takes a file out of the machine's memory, so that it has to be read from the disk."""
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
        os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


async def _times(store: Store, keys: FileKeys) -> _Times:
    """Each proof from a log that was just opened, as the first that somebody asks for."""
    public = public_keys(keys)
    rng = random.Random(_SEED)
    size = await (await Log.open(store)).size()
    inclusion: list[float] = []
    consistency: list[float] = []
    for _ in range(PROOFS):
        log = await Log.open(store)
        seq, old = rng.randrange(1, size - 1), rng.randrange(1, size)
        began = working_seconds()
        receipt = await log.receipt(seq, rng.randrange(RECORDS_PER_BATCH))
        path = await log.inclusion(seq, size)
        head = (await log.batch(size - 1)).head
        inclusion.append((working_seconds() - began) * 1000)
        read = receipt_from_json(receipt)
        verify_receipt(read, public)
        proof = {
            "batch": seq,
            "batch_root": read.head.batch_root.hex(),
            "size": size,
            "path": [step.hex() for step in path],
            "head": json.loads(head_json(head)),
        }
        verify_standing(read, json.dumps(proof), public)
        log = await Log.open(store)
        began = working_seconds()
        await log.consistency(old, size)
        consistency.append((working_seconds() - began) * 1000)
    return _Times(inclusion, consistency)


def _hundredth(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]
