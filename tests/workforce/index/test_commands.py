"""`kaihoken workforce index`: what is printed, in each form, and what is told where nothing is found."""

import csv
import io
import json

import pytest

from kaihoken.cli import run
from kaihoken.workforce.index import INDEX_COLUMNS


def test_without_options_it_prints_the_shipped_areas(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["workforce", "index", "--format", "csv"]) == 0

    told = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(told.out)))
    assert len(rows) == 330
    assert tuple(rows[0]) == INDEX_COLUMNS
    assert rows[0]["area_code"] == "0101"
    assert "機械的に当てはめないでください" in told.err


def test_one_area_as_json_carries_the_caution_the_counts_and_every_factor(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["workforce", "index", "--area", "釜石", "--format", "json"]) == 0

    told = json.loads(capsys.readouterr().out)
    (row,) = told["rows"]
    assert row["index"] == pytest.approx(107.816, abs=0.001)
    assert (row["published_index"], row["class"], row["class_source"]) == (107.8, "minority", "published")
    assert row["borderline"] is False
    assert row["physicians_per_100k"] == pytest.approx(59 / 0.435)
    assert "機械的に" in told["notes"][0]
    assert told["counts"]["published"] == {"majority": 112, "middle": 110, "minority": 108}
    assert told["counts"]["recomputed"] == {"majority": 112, "middle": 111, "minority": 107}


def test_a_prefecture_by_its_name_and_what_is_absent_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    run(["workforce", "index", "--prefecture", "群馬", "--format", "json"])
    assert len(json.loads(capsys.readouterr().out)["rows"]) == 10

    run(["workforce", "index", "--level", "prefecture", "--prefecture", "10", "--format=json"])
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert (row["published_index"], row["index"], row["physicians_per_100k"]) == (219.7, None, None)


def test_a_table_for_people_keeps_its_columns_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    run(["workforce", "index", "--area", "0306", "--area", "1301"])

    header, first, second = capsys.readouterr().out.splitlines()
    assert header.startswith("area_code  prefecture")
    assert "107.816" in first
    assert "区中央部" in second


@pytest.mark.parametrize(
    ("text", "code"), [("306", "workforce.area-unknown"), ("西部", "workforce.area-ambiguous")]
)
def test_an_area_that_is_not_there_or_not_alone(
    text: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["workforce", "index", "--area", text, "--format", "json"]) == 2

    assert code in json.loads(capsys.readouterr().out)["type"]


def test_explain_prints_a_waterfall_and_its_reading(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["workforce", "explain", "釜石", "--format", "json"]) == 0

    told = json.loads(capsys.readouterr().out)
    start, doctors, ratio, end = told["rows"]
    assert start["value"] + doctors["amount"] + ratio["amount"] == pytest.approx(end["value"])
    assert told["reading"]["ja"] == (
        "全国との差は、人口あたりの標準化医師数が相対的に少ないこと（−107.7）と、"
        "住民の年齢や患者の流出入から見込まれる受療が相対的に多いこと（−40.1）によります。"
    )
    assert told["waiting"][0] == "physicians"
    assert told["distances"][0]["physicians"] == pytest.approx(39.1, abs=0.05)


def test_explain_for_people_and_since_the_last_index(capsys: pytest.CaptureFixture[str]) -> None:
    run(["workforce", "explain", "0104", "--against", "last-index"])

    told = capsys.readouterr()
    assert "前回との差は、全国の値（計算方法の変更を含む）の変化（+17.8）と、" in told.out
    assert "機械的に" in told.err


def test_a_former_index_that_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["workforce", "explain", "0306", "--against", "last-index", "--format", "json"]) == 2

    assert "0101, 0104, 1301" in capsys.readouterr().out


def test_a_former_value_is_marked_as_unconfirmed(capsys: pytest.CaptureFixture[str]) -> None:
    run(["workforce", "explain", "0101", "--against", "last-index", "--format", "json"])

    told = json.loads(capsys.readouterr().out)
    assert told["unconfirmed"] == ["workforce/last-index"]
    assert any("確かめられていない" in note for note in told["notes"])


def test_prefectures_stand_beside_what_their_areas_would_make(capsys: pytest.CaptureFixture[str]) -> None:
    run(["workforce", "index", "--level", "prefecture", "--prefecture", "群馬県", "--format", "json"])

    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert row["index_of_areas"] == pytest.approx(212.07, abs=0.005)
    assert row["areas_less_published"] == pytest.approx(-7.63, abs=0.005)


@pytest.mark.parametrize("text", ["99", "釜石"])
def test_a_prefecture_that_is_none(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["workforce", "index", "--prefecture", text, "--format", "json"]) == 2

    assert "workforce.area-unknown" in json.loads(capsys.readouterr().out)["type"]
