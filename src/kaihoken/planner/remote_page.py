"""遠隔医療: where patients are and doctors few, what an own scenario of remote care would do there, and the duties of
へき地医療拠点病院."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Final

from kaihoken import rules
from kaihoken.planner.asked import Asked, File, Shown
from kaihoken.planner.spreadsheet import spreadsheet
from kaihoken.web import messages
from kaihoken.workforce import Area, Row, as_json
from kaihoken.workforce.portrait import Atlas
from kaihoken.workforce.remote import (
    CORE_HOSPITALS_TEMPLATE,
    PLACE_COLUMNS,
    DepartmentDoctors,
    Kind,
    Lever,
    Outpatients,
    RemoteCare,
    RemoteCoreHospitals,
    awaited,
    observed,
    outpatients,
    place_rows,
    ratio_to_nation,
    read_core_hospitals,
    read_doctors,
    read_scenario,
    remote_lever,
    review,
    scenario_template,
    template,
)
from kaihoken.workforce.remote import BadRow as BadDoctors

DOCTORS_FILE: Final = "remote-doctors.csv"
SCENARIO_FILE: Final = "remote-scenario.yaml"
HOSPITALS_FILE: Final = "core-hospitals.csv"
"""What the page reads in the folder of own tables."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What the scenario does at one place, as the page shows it."""

    place: str
    department: str
    patients: str
    ratio: str
    online: tuple[str, ...]
    freed: str
    travel: str


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What is known of patients and doctors, and the rows of the doctors' file that were not taken."""

    rule: RemoteCare
    patients: Outpatients
    doctors: DepartmentDoctors
    awaiting: bool
    bad: tuple[BadDoctors, ...]


def remote(atlas: Atlas, asked: Asked) -> Shown:
    """The page of a prefecture (`prefecture`, else the first). Problems `workforce.area-unknown`, and those of own
    files."""
    ground = _ground(atlas, asked)
    prefecture = _prefecture(atlas, asked)
    lever = _lever(atlas, ground)
    core = rules.load(RemoteCoreHospitals, on=asked.today)
    hospitals = _own(atlas, HOSPITALS_FILE)
    held, bad_hospitals = (
        read_core_hospitals(hospitals.read_text(encoding="utf-8")) if hospitals else ((), ())
    )
    return Shown(
        "remote.html",
        {
            "rule": ground.rule,
            "prefecture": prefecture,
            "departments": ground.patients.departments,
            "places": tuple(_places(ground, prefecture)),
            "awaiting_doctors": ground.awaiting,
            "bad": [(one.line, one.problem) for one in ground.bad],
            "credits": tuple(dict.fromkeys(one.credit for one in ground.patients.sources)),
            "scenario": lever.scenario if lever else "",
            "effects": tuple(_effects(lever, prefecture)) if lever else (),
            "assumptions": lever.assumptions if lever else (),
            "kinds": tuple(Kind),
            "observed": observed(),
            "core": core,
            "review": review(held, core) if hospitals else None,
            "bad_hospitals": bad_hospitals,
            "doctors_file": DOCTORS_FILE,
            "scenario_file": SCENARIO_FILE,
            "hospitals_file": HOSPITALS_FILE,
        },
    )


def remote_csv(atlas: Atlas, asked: Asked) -> File:
    """Patients and ratios of the prefecture for a spreadsheet."""
    rows = _rows(_ground(atlas, asked), _prefecture(atlas, asked))
    return spreadsheet(asked, PLACE_COLUMNS, rows, "kaihoken-remote")


def remote_json(atlas: Atlas, asked: Asked) -> File:
    """The same as data, with the caution and the credits."""
    ground = _ground(atlas, asked)
    notes = (
        messages("planner").text("caution", asked.language),
        *dict.fromkeys(one.credit for one in ground.patients.sources),
    )
    rows = _rows(ground, _prefecture(atlas, asked))
    return File(as_json(PLACE_COLUMNS, rows, notes=notes).encode(), "application/json")


def doctors_template(atlas: Atlas, asked: Asked) -> File:
    """The table of doctors to fill in."""
    text = template(atlas.index.areas, rules.load(RemoteCare, on=asked.today))
    return File(("\ufeff" + text).encode(), "text/csv; charset=utf-8", DOCTORS_FILE)


def assumptions_template(atlas: Atlas, asked: Asked) -> File:
    """The scenario to fill in."""
    return File(scenario_template().encode(), "application/yaml", SCENARIO_FILE)


def hospitals_template(atlas: Atlas, asked: Asked) -> File:
    """The table of へき地医療拠点病院 to fill in."""
    return File(("\ufeff" + CORE_HOSPITALS_TEMPLATE).encode(), "text/csv; charset=utf-8", HOSPITALS_FILE)


def _prefecture(atlas: Atlas, asked: Asked) -> Area:
    given = asked.query.get("prefecture", "")
    if given:
        return atlas.prefectures.areas.find(given)
    area = asked.query.get("area", "")
    first = atlas.index.areas.find(area).prefecture_code if area else "01"
    return atlas.prefectures.areas.find(first)


def _own(atlas: Atlas, name: str) -> Path | None:
    path = atlas.data / name if atlas.data else None
    return path if path is not None and path.is_file() else None


def _ground(atlas: Atlas, asked: Asked) -> Ground:
    rule = rules.load(RemoteCare, on=asked.today)
    areas = atlas.index.areas
    file = _own(atlas, DOCTORS_FILE)
    doctors, bad = (
        read_doctors(file.read_text(encoding="utf-8"), areas, rule) if file else (awaited(areas, rule), ())
    )
    return Ground(rule, outpatients(areas, rule), doctors, file is None, bad)


def _lever(atlas: Atlas, ground: Ground) -> Lever | None:
    file = _own(atlas, SCENARIO_FILE)
    if file is None:
        return None
    scenario = read_scenario(file.read_bytes(), ground.patients.departments)
    return remote_lever(ground.patients, ground.doctors, scenario, ground.rule)


def _rows(ground: Ground, prefecture: Area) -> Iterator[Row]:
    ratio = ratio_to_nation(ground.doctors, ground.rule)
    held = {area.code for area in ground.patients.areas.within(prefecture.prefecture_code)}
    return (row for row in place_rows(ground.patients, ratio, ground.rule) if row["area_code"] in held)


def _places(ground: Ground, prefecture: Area) -> Iterator[tuple[Area, tuple[tuple[str, str, str], ...]]]:
    """Each area with a cell for each department: patients, the ratio where it is known, and what is known."""
    rows = list(_rows(ground, prefecture))
    for area in ground.patients.areas.within(prefecture.prefecture_code):
        yield area, tuple(_cell(row) for row in rows if row["area_code"] == area.code)


def _cell(row: Row) -> tuple[str, str, str]:
    ratio = _number(row["ratio"], 2)
    return _number(row["patients_a_day"], 0) or "－", ratio, str(row["place"])


def _effects(lever: Lever, prefecture: Area) -> Iterator[Effect]:
    for row in lever.rows():
        if str(row["area_code"]).startswith(prefecture.prefecture_code):
            yield Effect(
                f"{row['area_code']} {row['area']}",
                str(row["department"]),
                _number(row["patients_a_day"], 0),
                _number(row["ratio"], 2),
                tuple(_number(row[f"online_{kind.value}"], 1) for kind in Kind),
                _number(row["freed_hours_a_week"], 1),
                _number(row["travel_hours_a_week"], 1),
            )


def _number(value: object, decimals: int) -> str:
    """As people read it; empty where it is not known."""
    return "" if not isinstance(value, float) or isnan(value) else f"{value:,.{decimals}f}"
