"""増減点連絡書 as CSV: what was cut, with what is left out carried over, and what cannot be read said."""

import json
from datetime import date
from pathlib import Path

import pytest

from kaihoken.claims.returned import read_cuts
from kaihoken.cli import run
from kaihoken.problems import Problem


def row(kind: str = "3", **fields: str) -> str:
    places = {
        "month": 1, "receipt": 2, "name": 17, "chart": 18, "section": 19, "amount": 22, "reasons": 23, "before": 25,
        "after": 27, "search": 28,
    }  # fmt: skip
    written = [kind, *[""] * 29]
    for key, text in fields.items():
        written[places[key]] = text
    return ",".join(written)


FIRST = row(
    month="202610", receipt="12", chart="5012", section="60", amount="-216", reasons="B", search="1" * 30
)


def listed(*rows: str, encoding: str = "cp932") -> bytes:
    return "\r\n".join(["1,表題", "2,見出し", *rows, "5,合計", "6,集計"]).encode(encoding) + b"\r\n\x1a"


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig"])
def test_a_cut_is_read_with_its_points_and_reason(encoding: str) -> None:
    cuts = read_cuts(listed(FIRST, encoding=encoding))

    (cut,) = cuts.cuts
    assert (cut.month, cut.receipt, cut.chart, cut.section) == (date(2026, 10, 1), "12", "5012", "60")
    assert (cut.points, cut.yen, cut.reasons, cut.search) == (-216, None, "B", "1" * 30)
    assert cut.said("ja") == ("過剰と認められます",)
    assert (cuts.findings, cuts.sure) == ((), False)


def test_what_the_next_line_leaves_out_is_as_before() -> None:
    _, second = read_cuts(listed(FIRST, row("4", amount="-10", reasons="AD"))).cuts

    assert (second.receipt, second.chart, second.points) == ("12", "5012", -10)
    assert second.said("en") == ("not held to be indicated", "does not meet the conditions of the notices")


@pytest.mark.parametrize(
    ("amount", "points", "yen"),
    [("-¥7000", None, -7000), ("￥30", None, 30), ("+5", 5, None), ("▲12", -12, None), ("x", None, None)],
)
def test_an_amount_is_points_or_yen(amount: str, points: int | None, yen: int | None) -> None:
    cuts = read_cuts(listed(row(amount=amount, reasons="K"), encoding="utf-8-sig"))

    assert [(cut.points, cut.yen) for cut in cuts.cuts] == [(points, yen)]
    assert [one.check for one in cuts.findings] == (["returned.cut-amount"] if points is yen else [])


def test_a_line_without_amount_and_reason_is_no_cut_and_a_strange_line_is_said() -> None:
    cuts = read_cuts(listed(FIRST, row("4", before="つづき"), "9,何か"))

    assert len(cuts.cuts) == 1
    assert [(one.check, one.line) for one in cuts.findings] == [("returned.cut-row", 5)]


def test_a_letter_that_is_not_known_says_so() -> None:
    (cut,) = read_cuts(listed(row(amount="-1", reasons="AZ"))).cuts

    assert "Z" in cut.said("en")[1]


def test_short_lines_are_read_as_far_as_they_go() -> None:
    (cut,) = read_cuts(listed(",".join(FIRST.split(",")[:24]))).cuts

    assert (cut.claimed, cut.search) == ("", "")


def test_another_file_is_refused() -> None:
    with pytest.raises(Problem) as raised:
        read_cuts(b"HI,1,202612\r\n")

    assert raised.value.code == "claims.not-cuts"


def test_the_command_has_the_largest_cut_first_without_a_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "増減点連絡書.csv"
    small = row(
        month="202610", receipt="3", name="山田花子", amount="￥-90", reasons="A", before="1", after="0"
    )
    added = row(month="202610", receipt="4", amount="+2", reasons="F")
    odd = row("4", amount="many", reasons="B")
    file.write_bytes(listed(FIRST, small, added, odd, "7,1"))

    assert run(["claims", "cuts", str(file)]) == 1
    lines = capsys.readouterr().out
    assert "増減点 / cuts: 4 件 / lines, -2,230 円 / yen [未確認 / unconfirmed]" in lines
    assert (
        lines.index("レセプト 12") < lines.index("レセプト 3 ") < lines.index(" ? 円") < lines.index("+20 円")
    )
    assert "過剰と認められます / " in lines
    assert " 1 → 0" in lines
    assert "returned.cut-row" in lines
    assert "山田" not in lines

    assert run(["claims", "cuts", str(file), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["yen"], told["unconfirmed"]) == (-2230, True)
    assert [cut["change_yen"] for cut in told["cuts"]] == [-2160, -90, None, 20]
    assert "山田" not in json.dumps(told, ensure_ascii=False)


def test_a_list_without_a_cut_ends_well_and_what_is_no_list_is_a_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cuts.csv"
    file.write_bytes(listed(row()))
    assert run(["claims", "cuts", str(file)]) == 0
    capsys.readouterr()

    file.write_bytes(b"1,2,3")
    assert run(["claims", "cuts", str(file), "--json"]) != 0
    assert json.loads(capsys.readouterr().out)["code"] == "claims.not-cuts"
    assert run(["claims", "cuts", str(tmp_path / "none.csv"), "--json"]) != 0
    assert json.loads(capsys.readouterr().out)["code"] == "claims.file-unreadable"
