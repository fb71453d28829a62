"""`kaihoken claims check`: what it prints, and how it ends."""

import errno
import io
import json
import sys
from pathlib import Path

import pytest

from kaihoken.cli import run

from .files import a_file, a_receipt, head

FINDING = {
    "id", "level", "code", "receipt", "line", "record", "field", "position", "message_ja", "message_en", "remedy",
    "remedy_en", "unconfirmed",
}  # fmt: skip


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    file = tmp_path / "RECEIPTC.UKE"
    file.write_bytes(a_file(a_receipt(1), a_receipt(2)))
    return file


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    file = tmp_path / "RECEIPTC.UKE"
    file.write_bytes(a_file(a_receipt(1), a_receipt(2, without=["SY"]), a_receipt(3, re={13: "1 "})))
    return file


def test_a_clean_file_ends_well(clean: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", "check", str(clean)]) == 0
    assert "問題なし / fine 2" in capsys.readouterr().out


def test_findings_end_with_one_and_are_told_in_both_languages(
    faulty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["claims", "check", str(faulty)]) == 1
    told = capsys.readouterr().out
    assert "レセプト 2" in told
    assert "受付不能 / refused: structure.no-disease" in told
    assert "There is no disease" in told
    assert "fine 1, 確認 / notices 1" in told


def test_json_has_every_finding_with_its_place_and_remedy(
    faulty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["claims", "check", str(faulty), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == "RECEIPTC.UKE"
    assert [(one["id"], one["receipt"], one["level"]) for one in told["findings"]] == [
        ("structure.no-disease", "2", "receipt"),
        ("form.padded", "3", "notice"),
    ]
    assert set(told["findings"][0]) == FINDING
    assert told["summary"] == {
        "months": ["2026-11"],
        "receipts": 3,
        "fine": 1,
        "noticed": 1,
        "returned": 0,
        "refused": 1,
        "file_refused": False,
        "findings": {"file": 0, "receipt": 1, "return": 0, "notice": 1},
        "eligibility": {"source": "none", "asked": 0, "answered": 0, "broke": ""},
    }


def test_sarif_names_rules_and_lines_and_quotes_nothing(
    faulty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["claims", "check", str(faulty), "--sarif"]) == 1
    written = capsys.readouterr().out
    (told,) = json.loads(written)["runs"]
    rules = {rule["id"] for rule in told["tool"]["driver"]["rules"]}
    assert [one["ruleId"] for one in told["results"]] == ["structure.no-disease", "form.padded"]
    assert {one["ruleId"] for one in told["results"]} <= rules
    assert told["results"][0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 11}
    assert "山田" not in written


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", "check", str(tmp_path / "none.UKE"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "claims.file-unreadable"


def test_a_file_of_an_earlier_month_that_is_not_there_is_named(
    clean: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["claims", "check", str(clean), "--earlier", str(clean.with_name("202609.UKE"))]) == 2
    assert "202609.UKE" in capsys.readouterr().err


def test_a_file_of_the_same_month_is_not_taken_for_an_earlier_one(
    clean: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again, before = clean.with_name("again.UKE"), clean.with_name("202609.UKE")
    again.write_bytes(clean.read_bytes())
    before.write_bytes(a_file(a_receipt(re={3: "202609"}), first=head(claimed_month="202610")))

    assert run(["claims", "check", str(clean), "--earlier", str(again)]) == 2
    assert "claims.earlier-not-before" in (said := capsys.readouterr()).err
    assert "again.UKE" in said.err
    assert said.out == ""
    assert run(["claims", "check", str(clean), "--earlier", str(before)]) == 0


class _Closed(io.StringIO):
    """What is read by somebody who has gone."""

    def write(self, text: str) -> int:
        raise BrokenPipeError(errno.EPIPE, "closed")


def test_who_has_read_enough_is_told_of_no_trouble_with_the_file(
    faulty: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", _Closed())

    with pytest.raises(SystemExit):
        run(["claims", "check", str(faulty), "--json"])
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "content",
    [
        b"hello, this is a note",
        b"PK\x03\x04\x14,",
        b"person,insurer_number\n1,06132013\n",
        b"RE without a comma",
    ],
)
@pytest.mark.parametrize("verb", [("check",), ("slips", "--out", "out.pdf"), ("corrected", "--out", "out")])
def test_what_is_no_claim_file_is_named_so_and_nothing_is_written(
    content: bytes,
    verb: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "notes"
    file.write_bytes(content)

    assert run(["claims", *verb, str(file)]) == 2
    told = capsys.readouterr()
    assert (told.out, "claims.not-claims" in told.err) == ("", True)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_claim_file_in_another_encoding_is_checked(
    encoding: str, clean: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clean.write_bytes(clean.read_bytes().decode("cp932").encode(encoding))

    assert run(["claims", "check", str(clean)]) == 1
    assert "file.encoding" in capsys.readouterr().out


def test_why_the_whole_file_is_refused_stands_at_the_end_too(
    faulty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = faulty.read_bytes()
    faulty.write_bytes(whole[: whole.rindex(b"GO,")])

    assert run(["claims", "check", str(faulty)]) == 1
    _, _, end = capsys.readouterr().out.partition("2026-11 請求")
    assert "as it is, the whole file is refused\n  file.no-end\n" in end
    assert "0行" not in end


def test_a_finding_names_the_record_and_the_position_of_its_field(
    faulty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["claims", "check", str(faulty)])
    assert "レセプト 3 19行 RE(13) 確認" in capsys.readouterr().out


class _Full(io.StringIO):
    """A disk without room."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_behind_what_is_printed_is_not_taken_for_a_file_that_cannot_be_read(
    faulty: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", _Full())

    assert run(["claims", "check", str(faulty), "--json"]) == 1
    assert "store.full" in capsys.readouterr().err


def test_a_folder_is_not_read_as_a_file(clean: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", "check", str(clean.parent)]) == 2
    assert "Is a directory" in capsys.readouterr().err


def test_a_returned_file_is_asked_for_with_another_command(
    clean: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clean.write_bytes(b"HI,1,202612,13,1,1234566,,00\r\n" + clean.read_bytes())

    assert run(["claims", "check", str(clean)]) == 2
    assert "claims.is-returned" in capsys.readouterr().err
