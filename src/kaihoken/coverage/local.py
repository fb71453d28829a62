"""Answering without a server: the local operator asks the store through the same journey and the same log."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from kaihoken.audit import Committer, require_own_store, witness_of
from kaihoken.clock import Clock
from kaihoken.coverage.answering import Answering
from kaihoken.coverage.facility import FacilityBook
from kaihoken.coverage.finding import finder_for
from kaihoken.coverage.question import Asker
from kaihoken.coverage.store import HIGHEST_PERSON, Finder
from kaihoken.identity import NORMALISATION_VERSION
from kaihoken.options import KEYS, STORE
from kaihoken.problems import Problem
from kaihoken.store import (
    FileKeys,
    LookupKey,
    Store,
    create_store,
    open_store,
    require_own_keys,
    shown_place,
)

_TEST_FACILITY = "9910000000"
_CLIENT = "local-operator"


def local_operator(facility: str = _TEST_FACILITY) -> Asker:
    """Who asks, in the records of what is asked at the command line."""
    return Asker(_CLIENT, facility, "local")


@dataclass(frozen=True, slots=True)
class Local:
    """A store that no hub holds, open for the local operator. `place` and `keys_place` say where it lies, for a
    person; `made` that it was made just now, `peopled` that anybody is registered in it."""

    store: Store
    finder: Finder
    committer: Committer
    lookup_keys: Sequence[LookupKey]
    clock: Clock
    answering: Answering
    place: str
    keys_place: str
    made: bool
    peopled: bool


@asynccontextmanager
async def opened_locally(
    store: str | None, keys: Path | None, clock: Clock, witness: str = ""
) -> AsyncIterator[Local]:
    """The store at a location, or (None) where a hub keeps it unless told otherwise. What is committed is shown to the
    witness, if there is one, as a hub would.

    What is named has to be there. Where nothing was named and nothing is there, store and keys are made: an empty store
    answers truly that it knows nobody. Raises the Problems of opening (`store.missing`; `store.locked` while a hub
    runs: then ask the hub; `store.keys_missing` for a store whose keys are somewhere else; `store.keys_wrong`) and of
    the witness.
    """
    location, folder = store or STORE, keys or KEYS
    opened, holder, made = await _opened(store, keys, clock)
    try:
        noted = await require_own_keys(opened, holder)
        async with witness_of(opened, witness) as seen:
            committer = await Committer.open(opened, holder, clock, seen, tick_seconds=None)
            try:
                await require_own_store(opened, committer.log, holder)
                if noted:  # only once the log knows these keys as well
                    await opened.transaction(noted)
                ((highest,),) = await opened.fetch(HIGHEST_PERSON)
                lookup_keys = holder.lookup_keys(NORMALISATION_VERSION)
                finder = finder_for(opened)
                facilities = await FacilityBook.opened(opened, committer, clock)
                yield Local(
                    store=opened,
                    finder=finder,
                    committer=committer,
                    lookup_keys=lookup_keys,
                    clock=clock,
                    answering=Answering(finder, committer, lookup_keys, clock, facilities),
                    place=shown_place(location),
                    keys_place=str(folder.absolute()),
                    made=made,
                    peopled=highest is not None,
                )
            finally:
                await committer.close()
    finally:
        await opened.close()


async def _opened(store: str | None, keys: Path | None, clock: Clock) -> tuple[Store, FileKeys, bool]:
    location, folder = store or STORE, keys or KEYS
    try:
        opened = await open_store(location)
    except Problem as problem:
        if problem.code != "store.missing" or store is not None:
            raise
        is_named_or_there = keys is not None or folder.is_dir()
        holder = FileKeys(folder) if is_named_or_there else FileKeys.create(folder, clock)
        return await create_store(location, purpose="production", clock=clock), holder, True
    try:
        return opened, FileKeys(folder), False
    except Problem:
        await opened.close()
        raise
