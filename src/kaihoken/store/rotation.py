"""The whole rotation of the look-up key, from a new version to the destruction of the old one.

Each step leaves the store answering, and a rotation that was interrupted goes on where the next call finds it.
"""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import func, select

from kaihoken.clock import Clock
from kaihoken.store.binding import forget_key, require_own_keys
from kaihoken.store.keys import FileKeys
from kaihoken.store.rekeying import PlacesOf, drop_old_rows, rekey
from kaihoken.store.schema import person
from kaihoken.store.statement import statement
from kaihoken.store.store import Store

_LAST_PERSON = statement("find the last person", select(func.max(person.c.person_no)))


class Rotated(NamedTuple):
    """What a rotation did: the version in force now, the people keyed again, the versions destroyed."""

    version: int
    people: int
    retired: list[int]


async def rotate_lookup(
    store: Store,
    keys: FileKeys,
    clock: Clock,
    normalisation: int,
    places_of: PlacesOf,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Rotated:
    """Keys everybody again under a new version of the look-up key and destroys the older versions.

    A version that an interrupted rotation left behind is the new one. Problems: `store.keys_wrong`,
    `store.rekey_incomplete`, and what `transaction` raises.
    """
    await store.transaction(await require_own_keys(store, keys))
    if len(keys.lookup_created()) == 1:
        keys = keys.rotate_lookup(clock)
        await store.transaction(await require_own_keys(store, keys))
    newest = keys.lookup_keys(normalisation)[0]

    last_person = (await store.fetch(_LAST_PERSON))[0][0]
    people = 0
    async for piece in rekey(store, newest, places_of):
        await store.transaction(piece.writes)
        people = piece.done
        progress(piece.last, last_person if isinstance(last_person, int) else piece.last)
    async for writes in drop_old_rows(store, newest):
        await store.transaction(writes)

    retired = [version for version, _ in keys.lookup_created()[1:]]
    for version in retired:
        # In this order: a key that is noted but gone would shut the store.
        await store.transaction([forget_key(version)])
        keys = keys.retire_lookup(version)
    return Rotated(newest.version, people, retired)
