"""Whether a log is what it says: its newest head, and that it extends what was witnessed."""

from collections.abc import Mapping

from kaihoken.audit import merkle
from kaihoken.audit.head import Head, Key, check_head
from kaihoken.audit.log import Log, StoredBatch
from kaihoken.audit.merkle import CompactRange
from kaihoken.problems import Problem


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
