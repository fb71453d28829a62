"""The commands of this room, as a person types them."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from kaihoken.cli import run
from kaihoken.people import sandbox_cases


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_make_makes_keys_and_a_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["people", "make", "--count", "300", "--seed", "4", "--as-of", "2026-11-20"])

    said = capsys.readouterr()
    assert code == 0
    assert "kaihoken-store" in said.out
    assert "架空" in said.out
    assert (tmp_path / "kaihoken-store/store.sqlite3").is_file()
    assert (tmp_path / "kaihoken-keys/log-1.json").is_file()


def test_make_uses_the_keys_that_are_there_and_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    run(["people", "make", "--count", "30", "--store", "one", "--json"])
    capsys.readouterr()

    code = run(["people", "make", "--count", "30", "--store", "two", "--json"])

    said = msgspec.json.decode(capsys.readouterr().out)
    assert code == 0
    assert said["store"] == "two"
    assert said["people"] == 30 + said_sandbox()
    assert len(list(Path("kaihoken-keys").glob("log-*.json"))) == 1


def said_sandbox() -> int:
    from kaihoken.people import sandbox_people

    return len(sandbox_people(date(2026, 11, 20)))


def test_make_hands_the_last_head_to_the_witness(tmp_path: Path) -> None:
    assert run(["people", "make", "--count", "10", "--witness", "witness.jsonl"]) == 0

    assert (tmp_path / "witness.jsonl").stat().st_size > 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["--count", "0"],
        ["--as-of", "2019-01-01"],
        ["--as-of", "soon"],
        ["--count", "many"],
    ],
)
def test_what_cannot_be_made_is_misuse(arguments: list[str], tmp_path: Path) -> None:
    assert run(["people", "make", *arguments]) == 2
    assert not (tmp_path / "kaihoken-store").exists()


def test_a_second_nation_in_the_same_place_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    run(["people", "make", "--count", "10"])
    capsys.readouterr()

    assert run(["people", "make", "--count", "10"]) != 0
    assert "store.exists" in capsys.readouterr().err


def test_cases_lists_every_question(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["sandbox", "cases", "--as-of", "2026-11-20"])

    said = capsys.readouterr().out
    assert code == 0
    assert [case.key for case in sandbox_cases(date(2026, 11, 20)) if case.key not in said] == []
    assert "in-progress" in said
    assert "(after 310 s)" in said


def test_a_case_by_card_tells_all_that_the_question_needs(capsys: pytest.CaptureFixture[str]) -> None:
    run(["sandbox", "cases", "--as-of", "2026-11-20"])

    lines = capsys.readouterr().out.splitlines()
    asked = lines[next(at for at, line in enumerate(lines) if line.startswith("valid-by-card ")) + 1]
    assert asked.strip() == "card 発行者 CN=架空利用者証明用認証局,O=Kaihoken Demo,C=JP シリアル番号 99001001"


def test_cases_as_json_are_requests_ready_to_send(capsys: pytest.CaptureFixture[str]) -> None:
    run(["sandbox", "cases", "--as-of", "2026-11-20", "--json"])

    cases = {case["key"]: case for case in msgspec.json.decode(capsys.readouterr().out)}
    assert cases["valid"]["ask"] == {
        "by": "number",
        "insurer_number": "01139906",
        "symbol": "99000001",
        "number": "1001",
        "branch": "00",
        "birthdate": "1985-05-05",
        "presented": "number",
        "consents": [],
    }
    assert cases["valid-by-card"]["ask"] == {
        "by": "certificate",
        "issuer": "CN=架空利用者証明用認証局,O=Kaihoken Demo,C=JP",
        "serial": "99001001",
        "presented": "card",
        "consents": [],
    }
    assert cases["abnormal"]["rehearsal"] == {"play": "abnormal", "seconds": 0.0}


def test_claims_writes_a_month_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(
        ["people", "claims", "--place", "甲府市", "--month", "2026-09", "--count", "20", "--out", "month"]
    )

    assert code == 0
    assert "20 件 receipts" in capsys.readouterr().out
    assert (tmp_path / "month/shaho/RECEIPTC.UKE").is_file()


def test_claims_prints_json_and_wants_a_month(capsys: pytest.CaptureFixture[str]) -> None:
    asked = [
        "people",
        "claims",
        "--place",
        "19201",
        "--count",
        "3",
        "--out",
        "month",
        "--as-of",
        "2026-10-01",
        "--json",
    ]

    assert run([*asked, "--month", "2026-9"]) == 2
    capsys.readouterr()
    assert run([*asked, "--month", "2026-09"]) == 0
    assert msgspec.json.decode(capsys.readouterr().out)["receipts"] == 3


def test_claims_plants_troubles_and_spoils_a_file(tmp_path: Path) -> None:
    asked = ["people", "claims", "--place", "甲府市", "--month", "2026-09", "--count", "30", "--out", "month"]

    assert run([*asked, "--troubles", "1", "--spoil", "file-without-a-head", "--parquet"]) == 0
    truth = (tmp_path / "month/truth.jsonl").read_text()
    assert "file-without-a-head" in truth
    assert "insurer-digit-mistyped" in truth
    assert (tmp_path / "month/coverages.parquet").is_file()


@pytest.mark.parametrize(
    ("place", "out", "code", "said"),
    [
        ("甲府市", "notes/month", "store.path", "Not a directory"),
        ("甲府", "month", "people.claims-place", "山梨県甲府市"),
        ("nowhere", "month", "people.claims-place", ": -"),
    ],
)
def test_claims_says_what_place_was_meant_and_why_a_folder_cannot_be_made(
    place: str, out: str, code: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes").touch()

    assert run(["people", "claims", "--place", place, "--month", "2026-09", "--count", "1", "--out", out])
    told = capsys.readouterr().err
    assert code in told
    assert said in told
