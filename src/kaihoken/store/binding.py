"""Which keys belong to a store: a wrong look-up key would find nobody and say nothing."""

from typing import Final

from sqlalchemy import bindparam, delete, insert, select

from kaihoken.problems import Problem
from kaihoken.store import schema
from kaihoken.store.keys import KeyProvider
from kaihoken.store.statement import Write, statement
from kaihoken.store.store import Store

_PREFIX: Final = "lookup_key_"

_READ = statement("read meta", select(schema.store_meta.c.name, schema.store_meta.c.value))
_NOTE = statement("note a key", insert(schema.store_meta))
_FORGET = statement(
    "forget a key", delete(schema.store_meta).where(schema.store_meta.c.name == bindparam("name"))
)


async def require_own_keys(store: Store, keys: KeyProvider) -> list[Write]:
    """Refuses keys that are not this store's: Problem `store.keys_wrong` names the version that differs or lacks.

    Returns the writes that note versions the store has not seen yet (its first key, or a new version); whoever opens
    the store to write commits them before anything is written under them.
    """
    noted = {str(name): value for name, value in await store.fetch(_READ) if str(name).startswith(_PREFIX)}
    held = {f"{_PREFIX}{key.version}": key.fingerprint() for key in keys.lookup_keys(0)}
    for name, value in noted.items():
        if held.get(name) != value:
            raise Problem("store.keys_wrong", version=name.removeprefix(_PREFIX))
    new = [(name, value) for name, value in held.items() if name not in noted]
    return [Write(_NOTE, new)] if new else []


def forget_key(version: int) -> Write:
    """The write that lets go of a version under which no row stands any more."""
    return Write(_FORGET, [(f"{_PREFIX}{version}",)])
