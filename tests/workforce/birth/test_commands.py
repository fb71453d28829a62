"""`kaihoken workforce birth`: areas without deliveries, births far from one, and the aid in yen."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kaihoken.problems import Problem
from kaihoken.workforce.access import published_facilities
from kaihoken.workforce.commands import app


def told(*arguments: str) -> dict:
    done = CliRunner().invoke(app, ["birth", *arguments, "--format", "json"])
    assert done.exception is None, done.exception
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("arguments", "fares", "lodging", "nation"),
    [
        (("--night", "11000", "--night", "11000", "--night", "11000", "--cap", "9800"), 0, 23_400, 11_700),
        (("--taxi", "12000"), 9_600, 0, 4_800),
        (("--fare", "5000/4000"), 3_200, 0, 1_600),
        (("--taxi", "1111", "--unit", "100"), 800, 0, 400),
    ],
)
def test_the_aid_in_yen(arguments: tuple[str, ...], fares: int, lodging: int, nation: int) -> None:
    made = told("aid", *arguments)

    assert made["rows"][0]["fares"] == fares
    assert made["rows"][0]["lodging"] == lodging
    assert made["rows"][0]["nation"] == nation
    assert made["rounding_status"] == "unconfirmed"


@pytest.mark.parametrize("arguments", [("--fare", "5000"), ("--fare", "dear/4000")])
def test_a_fare_without_its_tariff_is_refused(arguments: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, ["birth", "aid", *arguments])

    assert isinstance(done.exception, Problem)
    assert done.exception.code == "workforce.fare-without-tariff"


def test_without_perinatal_areas_the_330_stand_in_and_that_is_said() -> None:
    made = told("areas", "--without")

    assert (made["state"], made["without"], made["undecided"], made["perinatal_areas_published"]) == (
        "waiting",
        23,
        1,
        263,
    )
    assert len(made["rows"]) == 23
    assert any("入力待ち" in note for note in made["notes"])


def test_perinatal_areas_of_ones_own_are_used(tmp_path: Path) -> None:
    file = tmp_path / "areas.csv"
    file.write_text(
        "municipality_code,area_code,area_name\n03211,P1,沿岸\n03461,P1,沿岸\nx,P2,\n", encoding="utf-8"
    )
    made = told("areas", "--perinatal", str(file))

    assert [(row["code"], row["state"]) for row in made["rows"]] == [("P1", "none")]
    assert made["state"] == "computed"
    assert made["differences"] == [{"prefecture": "03", "given": 1, "published": 4}]
    assert any("使わなかった行 1" in note for note in made["notes"])


def test_births_an_hour_away_by_municipality_and_what_waits() -> None:
    made = told("reach", "--area", "能登北部")
    rows = {row["municipality_code"]: row for row in made["rows"]}

    assert made["centres"] == "waiting"
    assert made["births"] == pytest.approx(sum(row["births"] for row in made["rows"]))
    assert rows["17205"]["ordinary_far"] == pytest.approx(rows["17205"]["births"]) == pytest.approx(29)
    assert made["high_risk"]["unknown"] == pytest.approx(made["births"] - made["ordinary"]["facility"])


def test_with_a_list_of_centres_ways_of_high_risk_are_known(tmp_path: Path) -> None:
    facilities = published_facilities()
    file = tmp_path / "centres.csv"
    file.write_text(
        f"facility_id,level\n{facilities.ids[facilities.position('石川県立中央病院')]},総合\n",
        encoding="utf-8",
    )
    made = told("reach", "--area", "能登北部", "--centres", str(file))

    assert (made["centres"], made["high_risk"]["unknown"]) == ("computed", 0.0)
    assert made["high_risk"]["centre"] >= made["ordinary"]["facility"]


def test_a_city_of_several_areas_gives_each_its_own_births() -> None:
    both, one = told("reach", "--area", "神奈川県"), told("reach", "--area", "1404")
    wards = {row["municipality_code"]: row["births"] for row in both["rows"]}

    assert {row["municipality_code"]: row["births"] for row in one["rows"]} == {
        code: pytest.approx(births)
        for code, births in wards.items()
        if code in {row["municipality_code"] for row in one["rows"]}
    }
