"""The Merkle tree of RFC 9162, against a plain reading of the RFC and against published vectors."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.audit import merkle
from kaihoken.audit.merkle import CompactRange, Span

from .proofs import consistency_proof, inclusion_proof, node_hash, verify_consistency, verify_inclusion

# The leaves, roots and proofs with which the reference implementation of Certificate Transparency tests RFC 6962.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
CONSISTENCY = {
    (1, 8): INCLUSION[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}

sizes = st.integers(1, 130)


def some_hashes(count: int) -> list[bytes]:
    return [merkle.leaf_hash(number.to_bytes(2, "big")) for number in range(count)]


def mth(leaves: list[bytes]) -> bytes:
    """MTH as RFC 9162 section 2.1.1 writes it down, over leaf hashes."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while 2 * split < len(leaves):
        split *= 2
    return sha256(b"\x01" + mth(leaves[:split]) + mth(leaves[split:])).digest()


def path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH as section 2.1.3.1 writes it down."""
    if len(leaves) == 1:
        return []
    split = 1
    while 2 * split < len(leaves):
        split *= 2
    if index < split:
        return [*path(index, leaves[:split]), mth(leaves[split:])]
    return [*path(index - split, leaves[split:]), mth(leaves[:split])]


def subproof(old: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    """SUBPROOF as section 2.1.4.1 writes it down."""
    if old == len(leaves):
        return [] if whole else [mth(leaves)]
    split = 1
    while 2 * split < len(leaves):
        split *= 2
    if old <= split:
        return [*subproof(old, leaves[:split], whole=whole), mth(leaves[split:])]
    return [*subproof(old - split, leaves[split:], whole=False), mth(leaves[:split])]


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    assert merkle.root([merkle.leaf_hash(leaf) for leaf in LEAVES[:size]]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_published_inclusion_proofs(index: int, size: int) -> None:
    hashes = [merkle.leaf_hash(leaf) for leaf in LEAVES[:size]]

    assert [node.hex() for node in inclusion_proof(hashes, index)] == INCLUSION[index, size]


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_published_consistency_proofs(old: int, new: int) -> None:
    hashes = [merkle.leaf_hash(leaf) for leaf in LEAVES[:new]]

    assert [node.hex() for node in consistency_proof(hashes, old)] == CONSISTENCY[old, new]


@given(sizes)
def test_the_root_is_that_of_the_rfc(size: int) -> None:
    leaves = some_hashes(size)

    assert merkle.root(leaves) == mth(leaves)


@given(st.data(), sizes)
def test_an_inclusion_proof_is_that_of_the_rfc_and_verifies(data: st.DataObject, size: int) -> None:
    leaves = some_hashes(size)
    index = data.draw(st.integers(0, size - 1))

    proof = inclusion_proof(leaves, index)

    assert proof == path(index, leaves)
    assert verify_inclusion(leaves[index], index, size, proof, mth(leaves))


@given(st.data(), sizes)
def test_a_consistency_proof_is_that_of_the_rfc_and_verifies(data: st.DataObject, size: int) -> None:
    leaves = some_hashes(size)
    old = data.draw(st.integers(1, size))

    proof = consistency_proof(leaves, old)

    assert proof == subproof(old, leaves, whole=True)
    assert verify_consistency(old, size, mth(leaves[:old]), mth(leaves), proof)


@given(st.data(), sizes)
def test_a_changed_inclusion_proof_is_refused(data: st.DataObject, size: int) -> None:
    leaves = some_hashes(size)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(leaves, index)
    stranger = merkle.leaf_hash(b"stranger")

    assert not verify_inclusion(stranger, index, size, proof, mth(leaves))
    assert not verify_inclusion(leaves[index], index, size, proof, stranger)
    assert not verify_inclusion(leaves[index], index, size, [*proof, stranger], mth(leaves))
    assert not verify_inclusion(leaves[index], size, size, proof, mth(leaves))
    assert not verify_inclusion(leaves[index], -1, size, proof, mth(leaves))
    for place in range(len(proof)):
        without = proof[:place] + proof[place + 1 :]
        assert not verify_inclusion(leaves[index], index, size, without, mth(leaves))
        replaced = [*proof[:place], stranger, *proof[place + 1 :]]
        assert not verify_inclusion(leaves[index], index, size, replaced, mth(leaves))
    for other in range(size):
        if other != index:
            assert not verify_inclusion(leaves[index], other, size, proof, mth(leaves))


@given(st.data(), st.integers(2, 130))
def test_a_changed_consistency_proof_is_refused(data: st.DataObject, size: int) -> None:
    leaves = some_hashes(size)
    old = data.draw(st.integers(1, size - 1))
    proof = consistency_proof(leaves, old)
    roots = mth(leaves[:old]), mth(leaves)
    stranger = merkle.leaf_hash(b"stranger")

    assert not verify_consistency(old, size, stranger, roots[1], proof)
    assert not verify_consistency(old, size, roots[0], stranger, proof)
    assert not verify_consistency(old, size, *roots, [*proof, stranger])
    for place in range(len(proof)):
        assert not verify_consistency(old, size, *roots, proof[:place] + proof[place + 1 :])
        replaced = [*proof[:place], stranger, *proof[place + 1 :]]
        assert not verify_consistency(old, size, *roots, replaced)


def test_a_tree_is_consistent_with_itself_only_as_it_is() -> None:
    root = mth(some_hashes(5))

    assert verify_consistency(5, 5, root, root, [])
    assert not verify_consistency(5, 5, root, mth(some_hashes(4)), [])
    assert not verify_consistency(5, 5, root, root, [root])


def test_the_empty_tree_and_a_shrinking_one_prove_nothing() -> None:
    root = mth(some_hashes(5))

    assert not verify_consistency(0, 5, merkle.EMPTY_ROOT, root, [])
    assert not verify_consistency(6, 5, root, root, [])
    assert not verify_consistency(3, 5, root, root, [])
    with pytest.raises(ValueError, match="earlier tree"):
        merkle.consistency_spans(0, 5)
    with pytest.raises(ValueError, match="earlier tree"):
        merkle.consistency_spans(6, 5)
    with pytest.raises(ValueError, match="not in the tree"):
        merkle.inclusion_spans(5, 5)


def test_a_leaf_cannot_pass_for_a_node() -> None:
    left, right = some_hashes(2)

    assert merkle.leaf_hash(b"\x01" + left + right) != node_hash(left, right)
    assert merkle.leaf_hash(left + right) != node_hash(left, right)


@given(sizes)
def test_a_compact_range_grows_like_the_tree(size: int) -> None:
    leaves = some_hashes(size)
    tree = CompactRange()

    for count, leaf in enumerate(leaves):
        assert tree.root() == mth(leaves[:count])
        tree = tree.appended(leaf)

    assert tree == CompactRange(
        size, tuple(mth(leaves[start:stop]) for start, stop in merkle.peaks(Span(0, size)))
    )


@given(st.data(), sizes)
def test_every_span_of_a_proof_folds_from_complete_subtrees(data: st.DataObject, size: int) -> None:
    leaves = some_hashes(size)
    index = data.draw(st.integers(0, size - 1))

    for span in [*merkle.inclusion_spans(index, size), *merkle.consistency_spans(index + 1, size)]:
        peaks = merkle.peaks(span)
        assert all((stop - start).bit_count() == 1 and start % (stop - start) == 0 for start, stop in peaks)
        assert merkle.fold([mth(leaves[start:stop]) for start, stop in peaks]) == mth(
            leaves[span.start : span.stop]
        )
