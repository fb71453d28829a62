"""A folder of tables, written and read again, gives the index; what is missing is told."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from kaihoken.cli import run
from kaihoken.problems import Problem
from kaihoken.workforce import area_set, own_grouping
from kaihoken.workforce.index import index_from_tables, load_raw_tables, shipped_index

NATION = area_set("330")
AREAS = own_grouping(
    "群馬",
    NATION.within("10"),
    {code: area for code, area in NATION.of_municipality.items() if code.startswith("10")},
)
ON = date(2024, 4, 1)
PHYSICIAN_AGES = ["24歳以下", *(f"{age}～{age + 4}歳" for age in range(25, 85, 5)), "85歳以上"]
SURVEY_AGES = ["0歳", "1～4歳", *(f"{age}～{age + 4}歳" for age in range(5, 90, 5)), "90歳以上"]
DECADES = ["29歳以下", "30～39歳", "40～49歳", "50～59歳", "60～69歳", "70歳以上"]


def write(folder: Path, name: str, heading: str, lines: list[str]) -> None:
    (folder / f"{name}.csv").write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8")


def a_folder(folder: Path, nobody: str = "－") -> Path:
    """Every table: one doctor more in each area than in the one before, hours and rates by made-up rules."""
    lines = []
    for at, area in enumerate(AREAS.areas):
        for kind, count in (("従たる従事先なし", 40 + at), ("主たる従事先", 10), ("従たる従事先", 10)):
            figures = ",".join([str(count)] * (len(PHYSICIAN_AGES) - 1))
            for sex, last in (("男", count), ("女", count if kind == "従たる従事先なし" else nobody)):
                lines.append(f"{area.code},{area.prefecture},{area.name},{kind},{sex},{figures},{last}")
    places = "二次医療圏コード,都道府県名,二次医療圏名"
    write(folder, "physicians", f"{places},従事先の区分,性別,{','.join(PHYSICIAN_AGES)}", lines)
    hours = [f"{sex},{age},{60 - 4 * at}" for sex in ("男", "女") for at, age in enumerate(DECADES)]
    write(folder, "hours", "性別,年齢階級,週当たり勤務時間", hours)
    rates = [
        f"{sex},{age},{200 + 200 * at},{2500 + 300 * at}"
        for sex in ("男", "女")
        for at, age in enumerate(SURVEY_AGES)
    ]
    write(folder, "consultation-rates", "性別,年齢階級,入院,無床診療所", rates)
    flows = [
        f"{area.code},{area.prefecture},{area.name},{kind},1000,100,150"
        for area in AREAS.areas
        for kind in ("入院", "無床診療所")
    ]
    write(
        folder,
        "flows",
        "二次医療圏コード,都道府県名,二次医療圏名,入院・外来の別,患者数(住所地),流入患者数,流出患者数",
        flows,
    )
    demand = "外来医療の医師需要,入院医療の医師需要,全国の入院患者数,全国の外来患者数,有床診療所の件数,無床診療所の件数"
    write(folder, "national-demand", demand, ["100000,200000,1200000,4200000,10000000,90000000"])
    return folder


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


def test_the_command_computes_from_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    a_folder(tmp_path)
    monkeypatch.setattr("kaihoken.workforce.index.commands.area_set", lambda name: AREAS)

    assert run(["workforce", "index", "--tables", str(tmp_path), "--area", "前橋", "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert row["class_source"] == "recomputed"
    assert row["published_index"] is None
    assert row["clinic_flow"] == pytest.approx(0.95)
    assert row["index_q_less_20"] != row["index_q_more_20"]

    assert run(["workforce", "explain", "前橋", "--tables", str(tmp_path), "--format", "json"]) == 0
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
