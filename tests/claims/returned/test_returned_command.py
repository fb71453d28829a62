"""`kaihoken claims returned` and `kaihoken claims reclaim`: what they print and write, and how they end."""

import json
from pathlib import Path

import pytest

from kaihoken.cli import run

from ..files import a_file, a_receipt, act
from .returned_files import SEARCH, a_reason, a_returned, a_returned_file

OTHER = "2" * 30


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "RECEIPTC.HEN"
    small = a_returned(3, ho={5: "300"})
    large = a_returned(
        9, search=OTHER, reasons=[a_reason("L5106", search=OTHER, kind="4", text="資格喪失後")], block=[]
    )
    file.write_bytes(a_returned_file(small, large))
    return file


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


def test_the_list_has_the_largest_amount_first_and_says_why_and_what_to_do(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["claims", "returned", str(file)]) == 1
    lines = capsys.readouterr().out
    assert "2 件 / receipts, 5,033 円" in lines
    assert lines.index("[2] レセプト 9") < lines.index("[1] レセプト 3")
    assert "「資格喪失後」" in lines
    assert "only as a new, late claim" in lines
    assert "correct it, then claim it again" in lines
    assert "returned.no-history" in lines
    assert "山田" not in lines


def test_what_is_wrong_with_the_file_and_what_was_corrected_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "RECEIPTC.SAH"
    file.write_bytes(
        a_returned_file(a_returned(reasons=[a_reason("S0018", kind="4", corrected="3")]), count="9")
    )

    assert run(["claims", "returned", str(file)]) == 1
    lines = capsys.readouterr().out
    assert "returned.count" in lines
    assert "受診の日には、この保険の資格がありません [未確認 / unconfirmed]" in lines
    assert "再審査等のときに補正されています" in lines


def test_json_has_every_receipt_with_its_reasons(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", "returned", str(file), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    (one,) = answer["files"]
    assert [(row["place"], row["yen"], row["can_reclaim"]) for row in one["receipts"]] == [
        (2, 2933, False),
        (1, 2100, True),
    ]
    (reason,) = one["receipts"][0]["reasons"]
    assert (reason["code"], reason["known"], reason["unconfirmed"], reason["kind"]) == (
        "L5106",
        False,
        True,
        "4",
    )
    assert [finding["id"] for finding in one["receipts"][0]["findings"]] == ["returned.no-history"]


def test_a_file_in_which_nothing_came_back_ends_well(tmp_path: Path) -> None:
    file = tmp_path / "RECEIPTC.HEN"
    file.write_bytes(a_returned_file(count="0"))

    assert run(["claims", "returned", str(file)]) == 0


def test_a_re_claim_is_written_for_its_owner_alone_with_its_diff(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    asked = ["claims", "reclaim", str(file), "--receipt", "1", "--month", "2027-01", "--out", str(out)]

    assert run([*asked, "--edit", "HO.number=４５６", "--edit", "HO.points=419"]) == 0
    printed = capsys.readouterr().out
    assert "1: HO[1].number 被保険者証等の番号: １２３ → ４５６" in printed
    assert "left out: HI HR" in printed
    written = sorted(out.iterdir())
    assert [one.name for one in written] == ["確認用_RECEIPTC.UKE", "確認用_差分.txt"]
    assert {one.stat().st_mode & 0o777 for one in written} == {0o600}
    assert "+HO,01130012,１２３４５６７８,４５６" in written[1].read_text("utf-8")

    assert run([*asked, "--json"]) == 2
    assert told(capsys)["code"] == "claims.reclaim-there"


def test_findings_in_a_re_claim_end_with_one(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out")
    asked = ["claims", "reclaim", str(file), "--receipt", "1", "--month", "2027-01", "--out", out, "--json"]

    assert run(asked) == 1
    answer = json.loads(capsys.readouterr().out)
    assert [finding["id"] for finding in answer["findings"]] == ["arithmetic.points"]
    assert (answer["file"], answer["kept"]) == ("確認用_RECEIPTC.UKE", 12)

    assert run([*asked[:-3], "--out", f"{out}-2"]) == 1
    assert "arithmetic.points" in capsys.readouterr().out


def test_the_receipt_computers_own_file_and_a_late_claim(file: Path, tmp_path: Path) -> None:
    anew = tmp_path / "RECEIPTC.UKE"
    anew.write_bytes(
        a_file(a_receipt(1), a_receipt(2, re={18: SEARCH}, acts=[act("111000110", 291, 3, section="11")]))
    )
    asked = ["claims", "reclaim", str(file), "--month", "2027-01"]

    assert run([*asked, "--receipt", "1", "--from", str(anew), "--out", str(tmp_path / "a")]) == 0
    assert b"GO,1,291,99" in (tmp_path / "a" / "確認用_RECEIPTC.UKE").read_bytes()
    late = [
        *asked,
        "--receipt",
        "2",
        "--late",
        "--facility-name",
        "港クリニック",
        "--out",
        str(tmp_path / "b"),
    ]
    assert run(late) == 0
    assert OTHER.encode() not in (tmp_path / "b" / "確認用_RECEIPTC.UKE").read_bytes()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--receipt", "3"], "claims.reclaim-receipt"),
        (["--receipt", "2"], "claims.reclaim-no-history"),
        (["--receipt", "1", "--receipt", "2"], "claims.reclaim-no-history"),
        (["--edit", "2:HO.points=1"], "claims.edit-receipt"),
        (["--late", "--edit", "HO.points=1"], "claims.edit-receipt"),
        (["--receipt", "1", "--edit", "HO.points"], "claims.edit-form"),
        (["--receipt", "1", "--from", "none.UKE"], "claims.file-unreadable"),
        (["--receipt", "1", "--from", "none.UKE", "--late"], "claims.edit-or-from"),
        (["--receipt", "1", "--from", "RECEIPTC.HEN"], "claims.reclaim-folder"),
    ],
)
def test_what_cannot_be_made_is_a_problem_and_writes_nothing(
    file: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    code: str,
) -> None:
    monkeypatch.chdir(file.parent)
    out = file / "in-a-file" if code == "claims.reclaim-folder" else file.parent / "out"

    assert run(["claims", "reclaim", str(file), *options, "--out", str(out), "--json"]) != 0
    assert told(capsys)["code"] == code
    assert not (file.parent / "out").exists()


def test_a_file_of_the_receipt_computer_without_the_receipt_is_a_problem(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    anew = tmp_path / "RECEIPTC.UKE"
    anew.write_bytes(a_file(a_receipt(1)))
    asked = [
        "claims",
        "reclaim",
        str(file),
        "--receipt",
        "1",
        "--from",
        str(anew),
        "--out",
        str(tmp_path / "a"),
    ]

    assert run([*asked, "--json"]) != 0
    assert told(capsys)["code"] == "claims.reclaim-other-receipt"


def test_a_file_that_is_not_there_or_no_returned_file_is_a_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["claims", "returned", str(tmp_path / "none.HEN"), "--json"]) == 2
    assert told(capsys)["code"] == "claims.file-unreadable"
    (tmp_path / "RECEIPTC.UKE").write_bytes(a_file(a_receipt()))
    assert run(["claims", "returned", str(tmp_path / "RECEIPTC.UKE"), "--json"]) == 2
    assert told(capsys)["code"] == "claims.not-returned"


def test_without_a_choice_all_that_can_be_are_claimed_again_in_one_file(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    third = "3" * 30
    file.write_bytes(
        a_returned_file(
            a_returned(3), a_returned(9, search=OTHER, block=[]), a_returned(5, search=third), month="202612"
        )
    )
    out = tmp_path / "out"
    asked = ["claims", "reclaim", str(file), "--month", "2027-01", "--edit", "3:HO.number=４５６"]

    assert run([*asked, "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "2: HO[1].number" in printed
    assert "receipts not in it: [2]" in printed
    content = (out / "確認用_RECEIPTC.UKE").read_bytes()
    assert b"GO,2,838,99" in content
    assert OTHER.encode() not in content

    assert run([*asked, "--receipt", "3", "--receipt", "1", "--out", str(tmp_path / "b"), "--json"]) == 0
    assert told(capsys)["left"] == [2]
    written = (tmp_path / "b" / "確認用_RECEIPTC.UKE").read_bytes()
    assert written.index(third.encode()) < written.index(SEARCH.encode())


def test_a_whole_file_is_claimed_as_the_receipt_computer_wrote_it_anew(file: Path, tmp_path: Path) -> None:
    third = "3" * 30
    file.write_bytes(a_returned_file(a_returned(3), a_returned(5, search=third)))
    anew = tmp_path / "RECEIPTC.UKE"
    anew.write_bytes(a_file(a_receipt(1, re={18: third}, ho={3: "９９"})))
    asked = ["claims", "reclaim", str(file), "--month", "2027-01", "--from", str(anew)]

    assert run([*asked, "--out", str(tmp_path / "a")]) == 0
    content = (tmp_path / "a" / "確認用_RECEIPTC.UKE").read_bytes()
    assert b"GO,1,419,99" in content
    assert "９９".encode("cp932") in content
    assert SEARCH.encode() not in content


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (a_returned_file(a_returned(block=[])), "claims.reclaim-nothing"),
        (a_returned_file(count="0"), "claims.reclaim-nothing"),
        (
            a_returned_file(a_returned())[:-1] + a_returned_file(a_returned(search=OTHER)),
            "claims.reclaim-two-files",
        ),
    ],
)
def test_a_file_of_which_nothing_or_no_one_claim_can_be_made_is_a_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, code: str
) -> None:
    file = tmp_path / "RECEIPTC.HEN"
    file.write_bytes(content)

    assert run(["claims", "reclaim", str(file), "--out", str(tmp_path / "out"), "--json"]) != 0
    assert told(capsys)["code"] == code


def test_what_was_found_of_the_insurance_is_told_with_the_name_of_its_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def with_found(*told: str) -> list[list[str]]:
        found = ["SN", "1", *told, "", "", "01", "", ""]
        return [found if line[0] == "SN" else line for line in a_returned()]

    file = tmp_path / "RECEIPTC.HEN"

    def printed(receipt: list[list[str]]) -> str:
        file.write_bytes(a_returned_file(receipt))
        assert run(["claims", "returned", str(file)]) == 1
        return capsys.readouterr().out

    assert "1 04 審査支払機関への請求後 振替 → 06132013\n" in printed(with_found("04", "06132013"))
    assert "1 08 " in printed(with_found("08", ""))
    assert "[未確認 / unconfirmed]" in printed(with_found("08", ""))
    assert "insurance found" not in printed(a_returned())
    assert "insurance found" not in printed(with_found("99", ""))
    assert "insurance found" not in printed(a_returned(re={3: "202613"}))
