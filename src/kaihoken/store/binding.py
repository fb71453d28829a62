"""Which keys belong to a store: a wrong look-up key would find nobody and say nothing.

A store notes a fingerprint of its look-up keys when a hub first opens it. Until then (a bulk load has filled it, say)
its look-up rows tell: a row stands where its key puts the person, or it was not this key.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Final, cast

import msgspec
from sqlalchemy import bindparam, delete, insert, select

from kaihoken.problems import Problem
from kaihoken.store import schema
from kaihoken.store.inspection import Finding, Note, places_of, register_check
from kaihoken.store.keys import KeyProvider
from kaihoken.store.lookupkey import LookupKey
from kaihoken.store.statements import Write, statement
from kaihoken.store.store import Store

_PREFIX: Final = schema.KEY_NOTE

_READ = statement("read meta", select(schema.store_meta.c.name, schema.store_meta.c.value))
_NOTE = statement("note a key", insert(schema.store_meta))
_FORGET = statement(
    "forget a key", delete(schema.store_meta).where(schema.store_meta.c.name == bindparam("name"))
)
_VERSIONS = statement(
    "versions with look-up rows",
    select(schema.lookup.c.key_version).distinct().order_by(schema.lookup.c.key_version),
)
_SAMPLE: Final = 64
_ROWS = statement(
    "read some look-up rows with their people",
    select(
        schema.lookup.c.key,
        schema.lookup.c.birth,
        schema.lookup.c.key_version,
        schema.lookup.c.normalisation_version,
        schema.person.c.packed,
    )
    .join(schema.person, schema.person.c.person_no == schema.lookup.c.person_no)
    .order_by(schema.lookup.c.key)  # hashes: the first are as good as any
    .limit(_SAMPLE),
)


async def require_own_keys(store: Store, keys: KeyProvider) -> list[Write]:
    """Refuses keys that are not this store's: Problem `store.keys_wrong` names the version that differs or lacks.

    A store that has noted no key yet is asked by its look-up rows, where the room that knows under what a person is
    found is loaded (`register_places`). Returns the writes that note versions the store has not seen yet (its first
    key, or a new version); whoever opens the store to write commits them before anything is written under them.
    """
    noted = {str(name): value for name, value in await store.fetch(_READ) if str(name).startswith(_PREFIX)}
    held = {f"{_PREFIX}{key.version}": key.fingerprint() for key in keys.lookup_keys(0)}
    for name, value in noted.items():
        if held.get(name) != value:
            raise Problem("store.keys_wrong", version=name.removeprefix(_PREFIX))
    if not noted:
        await _require_rows_under(store, keys)
    new = [(name, value) for name, value in held.items() if name not in noted]
    return [Write(_NOTE, new)] if new else []


async def _require_rows_under(store: Store, keys: KeyProvider) -> None:
    """Refuses keys under which no row of a sample stands. One row that does is proof enough, because rows may have
    been damaged, but none can be made to fit; rows of which nobody can tell prove nothing."""
    rows = cast("list[_Row]", await store.fetch(_ROWS))
    fits: dict[int, bool] = {}
    for version, stands in _judged(rows, keys):
        fits[version] = fits.get(version, False) or stands
    for version, fit in fits.items():
        if not fit:
            raise Problem("store.keys_wrong", version=str(version))


async def check_notes(store: Store, held: Sequence[LookupKey] = ()) -> AsyncIterator[Finding | Note]:
    """Versions under which rows stand and that the store has not noted. Without any note it may be that no hub has
    opened the store yet: then the rows tell, to whom has the keys."""
    used = [version for (version,) in await store.fetch(_VERSIONS)]
    noted = {name for name, _ in await store.fetch(_READ) if str(name).startswith(_PREFIX)}
    if not noted and used and not held:
        yield Note(
            "keys",
            "検索鍵の指紋がまだありません（--keys で確かめられます）",
            "no look-up key is noted yet: give --keys to compare the rows",
        )
    for version in used:
        if noted and f"{_PREFIX}{version}" not in noted:
            yield Finding(
                "keys",
                f"store_meta {_PREFIX}{version}",
                "行があるのに、検索鍵の指紋がありません",
                "rows stand under a look-up key that is not noted",
            )


_Row = tuple[bytes, int, int, int, bytes]


def _judged(rows: list[_Row], keys: KeyProvider) -> Iterator[tuple[int, bool]]:
    """For each row that can be judged: the version of its key, and whether it stands where that key puts it."""
    find = places_of()
    if find is None:
        return
    for key, birth, version, normalisation, packed in rows:
        own = next((held for held in keys.lookup_keys(normalisation) if held.version == version), None)
        try:
            stands = own is not None and (key, birth) in find(packed, own)
        except msgspec.DecodeError:
            continue  # `kaihoken store check` tells of a damaged history
        yield version, stands


def forget_key(version: int) -> Write:
    """The write that lets go of a version under which no row stands any more."""
    return Write(_FORGET, [(f"{_PREFIX}{version}",)])


register_check("keys", check_notes)
