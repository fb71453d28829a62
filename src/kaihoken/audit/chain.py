"""The end of the log in memory: where the next batch is made, and taken in once it is durable. No I/O."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from kaihoken.audit.batch import SALT_BYTES, Batch, Entry, packed, sealed
from kaihoken.audit.head import Head, signed_head
from kaihoken.audit.merkle import EMPTY_ROOT, CompactRange, leaf_hash
from kaihoken.audit.store import INSERT_BATCH, INSERT_BODY, INSERT_TILE
from kaihoken.audit.tiles import Edge, TileRow
from kaihoken.store import SigningKey, Write, milliseconds


@dataclass(frozen=True, slots=True)
class Link:
    """A batch made for the end of the chain: not part of it before `Chain.adopt`."""

    batch: Batch
    head: Head
    leaf: bytes
    tree: CompactRange
    tiles: list[TileRow]

    @property
    def seq(self) -> int:
        """The commit sequence: the batch's index in the log."""
        return self.head.size - 1

    def writes(self) -> list[Write]:
        """The rows of the log: two, and one more when a tile fills."""
        head, batch = self.head, self.batch
        leaves = b"".join(batch.leaves)
        row = (self.seq, head.time_ms, head.batch_root, head.tree_root, leaves, head.key_id, head.signature)
        rows = [
            Write(INSERT_BATCH, (row,)),
            Write(INSERT_BODY, ((self.seq, packed(batch.chunks)),)),
        ]
        if self.tiles:
            rows.append(Write(INSERT_TILE, self.tiles))
        return rows


class Chain:
    """The tree's right edge, the newest head and the key that signs.

    `stored` is the head in the newest durable batch (of size 0 and not signed before the first), `head` the newest
    one signed: of the same size, maybe later. Times never go back: not in the log, not behind the start of the
    signing key, and not behind `floor_ms`.
    """

    def __init__(
        self, stored: Head, tree: CompactRange, edge: Edge, signer: SigningKey, floor_ms: int
    ) -> None:
        self.tree = tree
        self.stored = stored
        self.head = stored
        self._edge = edge
        self._signer = signer
        self._floor_ms = max(floor_ms, stored.time_ms, milliseconds(signer.valid_from))

    @property
    def signer(self) -> SigningKey:
        """The key that signs now."""
        return self._signer

    def after_all(self, now_ms: int) -> int:
        """The first instant from now on that is later than every head so far: from there another key may sign."""
        return max(now_ms, self._floor_ms + 1)

    def hand_over(self, signer: SigningKey, now_ms: int) -> None:
        """Signs with another key from its beginning on, the newest head first."""
        self._signer = signer
        self._floor_ms = max(self._floor_ms, milliseconds(signer.valid_from))
        self.resign(now_ms)

    @classmethod
    def empty(cls, log_id: str, signer: SigningKey) -> "Chain":
        """The chain of a log that has not begun."""
        void = Head(log_id, 0, 0, b"", EMPTY_ROOT, 0, "", b"")
        return cls(void, CompactRange(), Edge(0, [[]]), signer, 0)

    def next(self, entries: Sequence[Entry], now_ms: int) -> Link:
        """The batch of these records behind the newest one. ValueError when there are none or a kind is
        malformed."""
        batch = sealed(entries, os.urandom(SALT_BYTES * len(entries)))
        leaf = leaf_hash(batch.root)
        tree = self.tree.appended(leaf)
        head = signed_head(
            self._signer,
            log_id=self.stored.log_id,
            size=tree.size,
            batch_size=len(batch),
            batch_root=batch.root,
            tree_root=tree.root(),
            time_ms=max(now_ms, self._floor_ms),
        )
        return Link(batch, head, leaf, tree, self._edge.filled_by(leaf))

    def adopt(self, link: Link) -> None:
        """Takes in the batch, now that it is durable."""
        self._edge.append(link.leaf, link.tiles)
        self.tree = link.tree
        self.stored = self.head = link.head
        self._floor_ms = max(self._floor_ms, link.head.time_ms)

    def resign(self, now_ms: int) -> None:
        """Signs the newest head again, with a new time: the log stood so at this instant."""
        self._floor_ms = max(now_ms, self._floor_ms)
        self.head = signed_head(
            self._signer,
            log_id=self.head.log_id,
            size=self.head.size,
            batch_size=self.head.batch_size,
            batch_root=self.head.batch_root,
            tree_root=self.head.tree_root,
            time_ms=self._floor_ms,
        )
