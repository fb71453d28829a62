"""Making a demo store with a nation in it: built beside its place, moved there when it is whole."""

import shutil
from collections.abc import Callable
from pathlib import Path

from kaihoken.audit import Committer, Witness
from kaihoken.clock import Clock
from kaihoken.people.bulk import Loaded, Told, load
from kaihoken.people.plan import Plan
from kaihoken.people.sandbox import sandbox_people
from kaihoken.problems import Problem
from kaihoken.store import KeyProvider, create_store, sync_folder


async def make_store(
    location: str | Path,
    keys: KeyProvider,
    plan: Plan,
    clock: Clock,
    *,
    witness: Witness | None = None,
    told: Told = lambda _done, _total: None,
    processes: int | None = None,
) -> Loaded:
    """A new demo store at `location` with the sandbox's people and a nation; closed again.

    A folder has its name only once everything is in it and synced: an interrupted making leaves nothing but
    `.<name>.unfinished` beside it, which the next one removes. A `postgresql://` database is filled in place. Problems:
    `store.exists`, those of `load`, of the store and of the log.
    """
    if str(location).startswith(("postgresql://", "postgres://")):
        return await _filled(location, keys, plan, clock, witness, told, processes)
    draft = _draft_of(Path(location))
    loaded = await _filled(draft, keys, plan, clock, witness, told, processes)
    _finish(draft, Path(location))
    return loaded


def _draft_of(folder: Path) -> Path:
    """Where the store is built, cleared of what an interrupted making left."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Problem("store.exists", where=str(folder))
    draft = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(draft, ignore_errors=True)
    return draft


def _finish(draft: Path, folder: Path) -> None:
    """Gives the whole store its name, durably."""
    if folder.exists():
        folder.rmdir()
    draft.rename(folder)
    sync_folder(folder.parent)


async def _filled(
    location: str | Path,
    keys: KeyProvider,
    plan: Plan,
    clock: Clock,
    witness: Witness | None,
    told: Callable[[int, int], None],
    processes: int | None,
) -> Loaded:
    store = await create_store(location, purpose="demo", clock=clock)
    try:
        committer = await Committer.open(store, keys, clock, witness, tick_seconds=None)
        try:
            return await load(
                store,
                committer,
                keys,
                plan,
                before=sandbox_people(plan.as_of),
                told=told,
                processes=processes,
            )
        finally:
            await committer.close()
    finally:
        await store.close()
