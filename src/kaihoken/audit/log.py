"""Reading the log: heads, batches, records, and proofs over the tree.

The tree is stored as tiles: a tile of level L at position p holds the hashes of the 256 complete subtrees of 256**L
batches each that begin at batch p * 256**(L+1). Full tiles are rows of `log_tile` and never change; what a tile
that is not full would hold is read from the batch roots (level 0) or from the roots of the tiles below, and is kept:
it only grows, so the next proof reads what came since. A proof hashes at most 255 times for each level, and there is a
level more for 256 times as many batches: a log of a hundred million records has four.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from kaihoken.audit import merkle
from kaihoken.audit.batch import Batch, Entry, entry_of, leaves_of, unpacked
from kaihoken.audit.head import Head
from kaihoken.audit.merkle import CompactRange, Span
from kaihoken.audit.receipt import Receipts
from kaihoken.audit.store import (
    BATCH_AT,
    BATCHES,
    BODIES,
    LOG_ID,
    NEWEST_SEQ,
    NEXT_BODY,
    ROOTS,
    TILE,
    TILE_ROOTS,
    TILES,
)
from kaihoken.problems import Problem
from kaihoken.store import Store

TILE_BITS = 8
TILE_WIDTH = 1 << TILE_BITS
NOTHING_KNOWN = -1
"""What an instant before the log's creation resolves to: no assertion has so early a commit sequence."""

_TILES_KEPT = 256  # of 8 KiB each


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """One row of the log: the head signed when batch `seq` was committed, and the leaf hashes of its records."""

    seq: int
    leaves: tuple[bytes, ...]
    head: Head


class Log:
    """The log of one store, for reading. Sees what was durable when it is asked."""

    def __init__(self, store: Store, log_id: str) -> None:
        self._store = store
        self.log_id = log_id
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._growing: dict[
            int, tuple[int, bytes]
        ] = {}  # of each level the tile that is not full, as far as it is read

    @classmethod
    async def open(cls, store: Store) -> "Log":
        """Problem `audit.no_log` when nothing was ever committed to this store."""
        rows = cast("list[tuple[str]]", await store.fetch(LOG_ID))
        if not rows:
            raise Problem("audit.no_log")
        return cls(store, rows[0][0])

    async def size(self) -> int:
        """How many batches the log holds."""
        rows = cast("list[tuple[int]]", await self._store.fetch(NEWEST_SEQ))
        return rows[0][0] + 1 if rows else 0

    async def resolve(self, at_ms: int) -> int:
        """The last batch at or before an instant in milliseconds; NOTHING_KNOWN before the first."""
        rows = cast("list[tuple[int]]", await self._store.fetch(BATCH_AT, (at_ms,)))
        return rows[0][0] if rows else NOTHING_KNOWN

    async def batches(self, first: int, stop: int) -> list[StoredBatch]:
        """The rows first <= seq < stop as far as they exist, in order. Problem `audit.damaged` for one that
        cannot be a batch."""
        rows = cast(
            "list[tuple[int, int, bytes, bytes, bytes, str, bytes]]",
            await self._store.fetch(BATCHES, (first, stop)),
        )
        return [self._batch(*row) for row in rows]

    async def batch(self, seq: int) -> StoredBatch:
        """Problem `audit.no_batch` when the log holds no such batch."""
        found = await self.batches(seq, seq + 1)
        if not found:
            raise Problem("audit.no_batch", batch=seq)
        return found[0]

    async def chunks(self, batch: StoredBatch) -> list[bytes]:
        """`salt || record` of every record of a batch, empty where destroyed. Problem `audit.damaged`."""
        return chunks_of(batch, (await self.bodies(batch.seq, batch.seq + 1)).get(batch.seq))

    async def bodies(self, first: int, stop: int) -> dict[int, bytes]:
        """The packed records of the batches first <= seq < stop that still have any, by their sequence."""
        return dict(cast("list[tuple[int, bytes]]", await self._store.fetch(BODIES, (first, stop))))

    async def next_body(self, first: int) -> int | None:
        """The first batch from `first` on that still has a record."""
        rows = cast("list[tuple[int]]", await self._store.fetch(NEXT_BODY, (first,)))
        return rows[0][0] if rows else None

    async def tiles(self, level: int, first: int, stop: int) -> dict[int, tuple[bytes, bytes]]:
        """Full tiles of a level by their position: 256 hashes, and their root."""
        rows = await self._store.fetch(TILES, (level, first, stop))
        return {place: (hashes, root) for place, hashes, root in cast("list[tuple[int, bytes, bytes]]", rows)}

    async def record(self, seq: int, index: int) -> Entry:
        """One record. Problems `audit.no_batch`, `audit.no_record`, `audit.destroyed`, `audit.damaged`."""
        _, chunks = await self._record(seq, index)
        try:
            return entry_of(chunks[index])
        except ValueError as error:
            raise Problem("audit.damaged", where=f"log_body {seq}", reason=str(error)) from error

    async def receipt(self, seq: int, index: int) -> bytes:
        """The receipt of a stored record, as it was handed out. Problems as `record`."""
        batch, chunks = await self._record(seq, index)
        return Receipts(Batch(chunks, batch.leaves), batch.head).json(index)

    async def tree(self, size: int) -> CompactRange:
        """The tree of the first `size` batches. Problem `audit.damaged` when a part is missing."""
        spans = merkle.peaks(Span(0, size))
        return CompactRange(size, tuple(await self._hashes(spans)))

    async def inclusion(self, seq: int, size: int) -> list[bytes]:
        """The proof that batch `seq` stands in the tree of the first `size` batches. Problem `audit.no_batch`."""
        await self._within(size)
        if not 0 <= seq < size:
            raise Problem("audit.no_batch", batch=seq)
        return await self._hashes(merkle.inclusion_spans(seq, size))

    async def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the tree of `new` batches extends that of `old`. Problem `audit.no_batch` unless
        1 <= old <= new <= size."""
        await self._within(new)
        if not 1 <= old <= new:
            raise Problem("audit.no_batch", batch=old - 1)
        return await self._hashes(merkle.consistency_spans(old, new))

    async def tile_hashes(self, level: int, position: int) -> bytes:
        """All hashes that the tile holds so far, joined."""
        return await self._tile(level, position)

    def _batch(
        self,
        seq: int,
        at_ms: int,
        root: bytes,
        tree_root: bytes,
        leaves: bytes,
        key_id: str,
        signature: bytes,
    ) -> StoredBatch:
        try:
            hashes = tuple(leaves_of(leaves))
        except ValueError as error:
            raise Problem("audit.damaged", where=f"log_batch {seq}", reason=str(error)) from error
        head = Head(self.log_id, seq + 1, len(hashes), root, tree_root, at_ms, key_id, signature)
        return StoredBatch(seq, hashes, head)

    async def _record(self, seq: int, index: int) -> tuple[StoredBatch, list[bytes]]:
        batch = await self.batch(seq)
        if not 0 <= index < len(batch.leaves):
            raise Problem("audit.no_record", batch=seq, index=index)
        chunks = await self.chunks(batch)
        if not chunks[index]:
            raise Problem("audit.destroyed", batch=seq, index=index)
        return batch, chunks

    async def _within(self, size: int) -> None:
        if size > await self.size():
            raise Problem("audit.no_batch", batch=size - 1)

    async def _hashes(self, spans: Sequence[Span]) -> list[bytes]:
        partial: dict[tuple[int, int], bytes] = {}
        return [
            merkle.fold([await self._node(peak, partial) for peak in merkle.peaks(span)]) for span in spans
        ]

    async def _node(self, span: Span, partial: dict[tuple[int, int], bytes]) -> bytes:
        """The hash of a complete subtree: the root over its stretch of the tile that it lies in."""
        level, rest = divmod((span.stop - span.start).bit_length() - 1, TILE_BITS)
        first = span.start >> (level * TILE_BITS)
        where = (level, first >> TILE_BITS)
        hashes = self._tiles.get(where) or partial.get(where)
        if hashes is None:
            hashes = partial[where] = await self._tile(*where)
        offset = first % TILE_WIDTH
        stretch = hashes[32 * offset : 32 * (offset + (1 << rest))]
        if len(stretch) != 32 << rest:
            raise Problem(
                "audit.damaged", where=f"log_tile {where[0]}/{where[1]}", reason="hashes are missing"
            )
        return merkle.root(leaves_of(stretch))

    async def _tile(self, level: int, position: int) -> bytes:
        full = cast("list[tuple[bytes]]", await self._store.fetch(TILE, (level, position)))
        if full:
            if len(self._tiles) >= _TILES_KEPT:
                self._tiles.pop(next(iter(self._tiles)))
            self._tiles[level, position] = full[0][0]
            return full[0][0]
        return await self._grown(level, position)

    async def _grown(self, level: int, position: int) -> bytes:
        """What a tile holds that is not full: what is known of it, and what has come since."""
        known_position, known = self._growing.get(level, (position, b""))
        if known_position != position:
            known = b""
        first = (position << TILE_BITS) + len(known) // 32
        stop = (position + 1) << TILE_BITS
        if level == 0:
            rows = await self._store.fetch(ROOTS, (first, stop))
        else:
            rows = await self._store.fetch(TILE_ROOTS, (level - 1, first, stop))
        hashes = [known]
        for expected, (place, root) in enumerate(cast("list[tuple[int, bytes]]", rows), start=first):
            if place != expected:
                raise Problem("audit.damaged", where=f"log_batch {expected}", reason="a row is missing")
            hashes.append(root if level else merkle.leaf_hash(root))
        grown = b"".join(hashes)
        self._growing[level] = position, grown
        return grown


def chunks_of(batch: StoredBatch, bodies: bytes | None) -> list[bytes]:
    """The chunks of a stored batch out of its row of `log_body` (None: all destroyed). Problem `audit.damaged`."""
    if bodies is None:
        return [b""] * len(batch.leaves)
    try:
        return unpacked(len(batch.leaves), bodies)
    except ValueError as error:
        raise Problem("audit.damaged", where=f"log_body {batch.seq}", reason=str(error)) from error


async def log_of(store: Store) -> Log | None:
    """The log of a store, None where nothing was ever committed to it."""
    try:
        return await Log.open(store)
    except Problem as problem:
        if problem.code != "audit.no_log":
            raise
        return None
