"""Reading a whole log and finding every change in it: `kaihoken audit verify`.

Nothing is believed but the keys and the witness: leaves are hashed again from bodies, batch roots from leaves, the
tree from batch roots, and each is compared with what is stored, signed and witnessed.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

import msgspec

from kaihoken.audit import merkle
from kaihoken.audit.batch import entry_of
from kaihoken.audit.head import Head, Key, check_head
from kaihoken.audit.log import TILE_WIDTH, Log, StoredBatch, chunks_of
from kaihoken.audit.merkle import CompactRange
from kaihoken.audit.retention import DESTROYED, DestructionBody
from kaihoken.audit.tiles import Edge
from kaihoken.problems import Problem

Fault = Literal[
    "batch-missing",  # a row of the log is gone: nothing behind it can be checked against the tree
    "batch-malformed",
    "body",  # a salt or record is not what its leaf says
    "bodies-missing",  # gone, and no record of destruction says so
    "leaves",  # the leaf hashes are not what the batch root says
    "tree",  # the batch roots up to here are not what the signed root says (told once)
    "signature",
    "time",  # earlier than the batch before
    "tile",  # a stored tile is not what the batch roots say
    "witness",  # the witness saw another tree, or a larger one, or a line of its file holds no head
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold, and the batch where."""

    fault: Fault
    batch: int
    detail: str = ""


class Verification:
    """One pass over the first `size` batches of a log."""

    def __init__(
        self, log: Log, size: int, keys: Mapping[str, Key], witnessed: Iterable[Head | None] = ()
    ) -> None:
        self._log = log
        self._keys = keys
        self._tree = CompactRange()
        self._witnessed = enumerate(witnessed, start=1)
        self._no_heads: list[Finding] = []
        self._next_seen = self._next_head()
        self._edge = Edge(0, [[]])
        self._tree_holds = True
        self._newest_ms = 0
        self._gone: list[range] = []  # batches with records that are destroyed
        self._declared: list[range] = []
        self._more_gone = 0  # records that are destroyed, beyond those on record as such
        self._size = size

    async def findings(self, progress: Callable[[int], None] = lambda _: None) -> AsyncIterator[Finding]:
        """Every fault, in the order of the log; those of destruction and of heads beyond the end come last.

        `progress` is told how many batches were read."""
        for first in range(0, self._size, TILE_WIDTH):
            stop = min(first + TILE_WIDTH, self._size)
            bodies = await self._log.bodies(first, stop)
            for seq in range(first, stop):
                for finding in await self._batch(seq, bodies.get(seq)):
                    yield finding
            progress(stop)
        for finding in self._undeclared():
            yield finding
        for finding in self._unseen():
            yield finding
        for finding in self._without_head():
            yield finding

    async def _batch(self, seq: int, bodies: bytes | None) -> list[Finding]:
        try:
            batch = await self._log.batch(seq)
        except Problem as problem:
            self._tree_holds = False
            missing = problem.code == "audit.no_batch"
            return [Finding("batch-missing" if missing else "batch-malformed", seq)]
        return [
            *self._records(batch, bodies),
            *self._leaves(batch),
            *self._signed(batch),
            *await self._in_tree(batch),
        ]

    def _records(self, batch: StoredBatch, bodies: bytes | None) -> Iterable[Finding]:
        try:
            chunks = chunks_of(batch, bodies)
        except Problem as problem:
            yield Finding("body", batch.seq, problem.title("en"))
            return
        for index, (chunk, leaf) in enumerate(zip(chunks, batch.leaves, strict=True)):
            if not chunk:
                continue
            if sha256(b"\x00" + chunk).digest() != leaf or not self._is_readable(chunk):
                yield Finding("body", batch.seq, f"record {index}")
        if not all(chunks):
            self._note_gone(batch.seq)
            self._more_gone += chunks.count(b"")

    def _is_readable(self, chunk: bytes) -> bool:
        """Whether a record has its form; a record of destruction is noted."""
        try:
            entry = entry_of(chunk)
            if entry.kind == DESTROYED:
                body = msgspec.json.decode(entry.body, type=DestructionBody)
                self._declared.append(range(body.first, body.stop))
                self._more_gone -= body.records
        except (ValueError, msgspec.MsgspecError):
            return False
        return True

    def _note_gone(self, seq: int) -> None:
        if self._gone and self._gone[-1].stop == seq:
            self._gone[-1] = range(self._gone[-1].start, seq + 1)
        else:
            self._gone.append(range(seq, seq + 1))

    def _leaves(self, batch: StoredBatch) -> Iterable[Finding]:
        if merkle.root(batch.leaves) != batch.head.batch_root:
            yield Finding("leaves", batch.seq)

    def _signed(self, batch: StoredBatch) -> Iterable[Finding]:
        try:
            check_head(batch.head, self._keys)
        except Problem as problem:
            yield Finding("signature", batch.seq, problem.title("en"))
        if batch.head.time_ms < self._newest_ms:
            yield Finding("time", batch.seq)
        self._newest_ms = batch.head.time_ms

    async def _in_tree(self, batch: StoredBatch) -> list[Finding]:
        if not self._tree_holds:
            return []
        leaf = merkle.leaf_hash(batch.head.batch_root)
        filled = self._edge.filled_by(leaf)
        self._edge.append(leaf, filled)
        self._tree = self._tree.appended(leaf)
        found: list[Finding] = []
        for level, position, hashes, root in filled:
            stored = await self._log.tiles(level, position, position + 1)
            if stored.get(position) != (hashes, root):
                found.append(Finding("tile", batch.seq, f"level {level}, position {position}"))
        if self._tree.root() != batch.head.tree_root:
            self._tree_holds = False
            found.append(Finding("tree", batch.seq))
        return found + self._seen(batch.seq)

    def _seen(self, seq: int) -> list[Finding]:
        """Compares with the heads that the witness took at this size. A witness takes heads in the order of time, so
        one that is smaller than the tree by now came after a larger one."""
        found: list[Finding] = []
        while self._next_seen and self._next_seen.size <= self._tree.size:
            head = self._next_seen
            if (head.size, head.tree_root, head.log_id) != (
                self._tree.size,
                self._tree.root(),
                self._log.log_id,
            ):
                found.append(Finding("witness", seq, f"the witness saw another tree of {head.size} batches"))
            self._next_seen = self._next_head()
        return found

    def _next_head(self) -> Head | None:
        """The next head of the witness. Lines that hold none are noted."""
        for line, head in self._witnessed:
            if head is not None:
                return head
            detail = f"line {line} of the witness holds no head"
            self._no_heads.append(Finding("witness", self._tree.size, detail))
        return None

    def _without_head(self) -> list[Finding]:
        """The lines of the witness that hold no head, each with the batch that came next."""
        while self._next_head():
            pass
        return self._no_heads

    def _undeclared(self) -> Iterable[Finding]:
        """Batches with destroyed records outside every range that a record of destruction names; and, where there are
        none, more records destroyed inside than those say."""
        outside = False
        ranges = sorted(self._declared, key=lambda declared: declared.start)
        at = 0
        for gone in self._gone:
            for seq in gone:
                while at < len(ranges) and ranges[at].stop <= seq:
                    at += 1
                if at == len(ranges) or seq < ranges[at].start:
                    outside = True
                    yield Finding("bodies-missing", seq)
        if not outside and self._more_gone > 0:
            detail = f"{self._more_gone} records more than those on record as destroyed, from here on"
            yield Finding("bodies-missing", self._gone[0].start, detail)

    def _unseen(self) -> Iterable[Finding]:
        """A head of the witness to which this log never came."""
        if self._tree_holds and self._next_seen:
            size = self._next_seen.size
            yield Finding("witness", size - 1, f"the witness saw a tree of {size} batches")
