"""`kaihoken receipt verify`: what a clinic types, with the receipt alone or with the whole answer."""

import asyncio
import json
from hashlib import sha256
from pathlib import Path

import pytest

from kaihoken.audit import public
from kaihoken.store import FileKeys, create_store

from .builders import a_clock, a_log_on, an_entry
from .conftest import Place, ran


def test_a_receipt_is_verified_offline(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    for keys in (place.public_keys, place.keys):
        assert ran("receipt", "verify", str(place.receipt), "--keys", str(keys)) == 0
        assert '{"answer":"あ"}' in capsys.readouterr().out
    assert ran("receipt", "verify", str(place.receipt), "--keys", str(place.keys), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["holds"], told["batch"], told["record"], told["stands_in_log_of"]) == (True, 1, 0, None)


def test_a_changed_receipt_ends_with_1(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.receipt.write_text(
        place.receipt.read_text(encoding="utf-8").replace('"index":0', '"index":1'), encoding="utf-8"
    )

    assert ran("receipt", "verify", str(place.receipt), "--keys", str(place.keys), "--json") == 1
    assert json.loads(capsys.readouterr().out)["code"] == "audit.receipt_refused"


def test_with_a_hub_the_batch_is_looked_up_in_the_log_of_today(
    place: Place, hub: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran("receipt", "verify", str(place.receipt), "--hub", hub) == 0
    assert "stands in the log of 3 batches" in capsys.readouterr().out
    command = ("receipt", "verify", str(place.receipt), "--hub", hub, "--keys", str(place.public_keys))
    assert ran(*command, "--json") == 0
    assert json.loads(capsys.readouterr().out)["stands_in_log_of"] == 3

    place.answers["/v1/log/inclusion?batch=1"] = place.answers["/v1/log/inclusion?batch=1"].replace(
        b'"batch":1', b'"batch":2'
    )
    assert ran(*command) == 1
    del place.answers["/v1/log/inclusion?batch=1"]
    assert ran(*command) == 1
    assert "audit.hub_refused" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["receipt", "keys", "both"])
def test_what_cannot_be_read_is_misuse(missing: str, place: Place, tmp_path: Path) -> None:
    nothing = str(tmp_path / "nothing")
    if missing == "receipt":
        assert ran("receipt", "verify", nothing, "--keys", str(place.keys)) == 2
    elif missing == "keys":
        assert ran("receipt", "verify", str(place.receipt), "--keys", nothing) == 2
        assert ran("receipt", "verify", str(place.receipt), "--keys", str(place.receipt)) == 2
    else:
        assert ran("receipt", "verify", str(place.receipt)) == 2


def test_it_is_said_with_what_a_receipt_is_verified(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("receipt", "verify", str(place.receipt)) == 2
    told = capsys.readouterr().err
    assert "--keys" in told
    assert "--hub" in told
    assert "読めません" not in told


ANSWER = '{"on":"2026-11-20","words":{"title":"有効"}}'
XML = '<?xml version="1.0" encoding="Shift_JIS"?><XmlMsg>有効</XmlMsg>'


def an_answer(tmp_path: Path, left: bytes) -> tuple[str, Path]:
    """The receipt of an answer of which these bytes left, and the public keys."""
    keys = FileKeys.create(tmp_path / "keys", a_clock())

    async def asked() -> bytes:
        store = await create_store(tmp_path / "store", purpose="demo", clock=a_clock())
        async with a_log_on(store, keys) as committer:
            record = json.dumps({"answer_hash": sha256(left).hexdigest()})
            return (await committer.commit([an_entry(record)])).receipt(0)

    receipt = asyncio.run(asked()).decode()
    published = tmp_path / "log-keys.json"
    published.write_bytes(public.keys(keys))
    return receipt, published


@pytest.mark.parametrize(
    ("left", "given"),
    [
        (ANSWER.encode(), '{"answer":ANSWER,"answer_hash":"x","receipt":RECEIPT}'),
        (
            ANSWER.encode(),
            '{\n  "receipt": RECEIPT,\n  "answer": {"on": "2026-11-20",\n "words": {"title": "有効"}}}',
        ),
        (XML.encode("cp932"), '{"response":XML,"encoding":"cp932","problem":null,"receipt":RECEIPT}'),
        (XML.encode(), '{"response":XML,"encoding":"utf-8","problem":null,"receipt":RECEIPT}'),
    ],
    ids=["as it left", "laid out anew", "shift_jis", "utf-8"],
)
def test_an_answer_is_taken_with_its_receipt(
    left: bytes, given: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt, keys = an_answer(tmp_path, left)
    whole = given.replace("RECEIPT", receipt).replace("ANSWER", ANSWER).replace("XML", json.dumps(XML))
    file = tmp_path / "answer.json"
    file.write_text(whole, encoding="utf-8")

    assert ran("receipt", "verify", str(file), "--keys", str(keys)) == 0
    assert "この回答そのものの受領証です" in capsys.readouterr().out
    assert ran("receipt", "verify", str(file), "--keys", str(keys), "--json") == 0
    assert json.loads(capsys.readouterr().out)["of_this_answer"] is True

    file.write_text(whole.replace("有効", "無効").replace("\\u6709", "\\u7121"), encoding="utf-8")
    assert ran("receipt", "verify", str(file), "--keys", str(keys)) == 1
    assert "audit.receipt_other_answer" in capsys.readouterr().err


def test_an_answer_that_was_left_out_is_not_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt, keys = an_answer(tmp_path, ANSWER.encode())
    file = tmp_path / "answer.json"
    file.write_text('{"unchanged":true,"receipt":' + receipt + "}", encoding="utf-8")

    assert ran("receipt", "verify", str(file), "--keys", str(keys), "--json") == 0
    assert json.loads(capsys.readouterr().out)["of_this_answer"] is None


@pytest.mark.parametrize("body", ["[]", "no JSON", '{"kind":"another"}'])
def test_the_receipt_of_another_record_is_not_that_of_an_answer(
    body: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = FileKeys.create(tmp_path / "keys", a_clock())

    async def asked() -> bytes:
        store = await create_store(tmp_path / "store", purpose="demo", clock=a_clock())
        async with a_log_on(store, keys) as committer:
            return (await committer.commit([an_entry(body)])).receipt(0)

    file = tmp_path / "answer.json"
    file.write_text('{"answer":{},"receipt":' + asyncio.run(asked()).decode() + "}", encoding="utf-8")

    assert ran("receipt", "verify", str(file), "--keys", str(tmp_path / "keys")) == 1
    assert "audit.receipt_other_answer" in capsys.readouterr().err


def test_a_refusal_speaks_japanese(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    other = place.keys.parent / "other-keys"
    FileKeys.create(other, a_clock())

    assert ran("receipt", "verify", str(place.receipt), "--keys", str(other)) == 1
    assert "署名した鍵が、渡された鍵の中にありません" in capsys.readouterr().err
