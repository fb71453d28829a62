"""A receipt proves one record, in either form, and nothing else passes for it."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaihoken.audit import Entry
from kaihoken.audit.receipt import checked_receipt
from kaihoken.audit.verifier import receipt_from_header, receipt_from_json
from kaihoken.problems import Problem

from .builders import BORN, BORN_MS, SomeKey, SomeKeys, an_entry, receipts_of

KEYS = SomeKeys().public()

kinds = st.from_regex(r"[a-z0-9][a-z0-9.-]{0,62}", fullmatch=True)
entries = st.builds(Entry, kinds, st.binary(max_size=80))


@given(st.lists(entries, min_size=1, max_size=20))
def test_every_record_of_a_batch_has_its_receipt_in_both_forms(records: list[Entry]) -> None:
    receipts = receipts_of(*records)

    for index, record in enumerate(records):
        receipt = checked_receipt(receipts.json(index).decode(), KEYS)
        assert (receipt.kind, receipt.body, receipt.index) == (record.kind, record.body, index)
        assert receipt == checked_receipt(receipts.header(index), KEYS)


def test_the_json_form_is_what_any_json_writer_would_write() -> None:
    text = receipts_of(an_entry('{"a":1}'), an_entry(), an_entry()).json(1).decode()

    assert json.dumps(json.loads(text), separators=(",", ":")) == text
    assert list(json.loads(text)) == ["format", "kind", "body", "salt", "index", "path", "head"]


def test_a_header_form_needs_no_escaping() -> None:
    header = receipts_of(an_entry("\xff" * 40), an_entry()).header(0)

    assert set(header) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@pytest.mark.parametrize("size", [1, 2, 3, 6])
def test_no_byte_of_a_receipt_can_change(size: int) -> None:
    text = receipts_of(*(an_entry(f'{{"n":{n}}}') for n in range(size))).json(size - 1).decode()

    for place, character in enumerate(text):
        other = "0" if character != "0" else "1"
        with pytest.raises(Problem, match=r"audit\.receipt_refused"):
            checked_receipt(text[:place] + other + text[place + 1 :], KEYS)
        with pytest.raises(Problem, match=r"audit\.receipt_refused"):
            checked_receipt(text[:place] + text[place + 1 :], KEYS)


def test_no_byte_of_a_header_can_change() -> None:
    text = receipts_of(*(an_entry(f'{{"n":{n}}}') for n in range(5))).header(4)

    for place, character in enumerate(text):
        other = "A" if character != "A" else "B"
        with pytest.raises(Problem, match=r"audit\.receipt_refused"):
            checked_receipt(text[:place] + other + text[place + 1 :], KEYS)
    with pytest.raises(Problem, match=r"audit\.receipt_refused"):
        checked_receipt(text + "AAAA", KEYS)


@settings(max_examples=300)
@given(st.data())
def test_no_bit_of_the_binary_form_can_change(data: st.DataObject) -> None:
    text = receipts_of(*(an_entry(f'{{"n":{n}}}') for n in range(5))).header(2)
    raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(Problem, match=r"audit\.receipt_refused"):
        checked_receipt(base64.urlsafe_b64encode(raw).rstrip(b"=").decode(), KEYS)


def changed(receipt: str, change: Callable[[dict[str, Any]], object]) -> str:
    item = json.loads(receipt)
    change(item)
    return json.dumps(item)


def hexed(number: int) -> str:
    return f"{number:064x}"


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "another salt": lambda item: item.update(salt="0" * 32),
    "another body": lambda item: item.update(body=base64.b64encode(b'{"n":9}').decode()),
    "another kind": lambda item: item.update(kind="registration"),
    "a letter moved from the kind to the body": lambda item: item.update(
        kind="eligibility.answe", body=base64.b64encode(b'r\n{"n":2}').decode()
    ),
    "another place": lambda item: item.update(index=3),
    "a place beyond the batch": lambda item: item.update(index=5),
    "a negative place": lambda item: item.update(index=-1),
    "a place that is a truth value": lambda item: item.update(index=True),
    "a place that is a fraction": lambda item: item.update(index=2.0),
    "a step replaced": lambda item: item["path"].__setitem__(0, hexed(1)),
    "a step left out": lambda item: item["path"].pop(),
    "a step more": lambda item: item["path"].append(hexed(1)),
    "steps in another order": lambda item: item["path"].reverse(),
    "a step in capital letters": lambda item: item["path"].__setitem__(0, item["path"][0].upper()),
    "a step that is a number": lambda item: item["path"].__setitem__(0, 1),
    "no path": lambda item: item.update(path=None),
    "another log": lambda item: item["head"].update(log_id="6" * 32),
    "another size": lambda item: item["head"].update(size=8),
    "another batch size": lambda item: item["head"].update(batch_size=6),
    "another batch root": lambda item: item["head"].update(batch_root=hexed(1)),
    "another tree root": lambda item: item["head"].update(tree_root=hexed(1)),
    "another time": lambda item: item["head"].update(time_ms=item["head"]["time_ms"] + 1),
    "another key": lambda item: item["head"].update(key_id=SomeKey(2).key_id),
    "another signature": lambda item: item["head"].update(signature="0" * 128),
    "a member more": lambda item: item.update(note=""),
    "a member more in the head": lambda item: item["head"].update(note=""),
    "a member less": lambda item: item.pop("salt"),
    "another format": lambda item: item.update(format="kaihoken receipt v2"),
    "a body that is not base64": lambda item: item.update(body="*"),
    "a body with loose bits": lambda item: item.update(body="eyJuIjoyfR=="),
    "a kind that is no kind": lambda item: item.update(kind="Eligibility"),
    "a kind that is no text": lambda item: item.update(kind=7),
}


@pytest.mark.parametrize("what", CHANGES)
def test_each_thing_that_is_changed_is_noticed(what: str) -> None:
    records = [an_entry(f'{{"n":{n}}}') for n in range(5)]
    good = receipts_of(*records, key=SomeKey(1)).json(2).decode()
    keys = SomeKeys([SomeKey(1), SomeKey(2)]).public()
    checked_receipt(good, keys)

    with pytest.raises(Problem, match=r"audit\.receipt_refused"):
        checked_receipt(changed(good, CHANGES[what]), keys)


def test_two_receipts_cannot_be_mixed() -> None:
    receipts = receipts_of(*(an_entry(f'{{"n":{n}}}') for n in range(4)))
    one, two = (json.loads(receipts.json(index)) for index in (0, 1))

    for member in ("body", "salt", "index", "path"):
        with pytest.raises(Problem, match=r"audit\.receipt_refused"):
            checked_receipt(json.dumps({**one, member: two[member]}), KEYS)


def test_equal_records_have_different_leaves() -> None:
    receipts = receipts_of(an_entry(), an_entry())
    one, two = (receipt_from_json(receipts.json(index)) for index in (0, 1))

    assert one.body == two.body
    assert one.path != two.path


def test_a_key_signs_within_its_validity_only() -> None:
    ended = SomeKey(1, BORN, BORN + timedelta(hours=1))
    keys = SomeKeys([ended]).public()
    hour = 3_600_000

    for time_ms in (BORN_MS, BORN_MS + hour - 1):
        checked_receipt(receipts_of(an_entry(), key=ended, time_ms=time_ms).json(0).decode(), keys)
    for time_ms in (BORN_MS - 1, BORN_MS + hour):
        with pytest.raises(Problem) as refused:
            checked_receipt(receipts_of(an_entry(), key=ended, time_ms=time_ms).json(0).decode(), keys)
        assert "validity" in str(refused.value.facts["reason"])


def test_a_strangers_key_is_refused() -> None:
    receipt = receipts_of(an_entry(), key=SomeKey(9)).json(0).decode()

    with pytest.raises(Problem, match=r"audit\.receipt_refused"):
        checked_receipt(receipt, KEYS)


def test_the_forms_read_the_same() -> None:
    receipts = receipts_of(an_entry('{"a":"あ"}'), an_entry(), an_entry())

    assert receipt_from_header(receipts.header(2)) == receipt_from_json(receipts.json(2))
