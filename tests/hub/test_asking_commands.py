"""Asking without a server: `kaihoken eligibility check` and `kaihoken oqs answer` answer as a hub would."""

import asyncio
import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from lxml import etree

from kaihoken.audit import public
from kaihoken.clock import SystemClock
from kaihoken.coverage import ReferenceNumbers, read_linking
from kaihoken.coverage.local import local_operator, opened_locally
from kaihoken.coverage.truth import Truth
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
MADE = (
    "made an empty store in which nobody is registered:"
    " {folder}/kaihoken-store (keys: {folder}/kaihoken-keys)"
)


def test_somebody_who_is_covered_is_told_with_exit_0(run: Run) -> None:
    people(a_row(), a_row(link="link-57", number="57", lost="2026-01-01", loss_reason="03"))

    valid, ended = run(*CHECK, "56"), run(*CHECK, "57")

    assert (valid.code, ended.code) == (0, 1)
    assert valid.out.decode().splitlines()[0].startswith("有効")
    assert "3割" in valid.out.decode()
    assert "1. " in ended.out.decode(), "what to do next, in order"
    assert "10割" not in ended.out.decode()
    assert valid.err == ""


def test_what_the_register_says_stands_in_a_table_with_what_differs(run: Run) -> None:
    people(a_row(valid_from="2026-04-01", valid_to="2027-03-31"))

    japanese = run(*CHECK, "56", "--branch", "02").out.decode()
    english = run(*CHECK, "56", "--branch", "02", "--language", "en").out.decode()

    assert "\n  保険者      01130012  架空の保険者\n" in japanese
    assert "\n  氏名        山田　太郎\n  カナ        ﾔﾏﾀﾞ ﾀﾛｳ\n" in japanese
    assert "\n  有効期間    2026-04-01 – 2027-03-31\n" in japanese
    assert japanese.endswith("\n        質問  登録\n  枝番  02    01    枝番が違います\n")
    assert "\n  Branch  02     01        " in english


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
    (tmp_path / "answer.json").write_bytes(answer.out)
    whole = run("receipt", "verify", "answer.json", "--keys", "kaihoken-keys", "--json")
    assert (whole.code, whole.json["of_this_answer"]) == (0, True)


REFERENCE = ("eligibility", "check", "--birthdate", "1980-01-01", "--reference")
LINK = {"reference_number": "P-1", "insurer_number": "01130012", "symbol": "12-34", "number": "56"}


def test_a_facility_asks_by_its_own_number(run: Run) -> None:
    people(a_row())
    asyncio.run(_linked_by_the_test_facility())

    found, unknown = run(*REFERENCE, "P-1"), run(*REFERENCE, "P-2")

    assert (found.code, unknown.code) == (0, 1)
    assert "\n  照会番号    P-1\n" in found.out.decode()
    assert "照会番号" in unknown.out.decode()


async def _linked_by_the_test_facility() -> None:
    async with opened_locally(None, None, SystemClock()) as local:
        truth = Truth(local.store, local.finder, local.committer, local.lookup_keys, local.clock)
        linking = read_linking(json.dumps(LINK).encode(), local_operator().facility, local.clock.today())
        assert await ReferenceNumbers(truth).register([linking], local_operator()) == ["registered"]


@pytest.mark.parametrize("more", [("--number", "56"), ("--branch", "01"), ("--insurer", "01130012")])
def test_a_reference_number_beside_other_numbers_is_misuse(run: Run, more: tuple[str, str]) -> None:
    assert run(*REFERENCE, "P-1", *more).code == 2
    assert run("eligibility", "check", "--reference", "P-1").code == 2


def witnessed(folder: Path) -> int:
    """The size of the log that the witness saw last."""
    line = (folder / "witness.jsonl").read_text(encoding="utf-8").splitlines()[-1]
    size: int = json.loads(line)["size"]
    return size


WHOSE = ("eligibility", "whose", "--insurer", "01130012", "--symbol", "12-34", "--number", "56")


@pytest.mark.parametrize(
    ("command", "asked"),
    [((*CHECK, "56"), b""), (WHOSE, b""), (("oqs", "answer"), a_message())],
    ids=["check", "whose", "oqs"],
)
def test_what_is_asked_here_is_witnessed_too(
    run: Run, tmp_path: Path, command: tuple[str, ...], asked: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(a_row())
    size = witnessed(tmp_path)

    assert run(*command, "--witness", "witness.jsonl", stdin=asked).code == 0
    assert witnessed(tmp_path) == size + 1
    monkeypatch.setenv("KAIHOKEN_WITNESS", str(tmp_path / "witness.jsonl"))
    assert run(*command, stdin=asked).code == 0
    assert witnessed(tmp_path) == size + 2

    (tmp_path / "witness.jsonl").unlink()
    refused = run(*command, "--json", stdin=asked)
    assert refused.code == 1
    assert b"audit.witness_empty" in refused.out


@pytest.mark.parametrize(
    ("command", "asked"), [((*CHECK, "56"), b""), (("oqs", "answer"), a_message())], ids=["check", "oqs"]
)
def test_a_log_that_was_rolled_back_answers_nobody_here_either(
    run: Run, tmp_path: Path, command: tuple[str, ...], asked: bytes
) -> None:
    people(a_row())
    shutil.copytree("kaihoken-store", "earlier")
    run(*CHECK, "56", "--witness", "witness.jsonl")
    shutil.rmtree("kaihoken-store")
    shutil.move("earlier", "kaihoken-store")

    refused = run(*command, "--json", "--witness", "witness.jsonl", stdin=asked)

    assert refused.code == 1
    assert b"audit.rolled_back" in refused.out
    assert "山田".encode() not in refused.out


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
    assert MADE.format(folder=Path.cwd()) in answer.err


@pytest.mark.parametrize(
    ("arguments", "problem", "code"),
    [
        ((*CHECK, "56", "--language", "fr"), "coverage.request-shape", 2),
        ((*CHECK, "56", "--on", "2099-01-01"), "coverage.future", 2),
        ((*CHECK, "56", "--on", "yesterday"), "identity.date", 1),
        ((*CHECK, "56", "--birthdate", "1985-02-30"), "identity.date", 1),
        ((*CHECK, "56", "--birthdate", "1800-01-01"), "coverage.birthdate-early", 1),
        ((*CHECK, ""), "coverage.request-number", 2),
        (CHECK[:-1], "cli.misuse", 2),
        (("eligibility", "check", "--number", "56"), "cli.misuse", 2),
        ((*CHECK, "56", "--insurer", "x"), "identity.insurer-digits", 1),  # what was typed in is data
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


def test_on_an_empty_store_it_answers_4_and_says_where_it_made_it(run: Run, tmp_path: Path) -> None:
    answer = run("oqs", "answer", stdin=a_message())
    again = run("oqs", "answer", stdin=a_message())

    for answered in (answer, again):
        assert answered.code == 0
        assert "<QualificationValidity>4</QualificationValidity>" in answered.out.decode()
    assert MADE.format(folder=tmp_path) in answer.err
    assert f"空の保管庫を作りました（だれも登録されていません）: {tmp_path}/kaihoken-store" in answer.err
    assert FileKeys(tmp_path / "kaihoken-keys")
    assert "made" not in again.err
    assert f"nobody is registered in {tmp_path}/kaihoken-store" in again.err


@pytest.mark.parametrize("named", ["--store", "KAIHOKEN_STORE"])
@pytest.mark.parametrize("command", ["check", "oqs-xml", "oqs-json"])
def test_a_store_that_was_named_and_is_not_there_is_told_and_nothing_is_made(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, command: str
) -> None:
    arguments = (*CHECK, "56") if command == "check" else ("oqs", "answer")
    stdin = {"check": b"", "oqs-xml": a_message(), "oqs-json": a_tree()}[command]
    if named == "--store":
        arguments = (*arguments, "--store", "mistyped")
    else:
        monkeypatch.setenv(named, "mistyped")

    refused = run(*arguments, stdin=stdin)

    assert refused.code == 1
    assert "store.missing" in refused.err
    assert f"[{tmp_path / 'mistyped'}]" in refused.err
    assert refused.err.count("kaihoken people make --store … --keys …") == 2, "in both languages"
    assert (refused.out == b"") == (command == "check")
    assert is_refusal(refused.out) == (FACILITY.encode() in refused.out) == (command != "check")
    assert list(tmp_path.iterdir()) == []


def test_keys_that_were_named_and_are_not_there_are_told_and_nothing_is_made(
    run: Run, tmp_path: Path
) -> None:
    refused = run(*CHECK, "56", "--keys", "mistyped", "--json")

    assert (refused.code, refused.json["code"]) == (1, "store.keys_missing")
    assert list(tmp_path.iterdir()) == []


def test_the_keys_of_another_store_leave_no_mark_on_this_one(run: Run) -> None:
    assert run("people", "make", "--count", "20", "--store", "nation", "--keys", "own").code == 0
    assert run("keys", "create", "--keys", "others").code == 0

    refused = run(*CHECK, "56", "--store", "nation", "--keys", "others", "--json")
    answered = run(*CHECK, "56", "--store", "nation", "--keys", "own", "--json")

    assert (refused.code, refused.json["code"]) == (1, "store.keys_wrong")
    assert answered.json["answer"]["validity"] == "4"


def test_a_store_whose_name_was_changed_answers_nobody(run: Run, tmp_path: Path) -> None:
    assert run("people", "make", "--count", "20", "--store", "nation", "--keys", "own").code == 0
    with closing(sqlite3.connect(tmp_path / "nation" / "store.sqlite3")) as file, file:
        file.execute("UPDATE store_meta SET value = 'production' WHERE name = 'purpose'")

    refused = run(*CHECK, "56", "--store", "nation", "--keys", "own", "--json")

    assert (refused.code, refused.json["code"]) == (1, "audit.other_store")


def test_a_receipt_that_finds_no_place_is_not_lost_nor_is_the_answer(run: Run) -> None:
    people(a_row())

    answered = run("oqs", "answer", "--receipt", "nowhere/receipt.json", stdin=a_message())

    assert answered.code == 1
    assert b"<QualificationValidity>1</QualificationValidity>" in answered.out
    assert "store.path" in answered.err
    receipt, *_ = (line for line in answered.err.splitlines() if line.startswith("{"))
    assert "head" in json.loads(receipt)


def is_refusal(message: bytes) -> bool:
    """Whether an OQS message refuses as a whole."""
    return b'SegmentOfResult":"9"' in message or b"<SegmentOfResult>9</SegmentOfResult>" in message


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
    assert is_refusal(refused.out)
    assert f"{problem}: " in refused.err
    assert list(tmp_path.iterdir()) == [], "no receipt, and no store is made to answer what cannot be read"
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


WHOSE = ("eligibility", "whose", "--insurer", "01130012", "--number")


def test_a_number_leads_to_the_id_that_stands_in_the_log(run: Run, tmp_path: Path) -> None:
    people(a_row(), a_row(link="link-57", number="57"))
    assert run("oqs", "answer", "--receipt", "receipt.json", stdin=a_message()).code == 0
    seen = json.loads(
        run("receipt", "verify", "receipt.json", "--keys", "kaihoken-keys", "--json").json["body"]
    )

    asked = run(*WHOSE, "56", "--symbol", "12-34", "--birthdate", "1980-01-01")
    on_record = run("audit", "show", asked.err.split()[-1], "--json").json["records"]

    assert asked.code == 0
    assert asked.out.decode() == f"{seen['person']}  今の番号 / has this number\n"
    assert [one["kind"] for one in on_record] == ["person.looked-up"]
    record = json.loads(on_record[0]["body"])
    assert (record["client"], record["people"]) == ("local-operator", [seen["person"]])
    assert set(record) == {"at", "by", "client", "key", "people"}, "and nothing of what was asked"


def test_whose_reads_standard_input_and_gives_a_receipt_that_holds(run: Run, tmp_path: Path) -> None:
    people(a_row())
    wanted = json.dumps({"insurer_number": "01130012", "number": "56"}).encode()

    told = run("eligibility", "whose", "--json", stdin=wanted)
    (tmp_path / "receipt.json").write_text(json.dumps(told.json["receipt"]), encoding="utf-8")

    assert (told.code, [one["now"] for one in told.json["people"]]) == (0, [True])
    assert told.json["receipt"]["kind"] == "person.looked-up"
    assert run("receipt", "verify", "receipt.json", "--keys", "kaihoken-keys").code == 0


def test_that_nobody_has_a_number_is_told_and_recorded(run: Run) -> None:
    people(a_row())

    nobody = run(*WHOSE, "99")
    (record,) = run("audit", "show", nobody.err.split()[-1], "--json").json["records"]

    assert (nobody.code, nobody.out.decode()) == (
        1,
        "だれの番号でもありません / nobody has or had this number\n",
    )
    assert (record["kind"], json.loads(record["body"])["people"]) == ("person.looked-up", [])


@pytest.mark.parametrize(
    ("arguments", "stdin", "problem"),
    [
        (("eligibility", "whose", "--number", "56"), b"", "cli.misuse"),
        ((*WHOSE, ""), b"", "coverage.request-number"),
        ((*WHOSE, "56", "--branch", "x"), b"", "identity.branch"),
        ((*WHOSE, "56", "--birthdate", "1985-02-30"), b"", "identity.date"),
        (("eligibility", "whose"), b"{", "coverage.request-json"),
        (("eligibility", "whose"), b'{"number": "56"}', "coverage.request-shape"),
        (
            ("eligibility", "whose"),
            b'{"insurer_number": "01130012", "number": "56", "number": "57"}',
            "coverage.request-repeated",
        ),
    ],
)
def test_what_cannot_be_looked_up_is_told_as_its_problem(
    run: Run, arguments: tuple[str, ...], stdin: bytes, problem: str
) -> None:
    people(a_row())

    assert run(*arguments, "--json", stdin=stdin).json["code"] == problem


@pytest.mark.parametrize(("arguments", "stdin"), [((*CHECK, "56"), b""), (("oqs", "answer"), a_message())])
def test_while_a_hub_runs_it_is_the_hub_that_is_asked(
    run: Run, arguments: tuple[str, ...], stdin: bytes
) -> None:
    people(a_row())

    refused = while_a_hub_holds_the_store(run, *arguments, stdin=stdin)

    assert (refused.code, is_refusal(refused.out)) == (1, arguments[0] == "oqs")
    assert "動いているハブに HTTP でたずねる" in refused.err
    assert "Ask the hub that runs, over HTTP" in refused.err
    assert "store.locked" in refused.err
    assert run(*arguments, stdin=stdin).code == 0, "and when it has stopped, the answer comes"


def test_a_backup_answers_nobody_and_stays_as_it_is(run: Run) -> None:
    people(a_row())
    run("store", "backup", "b1.sqlite3")
    before = Path("b1.sqlite3").read_bytes()

    asked = run(*CHECK, "56", "--store", "b1.sqlite3", "--keys", "kaihoken-keys")
    verified = run("audit", "verify", "--store", "b1.sqlite3", "--keys", "kaihoken-keys")

    assert (asked.code, verified.code) == (2, 0)
    assert "store.is_backup" in asked.err
    assert Path("b1.sqlite3").read_bytes() == before
    assert not list(Path().glob("b1.sqlite3?*"))
