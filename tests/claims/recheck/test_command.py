"""`kaihoken claims recheck`: claim files and tables in, lists out."""

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from kaihoken.claims.recheck.claim_files import write_table
from kaihoken.cli import run
from kaihoken.problems import Problem

from ...coverage.people import a_person, covered_by
from ..files import a_file, a_receipt
from .exported import claim_of, write_claims, write_coverages

LOST = covered_by(
    lost=date(2026, 10, 5),
    loss_reason="03",
    symbol="12345678",
    number="123",
    branch="01",
    birthdate=date(1985, 5, 12),
)
NEW = covered_by(
    "06132013", date(2026, 10, 5), symbol="", number="9", branch="00", birthdate=date(1985, 5, 12)
)


@pytest.fixture
def coverages(tmp_path: Path) -> Path:
    return write_coverages(tmp_path / "coverages.csv", [a_person(LOST, NEW)])


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    file = tmp_path / "RECEIPTC.UKE"
    file.write_bytes(a_file(a_receipt(1), a_receipt(2, visits=[3]), a_receipt(3, re={6: "19850513"})))
    return file


@pytest.mark.parametrize("again", ["RECEIPTC.UKE", "copy.uke", "."])
def test_no_claim_is_counted_twice(
    tmp_path: Path, sent: Path, coverages: Path, again: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if again == "copy.uke":
        (tmp_path / again).write_bytes(sent.read_bytes())
    given = [str(sent), str(tmp_path / again)]

    assert (
        run(["claims", "recheck", *given, "--coverages", str(coverages), "--out", str(tmp_path / "o")]) == 2
    )
    assert "claims.recheck-twice" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()


def test_claim_files_are_read_as_they_are_sent(
    tmp_path: Path, sent: Path, coverages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"

    assert run(["claims", "recheck", str(sent), "--coverages", str(coverages), "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "振替" not in told
    assert "分割 / split by date" in told
    assert "見込み" in told
    assert "forecast" in told
    rows = duckdb.sql(
        f"select claim_id, verdict, points from '{out}/verdicts.parquet' order by claim_id"
    ).fetchall()
    assert [(name, verdict) for name, verdict, _ in rows] == [
        (f"{sent}:1", "split"), (f"{sent}:2", "as-written"), (f"{sent}:3", "unknown"),
    ]  # fmt: skip
    assert sorted(path.name for path in out.iterdir()) == [
        "report.csv", "splits.parquet", "switches.parquet", "verdicts.parquet",
    ]  # fmt: skip


def test_json_has_the_report_and_what_was_left_out(
    tmp_path: Path, coverages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claims = write_claims(
        tmp_path / "claims.csv",
        [claim_of(LOST, date(2026, 10, 3)), claim_of(LOST, date(2026, 10, 6), number=" ")],
    )
    out = tmp_path / "out"
    asked = [
        "claims",
        "recheck",
        str(claims),
        "--coverages",
        str(coverages),
        "--out",
        str(out),
        "--csv",
        "--json",
    ]

    assert run([*asked, "--as-known", "2026-01-03"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["report"] == [
        {"month": "2026-10", "verdict": "as-written", "reason": "", "claims": 1, "points": 100, "yen": 1000}
    ]
    assert (told["left_out"], told["as_known"], told["forecast"]) == (
        {"claims": 1, "coverages": 0},
        "2026-01-03",
        True,
    )
    assert [(one["row"], one["column"]) for one in told["refused"]] == [(2, "number")]
    verdicts = (out / "verdicts.csv").read_text("utf-8").splitlines()
    assert verdicts[1:] == ['0,01130012,2026-10-01,as-written,"",02,100']
    assert (out / "refused.csv").read_text("utf-8").splitlines()[1].startswith(f"{claims},2,number,")


def test_the_terminal_says_which_rows_were_left_out_and_what_should_stand_there(
    tmp_path: Path, coverages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claims = write_claims(tmp_path / "claims.csv", [claim_of(LOST, date(2026, 10, 6), number=" ")])
    out = tmp_path / "out"

    assert run(["claims", "recheck", str(claims), "--coverages", str(coverages), "--out", str(out)]) == 1
    told = capsys.readouterr().out
    assert f"[{claims}:1 number]" in told
    assert "番号, which cannot be empty" in told
    assert "1 of claims, 0 of coverages" in told
    assert duckdb.sql(f"select count(*) from '{out}/verdicts.parquet'").fetchall() == [(0,)]


def test_a_claim_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"claims\.file-unreadable"):
        write_table(tmp_path / "gone.uke", tmp_path / "made.csv")


def test_it_writes_into_a_new_folder_only(
    tmp_path: Path, sent: Path, coverages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["claims", "recheck", str(sent), "--coverages", str(coverages), "--out", str(tmp_path)]) == 2
    assert "claims.recheck-folder" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["claims.xlsx", "missing.csv"])
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, coverages: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "claims.xlsx").write_bytes(b"")
    out = tmp_path / "out"

    assert (
        run(["claims", "recheck", str(tmp_path / name), "--coverages", str(coverages), "--out", str(out)])
        == 2
    )
    assert name in capsys.readouterr().err


def test_without_duckdb_it_says_what_to_install(
    tmp_path: Path,
    sent: Path,
    coverages: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kaihoken.claims.recheck.command.find_spec", lambda _: None)

    assert (
        run(["claims", "recheck", str(sent), "--coverages", str(coverages), "--out", str(tmp_path / "out")])
        == 2
    )
    assert "kaihoken[planner]" in capsys.readouterr().err


def test_the_lists_are_for_their_owner_alone_also_in_a_folder_that_others_may_enter(
    tmp_path: Path, sent: Path, coverages: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir(mode=0o755)

    assert run(["claims", "recheck", str(sent), "--coverages", str(coverages), "--out", str(out)]) == 0
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}


@pytest.mark.parametrize(
    ("name", "beside"), [("of[1].csv", "of1.csv"), ("o*.csv", "other.csv"), ("number=7/of.csv", "of.csv")]
)
def test_a_name_is_that_of_one_file(
    tmp_path: Path, coverages: Path, name: str, beside: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "in" / name
    file.parent.mkdir(parents=True)
    write_claims(file, [claim_of(LOST, date(2026, 10, 3))])
    (tmp_path / "in" / beside).write_text("nothing,of\nall,this\n", "utf-8")
    out = tmp_path / "out"

    asked = ["claims", "recheck", str(file), "--coverages", str(coverages), "--out", str(out), "--json"]
    assert run(asked) == 0
    assert [row["verdict"] for row in json.loads(capsys.readouterr().out)["report"]] == ["as-written"]


@pytest.mark.parametrize("memory", ["1MB", "much"])
def test_what_cannot_be_finished_leaves_nothing_that_looks_whole(
    tmp_path: Path, sent: Path, coverages: Path, memory: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"

    asked = ["claims", "recheck", str(sent), "--coverages", str(coverages), "--out", str(out)]
    assert run([*asked, "--memory", memory]) == 1
    assert "claims.recheck-stopped" in capsys.readouterr().err
    assert list(out.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, sent: Path, coverages: Path) -> None:
    out = coverages / "out"

    assert run(["claims", "recheck", str(sent), "--coverages", str(coverages), "--out", str(out)]) in (1, 2)


@pytest.mark.parametrize("month", ["12026-10", "5881580-07"])
def test_a_month_behind_the_end_of_the_calendar_is_left_out(
    tmp_path: Path, coverages: Path, month: str, capsys: pytest.CaptureFixture[str]
) -> None:
    claims = write_claims(tmp_path / "claims.csv", [claim_of(LOST, date(2026, 10, 3))])
    claims.write_text(claims.read_text("utf-8").replace("2026-10", month), "utf-8")
    out = tmp_path / "out"

    asked = ["claims", "recheck", str(claims), "--coverages", str(coverages), "--out", str(out), "--json"]
    assert run(asked) == 1
    assert [one["column"] for one in json.loads(capsys.readouterr().out)["refused"]] == ["month"]


def test_a_folder_stands_for_the_claim_files_in_it(
    tmp_path: Path, sent: Path, coverages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    year = tmp_path / "year"
    for month in ("09", "10"):
        (year / month).mkdir(parents=True)
        (year / month / "RECEIPTC.UKE").write_bytes(
            sent.read_bytes().replace(b"202611", f"2026{month}".encode())
        )
        (year / month / "truth.jsonl").write_text("{}", encoding="utf-8")
    out = tmp_path / "out"

    assert (
        run(["claims", "recheck", str(year), "--coverages", str(coverages), "--out", str(out), "--json"]) == 0
    )
    assert json.loads(capsys.readouterr().out)["claims"] == 6


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "claims.not-claims"), (b"hello", "claims.not-claims"), (None, "claims.file-unreadable")],
)
def test_a_file_without_a_claim_is_never_counted_as_a_month_without_claims(
    content: bytes | None, code: str, tmp_path: Path, coverages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, out = tmp_path / "year", tmp_path / "out"
    place.mkdir()
    if content is not None:
        (place / "RECEIPTC.UKE").write_bytes(content)

    assert run(["claims", "recheck", str(place), "--coverages", str(coverages), "--out", str(out)]) == 2
    told = capsys.readouterr().err
    assert code in told
    assert ("Is a directory" in told) == (content is None)
    assert not out.exists() or not list(out.iterdir())


def test_a_file_that_is_cut_off_is_told_and_its_receipts_are_rechecked(
    tmp_path: Path, sent: Path, coverages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = tmp_path / "CUT.UKE"
    cut.write_bytes(sent.read_bytes().split(b"GO,")[0])
    asked = ["claims", "recheck", str(cut), "--coverages", str(coverages), "--out"]

    assert run([*asked, str(tmp_path / "told")]) == 1
    told = capsys.readouterr().out
    assert "途中で切れています" in told
    assert "The file is cut off" not in told  # the title is told once, what to do in both languages
    assert "Get the file again" in told

    assert run([*asked, str(tmp_path / "json"), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["cut"] == [str(cut)]
    assert found["claims"] == 3
