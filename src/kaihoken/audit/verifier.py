"""Checks a receipt of a Kaihoken log. This one file is the whole checker: copy it anywhere, it needs Python 3.11 and
the package `cryptography`, and nothing of the server that wrote the receipt.

    python verifier.py receipt.json --key log-keys.json [--proof inclusion.json]

The formats are described in docs/audit.md. A receipt is refused when anything in it was changed: the record, its
salt, its place, the path, the head or the signature. `--proof` is the log's own answer to
GET /v1/log/inclusion?batch=N and shows that the batch still stands in the log as it is today.

It repeats the tree arithmetic of the server on purpose: a checker that borrows it would share its mistakes.
"""

import argparse
import base64
import binascii
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HEAD_DOMAIN = "kaihoken log head v1"
RECEIPT_FORMAT = "kaihoken receipt v1"
HEADER_VERSION = 1

_RECEIPT_FIELDS = {"format", "kind", "body", "salt", "index", "path", "head"}
_HEAD_FIELDS = {"log_id", "size", "batch_size", "batch_root", "tree_root", "time_ms", "key_id", "signature"}
_PROOF_FIELDS = {"batch", "batch_root", "size", "path", "head"}
_KEY_FIELDS = {"kty", "crv", "kid", "x", "valid_from", "valid_to"}
_KIND = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
_NAME = re.compile(r"[0-9A-Za-z._-]{1,64}")
_LARGEST = 2**63 - 1


class RefusedError(Exception):
    """The receipt, head or proof does not hold. `reason` is one of a small fixed vocabulary: "form", "key",
    "key-validity", "signature", "path", "proof"."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason}: {detail}")


@dataclass(frozen=True, slots=True)
class Head:
    """A signed head: the state of the log after `size` batches, at `time_ms` (UTC, milliseconds since 1970)."""

    log_id: str
    size: int
    batch_size: int
    batch_root: bytes
    tree_root: bytes
    time_ms: int
    key_id: str
    signature: bytes

    def signed_bytes(self) -> bytes:
        """The exact bytes under the signature."""
        return (
            f"{HEAD_DOMAIN}\n{self.log_id}\n{self.size}\n{self.batch_size}\n{self.batch_root.hex()}\n"
            f"{self.tree_root.hex()}\n{self.time_ms}\n{self.key_id}\n"
        ).encode()


@dataclass(frozen=True, slots=True)
class Receipt:
    """A record of the log, its salt and place in its batch, and the head that was signed over the batch."""

    kind: str
    body: bytes
    salt: bytes
    index: int
    path: tuple[bytes, ...]
    head: Head


@dataclass(frozen=True, slots=True)
class Key:
    """A public log key; heads with a time in valid_from <= t < valid_to may bear its signature."""

    key_id: str
    public: bytes
    valid_from: datetime
    valid_to: datetime | None


def receipt_from_json(data: bytes | str) -> Receipt:
    """Reads the JSON form. RefusedError("form") for anything but exactly the described members."""
    item = _members(_json(data), _RECEIPT_FIELDS, "receipt")
    if item["format"] != RECEIPT_FORMAT:
        raise RefusedError("form", "receipt.format is not known")
    return Receipt(
        _matching(item, "kind", _KIND),
        _base64(item, "body"),
        _hex(item, "salt", 16),
        _number(item, "index"),
        _path(item),
        head_from_object(item["head"]),
    )


def head_from_object(value: object) -> Head:
    """Reads a head out of parsed JSON."""
    item = _members(value, _HEAD_FIELDS, "head")
    return Head(
        _matching(item, "log_id", _NAME),
        _number(item, "size"),
        _number(item, "batch_size"),
        _hex(item, "batch_root", 32),
        _hex(item, "tree_root", 32),
        _number(item, "time_ms"),
        _matching(item, "key_id", _NAME),
        _hex(item, "signature", 64),
    )


def receipt_from_header(text: str) -> Receipt:
    """Reads the compact form of HTTP headers: base64url without padding over the binary layout of docs/audit.md."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise RefusedError("form", "the header is not base64url") from error
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise RefusedError("form", "the header is not canonical base64url")
    take = _Taker(raw)
    if take.number(1) != HEADER_VERSION:
        raise RefusedError("form", "the version of the header is not known")
    kind, body, salt = take.text(_KIND), take.bytes(take.number(4)), take.bytes(16)
    index = take.number(4)
    path = tuple(take.bytes(32) for _ in range(take.number(1)))
    head = Head(
        log_id=take.text(_NAME),
        size=take.number(8),
        batch_size=take.number(4),
        batch_root=take.bytes(32),
        tree_root=take.bytes(32),
        time_ms=take.number(8),
        key_id=take.text(_NAME),
        signature=take.bytes(64),
    )
    take.end()
    return Receipt(kind, body, salt, index, path, head)


def keys_from_json(data: bytes | str) -> dict[str, Key]:
    """Reads the published key set {"keys": [...]}; key id -> key. Rotated keys stay in the set, with their end."""
    found: dict[str, Key] = {}
    keys = _members(_json(data), {"keys"}, "keys")["keys"]
    if not isinstance(keys, list):
        raise RefusedError("form", "keys is not a list")
    for value in keys:
        item = _members(value, _KEY_FIELDS, "key")
        if item["kty"] != "OKP" or item["crv"] != "Ed25519":
            raise RefusedError("form", "a key is not Ed25519")
        key_id = _matching(item, "kid", _NAME)
        public = _base64url(item, "x")
        if len(public) != 32 or key_id in found:
            raise RefusedError("form", "a key is malformed or stands twice")
        until = None if item["valid_to"] is None else _instant(item, "valid_to")
        found[key_id] = Key(key_id, public, _instant(item, "valid_from"), until)
    return found


def verify_head(head: Head, keys: Mapping[str, Key]) -> None:
    """RefusedError unless a known key, valid at the head's time, signed exactly this head."""
    key = keys.get(head.key_id)
    if key is None:
        raise RefusedError("key", f"no key {head.key_id} is known")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(head.signature, head.signed_bytes())
    except InvalidSignature as error:
        raise RefusedError("signature", "the head was not signed by its key") from error
    when = head.time_ms
    if when < _milliseconds(key.valid_from) or (
        key.valid_to is not None and when >= _milliseconds(key.valid_to)
    ):
        raise RefusedError("key-validity", "the head's time is outside the validity of its key")


def verify_receipt(receipt: Receipt, keys: Mapping[str, Key]) -> None:
    """RefusedError unless the record stands at its place in the batch that the signed head names."""
    verify_head(receipt.head, keys)
    record = receipt.salt + receipt.kind.encode() + b"\n" + receipt.body
    root = _climb(
        sha256(b"\x00" + record).digest(), receipt.index, receipt.head.batch_size, receipt.path, "path"
    )
    if root != receipt.head.batch_root:
        raise RefusedError("path", "the record does not lead to the root of its batch")


def verify_standing(receipt: Receipt, proof: bytes | str, keys: Mapping[str, Key]) -> Head:
    """RefusedError unless the log's inclusion answer shows the receipt's batch in a signed head of the same log that is
    at least as large; returns that head."""
    item = _members(_json(proof), _PROOF_FIELDS, "proof")
    head = head_from_object(item["head"])
    verify_head(head, keys)
    batch, size, path = _number(item, "batch"), _number(item, "size"), _path(item)
    if head.log_id != receipt.head.log_id:
        raise RefusedError("proof", "the proof is of another log")
    if batch != receipt.head.size - 1 or size != head.size:
        raise RefusedError("proof", "the proof is of another batch or of another size")
    if _hex(item, "batch_root", 32) != receipt.head.batch_root:
        raise RefusedError("proof", "the log holds another batch in this place")
    leaf = sha256(b"\x00" + receipt.head.batch_root).digest()
    if _climb(leaf, batch, size, path, "proof") != head.tree_root:
        raise RefusedError("proof", "the batch does not lead to the root of the log")
    return head


def main(arguments: Sequence[str] | None = None) -> int:
    """0 the receipt holds, 1 it is refused, 2 the files cannot be read."""
    parser = argparse.ArgumentParser(prog="verifier", description="Checks a receipt of a Kaihoken log.")
    parser.add_argument("receipt", type=Path, help="the receipt, as JSON or in its header form")
    parser.add_argument("--key", type=Path, required=True, help="the log's published keys")
    parser.add_argument("--proof", type=Path, help="the log's answer to GET /v1/log/inclusion?batch=N")
    given = parser.parse_args(arguments)
    try:
        text = given.receipt.read_text(encoding="utf-8").strip()
        keys_text = given.key.read_text(encoding="utf-8")
        proof = given.proof.read_text(encoding="utf-8") if given.proof else None
    except (OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        keys = keys_from_json(keys_text)
        receipt = receipt_from_json(text) if text.startswith("{") else receipt_from_header(text)
        verify_receipt(receipt, keys)
        newest = verify_standing(receipt, proof, keys) if proof is not None else None
    except RefusedError as refused:
        sys.stdout.write(f"refused: {refused}\n")
        return 1
    when = datetime.fromtimestamp(receipt.head.time_ms / 1000, UTC).isoformat()
    sys.stdout.write(
        f"holds: log {receipt.head.log_id}, batch {receipt.head.size - 1}, record {receipt.index}, {when}\n"
        f"kind: {receipt.kind}\nbody: {receipt.body.decode('utf-8', 'backslashreplace')}\n"
    )
    if newest is not None:
        sys.stdout.write(f"stands in the log of {newest.size} batches\n")
    return 0


def _climb(leaf: bytes, index: int, size: int, path: Sequence[bytes], reason: str) -> bytes:
    """From a leaf hash up to the root: a node without a neighbour on its row rises unchanged."""
    if not 0 <= index < size:
        raise RefusedError(reason, "the place is outside the tree")
    siblings = iter(path)
    row = size
    try:
        while row > 1:
            if index & 1:
                leaf = sha256(b"\x01" + next(siblings) + leaf).digest()
            elif index + 1 < row:
                leaf = sha256(b"\x01" + leaf + next(siblings)).digest()
            index, row = index >> 1, (row + 1) >> 1
    except StopIteration:
        raise RefusedError(reason, "the path is too short") from None
    if next(siblings, None) is not None:
        raise RefusedError(reason, "the path is too long")
    return leaf


class _Taker:
    """Takes fields from the front of the binary form."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def bytes(self, count: int) -> bytes:
        taken = self._raw[self._at : self._at + count]
        if len(taken) != count:
            raise RefusedError("form", "the header ends too early")
        self._at += count
        return taken

    def number(self, width: int) -> int:
        value = int.from_bytes(self.bytes(width), "big")
        if value > _LARGEST:
            raise RefusedError("form", "a number of the header is out of range")
        return value

    def text(self, pattern: re.Pattern[str]) -> str:
        value = self.bytes(self.number(1)).decode("latin-1")
        if not pattern.fullmatch(value):
            raise RefusedError("form", "a name of the header is malformed")
        return value

    def end(self) -> None:
        if self._at != len(self._raw):
            raise RefusedError("form", "the header is too long")


def _json(data: bytes | str) -> object:
    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise RefusedError("form", "a member stands twice")
        return dict(pairs)

    try:
        value: object = json.loads(data, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise RefusedError("form", "it is not JSON") from error
    return value


def _members(value: object, names: set[str], what: str) -> dict[str, object]:
    if not isinstance(value, dict) or set(value) != names:
        raise RefusedError("form", f"{what} needs exactly the members {', '.join(sorted(names))}")
    return value


def _text(item: Mapping[str, object], name: str) -> str:
    value = item[name]
    if not isinstance(value, str):
        raise RefusedError("form", f"{name} is not a text")
    return value


def _matching(item: Mapping[str, object], name: str, pattern: re.Pattern[str]) -> str:
    value = _text(item, name)
    if not pattern.fullmatch(value):
        raise RefusedError("form", f"{name} is malformed")
    return value


def _number(item: Mapping[str, object], name: str) -> int:
    value = item[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
        raise RefusedError("form", f"{name} is not a whole number from 0")
    return value


def _hex(item: Mapping[str, object], name: str, length: int) -> bytes:
    return _unhex(_text(item, name), length, name)


def _unhex(text: object, length: int, name: str) -> bytes:
    if not isinstance(text, str) or not re.fullmatch(f"[0-9a-f]{{{2 * length}}}", text):
        raise RefusedError("form", f"{name} is not {length} bytes in lower-case hexadecimal")
    return bytes.fromhex(text)


def _path(item: Mapping[str, object]) -> tuple[bytes, ...]:
    value = item["path"]
    if not isinstance(value, list):
        raise RefusedError("form", "path is not a list")
    return tuple(_unhex(step, 32, "path") for step in value)


def _base64(item: Mapping[str, object], name: str) -> bytes:
    text = _text(item, name)
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RefusedError("form", f"{name} is not base64") from error
    if base64.b64encode(raw).decode() != text:
        raise RefusedError("form", f"{name} is not canonical base64")
    return raw


def _base64url(item: Mapping[str, object], name: str) -> bytes:
    text = _text(item, name)
    standard = text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4)
    return _base64({name: standard}, name)


def _instant(item: Mapping[str, object], name: str) -> datetime:
    try:
        value = datetime.fromisoformat(_text(item, name))
    except ValueError as error:
        raise RefusedError("form", f"{name} is not an instant") from error
    if value.tzinfo is None:
        raise RefusedError("form", f"{name} has no time zone")
    return value


def _milliseconds(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


if __name__ == "__main__":
    raise SystemExit(main())
