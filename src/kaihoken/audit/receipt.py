"""Receipts (受領証): the proof, handed out with an answer, that its record stands in the log.

record + salt + path in the batch + signed head. `Receipts` writes them for all records of a batch and shares the
work: each node of the batch's tree is encoded once, the upper part of a path is the same bytes for all below it,
the head is one text. Nothing is built for a record whose receipt nobody asks for.
"""

from binascii import b2a_base64, hexlify
from collections.abc import Callable, Mapping, Sequence

from kaihoken.audit.batch import SALT_BYTES, Batch
from kaihoken.audit.head import Head, Key, head_json
from kaihoken.audit.verifier import (
    HEADER_VERSION,
    RECEIPT_FORMAT,
    Receipt,
    RefusedError,
    receipt_from_header,
    receipt_from_json,
    verify_receipt,
)
from kaihoken.problems import Problem

__all__ = ["Receipt", "Receipts", "checked_receipt", "refusal"]

_OPENING = f'{{"format":"{RECEIPT_FORMAT}","kind":"'.encode()
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class Receipts:
    """The receipts of one batch, by the place of the record in it."""

    __slots__ = ("_batch", "_head", "_paths", "_raw_paths", "_raw_tail", "_tail")

    def __init__(self, batch: Batch, head: Head) -> None:
        self._batch = batch
        self._head = head
        self._paths: list[bytes] = []
        self._raw_paths: list[bytes] = []
        self._tail = self._raw_tail = b""

    def json(self, index: int) -> bytes:
        """The receipt in JSON, for the answer's body and the clinic's records. The record must not be destroyed."""
        if not self._paths:
            self._paths = _paths(self._batch.rows, b',"', b'"', hexlify)
            self._tail = b'],"head":' + head_json(self._head).encode() + b"}"
        chunk = self._batch.chunks[index]
        line = chunk.index(b"\n", SALT_BYTES)
        return b"".join(
            (
                _OPENING,
                chunk[SALT_BYTES:line],
                b'","body":"',
                b2a_base64(chunk[line + 1 :], newline=False),
                b'","salt":"',
                hexlify(chunk[:SALT_BYTES]),
                b'","index":%d,"path":[' % index,
                self._paths[index][1:],
                self._tail,
            )
        )

    def header(self, index: int) -> str:
        """The receipt in its compact form (base64url), for carriers whose vocabulary is fixed. The record must not
        be destroyed."""
        if not self._raw_paths:
            self._raw_paths = _paths(self._batch.rows, b"", b"", bytes)
            self._raw_tail = _raw_head(self._head)
        chunk = self._batch.chunks[index]
        line = chunk.index(b"\n", SALT_BYTES)
        path = self._raw_paths[index]
        raw = b"".join(
            (
                HEADER_VERSION.to_bytes(1, "big"),
                _short(chunk[SALT_BYTES:line]),
                (len(chunk) - line - 1).to_bytes(4, "big"),
                chunk[line + 1 :],
                chunk[:SALT_BYTES],
                index.to_bytes(4, "big"),
                (len(path) // 32).to_bytes(1, "big"),
                path,
                self._raw_tail,
            )
        )
        return b2a_base64(raw, newline=False).rstrip(b"=").translate(_URL_SAFE).decode()


def checked_receipt(text: str, keys: Mapping[str, Key]) -> Receipt:
    """The receipt in either form, verified offline. Problem `audit.receipt_refused` when it does not hold."""
    text = text.strip()
    try:
        receipt = receipt_from_json(text) if text.startswith("{") else receipt_from_header(text)
        verify_receipt(receipt, keys)
    except RefusedError as refused:
        raise refusal(refused) from refused
    return receipt


_IN_JAPANESE = {
    "form": "受領証の形をしていません",
    "key": "署名した鍵が、渡された鍵の中にありません",
    "key-validity": "鍵の有効期間の外で署名されています",
    "signature": "ヘッドの署名が鍵と合いません",
    "path": "記録がバッチに行きつきません。記録か経路が書きかえられています",
    "proof": "今のログの、この場所にあるのは別のバッチです",
}


def refusal(refused: RefusedError) -> Problem:
    """Why a receipt does not hold, in both languages."""
    return Problem("audit.receipt_refused", reason=refused.detail, reason_ja=_IN_JAPANESE[refused.reason])


def _paths(
    tree: Sequence[Sequence[bytes]], before: bytes, after: bytes, encode: Callable[[bytes], bytes]
) -> list[bytes]:
    """The encoded path of every leaf, from the root down: a path is the sibling and then the parent's path."""
    paths = [b""]
    for row in reversed(tree[:-1]):
        nodes = [before + encode(node) + after for node in row]
        below: list[bytes] = []
        pairs = iter(nodes)
        for left, right, upper in zip(pairs, pairs, paths, strict=False):
            below.append(right + upper)
            below.append(left + upper)
        if len(row) & 1:
            below.append(paths[-1])
        paths = below
    return paths


def _raw_head(head: Head) -> bytes:
    return b"".join(
        (
            _short(head.log_id.encode()),
            head.size.to_bytes(8, "big"),
            head.batch_size.to_bytes(4, "big"),
            head.batch_root,
            head.tree_root,
            head.time_ms.to_bytes(8, "big"),
            _short(head.key_id.encode()),
            head.signature,
        )
    )


def _short(text: bytes) -> bytes:
    return len(text).to_bytes(1, "big") + text
