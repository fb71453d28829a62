"""The Merkle tree of RFC 9162 section 2.1 (the same tree as RFC 6962), SHA-256. Pure.

Every function takes and returns *hashes* of 32 bytes, never the data behind them; `leaf_hash` makes one from data.
A tree of n leaves splits at the largest power of two below n. Built row by row that is: pair the nodes of a row,
and carry an odd last node up unchanged.

Proofs are first planned as spans of leaves (`inclusion_spans`, `consistency_spans`): whoever stores the tree looks
up the hash of each span where it lies ready, so a proof among millions of leaves touches a few dozen hashes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


class Span(NamedTuple):
    """The leaves start <= i < stop."""

    start: int
    stop: int


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: SHA-256(0x00 || data)."""
    return sha256(b"\x00" + data).digest()


def rows(leaves: Sequence[bytes]) -> list[Sequence[bytes]]:
    """All rows of the tree, the leaf hashes first, the root alone in the last. At least one leaf."""
    row = leaves
    grown: list[Sequence[bytes]] = [row]
    while len(row) > 1:
        pairs = iter(row)
        above = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
        if len(row) & 1:
            above.append(row[-1])
        grown.append(above)
        row = above
    return grown


def root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash (MTH) over leaf hashes; of no leaves, the hash of nothing."""
    return rows(leaves)[-1][0] if leaves else EMPTY_ROOT


def inclusion_spans(index: int, size: int) -> list[Span]:
    """What an inclusion proof of leaf `index` in a tree of `size` leaves is made of, lowest sibling first
    (RFC 9162 section 2.1.3.1). ValueError when the leaf is not in the tree."""
    if not 0 <= index < size:
        raise ValueError("the leaf is not in the tree")
    spans: list[Span] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            spans.append(Span(middle, stop))
            stop = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    spans.reverse()
    return spans


def consistency_spans(old: int, new: int) -> list[Span]:
    """What a consistency proof from the tree of `old` leaves to that of `new` is made of (RFC 9162 section
    2.1.4.1); nothing when they are the same. ValueError unless 1 <= old <= new."""
    if not 1 <= old <= new:
        raise ValueError("a consistency proof goes from an earlier tree that is not empty to a later one")
    spans: list[Span] = []
    start, stop = 0, new
    while old != stop:
        middle = start + _split(stop - start)
        if old <= middle:
            spans.append(Span(middle, stop))
            stop = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    if start > 0:
        spans.append(Span(start, stop))
    spans.reverse()
    return spans


def peaks(span: Span) -> list[Span]:
    """A span whose start is a multiple of its largest power of two (every span that a proof names), cut into
    complete subtrees from left to right."""
    start, stop = span
    cut: list[Span] = []
    while start < stop:
        width = 1 << ((stop - start).bit_length() - 1)
        cut.append(Span(start, start + width))
        start += width
    return cut


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over the complete subtrees that `peaks` names, given their hashes from left to right."""
    above = hashes[-1]
    for hash_ in reversed(hashes[:-1]):
        above = sha256(b"\x01" + hash_ + above).digest()
    return above


@dataclass(frozen=True, slots=True)
class CompactRange:
    """A growing tree, remembered only by the hashes of its complete subtrees from left to right (one per one-bit
    of `size`). Appending makes a new value, so a failed commit simply drops it."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def appended(self, leaf: bytes) -> "CompactRange":
        """The tree with one more leaf hash: as many hashings as `size` ends in one-bits."""
        hashes, carry, size = self.hashes, leaf, self.size
        while size & 1:
            carry = sha256(b"\x01" + hashes[-1] + carry).digest()
            hashes = hashes[:-1]
            size >>= 1
        return CompactRange(self.size + 1, (*hashes, carry))

    def root(self) -> bytes:
        """The root over all leaves so far."""
        return fold(self.hashes) if self.hashes else EMPTY_ROOT


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)
