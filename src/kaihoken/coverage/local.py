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
from kaihoken.store import FileKeys, Store, create_store, open_store, require_own_keys

LOCAL_CLIENT = "local-operator"
"""The client named in the records of what the local operator asks."""


@asynccontextmanager
async def local_answering(store: str, keys: Path, clock: Clock) -> AsyncIterator[tuple[Answering, bool]]:
    """Answering over a store that no hub holds, and whether anybody is registered in it.

    Where neither store nor keys are there, both are made: an empty store answers truly that it knows nobody. Raises
    the Problems of opening (`store.locked` while a hub runs: then ask the hub; `store.keys_missing` for a store whose
    keys are somewhere else).
    """
    opened, holder = await _opened(store, keys, clock)
    try:
        if noted := await require_own_keys(opened, holder):
            await opened.transaction(noted)
        committer = await Committer.open(opened, holder, clock, tick_seconds=None)
        try:
            ((highest,),) = await opened.fetch(HIGHEST_PERSON)
            lookup_keys = holder.lookup_keys(NORMALISATION_VERSION)
            yield Answering(finder_for(opened), committer, lookup_keys, clock), highest is not None
        finally:
            await committer.close()
    finally:
        await opened.close()


async def _opened(location: str, keys: Path, clock: Clock) -> tuple[Store, FileKeys]:
    try:
        opened = await open_store(location)
    except Problem as problem:
        if problem.code != "store.missing":
            raise
        holder = _keys_for_new_store(keys, clock)
        return await create_store(location, purpose="production", clock=clock), holder
    try:
        return opened, FileKeys(keys)
    except Problem:
        await opened.close()
        raise


def _keys_for_new_store(folder: Path, clock: Clock) -> FileKeys:
    return FileKeys(folder) if folder.is_dir() else FileKeys.create(folder, clock)
