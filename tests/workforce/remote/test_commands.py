"""`kaihoken workforce remote`: patients alone, with doctors, with a scenario."""

import json
from pathlib import Path

import pytest

from kaihoken import cli

from .builders import DEPARTMENTS
from .test_lever import FILE

HEAD = "area_code,specialty,doctors\n"


def answered(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, list[dict[str, object]]]:
    capsys.readouterr()
    assert cli.run(["workforce", "remote", "--format", "json", *options]) == 0
    answer: dict[str, list[dict[str, object]]] = json.loads(capsys.readouterr().out)
    return answer


def a_file(folder: Path, name: str, content: str) -> str:
    (folder / name).write_text(content, encoding="utf-8")
    return str(folder / name)


def test_without_doctors_patients_are_told_and_everything_waits(capsys: pytest.CaptureFixture[str]) -> None:
    answer = answered(capsys, "--prefecture", "岩手")

    assert {row["place"] for row in answer["rows"]} == {"waiting"}
    assert {row["ratio"] for row in answer["rows"]} == {None}
    assert len(answer["rows"]) == 9 * len(DEPARTMENTS)
    assert len(answer["notes"]) >= 2


def test_with_doctors_the_places_are_told_and_bad_rows_with_their_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    doctors = a_file(tmp_path, "doctors.csv", f"{HEAD}0306,眼科,0\n306,眼科,1\n0301,眼科,9999\n")

    answer = answered(capsys, "--doctors", doctors, "--prefecture", "03")

    told = {(row["area_code"], row["department"]): row["place"] for row in answer["rows"]}
    assert (told["0306", "眼科"], told["0301", "眼科"], told["0303", "眼科"]) == ("few", "not-few", "waiting")
    assert any(str(note).startswith("line 3 area_code") for note in answer["notes"])


def test_with_a_scenario_the_hours_stand_beside_every_assumption(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    doctors = a_file(tmp_path, "doctors.csv", f"{HEAD}0306,眼科,0\n")
    scenario = a_file(tmp_path, "scenario.yaml", FILE)

    answer = answered(capsys, "--doctors", doctors, "--scenario", scenario)

    assert [(row["area_code"], row["department"]) for row in answer["rows"]] == [("0306", "眼科")]
    assert answer["status"] == "unconfirmed"
    assert len(answer["assumptions"]) == 21


def test_the_template_is_a_table_to_fill_in(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()

    assert cli.run(["workforce", "remote", "--template"]) == 0

    assert capsys.readouterr().out.startswith(f"{HEAD}0101,内科,\n")
