"""Asking without a server: `kaihoken eligibility check` and `kaihoken oqs answer` answer as a hub would."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from kaihoken.audit import public
from kaihoken.store import FileKeys

from .command_line import Run, people, while_a_hub_holds_the_store
from .hub import FACILITY, a_message, a_row, a_tree

CHECK = (
    "eligibility",
    "check",
    "--insurer",
    "01130012",
    "--symbol",
    "12-34",
    "--birthdate",
    "1980-01-01",
    "--number",
)
RESULTS = "//ResultOfQualificationConfirmation"


def test_somebody_who_is_covered_is_told_with_exit_0(run: Run) -> None:
    people(a_row(), a_row(link="link-57", number="57", lost="2026-01-01", loss_reason="03"))

    valid, ended = run(*CHECK, "56"), run(*CHECK, "57")

    assert (valid.code, ended.code) == (0, 1)
    assert valid.out.decode().splitlines()[0].startswith("有効")
    assert "3割" in valid.out.decode()
    assert "1. " in ended.out.decode(), "what to do next, in order"
    assert "10割" not in ended.out.decode()
    assert valid.err == ""


def test_with_json_it_is_the_hubs_own_answer_with_a_receipt_that_holds(run: Run, tmp_path: Path) -> None:
    people(a_row())

    answer = run(*CHECK, "56", "--json", "--language", "en", "--limit")
    (tmp_path / "receipt.json").write_text(json.dumps(answer.json["receipt"]), encoding="utf-8")

    assert (answer.code, answer.json["answer"]["validity"], answer.json["answer"]["language"]) == (
        0,
        "1",
        "en",
    )
    assert answer.json["answer"]["results"][0]["limit_consent"] == {"flag": "1"}
    assert run("receipt", "verify", "receipt.json", "--keys", "kaihoken-keys").code == 0


def test_a_question_on_standard_input_stays_out_of_the_history(run: Run) -> None:
    people(a_row())
    question = {
        "by": "number",
        "insurer_number": "01130012",
        "symbol": "12-34",
        "number": "56",
        "birthdate": "1980-01-01",
        "language": "en",
    }

    answer = run("eligibility", "check", "--json", stdin=json.dumps(question).encode())
    broken = run("eligibility", "check", "--json", stdin=b"{")

    assert (answer.code, answer.json["answer"]["validity"], answer.json["answer"]["language"]) == (
        0,
        "1",
        "en",
    )
    assert broken.json["code"] == "coverage.request-json"


def test_on_an_empty_store_nobody_is_found_and_it_says_so(run: Run) -> None:
    answer = run(*CHECK, "56", "--json")

    assert (answer.code, answer.json["answer"]["validity"]) == (1, "4")
    assert "nobody is registered in this store yet" in answer.err


@pytest.mark.parametrize(
    ("arguments", "problem", "code"),
    [
        ((*CHECK, "56", "--language", "fr"), "coverage.request-shape", 2),
        ((*CHECK, "56", "--on", "2099-01-01"), "coverage.future", 2),
        ((*CHECK, "56", "--on", "yesterday"), "cli.misuse", 2),
        ((*CHECK, ""), "coverage.request-number", 2),
        (CHECK[:-1], "cli.misuse", 2),
        (("eligibility", "check", "--number", "56"), "cli.misuse", 2),
        ((*CHECK, "56", "--insurer", "x"), "identity.digits", 1),  # what was typed in is data
        ((*CHECK, "56", "--branch", "x"), "identity.branch", 1),
    ],
)
def test_each_mistake_is_told_as_its_problem(
    run: Run, arguments: tuple[str, ...], problem: str, code: int
) -> None:
    refused = run(*arguments, "--json")

    assert (refused.code, refused.json["code"]) == (code, problem)


def test_a_store_whose_keys_are_elsewhere_is_not_given_new_ones(run: Run, tmp_path: Path) -> None:
    people(a_row())
    (tmp_path / "kaihoken-keys").rename(tmp_path / "safe")

    refused = run(*CHECK, "56", "--json")

    assert (refused.code, refused.json["code"]) == (1, "store.keys_missing")
    assert not (tmp_path / "kaihoken-keys").exists()
    assert run(*CHECK, "56", "--keys", "safe").code == 0


def test_xml_in_either_character_set_and_json_get_the_same_answer(run: Run) -> None:
    people(a_row(name="●田　健"))

    utf8 = run("oqs", "answer", stdin=a_message())
    shift_jis = run("oqs", "answer", stdin=a_message("Shift_JIS"))
    tree = run("oqs", "answer", stdin=b"\xef\xbb\xbf\n " + a_tree())

    assert [(ran.code, ran.err) for ran in (utf8, shift_jis, tree)] == [(0, "")] * 3
    assert "<QualificationValidity>1</QualificationValidity>" in utf8.out.decode()
    assert "<ArbitraryFileIdentifier>abc-1</ArbitraryFileIdentifier>" in utf8.out.decode()
    text = shift_jis.out.decode("cp932")
    assert text.startswith('<?xml version="1.0" encoding="Shift_JIS"')
    found = {child.tag: child.text for child in etree.fromstring(utf8.out).find(f".{RESULTS}")}
    assert found["Name"] == "●田　健"
    assert found == {
        child.tag: child.text for child in etree.fromstring(text.partition("?>")[2]).find(f".{RESULTS}")
    }
    body = tree.json["XmlMsg"]["MessageBody"]
    assert body["ResultList"][0]["ResultOfQualificationConfirmation"] == found


def test_on_an_empty_store_it_answers_4_and_says_why(run: Run, tmp_path: Path) -> None:
    answer = run("oqs", "answer", stdin=a_message())

    assert answer.code == 0
    assert "<QualificationValidity>4</QualificationValidity>" in answer.out.decode()
    assert "nobody is registered in this store yet" in answer.err
    assert (tmp_path / "kaihoken-store").is_dir()
    assert run("oqs", "answer", stdin=a_message()).code == 0, "and again on what it made"


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (a_message(birthdate="19800230"), "oqs.impossible-date"),
        (b"", "oqs.not-well-formed"),
        (b"{", "oqs.not-well-formed"),
        (a_tree(facility="99"), "oqs.not-a-facility-code"),
        (b"<!DOCTYPE a>" + a_message(), "oqs.dtd"),
    ],
)
def test_a_message_that_is_refused_is_answered_in_its_form_with_exit_1(
    run: Run, tmp_path: Path, message: bytes, problem: str
) -> None:
    refused = run("oqs", "answer", "--receipt", "receipt.json", stdin=message)
    as_json = run("oqs", "answer", "--json", stdin=message)

    assert refused.code == as_json.code == 1
    assert b'SegmentOfResult":"9"' in refused.out or b"<SegmentOfResult>9</SegmentOfResult>" in refused.out
    assert f"{problem}: " in refused.err
    assert not (tmp_path / "receipt.json").exists()
    assert (as_json.json["problem"]["code"], as_json.json["receipt"]) == (problem, None)


def test_with_json_one_object_holds_the_message_and_its_receipt(run: Run) -> None:
    people(a_row())

    told = run("oqs", "answer", "--json", stdin=a_message("Shift_JIS", symbol="12-34")).json

    assert "<QualificationValidity>1</QualificationValidity>" in told["response"]
    assert (told["encoding"], told["problem"], told["receipt"]["kind"]) == (
        "Shift_JIS",
        None,
        "eligibility.answer",
    )


def test_the_receipt_is_verified_by_the_command_and_by_the_lone_verifier(run: Run, tmp_path: Path) -> None:
    people(a_row())
    assert run("oqs", "answer", "--receipt", "receipt.json", stdin=a_message()).code == 0
    (tmp_path / "keys.json").write_bytes(public.keys(FileKeys(tmp_path / "kaihoken-keys")))
    forged = json.loads((tmp_path / "receipt.json").read_bytes()) | {"index": 1}
    (tmp_path / "forged.json").write_text(json.dumps(forged), encoding="utf-8")

    command = run("receipt", "verify", "receipt.json", "--keys", "keys.json", "--json")
    alone, refused = (
        subprocess.run(
            [sys.executable, "-m", "kaihoken.audit.verifier", file, "--key", "keys.json"],
            capture_output=True,
            check=False,
        )
        for file in ("receipt.json", "forged.json")
    )

    record = json.loads(command.json["body"])
    assert (command.code, command.json["holds"], command.json["kind"]) == (0, True, "eligibility.answer")
    assert (record["client"], record["by"], record["carrier"]) == ("local-operator", FACILITY, "oqs-xml")
    assert (alone.returncode, refused.returncode) == (0, 1)
    assert alone.stdout.startswith(b"holds: log ")
    assert run("receipt", "verify", "forged.json", "--keys", "keys.json").code != 0


@pytest.mark.parametrize(("arguments", "stdin"), [((*CHECK, "56"), b""), (("oqs", "answer"), a_message())])
def test_while_a_hub_runs_it_is_the_hub_that_is_asked(
    run: Run, arguments: tuple[str, ...], stdin: bytes
) -> None:
    people(a_row())

    refused = while_a_hub_holds_the_store(run, *arguments, stdin=stdin)

    assert (refused.code, refused.out) == (1, b"")
    assert "動いているハブに HTTP でたずねる" in refused.err
    assert "Ask the hub that runs, over HTTP" in refused.err
    assert "store.locked" in refused.err
    assert run(*arguments, stdin=stdin).code == 0, "and when it has stopped, the answer comes"
