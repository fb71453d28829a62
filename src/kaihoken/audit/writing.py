"""A store of which a command is the one writer meanwhile, with its log."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from kaihoken.audit.committer import Committer
from kaihoken.audit.extension import witness_of
from kaihoken.audit.recorded import require_own_store
from kaihoken.clock import Clock
from kaihoken.store import FileKeys, Store, open_store


@asynccontextmanager
async def written(
    location: str, keys: Path, clock: Clock, witness: str = ""
) -> AsyncIterator[tuple[Store, Committer]]:
    """The store, and who writes to its log. Problems: `store.locked` while a hub runs on it, `audit.other_store`, and
    what the witness says."""
    store = await open_store(location)
    try:
        async with witness_of(store, witness) as seen:
            provider = FileKeys(keys)
            committer = await Committer.open(store, provider, clock, seen, tick_seconds=None)
            try:
                await require_own_store(store, committer.log, provider)
                yield store, committer
            finally:
                await committer.close()
    finally:
        await store.close()
