"""Large logs, made quickly and honestly: the chain that a hub's committer uses makes each batch, signs its head and
writes its rows into the same tables; only many batches share one transaction."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from kaihoken.audit import Committer, Entry, Log, public_keys
from kaihoken.audit.chain import Chain
from kaihoken.audit.extension import newest_verified
from kaihoken.audit.tiles import Edge
from kaihoken.clock import FixedClock
from kaihoken.store import FileKeys, Store, create_store, milliseconds

RECORDS_PER_BATCH = 64
BORN = datetime(2026, 10, 1, tzinfo=UTC)
PER_SECOND = 10_000
_BATCHES_PER_TRANSACTION = 64


@asynccontextmanager
async def a_new_log(folder: Path) -> AsyncIterator[tuple[Store, FileKeys]]:
    """A store with a log that has just begun, in a folder of its own."""
    clock = FixedClock(BORN)
    keys = FileKeys.create(folder / "keys", clock)
    store = await create_store(folder / "store", purpose="demo", clock=clock)
    try:
        await (await Committer.open(store, keys, clock, tick_seconds=None)).close()
        yield store, keys
    finally:
        await store.close()


async def grow(store: Store, keys: FileKeys, records: int, entry: Callable[[int], Entry]) -> None:
    """Puts so many records behind what stands, ten thousand to a second of the log's own time."""
    log = await Log.open(store)
    newest, tree = await newest_verified(log, public_keys(keys))
    chain = Chain(newest.head, tree, await Edge.read(log, tree.size), keys.log_keys()[-1], 0)
    born = milliseconds(BORN)
    per_transaction = RECORDS_PER_BATCH * _BATCHES_PER_TRANSACTION
    for begin in range(0, records, per_transaction):
        writes = []
        stop = min(begin + per_transaction, records)
        for first in range(begin, stop, RECORDS_PER_BATCH):
            numbers = range(first, min(first + RECORDS_PER_BATCH, stop))
            link = chain.next([entry(number) for number in numbers], born + first * 1000 // PER_SECOND)
            writes += link.writes()
            chain.adopt(link)
        await store.transaction(writes)
