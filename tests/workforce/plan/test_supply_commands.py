"""`supply` and `duty` from a folder of tables, and the same figures in a prefecture's plan."""

import json
from pathlib import Path

import msgspec
import pytest

from kaihoken.cli import run
from kaihoken.workforce.index import shipped_index
from kaihoken.workforce.plan import TABLES, Awaited, Spread, inputs_in, plan_of
from kaihoken.workforce.printing import FICTITIOUS
from kaihoken.workforce.tables import catalogue
from kaihoken.workforce.training import duty_doctors, duty_in, project, supply_in

from ..training.supply_folder import IWATE, duty_in_folder, hours_in, supply_folder
from .builders import DURING_THE_PLAN

DAY = DURING_THE_PLAN.isoformat()


class Told(msgspec.Struct):
    """What a command prints as JSON."""

    notes: list[str]
    rows: list[dict[str, str | float | None]]
    projection: dict[str, str | int] | None = None


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> Told:
    assert run(["workforce", *arguments, "--on", DAY, "--format", "json"]) == 0
    return msgspec.json.decode(capsys.readouterr().out, type=Told)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return duty_in_folder(hours_in(supply_folder(tmp_path)))


def test_supply_prints_bands_by_year_and_area_and_the_gap_of_2036(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ran(capsys, "supply", "--tables", str(folder), "--runs", "50", "--seed", "7")

    assert [row["code"] for row in told.rows[:9]] == list(IWATE)
    assert {row["year"] for row in told.rows} == set(range(2022, 2037, 2))
    made = supply_in(folder)
    upper = project(made, made.upper).by_area()
    last = told.rows[-9]
    assert last["heads_upper"] == pytest.approx(upper[-1, 0])
    assert isinstance(last["standardised_median"], float)
    assert isinstance(last["required"], float)
    assert last["gap_median"] == pytest.approx(last["standardised_median"] - last["required"])
    assert told.rows[0]["required"] is told.rows[0]["gap_median"] is told.rows[0]["watermark"] is None
    assert told.projection is not None
    assert (told.projection["seed"], told.projection["runs"]) == (7, 50)
    assert told.projection["inputs_digest"] == made.digest()


def test_by_prefecture_the_bands_are_of_sums_and_duty_doctors_stand_beside_them(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ran(capsys, "supply", "--tables", str(folder), "--level", "prefecture", "--runs", "50")

    (at_2030,) = [row for row in told.rows if row["year"] == 2030]
    # entered in 2022: nine in posts, one pauses; in 2023 and 2024: in residency
    assert at_2030["duty_doctors"] == pytest.approx(29)
    areas = ran(capsys, "supply", "--tables", str(folder), "--runs", "50").rows
    assert at_2030["heads_lower"] == pytest.approx(
        sum(float(row["heads_lower"] or 0) for row in areas if row["year"] == 2030)
    )
    (last,) = [row for row in told.rows if row["year"] == 2036]
    assert isinstance(last["required"], float)


def test_without_hours_there_are_heads_alone_and_the_command_of_the_template(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ran(capsys, "supply", "--tables", str(supply_folder(tmp_path)), "--runs", "20")

    assert told.rows[-1]["standardised_median"] is told.rows[-1]["gap_median"] is None
    assert isinstance(told.rows[-1]["heads_median"], float)
    assert any("kaihoken workforce data template hours" in note for note in told.notes)
    assert any("data template duty-entrants" in note for note in told.notes)


def test_tables_that_wait_are_all_named_with_the_commands_of_their_templates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    supply_folder(tmp_path)
    for name in ("survival", "doctor-arrivals"):
        (tmp_path / f"{name}.csv").unlink()

    assert run(["workforce", "supply", "--tables", str(tmp_path)]) != 0

    told = capsys.readouterr().err
    assert "入力待ち" in told
    for name in ("survival", "doctor-arrivals"):
        assert f"kaihoken workforce data template {name}" in told
    assert "template entrants" not in told


def test_fictitious_inputs_are_asked_for_and_watermark_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["workforce", "supply"]) != 0
    capsys.readouterr()

    told = ran(capsys, "supply", "--demo", "--level", "prefecture", "--runs", "20")

    assert len(told.rows) == 47 * 10
    assert {row["watermark"] for row in told.rows} == {FICTITIOUS}
    assert told.notes[0] == FICTITIOUS


def test_duty_doctors_by_entrance_year_department_and_class(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ran(capsys, "duty", "--tables", str(folder), "--prefecture", "岩手")

    of_2022 = {row["fiscal_year"]: row for row in told.rows if row["entrance_year"] == 2022}
    assert max(row for row in of_2022 if row is not None) == 2040
    assert (of_2022[2028]["residents"], of_2022[2030]["suspended"]) == (10, 1)
    assert (of_2022[2030]["serving_minority"], of_2022[2030]["serving_majority"]) == (4.5, 0)
    # nine years of duty from 2028 to 2036; who paused is there a year longer
    assert of_2022[2037]["finished"] == pytest.approx(9)
    assert of_2022[2037]["serving_minority"] == pytest.approx(0.5, abs=1e-4)


def test_the_seats_that_a_gap_would_take(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """docs/workforce/training.md: who graduates before 2036 entered by 2029."""
    duty_in_folder(folder, pausing=0)
    told = ran(capsys, "duty", "--tables", str(folder), "--seats-from", "2026", "--shortfall", "100")

    (row,) = told.rows
    assert (row["first_entrance"], row["last_entrance"], row["retained"]) == (2026, 2029, 4)
    assert (row["a_year"], row["seats"], row["status"]) == (25, 25, "unconfirmed")

    projected = ran(capsys, "duty", "--tables", str(folder), "--seats-from", "2026", "--runs", "20")
    assert [row["assumption"] for row in projected.rows] == ["lower", "median", "upper"]
    low = projected.rows[0]
    assert low["shortfall"] == pytest.approx(max(0, float(low["required"] or 0) - float(low["supply"] or 0)))


def test_another_prefecture_than_those_of_the_table_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["workforce", "duty", "--tables", str(folder), "--prefecture", "京都"]) != 0
    assert "京都" in capsys.readouterr().err


def test_the_tables_of_supply_enter_the_plan_by_themselves(folder: Path) -> None:
    table = shipped_index()
    inputs = inputs_in(folder, table.areas, on=DURING_THE_PLAN, seed=5, runs=50)

    made = plan_of("岩手", on=DURING_THE_PLAN, spread=Spread.PROPORTIONAL, inputs=inputs)

    assert not {"balance_2036", "duty_doctors"} & {one.part for one in made.awaited}
    assert made.need.projection is not None
    assert (made.need.projection.seed, made.need.projection.runs) == (5, 50)
    assert made.need.national_basis == "frozen"  # nine areas are not the nation
    given = supply_in(folder)
    upper = project(given, given.upper).standardised
    assert upper is not None
    assert [area.supply_upper for area in made.need.areas] == pytest.approx(upper[-1].tolist())
    for area in made.need.areas:
        assert area.supply_p05 is not None
        assert area.supply_median is not None
        assert area.supply_p95 is not None
        assert area.required is not None
        assert area.supply_p05 <= area.supply_median <= area.supply_p95
        assert area.balance_median == pytest.approx(area.supply_median - area.required)
    (cohorts,) = duty_in(folder, on=DURING_THE_PLAN)
    found = duty_doctors(cohorts.cohorts, until=2040, on=DURING_THE_PLAN)
    assert [year.residents for year in made.duty] == pytest.approx(found.residents.sum(axis=(0, 1)).tolist())
    # a prefecture without rows in them still waits
    beside = plan_of("京都", on=DURING_THE_PLAN, spread=Spread.PROPORTIONAL, inputs=inputs)
    assert {"balance_2036", "duty_doctors"} <= {one.part for one in beside.awaited}


def test_a_prefecture_s_own_supply_goes_before_the_projection(folder: Path) -> None:
    (folder / "plan-supply-2036.csv").write_text("area_code,supply_upper,supply_lower\n0306,90,80\n", "utf-8")
    areas = shipped_index().areas

    inputs = inputs_in(folder, areas, on=DURING_THE_PLAN, runs=20)
    made = plan_of("岩手", on=DURING_THE_PLAN, spread=Spread.PROPORTIONAL, inputs=inputs)

    (kamaishi,) = [area for area in made.need.areas if area.area_code == "0306"]
    assert (kamaishi.supply_upper, kamaishi.supply_lower) == (90, 80)


def test_the_command_of_the_plan_keeps_seed_and_runs(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [
        "plan",
        "岩手",
        "--spread",
        "proportional",
        "--tables",
        str(folder),
        "--runs",
        "30",
        "--seed",
        "3",
    ]
    assert run(["workforce", *arguments, "--on", DAY, "--format", "json"]) == 0

    told = json.loads(capsys.readouterr().out)
    made = told["plan"]["need"]["projection"]
    assert (made["seed"], made["runs"]) == (3, 30)
    assert told["rows"][0]["supply_median"] is not None
    assert told["plan"]["duty"][0]["fiscal_year"] == 2028


@pytest.mark.parametrize("one", TABLES, ids=lambda one: one.table)
def test_every_table_that_a_plan_waits_for_is_in_the_catalogue(one: Awaited) -> None:
    known = {entry.id for entry in catalogue().tables}

    assert {one.table, *one.tables} <= known
    assert one.entry.about
    assert one.published
