"""The commands: what an operator, an auditor and a clinic type."""

import asyncio
import json
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeVar

import pytest

from kaihoken import cli
from kaihoken.audit import FileWitness, public
from kaihoken.clock import FixedClock
from kaihoken.store import FileKeys, create_store

from .builders import a_clock, a_log_on, an_entry, committed

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a log lies on disk."""

    store: Path
    keys: Path
    public_keys: Path
    witness: Path
    receipt: Path
    answers: dict[str, bytes]

    def at(self, *options: str) -> list[str]:
        known = {"store": self.store, "keys": self.keys, "witness": self.witness}
        return [part for option in options for part in (f"--{option}", str(known[option]))]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A log of three batches, a receipt of its second, and what a hub would answer about it."""
    place = Place(
        tmp_path / "store",
        tmp_path / "keys",
        tmp_path / "log-keys.json",
        tmp_path / "witness",
        tmp_path / "receipt.json",
        {},
    )
    keys = FileKeys.create(place.keys, a_clock())
    place.public_keys.write_bytes(public.keys(keys))

    async def fill() -> None:
        store = await create_store(place.store, purpose="demo", clock=a_clock())
        async with a_log_on(store, keys, witness=FileWitness(place.witness)) as committer:
            done = await committer.commit([an_entry('{"answer":"あ"}'), an_entry('{"answer":2}')])
            place.receipt.write_bytes(done.receipt(0))
            await committed(committer, "{}")
            place.answers["/v1/log/inclusion?batch=1"] = await public.inclusion(committer, 1)
            place.answers["/.well-known/kaihoken-log-keys.json"] = public.keys(keys)

    asyncio.run(fill())
    return place


@pytest.fixture
def hub(place: Place) -> Iterator[str]:
    """A hub that knows only the answers of `place`."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = place.answers.get(self.path)
            self.send_response(200 if body else 404)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def ran(*arguments: str) -> int:
    return cli.run(list(arguments))


def test_verify_says_that_a_log_holds(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("audit", "verify", *place.at("store", "keys", "witness")) == 0
    assert "3 batches, 0 findings" in capsys.readouterr().out


def test_an_auditor_needs_only_the_public_keys(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    code = ran("audit", "verify", *place.at("store"), "--keys", str(place.public_keys), "--json")

    assert code == 0
    assert json.loads(capsys.readouterr().out) == {"batches": 3, "findings": []}


def test_verify_tells_what_does_not_hold_and_ends_with_1(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(place.store / "store.sqlite3") as connection:
        connection.execute("UPDATE log_batch SET at_ms = at_ms + 1 WHERE seq = 1")
    connection.close()

    assert ran("audit", "verify", *place.at("store", "keys"), "--json") == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert [(one["fault"], one["batch"]) for one in findings] == [("signature", 1), ("time", 2)]
    assert ran("audit", "verify", *place.at("store", "keys")) == 1
    assert "✗ signature" in capsys.readouterr().out


def test_many_findings_are_cut_short(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(place.store / "store.sqlite3") as connection:
        for batch in range(3, 40):
            connection.execute(
                "INSERT INTO log_batch SELECT ?, at_ms, batch_root, tree_root, leaves, key_id, signature "
                "FROM log_batch WHERE seq = 1",
                (batch,),
            )
    connection.close()

    assert ran("audit", "verify", *place.at("store", "keys")) == 1
    assert "more (--json)" in capsys.readouterr().out


def test_verify_refuses_a_log_that_was_rolled_back(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(place.store / "store.sqlite3") as connection:
        connection.execute("DELETE FROM log_batch WHERE seq = 2")
    connection.close()

    assert ran("audit", "verify", *place.at("store", "keys", "witness"), "--json") == 1
    assert json.loads(capsys.readouterr().out)["code"] == "audit.rolled_back"


def test_verify_does_not_take_an_empty_witness_for_an_answer(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.witness.unlink()

    assert ran("audit", "verify", *place.at("store", "keys", "witness")) == 1
    assert "audit.witness_empty" in capsys.readouterr().err


def test_verify_asks_a_witness_behind_a_url(
    place: Place, hub: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place.answers["/head"] = place.witness.read_bytes().splitlines()[-1]
    assert ran("audit", "verify", *place.at("store", "keys"), "--witness", hub + "head") == 0

    with sqlite3.connect(place.store / "store.sqlite3") as connection:
        connection.execute("DELETE FROM log_batch WHERE seq = 2")
    connection.close()
    assert ran("audit", "verify", *place.at("store", "keys"), "--witness", hub + "head") == 1
    assert "audit.rolled_back" in capsys.readouterr().err


def test_head_and_show_read_the_log(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("audit", "head", *place.at("store"), "--json") == 0
    assert json.loads(capsys.readouterr().out)["size"] == 3
    assert ran("audit", "head", *place.at("store")) == 0
    assert "size 3" in capsys.readouterr().out

    assert ran("audit", "show", "1", *place.at("store"), "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert [record["body"] for record in shown["records"]] == ['{"answer":"あ"}', '{"answer":2}']
    assert ran("audit", "show", "1", "1", *place.at("store")) == 0
    printed = capsys.readouterr().out
    assert '{"answer":2}' in printed
    assert "あ" not in printed


@pytest.mark.parametrize(
    "what", [["show", "9"], ["show", "1", "2"], ["show", "x"], ["destroy", "--before", "soon"]]
)
def test_asking_for_what_is_not_there_is_misuse(what: list[str], place: Place) -> None:
    assert ran("audit", *what, *place.at("store")) == 2


def test_destroyed_records_are_shown_as_such(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from kaihoken.audit import commands

    late = FixedClock(a_clock().at.replace(year=2032))
    monkeypatch.setattr(commands, "SystemClock", lambda: late)

    code = ran("audit", "destroy", "--before", "2026-12-01", *place.at("store", "keys", "witness"), "--json")
    assert code == 0
    assert json.loads(capsys.readouterr().out) == {"batches": 2, "records": 3}
    assert ran("audit", "destroy", "--before", "2026-12-01", *place.at("store", "keys")) == 0
    assert "0 records" in capsys.readouterr().out
    assert ran("audit", "show", "1", *place.at("store")) == 0
    assert capsys.readouterr().out.count("destroyed") == 2
    assert ran("audit", "show", "1", "0", *place.at("store"), "--json") == 0
    assert json.loads(capsys.readouterr().out)["records"] == [{"index": 0, "kind": None, "body": None}]
    assert ran("audit", "verify", *place.at("store", "keys", "witness")) == 0


def test_what_must_be_kept_is_not_destroyed(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("audit", "destroy", "--before", "2100-01-01", *place.at("store", "keys")) == 1
    assert "audit.retention_running" in capsys.readouterr().err


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
