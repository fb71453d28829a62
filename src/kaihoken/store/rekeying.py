"""Rotation of the look-up key, in slices.

It may stop anywhere and a hub may run between: questions ask under every version (`KeyProvider.lookup_keys`) and new
rows stand under the newest. `rekey` walks through the people in slices and adds, for each, the rows under the newest
version; `drop_old_rows` takes the rows of older versions away, again in slices; after that the older keys can be
destroyed. Begun again it goes on where it stopped.

Only the room that made the rows knows under what a person is found: it gives `PlacesOf`.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Final, NamedTuple, cast

from sqlalchemy import bindparam, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from kaihoken.problems import Problem
from kaihoken.store.lookupkey import LookupKey
from kaihoken.store.schema import lookup, person
from kaihoken.store.statements import Write, statement
from kaihoken.store.store import Store

PlacesOf = Callable[[bytes, LookupKey], Iterable[tuple[bytes, int]]]
"""From a packed history and a key to every (key, birth) under which the person is found."""

PEOPLE_PER_SLICE: Final = 500
ROWS_PER_SLICE: Final = 2_000
_EVERYBODY: Final = 2**63 - 1

_PEOPLE = statement(
    "read people to key again",
    select(person.c.person_no, person.c.packed)
    .where(person.c.person_no > bindparam("after"), person.c.person_no <= bindparam("until"))
    .order_by(person.c.person_no)
    .limit(bindparam("count")),
)
_ADD = statement("add look-up rows", insert(lookup).on_conflict_do_nothing())

_OLD = or_(
    lookup.c.key_version < bindparam("key_version"),
    lookup.c.normalisation_version < bindparam("normalisation_version"),
)
_COUNTS = statement(
    "count some look-up rows by version",
    select(lookup.c.key_version, lookup.c.normalisation_version, func.count())
    .where(lookup.c.key > bindparam("after"), lookup.c.key <= bindparam("until"))
    .group_by(lookup.c.key_version, lookup.c.normalisation_version),
)
_KEYS_AFTER = statement(
    "read look-up keys in order",
    select(lookup.c.key)
    .where(lookup.c.key > bindparam("after"))
    .order_by(lookup.c.key)
    .limit(bindparam("count")),
)
_DROP = statement(
    "drop old look-up rows",
    delete(lookup).where(lookup.c.key > bindparam("after"), lookup.c.key <= bindparam("until"), _OLD),
)


class Slice(NamedTuple):
    """Some writes, and how far they bring the work: a person number to go on from, people done so far."""

    writes: Sequence[Write]
    last: int
    done: int


async def rekey(
    store: Store,
    newest: LookupKey,
    places_of: PlacesOf,
    *,
    after: int = 0,
    until: int = _EVERYBODY,
    people_per_slice: int = PEOPLE_PER_SLICE,
) -> AsyncIterator[Slice]:
    """Adds everybody's rows under the newest key. The caller commits each slice before it asks for the next;
    `after` is the `last` of an earlier run, `until` the last person who has rows under older keys alone."""
    done = 0
    while people := await store.fetch(_PEOPLE, (after, until, people_per_slice)):
        rows: list[tuple[object, ...]] = []
        for number, packed in people:
            assert isinstance(number, int)
            assert isinstance(packed, bytes)
            after = number
            for key, birth in places_of(packed, newest):
                rows.append((key, birth, number, newest.version, newest.normalisation))
        done += len(people)
        yield Slice([Write(_ADD, rows)], after, done)


async def drop_old_rows(store: Store, newest: LookupKey) -> AsyncIterator[Sequence[Write]]:
    """Takes away the rows of older versions, once `rekey` has gone through.

    Problem `store.rekey_incomplete` when fewer rows stand under the newest version than under an older one: somebody
    would no longer be found.
    """
    versions = (newest.version, newest.normalisation)
    counts: Counter[tuple[int, int]] = Counter()
    async for after, until in _stretches(store):
        for key, normalisation, count in await store.fetch(_COUNTS, (after, until)):
            counts[cast("int", key), cast("int", normalisation)] += cast("int", count)
    most = max(counts.values(), default=0)
    if counts[versions] < most:
        raise Problem("store.rekey_incomplete", missing=most - counts[versions])
    async for after, until in _stretches(store):
        yield [Write(_DROP, [(after, until, *versions)])]


async def _stretches(store: Store) -> AsyncIterator[tuple[bytes, bytes]]:
    """The look-up keys in order, some thousand rows at a time: after < key <= until. Others have their turn between."""
    after = b""
    while keys := await store.fetch(_KEYS_AFTER, (after, ROWS_PER_SLICE)):
        until = cast("bytes", keys[-1][0])
        yield after, until
        after = until
        await asyncio.sleep(0)
