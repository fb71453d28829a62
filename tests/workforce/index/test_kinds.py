"""`kaihoken workforce index --kind` and the changes that `explain` tells from folders of tables."""

import json
from collections import Counter
from math import prod
from pathlib import Path

import pytest

from kaihoken.cli import run
from kaihoken.problems import Problem
from kaihoken.workforce import Row
from kaihoken.workforce.index import explain_prefecture, non_additivity, prefectures_by_sums
from kaihoken.workforce.tables import areas_named

from .table_folders import AREAS, DECADES, a_folder, a_grouping, with_other_indices, write


@pytest.fixture
def own(tmp_path: Path) -> list[str]:
    """The options that name a folder with every table, and its own areas."""
    folder = with_other_indices(a_folder(tmp_path / "tables"))
    return ["--tables", str(folder), "--areas", str(a_grouping(tmp_path / "gunma.csv"))]


def told(capsys: pytest.CaptureFixture[str], *words: str, answer: int = 0) -> dict[str, list[Row]]:
    assert run(["workforce", *words, "--format", "json"]) == answer
    found: dict[str, list[Row]] = json.loads(capsys.readouterr().out)
    return found


def number(row: Row, name: str) -> float:
    value = row[name]
    assert isinstance(value, float | int)
    return value


def test_outpatient_rows_hold_every_factor_and_only_the_upper_third_has_a_class(
    own: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, "index", "--kind", "outpatient", *own, "--on", "2026-04-01")

    assert Counter(row["class"] for row in found["rows"]) == {"majority": 4, None: 6}
    first = found["rows"][0]
    demand = ("population_100k", "outpatient_ratio", "clinic_share", "flow_factor")
    made = number(first, "standardized_physicians") / prod(number(first, name) for name in demand)
    assert number(first, "outpatient_index") == pytest.approx(made)
    assert (first["clinic_share"], first["flow_factor"]) == (0.8, 1.0)
    assert found["unconfirmed"] == ["flow_factor", "clinic_share", "infants", "nation-of-areas"]


def test_a_flow_factor_is_given_for_all_or_by_area(
    own: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["index", "--kind", "outpatient", *own, "--on", "2026-04-01", "--flow-factor"]
    plain = told(capsys, *asked, "1")["rows"]
    write(tmp_path, "flow", "area_code,flow_factor", ["1002,2.0"])

    halved = told(capsys, *asked, str(tmp_path / "flow.csv"))["rows"]

    changed = [
        row["area_code"]
        for row, was in zip(halved, plain, strict=True)
        if row["outpatient_index"] != was["outpatient_index"]
    ]
    assert changed == ["1002"]
    assert number(halved[1], "outpatient_index") == pytest.approx(number(plain[1], "outpatient_index") / 2)
    write(tmp_path, "flow", "area_code,flow_factor", ["1001,1.0", "1002,-2.0"])
    assert run(["workforce", *asked, str(tmp_path / "flow.csv"), "--format", "json"]) == 1
    assert "line 3" in json.loads(capsys.readouterr().out)["title"]


def test_births_are_counted_by_perinatal_area_and_nobody_is_relatively_many(
    own: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, "index", "--kind", "delivery", *own, "--births", "4800")

    assert [(row["area_code"], row["prefecture"], row["class"]) for row in found["rows"]] == [
        ("P1", "群馬県", "minority"),
        ("P2", "群馬県", None),
    ]
    assert [row["deliveries"] for row in found["rows"]] == [3600, 1200]
    assert number(found["rows"][1], "delivery_index") == pytest.approx(84 / 1.2)
    assert found["classes"] == ["minority"]
    assert run(["workforce", "index", "--kind", "delivery", *own, "--format", "json"]) == 2
    assert "births-needed" in json.loads(capsys.readouterr().out)["type"]


def test_children_have_the_factors_of_the_index(own: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "index", "--kind", "paediatric", *own)

    assert Counter(row["class"] for row in found["rows"]) == {"minority": 4, None: 6}
    first = found["rows"][0]
    demand = number(first, "children_100k") * number(first, "consultation_ratio")
    assert number(first, "paediatric_index") == pytest.approx(
        number(first, "standardized_physicians") / demand
    )
    # Children of one rate at every age: the ratio is that of the flows alone.
    assert (first["clinic_flow"], first["age_ratio"]) == (pytest.approx(0.95), pytest.approx(1))
    assert found["unconfirmed"] == ["paediatric", "nation-of-areas"]


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("physicians", {"physicians", "hours", "consultation-rates", "flows", "national-demand"}),
        ("outpatient", {"clinic-physicians", "hours", "outpatient-rates", "outpatient-share"}),
        ("delivery", {"delivery-physicians", "hours", "deliveries", "perinatal-members"}),
        ("paediatric", {"paediatric-physicians", "hours", "children", "flows", "national-demand"}),
    ],
)
def test_tables_that_are_missing_wait_with_the_command_of_their_template(
    kind: str, missing: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, "index", "--kind", kind, "--tables", str(tmp_path), answer=1)

    assert {row["table"] for row in found["rows"]} == missing
    assert {row["state"] for row in found["rows"]} == {"入力待ち"}
    assert all(row["template"] == f"kaihoken workforce data template {row['table']}" for row in found["rows"])


def test_two_folders_tell_the_change_with_method_as_its_own_bar(
    own: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = a_folder(tmp_path / "before")
    write(
        before,
        "hours",
        "性別,年齢階級,週当たり勤務時間",
        [f"{sex},{age},50" for sex in "男女" for age in DECADES],
    )

    asked = ["explain", "前橋", *own, "--against", "last-index", "--before", str(before)]
    found = told(capsys, *asked)

    start, *steps, end = found["rows"]
    bars = {row["factor"]: number(row, "amount") for row in steps if row["step"] == "bar"}
    parts = {row["factor"]: number(row, "amount") for row in steps if row["step"] == "part"}
    assert sum(bars.values()) == pytest.approx(number(end, "value") - number(start, "value"))
    # Nothing happened in the area or the nation; the survey of hours is another, and the rule of workplaces is.
    assert bars["physicians-per-resident"] == pytest.approx(0, abs=1e-9)
    assert bars["consultation-ratio"] == pytest.approx(0, abs=1e-9)
    assert abs(parts["hours-survey"]) > 0.01
    assert bars["method"] == pytest.approx(parts["hours-survey"] + parts["workplaces-rule"])
    same = told(capsys, *asked, "--before-on", "2024-04-01", "--on", "2024-04-01")["rows"]
    assert next(row for row in same if row["factor"] == "workplaces-rule")["amount"] == pytest.approx(0)


def test_areas_that_were_merged_and_renamed_since_are_carried(
    own: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # 前橋 is one city: 渋川 was two areas before, and 伊勢崎 bore another code.
    towns = sorted(code for code, area in AREAS.of_municipality.items() if area == "1002")
    drawn = {
        code: {"1003": "1099"}.get(area, area) if code not in towns[1:] else "1098"
        for code, area in AREAS.of_municipality.items()
    }
    lines = [f"{code},{area},{area}" for code, area in drawn.items()]
    write(tmp_path, "drawn", "municipality_code,area_code,area_name", lines)
    path = str(tmp_path / "drawn.csv")
    before = a_folder(tmp_path / "before", areas=areas_named(path))
    asked = ["explain", "--against", "last-index", *own, "--before", str(before)]

    for name, code, parts in (("渋川", "1002", 2), ("伊勢崎", "1003", 1)):
        found = told(capsys, *asked, name, "--before-areas", path)
        start, *_, end = found["rows"]
        assert end["factor"] == code
        # The doctors of both parts were there: so were more than the area has now.
        assert (number(start, "value") > number(end, "value") * 1.5) == (parts == 2)

    # By the areas of today the former codes are none.
    assert run(["workforce", *asked, "渋川", "--format", "json"]) == 1
    assert "table-faulty" in json.loads(capsys.readouterr().out)["type"]


@pytest.mark.parametrize("words", [["--before", "x"], ["--level", "prefecture", "--against", "last-index"]])
def test_a_change_from_raw_tables_needs_both_rounds(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["workforce", "explain", "10", "--level", "prefecture", *words, "--format", "json"]) == 2

    assert "two-rounds" in json.loads(capsys.readouterr().out)["type"]


def test_a_prefecture_opens_into_what_adds_up_and_its_own_flows(capsys: pytest.CaptureFixture[str]) -> None:
    start, doctors, ratio, of_areas, own_flows, end = told(
        capsys, "explain", "群馬", "--level", "prefecture"
    )["rows"]

    assert number(start, "value") + number(doctors, "amount") + number(ratio, "amount") == pytest.approx(
        219.7
    )
    assert number(of_areas, "amount") + number(own_flows, "amount") == pytest.approx(number(ratio, "amount"))
    assert end["printed"] == 219.7


def test_the_flows_of_every_prefecture_are_what_its_areas_do_not_add_up_to() -> None:
    table = prefectures_by_sums()
    for at, beside in enumerate(non_additivity()):
        ratio = explain_prefecture(at).bars[1]
        own_flows = ratio.parts[1]
        assert own_flows.after is not None
        assert table.index[at] == pytest.approx(beside.published)
        assert beside.published * own_flows.after == pytest.approx(beside.of_areas)


def test_distances_look_to_the_end_of_the_plan_where_residents_are_projected(
    capsys: pytest.CaptureFixture[str],
) -> None:
    now, _, end, _ = told(capsys, "explain", "釜石")["distances"]
    assert (now["year"], end["year"]) == (None, 2029)
    assert number(end, "physicians") < number(now, "physicians") == pytest.approx(39.1, abs=0.05)

    # The projection does not divide 浜通り.
    assert [row["year"] for row in told(capsys, "explain", "いわき")["distances"]] == [None, None]


def test_a_grouping_that_cannot_be_read_is_refused_at_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = a_grouping(tmp_path / "own.csv")
    assert areas_named(str(path)).codes == AREAS.codes
    path.write_text(path.read_text(encoding="utf-8") + "10201,1002,again\n", encoding="utf-8")

    with pytest.raises(Problem, match="grouping-faulty") as refused:
        areas_named(str(path))
    assert (refused.value.facts["line"], refused.value.facts["reason"]) == (37, "10201: stands twice")
    with pytest.raises(Problem, match="grouping-faulty"):
        areas_named(str(tmp_path / "nowhere.csv"))
