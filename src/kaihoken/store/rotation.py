"""The whole rotation of the look-up key, from a new version to the destruction of the old one.

Each step leaves the store answering, and a rotation that was interrupted goes on where the next call finds it. The same
steps serve a store at rest and a running hub; `Rotating` is where they differ.
"""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, Protocol

from sqlalchemy import func, select

from kaihoken.clock import Clock
from kaihoken.store.binding import forget_key, require_own_keys
from kaihoken.store.keys import FileKeys
from kaihoken.store.lookupkey import LookupKey
from kaihoken.store.reach import over, reached, reaching
from kaihoken.store.rekeying import PEOPLE_PER_SLICE, PlacesOf, drop_old_rows, rekey
from kaihoken.store.schema import person
from kaihoken.store.statements import Write, statement
from kaihoken.store.store import Store

_LAST_PERSON = statement("find the last person", select(func.max(person.c.person_no)))


class Rotated(NamedTuple):
    """What a rotation did: the version in force now, the people keyed again, the versions destroyed."""

    version: int
    people: int
    retired: list[int]


class Step(NamedTuple):
    """What some writes of a rotation do, to whom: version `version` of the key is noted; everybody up to person number
    `until` is keyed again; rows of older versions are taken away; an older version is forgotten."""

    name: Literal["noted", "keyed", "dropped", "retired"]
    version: int
    until: int = 0


class Rotating(Protocol):
    """Who writes the steps of a rotation."""

    async def write(self, step: Step, writes: Sequence[Write]) -> None:
        """Returns when the writes are durable."""
        ...

    async def hold(self, keys: FileKeys) -> None:
        """These keys are in force from now on. Returns when nobody looks or writes under the earlier ones alone."""
        ...


class AtRest:
    """A store that nobody else uses."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def write(self, step: Step, writes: Sequence[Write]) -> None:
        """See `Rotating`."""
        if writes:
            await self._store.transaction(writes)

    async def hold(self, keys: FileKeys) -> None:
        """See `Rotating`: nobody else is there."""


async def rotate_lookup(
    rotating: Rotating,
    store: Store,
    keys: FileKeys,
    clock: Clock,
    normalisation: int,
    places_of: PlacesOf,
    progress: Callable[[int, int], None] = lambda done, of: None,
    people_per_slice: int | None = None,
) -> Rotated:
    """Keys everybody again under a new version of the look-up key and destroys the older versions.

    A version that an interrupted rotation left behind is the new one. Problems: `store.keys_wrong`,
    `store.rekey_incomplete`, and what writing raises.
    """
    await require_own_keys(store, keys)
    if len(keys.lookup_created()) == 1:
        keys = keys.rotate_lookup(clock)
    newest = keys.lookup_keys(normalisation)[0]
    await rotating.write(Step("noted", newest.version), await require_own_keys(store, keys))
    await rotating.hold(keys)

    people = 0
    begin, last = await reached_by(store, newest)
    pieces = rekey(
        store,
        newest,
        places_of,
        after=begin,
        until=last,  # who comes later stands under the newest already
        people_per_slice=people_per_slice or PEOPLE_PER_SLICE,
    )
    async for piece in pieces:
        note = reaching(_meta_of(newest), piece.last)
        await rotating.write(Step("keyed", newest.version, piece.last), [*piece.writes, note])
        people = piece.done
        progress(piece.last, last)
    async for writes in drop_old_rows(store, newest):
        await rotating.write(Step("dropped", newest.version), writes)

    retired = [version for version, _ in keys.lookup_created()[1:]]
    for version in retired:
        # In this order: a key that is noted but gone would shut the store.
        await rotating.write(Step("retired", version), [forget_key(version), over(_meta_of(newest))])
        keys = keys.retire_lookup(version)
        await rotating.hold(keys)
    return Rotated(newest.version, people, retired)


async def reached_by(store: Store, newest: LookupKey) -> tuple[int, int]:
    """Up to which person number everybody stands under a version of the key by a rotation that is under way, and the
    last person there is."""
    return await reached(store, _meta_of(newest)) or 0, await last_person(store)


async def last_person(store: Store) -> int:
    """The highest number of a person, 0 where there is nobody."""
    ((last,),) = await store.fetch(_LAST_PERSON)
    return last if isinstance(last, int) else 0


def _meta_of(key: LookupKey) -> str:
    return f"rekeyed_{key.version}_{key.normalisation}"
