"""`kaihoken workforce closure`: facts before and after, and what is assumed beside them."""

import json
from pathlib import Path

import pytest

from kaihoken.cli import run


def test_if_this_hospital_closes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["workforce", "closure", "市立稚内病院", "--limit", "60", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    rows = {row["municipality_code"]: row for row in told["rows"]}
    assert (rows["01214"]["within_before"], rows["01214"]["within_after"]) == (30_336, 0)
    assert rows["01214"]["newly_beyond_75+"] > 5_000
    assert told["distances"]["status"] == "unconfirmed"
    assert "計画ではありません" in told["notes"][0]
    assert any("薄い" in note for note in told["notes"])


def test_an_island_loses_everything_where_no_ferry_goes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "designated-places.csv").write_text(
        "市区町村コード,特別豪雪地帯,離島\n42209,0,1\n", encoding="utf-8"
    )
    command = ["workforce", "closure", "長崎県対馬病院", "--into", "長崎県上対馬病院", "--area", "対馬"]
    assert run([*command, "--data", str(tmp_path), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["distances"]["links"] == 1
    assert told["people"]["farther"] > 0


def test_a_service_wants_a_region(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["workforce", "closure", "市立稚内病院", "--travel", "osrm=http://127.0.0.1:1"]) != 0
    assert "--area" in capsys.readouterr().err


def test_a_list_of_changes_and_one_department(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "edits.json"
    file.write_text('[{"type": "close", "facility": "岩手県立久慈病院"}]', encoding="utf-8")
    command = ["workforce", "closure", "--edits", str(file), "--department", "脳神経外科", "--format", "csv"]
    assert run(command) == 0
    assert "久慈市" in capsys.readouterr().out


def test_one_department_alone_can_close(
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = ["workforce", "closure", "市立稚内病院", "--department", "小児科", "--only-department"]
    assert run([*command, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["edits"] == [
        {"type": "close-department", "facility": "市立稚内病院", "department": "小児科"}
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["市立稚内病院", "--move", "北"],
        ["市立稚内病院", "--days", "9"],
        ["市立稚内病院", "--into", "市立稚内病院"],
        ["ここにない病院"],
    ],
)
def test_what_cannot_be_is_told_and_not_computed(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["workforce", "closure", *arguments]) != 0
    assert capsys.readouterr().out == ""


def test_a_list_that_cannot_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "edits.json"
    file.write_text('[{"type": "explode"}]', encoding="utf-8")
    assert run(["workforce", "closure", "--edits", str(file)]) != 0
    assert "KHK1694" in capsys.readouterr().err
