"""`kaihoken workforce reach|districts|rurality|specialties`: what they print, and what they refuse."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from kaihoken.problems import Problem
from kaihoken.workforce.access import of_areas, rural_groups, rural_places
from kaihoken.workforce.areas import area_set
from kaihoken.workforce.commands import app
from kaihoken.workforce.index import IndexClass, shipped_index
from kaihoken.workforce.tables import residents


def told(*arguments: str) -> dict:
    done = CliRunner().invoke(app, [*arguments, "--format", "json"])
    assert done.exception is None, done.exception
    return json.loads(done.stdout)


def refused(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments))
    assert isinstance(done.exception, Problem)
    return done.exception.code


def test_reach_of_the_country_sums_to_its_residents() -> None:
    made = told("reach", "--by", "prefecture", "--age", "all", "--limit", "60")

    assert len(made["rows"]) == 47
    assert sum(row["residents"] for row in made["rows"]) == pytest.approx(124_330_690)
    assert made["people_across_sea"] == pytest.approx(sum(row["across_sea"] for row in made["rows"]))
    assert round(sum(row["within"] for row in made["rows"]) / 124_330_690, 4) == 0.9984


def test_a_farther_level_reaches_fewer() -> None:
    near, far = (
        told("reach", "--area", "釜石", "--age", "75+", "--limit", "30", "--level", level)["rows"][0]
        for level in ("secondary", "tertiary")
    )

    assert near["age"] == far["age"] == "75+"
    assert near["within"] > far["within"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("reach", "--age", "90+"), "workforce.group-unknown"),
        (("reach", "--department", "魔法科", "--area", "釜石"), "workforce.department-unknown"),
        (("rurality",), "workforce.rurality-no-loadings"),
        (("rurality", "--loading", "density"), "workforce.rurality-loading-unread"),
        (("rurality", "--estimate"), "workforce.rurality-no-factor"),
        (("specialties",), "workforce.table-waiting"),
    ],
)
def test_nothing_is_guessed(arguments: tuple[str, ...], code: str) -> None:
    assert refused(*arguments) == code


def test_districts_are_candidates_with_what_is_not_known_of_them() -> None:
    made = told("districts", "釜石")

    assert made["districts"] == len(made["rows"]) > 0
    assert {row["state"] for row in made["rows"]} == {"candidate"}
    assert all(row["residents"] >= 50 and row["institution_km"] > 4 for row in made["rows"])
    assert any("候補です" in note for note in made["notes"])


def test_a_facility_that_filed_to_be_closed_is_no_institution(tmp_path: Path) -> None:
    closed = tmp_path / "closed.csv"
    closed.write_text("id\nnobody\n\n", encoding="utf-8")

    assert told("districts", "釜石", "--closed", str(closed))["rows"] == told("districts", "釜石")["rows"]


def test_ranks_of_the_demonstration_are_marked_and_mean_half_of_a_hundred() -> None:
    made = told("rurality", "--demo", "--by", "municipality")
    rows = made["rows"]

    assert "重み 1,1,1,1" in made["watermark"]
    assert (made["absent"], made["status"]) == (["island", "snow"], "unconfirmed")
    codes, members = of_areas(area_set("330"))
    scale = rural_groups(rural_places(), codes, members, demo=True).scale
    assert scale.rank.mean() == pytest.approx(50.5, abs=0.01)
    assert all(1 <= row["rank"] <= 100 for row in rows)
    assert sum(row["people"] for row in rows) == pytest.approx(124_330_690)


def test_loadings_of_ones_own_bear_no_mark_and_a_loaded_table_adds_its_factors(tmp_path: Path) -> None:
    # 粟島浦村 has no emergency hospital, 佐渡市 has: only the first counts as an island without one.
    text = "市区町村コード,特別豪雪地帯,離島\n15586,0,1\n15224,1,1\n06301,1,0\n"
    (tmp_path / "designated-places.csv").write_text(text, encoding="utf-8")
    weights = [
        part for name in ("density", "distance", "island", "snow") for part in ("--loading", f"{name}=0.5")
    ]
    made = told("rurality", *weights, "--data", str(tmp_path))
    factors = rural_places(tmp_path)

    assert (made["watermark"], made["absent"], made["complete"]) == ("", [], True)
    codes = factors.settlements.municipality
    assert set(codes[factors.factors.island]) == {"15586"}
    assert "15224" not in set(codes[factors.factors.snow])


def test_specialties_are_those_of_the_class_against_the_nation(tmp_path: Path) -> None:
    index = shipped_index()
    few = [
        code
        for code, kind in zip(index.areas.codes, index.classes, strict=True)
        if kind is IndexClass.MINORITY
    ]
    lines = [
        f"{code},{'内科' if part else '外科'},{2 + part}" for code in index.areas.codes for part in (0, 1)
    ]
    lines = [line for line in lines if line != f"{few[0]},外科,2"] + [f"{few[0]},外科,x"]
    (tmp_path / "specialties.csv").write_text(
        "\n".join(["二次医療圏コード,診療科,医師数", *lines]), encoding="utf-8"
    )
    rows = {row["specialty"]: row for row in told("specialties", "--data", str(tmp_path))["rows"]}
    people = residents(index.areas).total.sum(axis=1)
    of_few = float(people[np.isin(index.areas.codes, few)].sum())

    assert rows["内科"]["doctors"] == 3 * len(few)
    assert rows["内科"]["per_100k"] == pytest.approx(3e5 * len(few) / of_few)
    assert rows["内科"]["nation_per_100k"] == pytest.approx(3e5 * 330 / people.sum())
    assert (rows["外科"]["ratio"], rows["外科"]["suppressed_areas"], rows["外科"]["state"]) == (
        None,
        1,
        "suppressed",
    )
