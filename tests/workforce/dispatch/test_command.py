"""`kaihoken workforce dispatch` over the fictitious case of the docs, and over folders with faults."""

import json
import shutil
from pathlib import Path

import pytest

from kaihoken.cli import run
from kaihoken.problems import Problem
from kaihoken.workforce.dispatch import EXAMPLE_CASE, basis_of, read_case
from kaihoken.workforce.index import shipped_index


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE_CASE, tmp_path / "case"))


def changed(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def told(
    folder: Path, capsys: pytest.CaptureFixture[str], *more: str, code: int = 0
) -> dict[str, list[dict[str, object]]]:
    assert run(["workforce", "dispatch", str(folder), "--format", "json", *more]) == code
    answer: dict[str, list[dict[str, object]]] = json.loads(capsys.readouterr().out)
    return answer


def test_the_example_gives_candidates_with_what_has_to_stand_beside_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = told(EXAMPLE_CASE, capsys)

    assert {(row["sender"], row["unit"], row["units"]) for row in answer["rows"]} == {
        ("盛岡A内科", "doctor", 2),
        ("盛岡B内科", "day", 5),
        ("盛岡A小児科", "day", 3),
    }
    assert answer["certified"] is True
    assert "架空" in str(answer["notes"][0])
    assert "機械的に" in str(answer["notes"][-1])
    assert "several_levels" in answer["unconfirmed"]


def test_areas_hours_and_worth_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    areas = {row["area_code"]: row for row in told(EXAMPLE_CASE, capsys, "--show", "areas")["rows"]}
    hours = {row["department"]: row for row in told(EXAMPLE_CASE, capsys, "--show", "hours")["rows"]}
    worth = {row["department"]: row for row in told(EXAMPLE_CASE, capsys, "--show", "worth")["rows"]}

    assert areas["0306"]["index"] == 107.8
    assert areas["0306"]["class_after"] == "minority"
    assert hours["盛岡B内科"]["year_after"] == pytest.approx(((640 + 40) / 12 - 40) * 52)
    assert set(worth) == {"盛岡A内科", "盛岡A小児科", "盛岡B内科", "釜石C内科", "二戸D小児科", "二戸E内科"}


def test_a_need_without_an_amount_is_what_the_area_lacks() -> None:
    basis = basis_of(shipped_index())

    needs = read_case(EXAMPLE_CASE, basis).case.needs

    kamaishi = basis.areas.position("0306")
    assert needs.amount[0] == pytest.approx((179.4 - 107.8) * basis.adjusted[kamaishi])
    assert needs.amount[1] == 0.6


def test_what_binds_is_told_in_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed(folder, "case.toml", "least = 1", "least = 3")
    changed(folder, "moves.csv", "doctor,46,2", "doctor,46,9")

    rows = told(folder, capsys, code=1)["rows"]

    assert {(row["rule"], row["yields"], row["held"]) for row in rows} == {
        ("keeps", 1.0, False),
        ("duty", 1.0, False),
    }
    assert any("派遣元に残す人数" in str(row["words"]) for row in rows)


def test_each_row_that_cannot_be_read_is_told_with_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(folder, "departments.csv", "盛岡A内科,盛岡A病院,0301", "盛岡A内科,盛岡A病院,301")
    changed(folder, "departments.csv", "0306,内科,4,", "0306,内科,四,")
    changed(folder, "departments.csv", "1.00,A,11", "1.00,Z,11")

    assert run(["workforce", "dispatch", str(folder)]) == 1

    words = capsys.readouterr().err
    for line in ("departments.csv の 2 行目", "departments.csv の 4 行目", "departments.csv の 5 行目"):
        assert line in words
    assert "0301" in words  # the code with its lost zero


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("departments.csv", "3,0306\n", "3,0399\n"),
        ("departments.csv", "内科,24,", "内科,-24,"),
        ("moves.csv", "盛岡B内科,釜石C内科,day", "盛岡B内科,盛岡B内科,day"),
        ("moves.csv", "盛岡B内科,釜石C内科,day", "盛岡B内科,どこか,day"),
        ("moves.csv", "day,8,5,80,1", "day,8,5,80,2"),
        ("moves.csv", "令和元年度入学の義務", "ほかの義務"),
        ("moves.csv", "doctor,46,2", "week,46,2"),
    ],
)
def test_a_row_that_refers_to_nothing_is_a_fault(folder: Path, file: str, old: str, new: str) -> None:
    changed(folder, file, old, new)

    assert [fault.code for fault in read_case(folder, basis_of(shipped_index())).faults[:1]] == [
        "workforce.dispatch-row"
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("case.toml", "fictitious = true", "", "file"),
        ("case.toml", "aim =", "goal =", "file"),
        ("moves.csv", "unit", "units", "file"),
        ("needs.csv", "二戸の小児科,0.6", "0306,0.6", "twice"),
        ("departments.csv", "盛岡B内科,", "盛岡A内科,", "twice"),
    ],
)
def test_a_folder_that_makes_no_case_is_refused(
    folder: Path, file: str, old: str, new: str, code: str
) -> None:
    changed(folder, file, old, new)

    with pytest.raises(Problem) as raised:
        read_case(folder, basis_of(shipped_index()))
    assert raised.value.code == f"workforce.dispatch-{code}"


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "needs.csv").unlink()

    with pytest.raises(Problem) as raised:
        read_case(folder, basis_of(shipped_index()))
    assert raised.value.facts["file"] == "needs.csv"
