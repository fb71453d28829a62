"""Asking a running hub for another key, and waiting until it has it: the other side of `wish`."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kaihoken.identity import NORMALISATION_VERSION
from kaihoken.problems import Problem
from kaihoken.store.keys import FileKeys
from kaihoken.store.opening import open_store
from kaihoken.store.rotation import reached_by
from kaihoken.store.wish import Sort, is_wished, require_not_refused, wish, withdraw

LOOKS_EVERY = 0.2  # seconds
HEARS_WITHIN = 10.0
"""Seconds after which whoever holds the store is no hub, or one with other keys: a hub looks every second."""


async def ask_hub(
    folder: Path, sort: Sort, location: str, progress: Callable[[int, int], None] = lambda done, of: None
) -> bool:
    """Asks the hub that holds these keys and waits until it is done; False where nobody hears. Raises the Problem for
    which the hub refuses. `progress` is told how many people stand under the new look-up key, of how many."""
    wish(folder, sort)
    until = time.monotonic() + HEARS_WITHIN
    while is_wished(folder, sort):
        if sort is Sort.lookup and len(FileKeys(folder).lookup_created()) > 1:
            until = time.monotonic() + HEARS_WITHIN
            await _tell(folder, location, progress)
        if time.monotonic() > until:
            withdraw(folder, sort)
            return False
        await asyncio.sleep(LOOKS_EVERY)  # another process works
    require_not_refused(folder, sort)
    return True


async def _tell(folder: Path, location: str, progress: Callable[[int, int], None]) -> None:
    """How far the hub has come. A store that cannot be read just now tells nothing."""
    with suppress(Problem):
        store = await open_store(location, read_only=True)
        try:
            progress(*await reached_by(store, FileKeys(folder).lookup_keys(NORMALISATION_VERSION)[0]))
        finally:
            await store.close()
