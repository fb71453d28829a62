"""The bytes that docs/audit.md shows are the bytes that are made: a stranger's verifier depends on them."""

import json
import re
from hashlib import sha256
from pathlib import Path

from kaihoken.audit import Entry
from kaihoken.audit.batch import packed, sealed, unpacked
from kaihoken.audit.head import signed_head
from kaihoken.audit.receipt import Receipts, checked_receipt
from kaihoken.audit.verifier import keys_from_json, receipt_from_json

from .builders import SomeKey, SomeKeys

PAGE = (Path(__file__).parents[2] / "docs/audit.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"<!-- (\w+) -->\n```\w*\n(.*?)\n```", PAGE, re.DOTALL))

ENTRIES = [
    Entry("eligibility.answer", b'{"n":1}'),
    Entry("eligibility.answer", b'{"n":2}'),
    Entry("registration", b'{"n":3}'),
]


def receipts() -> Receipts:
    batch = sealed(ENTRIES, bytes(range(48)))
    head = signed_head(
        SomeKey(1),
        log_id="0123456789abcdef0123456789abcdef",
        size=8,
        batch_size=3,
        batch_root=batch.root,
        tree_root=sha256(b"tree").digest(),
        time_ms=1795143600123,
    )
    return Receipts(batch, head)


def test_the_head_under_the_signature() -> None:
    head = receipt_from_json(receipts().json(1)).head

    assert head.signed_bytes() == BLOCKS["head"].encode() + b"\n"


def test_the_receipt_in_both_forms() -> None:
    shown = json.dumps(json.loads(BLOCKS["receipt"]), separators=(",", ":"))
    assert receipts().json(1).decode() == shown
    assert receipts().header(1) == "".join(BLOCKS["header"].split("\n"))


def test_the_key_that_checks_them() -> None:
    keys = keys_from_json(BLOCKS["keys"])

    assert keys == SomeKeys().public()
    checked_receipt("".join(BLOCKS["header"].split("\n")), keys)


def test_the_leaf_of_a_record() -> None:
    batch = sealed(ENTRIES, bytes(range(48)))

    record = b"\x00" + bytes(range(16, 32)) + b'eligibility.answer\n{"n":2}'
    assert batch.leaves[1] == sha256(record).digest()
    assert batch.leaves[1].hex() in PAGE
    assert batch.root.hex() in PAGE


def test_the_stored_form_reads_back() -> None:
    chunks = [b"", *sealed(ENTRIES, bytes(range(48))).chunks]

    assert unpacked(4, packed(chunks)) == chunks
