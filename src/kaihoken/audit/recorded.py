"""Whether a store is the one for which its log was begun, and whether the log's tables hold the log and nothing else:
parts of a hub's start and of `kaihoken store check`.

The log's first record holds what the store was made for and its id, under the first signed head. `audit verify` reads
the log from batch 0 to its end; what stands outside (a record that no head covers, a tile of no tree) is found here.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final, cast

import msgspec
from sqlalchemy import func, select

from kaihoken.audit import merkle
from kaihoken.audit.batch import entry_of
from kaihoken.audit.head import check_head, public_keys
from kaihoken.audit.log import TILE_WIDTH, Log, log_of
from kaihoken.audit.store import log_batch, log_body, log_tile, store_meta
from kaihoken.problems import Problem
from kaihoken.store import Finding, KeyProvider, LookupKey, Store, milliseconds, register_check, statement

CHECK: Final = "log"

_META = statement("read meta", select(store_meta.c.name, store_meta.c.value))
_ENDS = {
    table.name: statement(f"ends of {table.name}", select(func.min(table.c.seq), func.max(table.c.seq)))
    for table in (log_batch, log_body)
}
_TILES = statement(
    "ends of each level of tiles",
    select(log_tile.c.level, func.min(log_tile.c.position), func.max(log_tile.c.position))
    .group_by(log_tile.c.level)
    .order_by(log_tile.c.level),
)


class _Beginning(msgspec.Struct, frozen=True):
    """The body of the log's first record."""

    log_id: str
    purpose: str
    store_id: str


async def require_own_store(store: Store, log: Log, keys: KeyProvider) -> None:
    """Refuses a store that says something else of itself than the log's first record: Problem `audit.other_store`.

    The record is proved by its leaf and the first signed head: Problems `audit.damaged`, `audit.head_refused`.
    """
    check_head((await log.batch(0)).head, public_keys(keys))
    wrong = _differing(await _meta(store), await _beginning(log))
    if wrong:
        raise Problem("audit.other_store", where="store_meta", names=", ".join(wrong))


async def check_log(store: Store, _: Sequence[LookupKey] = ()) -> AsyncIterator[Finding]:
    """What the store says of itself and the log's first record does not, and every row of the log's tables that
    belongs to no batch of the log."""
    async for finding in _outside(store):
        yield finding
    meta = await _meta(store)
    log = await log_of(store)
    if log is None or not await log.size():
        return
    try:
        began = await _beginning(log)
        began_ms = (await log.batch(0)).head.time_ms
    except Problem as problem:
        if not problem.code.startswith("audit."):
            raise
        yield Finding(CHECK, "batch 0", "はじめの記録を読めません", "the first record cannot be read")
        return
    for name in _differing(meta, began):
        yield _finding(
            f"store_meta {name}", "ログのはじめの記録と違います", "not what the log's first record says"
        )
    if not _made_before(meta.get("created", ""), began_ms):
        yield _finding("store_meta created", "ログより後です", "later than the log, or no instant")


async def _meta(store: Store) -> dict[str, str]:
    return dict(cast("list[tuple[str, str]]", await store.fetch(_META)))


async def _beginning(log: Log) -> _Beginning:
    """What the log's first record says, once it is the one under its leaf. Problems `audit.damaged`,
    `audit.destroyed`, `audit.no_batch`."""
    batch = await log.batch(0)
    chunk = (await log.chunks(batch))[0]
    if not chunk:
        raise Problem("audit.destroyed", batch=0, index=0)
    proved = sha256(b"\x00" + chunk).digest() == batch.leaves[0]
    if not proved or merkle.root(batch.leaves) != batch.head.batch_root:
        raise Problem("audit.damaged", where="log_body 0", reason="the first record is not under its head")
    try:
        return msgspec.json.decode(entry_of(chunk).body, type=_Beginning)
    except (ValueError, msgspec.MsgspecError):
        raise Problem("audit.damaged", where="log_body 0", reason="not the record of a beginning") from None


def _differing(meta: dict[str, str], began: _Beginning) -> list[str]:
    return [name for name in _Beginning.__struct_fields__ if meta.get(name) != getattr(began, name)]


def _made_before(created: str, began_ms: int) -> bool:
    """A store is made before its log begins."""
    try:
        return milliseconds(datetime.fromisoformat(created)) <= began_ms
    except (ValueError, TypeError):
        return False


async def _outside(store: Store) -> AsyncIterator[Finding]:
    """Rows before batch 0, behind the last one, or of a tile that the tree has not filled."""
    # The batches, which only grow in number, are read last: what a hub writes meanwhile is inside.
    levels = cast("list[tuple[int, int, int]]", await store.fetch(_TILES))
    bodies = (await store.fetch(_ENDS[log_body.name]))[0]
    first, last = (await store.fetch(_ENDS[log_batch.name]))[0]
    size = last + 1 if isinstance(last, int) else 0
    if isinstance(first, int) and first < 0:
        yield _row_outside(f"log_batch {first}")
    for seq in dict.fromkeys(bodies):
        if isinstance(seq, int) and not 0 <= seq < size:
            yield _row_outside(f"log_body {seq}")
    for place in _tiles_outside(levels, size):
        yield _row_outside(place)


def _tiles_outside(levels: Sequence[tuple[int, int, int]], size: int) -> Iterator[str]:
    """The first and the last tile of a level, where the tree of so many batches has not filled them."""
    for level, lowest, highest in levels:
        filled = size // TILE_WIDTH ** (level + 1) if level >= 0 else 0
        for position in sorted({lowest, highest}):
            if not 0 <= position < filled:
                yield f"log_tile {level}/{position}"


def _row_outside(where: str) -> Finding:
    return _finding(where, "ログのどのバッチのものでもない行があります", "a row of no batch of the log")


def _finding(where: str, japanese: str, english: str) -> Finding:
    return Finding(CHECK, where, japanese, english)


register_check(CHECK, check_log)
