"""A folder of tables, written and read again, gives the index; what is missing is told."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from kaihoken.cli import run
from kaihoken.problems import Problem
from kaihoken.workforce import prefectures
from kaihoken.workforce.index import index_from_tables, load_raw_tables, shipped_index

from .table_folders import AREAS, PHYSICIAN_AGES, a_folder, a_grouping, write

ON = date(2024, 4, 1)


def test_a_folder_gives_the_index_with_the_shipped_register(tmp_path: Path) -> None:
    tables = load_raw_tables(a_folder(tmp_path), AREAS, on=ON)
    found = index_from_tables(tables, shipped_index().thresholds)
    first = tables.physicians.heads[0]

    # 24 and below and 25 to 29 are the twenties; 70 to 74, 75 to 79, 80 to 84 and 85 and above the last band.
    assert first[0].tolist() == [100, 100, 100, 100, 100, 200]
    assert first[1].tolist() == [100, 100, 100, 100, 100, 190]
    assert tables.hours.hours[0].tolist() == [60, 56, 52, 48, 44, 40]
    assert tables.rates.classes[0] == ("male", "0-4")
    assert tables.rates.inpatient[0] == pytest.approx((200 + 4 * 400) / 5)
    # The residents' classes stand: whoever is older than the last class of the rates has its rate.
    assert len(tables.rates.classes) == 42
    assert tables.rates.clinic[18:21].tolist() == [2500 + 300 * 19] * 3
    assert tables.population.total.sum() == pytest.approx(1_900_000, rel=0.02)
    assert tables.flows.clinic.coefficient()[0] == pytest.approx(0.95)
    assert tables.q == pytest.approx(100_000 / 3_780_000 / (200_000 / 1_200_000))
    assert np.isfinite(found.table.index).all()
    assert found.factors.physicians.sum() == pytest.approx(found.factors.heads.sum(), rel=1e-9)


def test_areas_that_are_not_the_nation_are_held_against_its_doctors_where_somebody_gives_them(
    tmp_path: Path,
) -> None:
    folder = a_folder(tmp_path)
    alone = load_raw_tables(folder, AREAS, on=ON)
    ages = ",".join(PHYSICIAN_AGES)
    lines = [
        f"{code},{name},{sex}" + ",100" * len(PHYSICIAN_AGES)
        for code, name in prefectures().items()
        for sex in ("男", "女")
    ]
    write(folder, "physicians-prefecture", f"都道府県コード,都道府県名,性別,{ages}", lines)

    held = load_raw_tables(folder, AREAS, on=ON)

    assert (alone.nation, alone.assumed) == (None, ("infants", "nation-of-areas"))
    assert held.assumed == ("infants",)
    # 24 and below with 25 to 29, then twice five years, four bands from 70 on.
    assert held.national().physicians[0].tolist() == [9400, 9400, 9400, 9400, 9400, 18800]
    assert held.national().residents.sum() == 60_660_593 + 63_663_376


def test_a_hidden_figure_is_not_taken_for_nobody(tmp_path: Path) -> None:
    with pytest.raises(Problem) as refused:
        load_raw_tables(a_folder(tmp_path, nobody="x"), AREAS, on=ON)

    assert (refused.value.code, refused.value.where) == ("workforce.import-incomplete", "1001")
    assert (refused.value.facts["table"], refused.value.facts["kind"]) == ("physicians", "suppressed")


def test_a_table_with_errors_is_not_computed_with(tmp_path: Path) -> None:
    write(a_folder(tmp_path), "consultation-rates", "性別,年齢階級,入院", ["男,0歳,200"])

    with pytest.raises(Problem) as refused:
        load_raw_tables(tmp_path, AREAS, on=ON)

    assert refused.value.code == "workforce.table-faulty"


def test_the_residents_of_the_folder_come_before_the_register(tmp_path: Path) -> None:
    ages = [*(f"{first}～{first + 4}歳" for first in range(0, 100, 5)), "100歳以上"]
    figures = ",".join(["9000"] * len(ages))
    lines = [
        f"{area.code},{area.prefecture},{area.name},{sex},{figures}"
        for area in AREAS.areas
        for sex in ("男", "女")
    ]
    folder = a_folder(tmp_path)
    write(folder, "population-area", f"二次医療圏コード,都道府県名,二次医療圏名,性別,{','.join(ages)}", lines)

    people = load_raw_tables(folder, AREAS, on=ON).population

    assert people.total[0] == 9000 * 42
    assert people.residents[0, 18] == 9000


def test_the_command_computes_from_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = ["--areas", str(a_grouping(tmp_path / "gunma.csv"))]
    a_folder(tmp_path)

    assert (
        run(["workforce", "index", "--tables", str(tmp_path), "--area", "前橋", "--format", "json", *own])
        == 0
    )
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert row["class_source"] == "recomputed"
    assert row["published_index"] is None
    assert row["clinic_flow"] == pytest.approx(0.95)
    assert row["index_q_less_20"] != row["index_q_more_20"]

    assert run(["workforce", "explain", "前橋", "--tables", str(tmp_path), "--format", "json", *own]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [row["factor"] for row in told["rows"] if row["step"] == "part"][:3] == [
        "heads",
        "ages-and-hours",
        "workplaces",
    ]
    assert told["waiting"] == []
    assert told["distances"][0]["heads"] is not None


def test_what_is_missing_is_waited_for(tmp_path: Path) -> None:
    with pytest.raises(Problem) as refused:
        load_raw_tables(tmp_path, AREAS, on=ON)

    assert refused.value.code == "workforce.table-waiting"
