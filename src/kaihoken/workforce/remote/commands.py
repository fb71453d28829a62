"""`kaihoken workforce remote`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final

import typer

from kaihoken import rules
from kaihoken.clock import SystemClock
from kaihoken.web import messages
from kaihoken.workforce.areas import AreaCode, area_set
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows
from kaihoken.workforce.remote.doctors import ratio_to_nation, read_doctors, template
from kaihoken.workforce.remote.lever import PLACE_COLUMNS, Lever, place_rows, remote_lever
from kaihoken.workforce.remote.patients import outpatients
from kaihoken.workforce.remote.scenario import Kind, read_scenario
from kaihoken.workforce.remote.terms import RemoteCare

LEVER_COLUMNS: Final = (
    "area_code",
    "prefecture",
    "area",
    "department",
    "patients_a_day",
    "ratio",
    *(f"online_{kind.value}" for kind in Kind),
    "freed_hours_a_week",
    "travel_hours_a_week",
    "far_hours_a_week",
    "nurse_hours_a_week",
)


def remote(
    doctors: Annotated[
        Path | None,
        typer.Option(
            help="医師数の CSV（area_code,specialty,doctors） / doctors as CSV", exists=True, dir_okay=False
        ),
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option(help="前提の YAML / the assumptions as YAML", exists=True, dir_okay=False),
    ] = None,
    prefecture: Annotated[
        str | None, typer.Option(help="都道府県のコードか名前 / code or name of a prefecture")
    ] = None,
    empty: Annotated[
        bool, typer.Option("--template", help="書きこむ CSV を出す / print the CSV to fill in")
    ] = False,
    form: FormOption = Form.TABLE,
) -> None:
    """患者がいて医師が相対的に少ない圏域と診療科、遠隔医療の効果 / where remote care would reach whom."""
    rule = rules.load(RemoteCare, on=SystemClock().today())
    areas = area_set("330")
    if empty:
        typer.echo(template(areas, rule), nl=False)
        return
    patients = outpatients(areas, rule)
    given = template(areas, rule) if doctors is None else doctors.read_text(encoding="utf-8")
    heads, bad = read_doctors(given, areas, rule)
    notes = [_caution(), *dict.fromkeys(one.credit for one in patients.sources)]
    notes += [
        f"line {one.line} {one.field}: {one.problem.title('ja')} / {one.problem.title('en')}" for one in bad
    ]
    wanted = {area.code for area in (areas.within(prefecture) if prefecture else areas.areas)}
    if scenario is None:
        rows = place_rows(patients, ratio_to_nation(heads, rule), rule)
        print_rows(PLACE_COLUMNS, _within(rows, wanted), form, notes=notes, decimals=2)
        return
    found = remote_lever(patients, heads, read_scenario(scenario.read_bytes(), patients.departments), rule)
    print_rows(
        LEVER_COLUMNS, _within(found.rows(), wanted), form, notes=notes, facts=_facts(found), decimals=2
    )


def _within(rows: Iterable[Row], wanted: set[AreaCode]) -> list[Row]:
    return [row for row in rows if row["area_code"] in wanted]


def _facts(found: Lever) -> dict[str, object]:
    """What stands beside the rows in JSON: how sure they are, and every assumption with its source."""
    return {
        "scenario": found.scenario,
        "status": found.status.value,
        "assumptions": [
            {"name": name, "value": one.value, "status": one.status.value, "source": one.source}
            for name, one in found.assumptions
        ],
    }


def _caution() -> str:
    words = messages("workforce")
    return f"{words.text('caution', 'ja')} / {words.text('caution', 'en')}"
