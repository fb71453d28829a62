"""The commands: what an operator and an auditor type."""

import json
import sqlite3
from pathlib import Path

import pytest

from kaihoken.clock import FixedClock

from .builders import a_clock
from .conftest import Place, ran


def test_verify_says_that_a_log_holds(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("audit", "verify", *place.at("store", "keys", "witness")) == 0
    assert "3 batches, 0 findings" in capsys.readouterr().out


def test_an_auditor_needs_only_the_public_keys(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    code = ran("audit", "verify", *place.at("store"), "--keys", str(place.public_keys), "--json")

    assert code == 0
    assert json.loads(capsys.readouterr().out) == {"batches": 3, "findings": [], "witnessed": False}


def test_verify_without_a_witness_says_what_it_cannot_see(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(place.store / "store.sqlite3") as connection:
        connection.execute("DELETE FROM log_batch WHERE seq = 2")
        connection.execute("DELETE FROM log_body WHERE seq = 2")
    connection.close()

    assert ran("audit", "verify", *place.at("store", "keys")) == 0
    printed = capsys.readouterr().out
    assert "2 batches, 0 findings" in printed
    assert "末尾が切りとられていても、ここではわかりません" in printed
    assert ran("audit", "verify", *place.at("store", "keys", "witness")) == 1
    assert "audit.rolled_back" in capsys.readouterr().err


def test_with_a_witness_nothing_is_left_open(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("audit", "verify", *place.at("store", "keys", "witness"), "--json") == 0
    assert json.loads(capsys.readouterr().out)["witnessed"] is True
    ran("audit", "verify", *place.at("store", "keys", "witness"))
    assert "証人なし" not in capsys.readouterr().out


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


def test_verify_tells_of_a_broken_line_in_the_middle_of_the_witness(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    (line,) = place.witness.read_text(encoding="utf-8").splitlines(keepends=True)
    place.witness.write_text(line[:90] + "\n" + line, encoding="utf-8")

    assert ran("audit", "verify", *place.at("store", "keys", "witness")) == 1
    assert "line 1 of the witness holds no head" in capsys.readouterr().out


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


def test_keys_that_are_not_there_are_missed(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran("audit", "verify", *place.at("store"), "--keys", str(tmp_path / "nosuch")) == 1
    assert "store.keys_missing" in capsys.readouterr().err
