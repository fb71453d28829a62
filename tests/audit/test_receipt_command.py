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


def test_a_hub_on_another_machine_is_not_asked_in_the_clear(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran("receipt", "verify", str(place.receipt), "--hub", "http://hub.example") == 2
    assert "access.hub-plain" in capsys.readouterr().err


def test_it_is_said_with_what_a_receipt_is_verified(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("receipt", "verify", str(place.receipt)) == 2
    told = capsys.readouterr().err
    assert "--keys" in told
    assert "--hub" in told
    assert "読めません" not in told


ANSWER = '{"on":"2026-11-20","words":{"title":"有効"}}'
XML = '<?xml version="1.0" encoding="Shift_JIS"?><XmlMsg>有効</XmlMsg>'
AS_IT_LEFT = (
    '{"answer":ANSWER,"answer_hash":"HASH","answered_at":"2026-11-20T01:02:03.456789Z","facts_known_at":7,'
    '"receipt":RECEIPT}'
)
UNCHANGED = AS_IT_LEFT.replace('"answer":ANSWER', '"unchanged":true')
MESSAGE = '{"response":XML,"encoding":"Shift_JIS","problem":null,"receipt":RECEIPT}'


def an_answer(tmp_path: Path, left: bytes, given: str) -> tuple[Path, Path]:
    """A file with an answer of which these bytes left and its receipt, and the public keys."""
    keys = FileKeys.create(tmp_path / "keys", a_clock())
    hash_ = sha256(left).hexdigest()

    async def asked() -> bytes:
        store = await create_store(tmp_path / "store", purpose="demo", clock=a_clock())
        async with a_log_on(store, keys) as committer:
            at = "2026-11-20T01:02:03.456789Z"
            record = json.dumps({"answer_hash": hash_, "at": at, "by": "1319999999", "facts_known_at": 7})
            return (await committer.commit([an_entry(record)])).receipt(0)

    receipt = asyncio.run(asked()).decode()
    published = tmp_path / "log-keys.json"
    published.write_bytes(public.keys(keys))
    whole = given.replace("RECEIPT", receipt).replace("ANSWER", ANSWER).replace("XML", json.dumps(XML))
    file = tmp_path / "answer.json"
    file.write_text(whole.replace("HASH", hash_), encoding="utf-8")
    return file, published


@pytest.mark.parametrize(
    ("left", "given"),
    [
        (ANSWER.encode(), AS_IT_LEFT),
        (
            ANSWER.encode(),
            '{\n  "receipt": RECEIPT,\n  "answer": {"on": "2026-11-20",\n "words": {"title": "有効"}}}',
        ),
        (XML.encode("cp932"), MESSAGE),
        (XML.encode(), MESSAGE.replace("Shift_JIS", "UTF-8")),
    ],
    ids=["as it left", "laid out anew", "shift_jis", "utf-8"],
)
def test_an_answer_is_taken_with_its_receipt(
    left: bytes, given: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, keys = an_answer(tmp_path, left, given)

    assert ran("receipt", "verify", str(file), "--keys", str(keys)) == 0
    assert "この回答そのものの受領証です" in capsys.readouterr().out
    assert ran("receipt", "verify", str(file), "--keys", str(keys), "--json") == 0
    assert json.loads(capsys.readouterr().out)["of_this_answer"] is True

    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace("有効", "無効").replace("\\u6709", "\\u7121"), encoding="utf-8")
    assert ran("receipt", "verify", str(file), "--keys", str(keys)) == 1
    assert "audit.receipt_other_answer" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "before", "after", "named"),
    [
        (AS_IT_LEFT, "01:02:03.456789Z", "01:02:03.456788Z", "answered_at"),
        (AS_IT_LEFT, '"2026-11-20T01:02:03.456789Z"', "null", "answered_at"),
        (UNCHANGED, "2026-11-20T01", "2026-11-21T01", "answered_at"),
        (AS_IT_LEFT, '"facts_known_at":7', '"facts_known_at":8', "facts_known_at"),
        (AS_IT_LEFT, '"answer_hash":"', '"answer_hash":"0', "answer_hash"),
        (UNCHANGED, '"unchanged":true', '"unchanged":false', "unchanged"),
        (MESSAGE, '"problem":null', '"problem":{"code":"oqs.xml"}', "problem"),
        (MESSAGE, '"encoding":"Shift_JIS"', '"encoding":"UTF-8"', "response"),
        (MESSAGE, '"encoding":"Shift_JIS"', '"encoding":"EUC-JP"', "response"),
    ],
)
def test_whatever_was_changed_in_a_kept_answer_is_named(
    given: str, before: str, after: str, named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, keys = an_answer(tmp_path, XML.encode("cp932") if given is MESSAGE else ANSWER.encode(), given)
    assert ran("receipt", "verify", str(file), "--keys", str(keys)) == 0

    whole = file.read_text(encoding="utf-8")
    assert before in whole
    file.write_text(whole.replace(before, after), encoding="utf-8")

    assert ran("receipt", "verify", str(file), "--keys", str(keys), "--json") == 1
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["code"], told["where"]) == ("audit.receipt_other_answer", named)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ('{"note":"3割",' + AS_IT_LEFT[1:], "note"),
        ('{"unchanged":true,' + AS_IT_LEFT[1:], "answer"),
        ('{"note":"3割",' + MESSAGE[1:], "note"),
        ('{"answered_at":"2026-11-19T00:00:00Z",' + AS_IT_LEFT[1:], "answered_at"),
        (AS_IT_LEFT.replace("ANSWER", '{"on":"2027-01-01",' + ANSWER[1:]), "on"),
    ],
    ids=["a note", "both forms", "a note by a message", "twice", "twice inside"],
)
def test_what_no_record_covers_is_refused(
    given: str, named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, keys = an_answer(tmp_path, ANSWER.encode(), given)

    assert ran("receipt", "verify", str(file), "--keys", str(keys), "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["code"], told["where"]) == ("audit.answer_uncovered", named)


def test_an_answer_that_was_left_out_is_not_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, keys = an_answer(tmp_path, ANSWER.encode(), UNCHANGED)

    assert ran("receipt", "verify", str(file), "--keys", str(keys), "--json") == 0
    assert json.loads(capsys.readouterr().out)["of_this_answer"] is None


@pytest.mark.parametrize("text", ["no receipt", '"receipt"', '["receipt"]', "7", "{"])
def test_what_is_no_receipt_at_all_is_refused(
    text: str, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.receipt.write_text(text, encoding="utf-8")

    assert ran("receipt", "verify", str(place.receipt), "--keys", str(place.keys), "--json") == 1
    assert json.loads(capsys.readouterr().out)["code"] == "audit.receipt_refused"


def test_the_keys_may_stand_in_the_environment(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAIHOKEN_KEYS", str(place.public_keys))

    assert ran("receipt", "verify", str(place.receipt)) == 0


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
