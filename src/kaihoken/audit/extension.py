"""Whether a log is what it says: its newest head, and that it extends what was witnessed."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from kaihoken.audit import merkle
from kaihoken.audit.head import Head, Key, check_head
from kaihoken.audit.log import Log, StoredBatch, log_of
from kaihoken.audit.merkle import CompactRange
from kaihoken.audit.witness import Witness, witness_at
from kaihoken.problems import Problem
from kaihoken.store import Store


async def newest_verified(log: Log, keys: Mapping[str, Key]) -> tuple[StoredBatch, CompactRange]:
    """The newest batch and the tree up to it. Problem `audit.damaged` or `audit.head_refused` unless the tree, read
    from its tiles, is the one in a properly signed head. (Older batches are read by `kaihoken audit verify`.)"""
    size = await log.size()
    newest = await log.batch(size - 1)
    check_head(newest.head, keys)
    if merkle.root(newest.leaves) != newest.head.batch_root:
        raise Problem("audit.damaged", where=f"log_batch {newest.seq}", reason="its leaves have another root")
    tree = await log.tree(size)
    if tree.root() != newest.head.tree_root:
        raise Problem("audit.damaged", where=f"log_batch {newest.seq}", reason="the tree has another root")
    return newest, tree


async def check_extends(log: Log, witnessed: Head, keys: Mapping[str, Key]) -> None:
    """Problem unless the log extends a head that the witness has: `audit.head_refused` (not signed by this hub),
    `audit.other_log`, `audit.rolled_back` (the log is smaller), `audit.forked` (it holds another history)."""
    check_head(witnessed, keys)
    if witnessed.log_id != log.log_id:
        raise Problem("audit.other_log", witnessed=witnessed.log_id, found=log.log_id)
    size = await log.size()
    if size < witnessed.size:
        raise Problem("audit.rolled_back", witnessed=witnessed.size, found=size)
    tree = await log.tree(witnessed.size)
    if tree.root() != witnessed.tree_root:
        raise Problem("audit.forked", witnessed=witnessed.size)


@asynccontextmanager
async def witness_of(store: Store, location: str, *, begins: bool = False) -> AsyncIterator[Witness | None]:
    """The witness at a location ("": none) for whoever is about to write to the log of a store; closed afterwards.

    A log of more than its birth was witnessed, so a witness that has nothing is not the one that saw it, or was
    emptied: Problem `audit.witness_empty`, unless the operator says that a new one `begins` here. Said of one that has
    heads it is `audit.witness_not_new`, so that nobody says it for good. Problems also as `Witness.last`.
    """
    if not location:
        yield None
        return
    witness = witness_at(location)
    try:
        has_heads = await witness.last() is not None
        if begins and has_heads:
            raise Problem("audit.witness_not_new")
        if not begins and not has_heads and await _is_grown(store):
            raise Problem("audit.witness_empty")
        yield witness
    finally:
        await witness.close()


async def _is_grown(store: Store) -> bool:
    """Whether the log holds more than its birth."""
    log = await log_of(store)
    return log is not None and await log.size() > 1
