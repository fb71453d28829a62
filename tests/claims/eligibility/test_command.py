"""`kaihoken claims check` with a hub or a table: what it prints, and what it never writes."""

import ast
import json
from datetime import date
from pathlib import Path

import pytest
from tests.house.sources import parsed, python_files

from kaihoken.cli import run

from ...coverage.people import COMPANY, a_person, covered_by
from ..files import a_file
from .claimed import lines_of_claim, write_table

CHANGE = date(2026, 10, 15)
ENDED = covered_by(lost=CHANGE, loss_reason="03")
LATER = covered_by(COMPANY, CHANGE, number="9")


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    file = tmp_path / "RECEIPTC.UKE"
    file.write_bytes(a_file(lines_of_claim(ENDED, 3, place=1), lines_of_claim(ENDED, 3, 20, place=2)))
    return file


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write_table(tmp_path / "coverages.csv", [a_person(ENDED, LATER)])


def test_a_table_adds_findings_and_verdicts(
    claims: Path, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["claims", "check", str(claims), "--coverages", str(table), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)

    found = [one for one in told["findings"] if one["id"].startswith("eligibility.")]
    assert [(one["id"], one["receipt"], one["level"]) for one in found] == [
        ("eligibility.split-to", "2", "notice")
    ]
    assert found[0]["unconfirmed"]
    assert "分割" in found[0]["message_ja"]
    assert "見込み" in found[0]["message_ja"]
    assert told["summary"]["eligibility"] == {"source": "table", "asked": 2, "answered": 2, "broke": ""}
    first, second = told["verdicts"]
    assert (first["verdict"], first["forecast"], first["certain"]) == ("as-written", "02", True)
    assert [part.get("to", {}).get("insurer_number") for part in second["parts"]] == [None, COMPANY]
    assert [day["on"] for day in second["days"]] == ["2026-10-03", "2026-10-20"]


def test_the_terminal_says_how_eligibility_was_asked(
    claims: Path, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["claims", "check", str(claims)])
    assert "資格は確かめていません" in capsys.readouterr().out

    run(["claims", "check", str(claims), "--coverages", str(table)])
    printed = capsys.readouterr().out
    assert "資格の表で 2 件" in printed
    assert "Eligibility: 2 days held against the table" in printed
    assert f"{COMPANY} (20)" in printed


def test_sarif_has_the_findings_and_no_number_of_a_person(
    claims: Path, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["claims", "check", str(claims), "--coverages", str(table), "--sarif"])
    printed = capsys.readouterr().out
    (told,) = json.loads(printed)["runs"]

    assert "eligibility.split-to" in {one["ruleId"] for one in told["results"]}
    assert told["properties"]["eligibility"]["source"] == "table"
    assert "verdicts" not in told["properties"]
    assert ENDED.symbol not in printed


def test_a_hub_that_nobody_reaches_leaves_every_receipt_marked(
    claims: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "key.json"
    assert run(["clients", "make-key", str(key)]) == 0
    capsys.readouterr()
    named = ["--hub", "http://127.0.0.1:9", "--as", "clinic", "--key", str(key)]

    assert run(["claims", "check", str(claims), *named, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)

    found = [one["id"] for one in told["findings"] if one["id"].startswith("eligibility.")]
    assert found == ["eligibility.not-asked"] * 2
    assert told["summary"]["eligibility"] == {
        "source": "hub", "asked": 2, "answered": 0, "broke": "access.hub-unreachable",
    }  # fmt: skip
    assert [(one["verdict"], one["unasked"], one["certain"]) for one in told["verdicts"]] == [
        (None, "not-answered", False)
    ] * 2

    assert run(["claims", "check", str(claims), *named]) == 1
    printed = capsys.readouterr().out
    assert "ハブに 2 件を照会し、0 件に答えがありました" in printed
    assert "The asking broke off (access.hub-unreachable)" in printed


@pytest.mark.parametrize(
    "options",
    [
        ["--hub", "http://127.0.0.1:9"],
        ["--hub", "http://127.0.0.1:9", "--as", "clinic"],
        ["--hub", "http://127.0.0.1:9", "--as", "clinic", "--key", "key.json", "--coverages", "c.csv"],
    ],
)
def test_a_hub_that_is_named_by_half_is_misuse(
    claims: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["claims", "check", str(claims), *options]) == 2
    assert "KHK0011" in capsys.readouterr().err


def test_a_check_writes_no_forecast_and_nothing_at_all_into_the_claims(claims: Path, table: Path) -> None:
    before = claims.read_bytes()

    assert run(["claims", "check", str(claims), "--coverages", str(table)]) == 1

    assert claims.read_bytes() == before
    assert {one.name for one in claims.parent.iterdir()} == {claims.name, table.name}


@pytest.mark.parametrize("code", ["02", "04", "05", "14"])
def test_a_first_claim_with_a_forecast_in_it_is_refused(
    tmp_path: Path, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever wrote it: 確認区分 02 to 14 are the decision of the 審査支払機関."""
    lines = [[*line[:2], code, *line[3:]] if line[0] == "SN" else line for line in lines_of_claim(ENDED, 3)]
    file = tmp_path / "RECEIPTC.UKE"
    file.write_bytes(a_file(lines))

    assert run(["claims", "check", str(file), "--json"]) == 1
    found = {one["id"]: one["level"] for one in json.loads(capsys.readouterr().out)["findings"]}
    assert found["number.confirmation"] == "receipt"


def test_no_code_writes_another_confirmation_than_01() -> None:
    """A record that code makes names its kind first; what stands in it as 確認区分 is 01, or a text that was read."""
    made = {
        ast.unparse(value)
        for room in ("src/kaihoken/claims", "src/kaihoken/people/receipts")
        for path in python_files(room)
        for node in ast.walk(parsed(path))
        for value in _confirmations_in(node)
    }

    assert made == {"'01'"}


def _confirmations_in(node: ast.AST) -> list[ast.expr]:
    """What a record SN is made with: as a list, or by the place of the field."""
    if isinstance(node, ast.List | ast.Tuple) and [ast.unparse(one) for one in node.elts[:1]] == ["'SN'"]:
        return node.elts[2:3]
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return [value for key, value in pairs if key is not None and ast.unparse(key) == "Sn.CONFIRMED"]
    return []
