"""`kaihoken workforce access`: what the people of a region can reach, by municipality."""

import json
from datetime import date

import numpy as np
import pytest
from typer.testing import CliRunner

from kaihoken.problems import Problem
from kaihoken.workforce.access import (
    great_circle,
    published_institutions,
    residents,
    settlements,
    travel_rule,
    two_step,
    zones,
)
from kaihoken.workforce.access.commands import Method, reached
from kaihoken.workforce.commands import app

ZONES = zones({4.0: 1.0, 8.0: 0.68, 12.0: 0.22})
RULE = travel_rule(date(2026, 11, 22))
WAY = great_circle(RULE)


def told(*arguments: str) -> dict:
    done = CliRunner().invoke(app, ["access", *arguments, "--format", "json"])
    assert done.exception is None, done.exception
    return json.loads(done.stdout)


def refused(*arguments: str) -> Problem:
    done = CliRunner().invoke(app, ["access", *arguments])
    assert isinstance(done.exception, Problem)
    return done.exception


@pytest.mark.parametrize("name", ["10", "群馬県", "群馬"])
def test_a_prefecture_has_a_row_for_each_of_its_municipalities(name: str) -> None:
    made = told(name)
    assert [row["municipality_code"] for row in made["rows"]] == sorted(
        code for code in residents() if code.startswith("10")
    )
    assert made["region"]["people"] == sum(row["people"] for row in made["rows"])


def test_an_area_is_its_municipalities() -> None:
    assert {row["municipality_code"] for row in told("0306")["rows"]} == {"03211", "03461"}


def test_a_region_gets_what_the_whole_country_would_give_it() -> None:
    answer = reached(("10",), published_institutions(), WAY, ZONES, Method.ENHANCED, RULE)
    everybody, listed = settlements(), published_institutions()
    whole = two_step(
        everybody.places, everybody.total, listed.places, np.ones(len(listed.places)), WAY, ZONES
    )
    gunma = np.char.startswith(everybody.municipality, "10")
    np.testing.assert_allclose(answer.made.access[answer.rows], whole.access[gunma], rtol=1e-9)


def test_a_prefecture_that_the_list_leaves_out_waits_and_is_no_desert() -> None:
    assert list(published_institutions().not_listed.values()) == ["沖縄県"]
    made = told("沖縄県")
    assert {row["state"] for row in made["rows"]} == {"waiting"}
    assert {row["people_without_supplier"] for row in made["rows"]} == {None}
    assert made["region"] == {
        "state": "waiting",
        "people": float(sum(row["people"] for row in made["rows"])),
        "institutions_per_100k": None,
        "people_without_supplier": None,
    }
    assert any("入力待ち" in note for note in made["notes"])


def test_an_answer_says_its_assumptions() -> None:
    made = told("釜石", "--minutes", "--method", "3sfca")
    assert (made["distance"]["source"], made["distance"]["status"]) == (
        "great circle × 1.3, car 40 km/h",
        "unconfirmed",
    )
    assert made["settlements"]["assumption"].startswith("residents spread evenly")
    assert (made["method"], made["measure"], made["kernel"]) == (
        "3sfca",
        "minutes",
        "zones 10:1 20:0.68 30:0.22",
    )


@pytest.mark.parametrize(
    ("arguments", "kernel"),
    [
        (("--method", "2sfca", "--radius", "16"), "zones 16:1"),
        (("--kernel", "epanechnikov"), "epanechnikov scale 30, exponent 1, reach 30"),
        (("--kernel", "gaussian", "--scale", "12"), "gaussian scale 12, exponent 1, reach 30"),
        (("--kernel", "exponential", "--scale", "9"), "exponential scale 9, exponent 1, reach 30"),
        (("--kernel", "inverse-power", "--scale", "1.5"), "power scale 1, exponent 1.5, reach 30"),
    ],
)
def test_each_kernel_can_be_asked_for(arguments: tuple[str, ...], kernel: str) -> None:
    assert told("0306", *arguments)["kernel"] == kernel


def test_a_scale_is_never_guessed() -> None:
    assert refused("0306", "--kernel", "gaussian").code == "workforce.kernel-refused"


@pytest.mark.parametrize("arguments", [("アトランティス",), ("0306", "--areas", "340")])
def test_an_area_that_is_not_there_is_refused(arguments: tuple[str, ...]) -> None:
    assert refused(*arguments).code == "workforce.area-unknown"
