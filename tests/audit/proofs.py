"""Proofs over a whole tree in memory, and their verification as RFC 9162 writes it down: what the stored tree and the
public answers are held against."""

from collections.abc import Sequence
from hashlib import sha256

from kaihoken.audit import merkle


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The siblings from the leaf up to the root."""
    return [merkle.root(leaves[start:stop]) for start, stop in merkle.inclusion_spans(index, len(leaves))]


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """The nodes that prove the first `old` leaves to be the beginning of all."""
    return [merkle.root(leaves[start:stop]) for start, stop in merkle.consistency_spans(old, len(leaves))]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes) -> bool:
    """Whether `path` proves that the leaf hash stands at `index` in the tree of `size` leaves with this root
    (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, last, hash_ = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            hash_ = node_hash(sibling, hash_)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            hash_ = node_hash(hash_, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and hash_ == expected_root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the tree of `new` leaves extends that of `old` leaves (RFC 9162 section
    2.1.4.2). The empty tree proves nothing and is refused."""
    if not 1 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    nodes = list(path)
    if old & (old - 1) == 0:
        nodes.insert(0, old_root)
    if not nodes:
        return False
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old_hash = new_hash = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old_hash, new_hash = node_hash(node, old_hash), node_hash(node, new_hash)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            new_hash = node_hash(new_hash, node)
        here, last = here >> 1, last >> 1
    return last == 0 and old_hash == old_root and new_hash == new_root
