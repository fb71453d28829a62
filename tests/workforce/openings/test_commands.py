"""`kaihoken workforce openings`: the nine as published, and the criterion over an index that is given."""

import json
from pathlib import Path

import numpy as np
import pytest

from kaihoken import cli
from kaihoken.problems import Problem
from kaihoken.workforce import area_set
from kaihoken.workforce.openings import read_outpatient_index

AREAS = area_set("330")
HEAD = "area_code,outpatient_index\n"


def answered(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, list[dict[str, object]]]:
    capsys.readouterr()
    assert cli.run(["workforce", "openings", "--format", "json", *options]) == 0
    answer: dict[str, list[dict[str, object]]] = json.loads(capsys.readouterr().out)
    return answer


def an_index(folder: Path, **high: float) -> Path:
    """An index of 100 everywhere but in some areas, "a1301" and so on."""
    lines = [f"{code},{high.get(f'a{code}', 100 + int(code) % 3)}\n" for code in AREAS.codes]
    (folder / "index.csv").write_text(HEAD + "".join(lines), encoding="utf-8")
    return folder / "index.csv"


def test_without_an_index_the_nine_published_are_shown_with_the_caution(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = answered(capsys)

    assert [row["area_code"] for row in answer["rows"]][:2] == ["1301", "1304"]
    assert all(row["fulfils"] is True for row in answer["rows"])
    assert len(answer["notes"]) == 2


def test_a_candidate_is_high_and_dense(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = answered(capsys, "--index", str(an_index(tmp_path, a1301=190.0, a0306=190.0)))

    assert {row["area_code"] for row in answer["rows"] if row["candidate"]} == {"1301"}
    assert {(row["mean"], row["ddof"]) for row in answer["rows"]} == {("areas", 0), ("areas", 1)}


def test_the_two_areas_of_kawasaki_cannot_be_told_where_their_index_is_high(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = answered(capsys, "--index", str(an_index(tmp_path, a1404=190.0)))

    awaiting = [row for row in answer["rows"] if row["area_code"] == "1404"]
    assert {row["awaiting"] for row in awaiting} == {True}
    assert {row["density_ratio"] for row in awaiting} == {None}


def test_the_nations_own_value_is_a_reading_once_it_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(an_index(tmp_path, a1301=190.0))

    rows = answered(capsys, "--index", file, "--national-index", "105")["rows"]

    assert {row["mean"] for row in rows} == {"areas", "nation"}


@pytest.mark.parametrize(
    "row", ["306,99", "0306,－5", "0306,nan", "0301,7"], ids=["zero lost", "negative", "no number", "twice"]
)
def test_a_bad_row_is_told_and_the_others_are_kept(row: str) -> None:
    index, bad = read_outpatient_index(f"{HEAD}0301,90.5\n{row}\n0303,\n", AREAS)

    assert [one.where if one.code == "workforce.opening-table" else "line 3" for one in bad] == ["line 3"]
    assert index[AREAS.position("0301")] == 90.5
    assert np.isfinite(index).sum() == 1


def test_a_missing_column_is_refused() -> None:
    with pytest.raises(Problem) as caught:
        read_outpatient_index("area_code\n0306\n", AREAS)

    assert caught.value.code == "workforce.opening-table"
