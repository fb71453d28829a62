"""Every version of every career sealed anew under a new key, and the older key destroyed.

Each slice is one transaction with a record for each row, so the log knows the digest of what now stands there. It may
stop anywhere: the next call goes on. Nobody reads a name here: what was sealed is opened and sealed again as bytes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, cast

import msgspec
from sqlalchemy import bindparam, func, select, update

from kaihoken.audit import Committer, Entry
from kaihoken.clock import Clock
from kaihoken.problems import Problem
from kaihoken.store import Store, Write, schema, statement
from kaihoken.workforce.careers.book import RESEALED, Kept, words_of
from kaihoken.workforce.careers.sealing import CareerKeys

SLICE: Final = 100

_table = schema.career
_OLDER = statement(
    "read careers under an older key",
    select(_table.c.participant, _table.c.version, _table.c.key_version, _table.c.sealed)
    .where(_table.c.key_version != bindparam("newest"))
    .order_by(_table.c.participant, _table.c.version)
    .limit(SLICE),
)
_LEFT = statement(
    "count careers under an older key",
    select(func.count()).select_from(_table).where(_table.c.key_version != bindparam("newest")),
)
_REPLACE = statement(
    "seal a career anew",
    update(_table)
    .where(_table.c.participant == bindparam("of"), _table.c.version == bindparam("of_version"))
    .values(key_version=bindparam("now_under"), sealed=bindparam("now_sealed")),
)


@dataclass(frozen=True, slots=True)
class Resealed:
    """The version in force now, how many rows were sealed anew, and the versions destroyed."""

    version: int
    rows: int
    retired: tuple[int, ...]


async def reseal(
    store: Store,
    committer: Committer,
    folder: Path,
    clock: Clock,
    account: str,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Resealed:
    """A new version of the key (or the one that an interrupted call left), every row under it, the older ones gone.

    `account` is who asked for it. Problems: `workforce.career-key` (none is there, or one under which a row stands is
    gone), `workforce.career-sealed`, `workforce.career-rows-left`, and those of store and log.
    """
    keys = CareerKeys.open(folder)
    if len(keys.versions) == 1:
        keys = CareerKeys.add(folder, clock)
    waiting, done = await _left(store, keys.newest), 0
    while rows := await store.fetch(_OLDER, (keys.newest,)):
        await _slice(store, committer, keys, account, rows)
        done += len(rows)
        progress(done, waiting)
    left = await _left(store, keys.newest)
    if left:
        raise Problem("workforce.career-rows-left", rows=left)
    retired = keys.versions[:-1]
    for version in retired:
        keys = keys.without(folder, version)
    return Resealed(keys.newest, done, retired)


async def _slice(
    store: Store,
    committer: Committer,
    keys: CareerKeys,
    account: str,
    rows: Sequence[tuple[object, ...]],
) -> None:
    entries, changed = [], []
    for key, version, under, sealed in cast("Sequence[tuple[bytes, int, int, bytes]]", rows):
        words = words_of(store, key.hex(), version)
        anew = keys.seal(keys.unseal(under, sealed, *words), *words)
        record = Kept(account, sha256(anew).hexdigest(), (key.hex(),), "", version)
        entries.append(Entry(RESEALED, msgspec.json.encode(record)))
        values = {"of": key, "of_version": version, "now_under": keys.newest, "now_sealed": anew}
        changed.append(tuple(values[name] for name in _REPLACE.parameters))
    await committer.commit(entries, [Write(_REPLACE, changed)])


async def _left(store: Store, newest: int) -> int:
    return int(cast("int", (await store.fetch(_LEFT, (newest,)))[0][0]))
