"""A commit batch: the records that one transaction makes durable, their salts and their Merkle tree. Pure.

A record is its kind, a line feed, and its canonical body. Its leaf is SHA-256(0x00 || salt || record); without the
16 random salt bytes a leaf tells nothing of the record, so destroying salt and body leaves a hash of nothing known.
"""

import re
import struct
from collections.abc import Sequence
from functools import cache
from hashlib import sha256

import msgspec

from kaihoken.audit.merkle import rows

SALT_BYTES = 16
_KIND = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
_DESTROYED = 0  # a living record is never shorter than its salt


class Entry(msgspec.Struct, frozen=True, gc=False):
    """What a caller puts on record: a kind such as "eligibility.answer" ([a-z0-9.-], at most 63 characters) and the
    canonical bytes of the body (for JSON: sorted members, no spaces)."""

    kind: str
    body: bytes


class Batch:
    """The records of one batch as chunks `salt || record`; a destroyed record is an empty chunk. `leaves` are their
    leaf hashes and `rows` the rows of the tree over them, the root alone in the last."""

    __slots__ = ("chunks", "leaves", "rows")

    def __init__(self, chunks: list[bytes], leaves: Sequence[bytes]) -> None:
        self.chunks = chunks
        self.leaves = leaves
        self.rows = rows(leaves)

    @property
    def root(self) -> bytes:
        """The batch root: a leaf of the log's tree."""
        return self.rows[-1][0]

    def __len__(self) -> int:
        return len(self.leaves)


def sealed(entries: Sequence[Entry], salts: bytes) -> Batch:
    """A new batch of these records, at least one, with 16 random bytes each from `salts`.

    ValueError when a kind is malformed."""
    chunks: list[bytes] = []
    at = 0
    for entry in entries:
        chunks.append(salts[at : at + 16] + kind_line(entry.kind) + entry.body)
        at += 16
    return Batch(chunks, [sha256(b"\x00" + chunk).digest() for chunk in chunks])


def packed(chunks: Sequence[bytes]) -> bytes:
    """Salts and records as one value of `log_body`: the length of every chunk (32 bits, big-endian), then the
    chunks. A destroyed record has length 0."""
    return struct.pack(f">{len(chunks)}I", *map(len, chunks)) + b"".join(chunks)


def unpacked(count: int, value: bytes) -> list[bytes]:
    """The chunks of a stored batch of `count` records. ValueError when the value is not what `packed` makes."""
    at = 4 * count
    if len(value) < at:
        raise ValueError("the packed records end too early")
    chunks: list[bytes] = []
    for length in struct.unpack_from(f">{count}I", value):
        if length != _DESTROYED and length <= SALT_BYTES:
            raise ValueError("a packed record is shorter than its salt")
        chunks.append(value[at : at + length])
        at += length
    if at != len(value):
        raise ValueError("the packed records have another length than their table says")
    return chunks


def leaves_of(stored: bytes) -> list[bytes]:
    """The leaf hashes of a stored batch. ValueError unless they are one or more hashes of 32 bytes."""
    if not stored or len(stored) % 32:
        raise ValueError("the leaf hashes are not of 32 bytes each")
    return [stored[at : at + 32] for at in range(0, len(stored), 32)]


def entry_of(chunk: bytes) -> Entry:
    """The record of a chunk that is not destroyed. ValueError when it is malformed."""
    kind, line, body = chunk[SALT_BYTES:].partition(b"\n")
    text = kind.decode("latin-1")
    if not line or not _KIND.fullmatch(text):
        raise ValueError("the kind of a stored record is malformed")
    return Entry(text, body)


@cache
def kind_line(kind: str) -> bytes:
    """The first line of a record. ValueError when the kind is malformed."""
    if not _KIND.fullmatch(kind):
        raise ValueError(f"not a kind of record: {kind!r}")
    return kind.encode() + b"\n"
