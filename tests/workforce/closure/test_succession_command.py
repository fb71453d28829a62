"""`kaihoken workforce successors`: years, remedies, and closures that can be looked at further."""

import json
from pathlib import Path

import pytest

from kaihoken.cli import run

ONLY_ONE = "122010022440"
"""奥尻町国民健康保険青苗診療所: the one clinic of its town in the tables. The age is made up."""
TOWN = "01367"


@pytest.fixture
def ages(tmp_path: Path) -> str:
    file = tmp_path / "ages.csv"
    rows = ["facility_id,age,as_of_year,successor", f"{ONLY_ONE},70,2025,no", "x,70,2025,no"]
    file.write_text("\n".join(rows), encoding="utf-8")
    return str(file)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, list[dict[str, object]]]:
    assert (
        run(["workforce", "successors", *arguments, "--from", "2026", "--to", "2036", "--format", "json"])
        == 0
    )
    found: dict[str, list[dict[str, object]]] = json.loads(capsys.readouterr().out)
    return found


def test_a_town_is_left_with_none_five_years_later_at_80(
    ages: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, ages)

    none = {(row["retire_at"], row["year"]): row["left_with_none"] for row in found["rows"]}
    assert [year for age, year in none if age == 75 and none[age, year] == 1] == list(range(2030, 2037))
    assert [year for age, year in none if age == 80 and none[age, year] == 1] == [2035, 2036]
    assert "01367 北海道奥尻郡奥尻町" in str(found["rows"][-1]["municipalities"])
    assert any("3 行目 facility_id" in str(note) for note in found["notes"])


@pytest.mark.parametrize(
    ("remedy", "left"), [(["--keep", ONLY_ONE], []), (["--rounds", TOWN], [0, 0])], ids=["承継", "巡回"]
)
def test_a_successor_or_rounds_leave_nobody_with_none(
    ages: str, remedy: list[str], left: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    by_year = told(capsys, ages, *remedy)["rows"]
    places = told(capsys, ages, *remedy, "--by-municipality")["rows"]

    assert {row["left_with_none"] for row in by_year} == {0}
    assert [row["clinics"] for row in places] == left


def test_the_closures_can_be_looked_at_further(
    ages: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edits = tmp_path / "edits.json"
    told(capsys, ages, "--retire-at", "75", "--edits", str(edits))

    assert json.loads(edits.read_text(encoding="utf-8")) == [{"type": "close", "facility": ONLY_ONE}]
    command = ["workforce", "closure", "--edits", str(edits), "--need", "any", "--format", "json"]
    assert run(command) == 0
    assert json.loads(capsys.readouterr().out)["edits"][0]["facility"] == ONLY_ONE


def test_without_ages_it_says_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["workforce", "successors", "--template"]) == 0
    assert capsys.readouterr().out == "facility_id,age,as_of_year,successor\n"
    assert run(["workforce", "successors"]) != 0
    assert "facility_id,age" in capsys.readouterr().err


def test_years_that_run_backwards_are_refused(ages: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["workforce", "successors", ages, "--from", "2036", "--to", "2030"]) != 0
    assert "--to" in capsys.readouterr().err
