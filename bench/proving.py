"""Proofs out of a large log: the receipt of one record among so many, that its batch stands in the log, and that the
log of today extends one of before.

The log is made quickly and honestly: the chain that a hub's committer uses makes each batch, signs its head and writes
its rows into the same tables; only many batches share one transaction. Every proof that is timed is verified afterwards
by the stand-alone verifier with the published keys.
"""

import asyncio
import json
import random
import shutil
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kaihoken.audit import Committer, Entry, Log, public_keys
from kaihoken.audit.chain import Chain
from kaihoken.audit.extension import newest_verified
from kaihoken.audit.head import head_json
from kaihoken.audit.tiles import Edge
from kaihoken.audit.verifier import receipt_from_json, verify_receipt, verify_standing
from kaihoken.clock import FixedClock
from kaihoken.store import FileKeys, Store, create_store, milliseconds, open_store

RECORDS_PER_BATCH = 64
BATCHES_PER_TRANSACTION = 64
PROOFS = 500
_SEED = 20261121
_BORN = datetime(2026, 11, 21, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Proved:
    """How long a proof took, in milliseconds: the slowest hundredth and the middle of the receipts with their inclusion
    proofs, and the slowest hundredth of the consistency proofs; and how the log was made."""

    p99_ms: float
    median_ms: float
    consistency_p99_ms: float
    records: int
    seconds_to_make: float
    bytes_on_disk: int


def proved(folder: Path, records: int) -> Proved:
    """Makes a log of so many records in a folder, proves some of them, and takes the folder away."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        return asyncio.run(_proved(folder, records))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _proved(folder: Path, records: int) -> Proved:
    clock = FixedClock(_BORN)
    keys = FileKeys.create(folder / "keys", clock)
    started = time.monotonic()
    store = await create_store(folder / "store", purpose="demo", clock=clock)
    try:
        await (await Committer.open(store, keys, clock, tick_seconds=None)).close()
        await _grow(store, keys, records)
    finally:
        await store.close()
    seconds = time.monotonic() - started
    size = sum(file.stat().st_size for file in (folder / "store").iterdir())
    store = await open_store(folder / "store", read_only=True)
    try:
        times, consistency = await _times(store, keys)
    finally:
        await store.close()
    return Proved(
        p99_ms=_hundredth(times),
        median_ms=statistics.median(times),
        consistency_p99_ms=_hundredth(consistency),
        records=records,
        seconds_to_make=seconds,
        bytes_on_disk=size,
    )


async def _grow(store: Store, keys: FileKeys, records: int) -> None:
    log = await Log.open(store)
    newest, tree = await newest_verified(log, public_keys(keys))
    chain = Chain(newest.head, tree, await Edge.read(log, tree.size), keys.log_keys()[-1], 0)
    now = milliseconds(_BORN)
    made = 0
    while made < records:
        writes = []
        for _ in range(BATCHES_PER_TRANSACTION):
            count = min(RECORDS_PER_BATCH, records - made)
            if not count:
                break
            entries = [
                Entry("eligibility.answer", b'{"bench":%d}' % number) for number in range(made, made + count)
            ]
            link = chain.next(entries, now + made // 10)  # ten thousand a second
            writes += link.writes()
            chain.adopt(link)
            made += count
        await store.transaction(writes)


async def _times(store: Store, keys: FileKeys) -> tuple[list[float], list[float]]:
    """Each proof from a log that was just opened, as the first that somebody asks for."""
    public = public_keys(keys)
    rng = random.Random(_SEED)
    size = await (await Log.open(store)).size()
    inclusion: list[float] = []
    consistency: list[float] = []
    for _ in range(PROOFS):
        log = await Log.open(store)
        seq, old = rng.randrange(1, size - 1), rng.randrange(1, size)
        began = time.perf_counter()
        receipt = await log.receipt(seq, rng.randrange(RECORDS_PER_BATCH))
        path = await log.inclusion(seq, size)
        head = (await log.batch(size - 1)).head
        inclusion.append((time.perf_counter() - began) * 1000)
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
        began = time.perf_counter()
        await log.consistency(old, size)
        consistency.append((time.perf_counter() - began) * 1000)
    return inclusion, consistency


def _hundredth(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]
