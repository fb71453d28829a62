"""Making a store and opening one, by where it lies."""

from pathlib import Path

from kaihoken.clock import Clock
from kaihoken.store.store import Purpose, Store


async def create_store(location: str | Path, *, purpose: Purpose, clock: Clock) -> Store:
    """A new store at the newest schema, open and locked for this process.

    `location` is a folder (SQLite; made if missing) or a `postgresql://` address of an existing, empty database.
    Problems: `store.exists`, `store.locked`, `store.unreachable`, `store.not-durable`.
    """
    raise NotImplementedError


async def open_store(
    location: str | Path, *, migrate: bool = False, read_only: bool = False, vfs: str | None = None
) -> Store:
    """An existing store. `read_only` takes no lock: it works beside a running hub. `vfs` names a registered SQLite
    VFS (tests).

    Problems: `store.missing`, `store.locked`, `store.newer` (made by a later program), `store.older` (unless
    `migrate`, which brings it forward), `store.unreachable`, `store.not-durable`, `store.corrupt`.
    """
    raise NotImplementedError
