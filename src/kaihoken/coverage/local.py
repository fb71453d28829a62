"""Answering without a server: the local operator asks the store through the same journey and the same log."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from kaihoken.audit import Committer
from kaihoken.clock import Clock
from kaihoken.coverage.answering import Answering
from kaihoken.coverage.finding import finder_for
from kaihoken.coverage.store import HIGHEST_PERSON
from kaihoken.identity import NORMALISATION_VERSION
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, create_store, open_store

LOCAL_CLIENT = "local-operator"
"""The client named in the records of what the local operator asks."""


@asynccontextmanager
async def local_answering(store: str, keys: Path, clock: Clock) -> AsyncIterator[tuple[Answering, bool]]:
    """Answering over a store that no hub holds, and whether anybody is registered in it.

    A store or keys that are missing are made: an empty store answers truly that it knows nobody. Raises the Problems
    of opening (`store.locked` while a hub runs: then ask the hub).
    """
    holder = _keys(keys, clock)
    try:
        opened = await open_store(store)
    except Problem as problem:
        if problem.code != "store.missing":
            raise
        opened = await create_store(store, purpose="production", clock=clock)
    try:
        committer = await Committer.open(opened, holder, clock, tick_seconds=None)
        try:
            ((highest,),) = await opened.fetch(HIGHEST_PERSON)
            lookup_keys = holder.lookup_keys(NORMALISATION_VERSION)
            yield Answering(finder_for(opened), committer, lookup_keys, clock), highest is not None
        finally:
            await committer.close()
    finally:
        await opened.close()


def _keys(folder: Path, clock: Clock) -> FileKeys:
    return FileKeys(folder) if folder.is_dir() else FileKeys.create(folder, clock)
