"""`kaihoken workforce duty`: doctors under duty (地域枠) to a year, and the seats that a gap would take."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import msgspec
import numpy as np
import typer

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce.areas import prefectures
from kaihoken.workforce.plan.inputs import RUNS, SEED
from kaihoken.workforce.plan.prefecture_need import DUTY_UNTIL, NeedFrame, need_frame, projection_of
from kaihoken.workforce.plan.supply_commands import (
    RunsOption,
    SeedOption,
    projected,
    require,
)
from kaihoken.workforce.plan.supply_units import BANDS, units_of
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows
from kaihoken.workforce.training import (
    DutyGiven,
    DutyRules,
    SupplyBands,
    duty_doctors,
    duty_in,
    seats_needed,
    waiting_for_duty,
    waiting_for_standardised,
)
from kaihoken.workforce.training.asking import OnOption, both, day_of

DUTY_COLUMNS: Final = (
    "prefecture_code",
    "entrance_year",
    "department",
    "fiscal_year",
    "residents",
    "serving_minority",
    "serving_middle",
    "serving_majority",
    "suspended",
    "left",
    "finished",
)

SEATS_COLUMNS: Final = (
    "prefecture_code",
    "assumption",
    "required",
    "supply",
    "shortfall",
    "first_entrance",
    "last_entrance",
    "retained",
    "a_year",
    "seats",
    "status",
)


@dataclass(frozen=True, slots=True)
class _Gap:
    """Need and supply of a prefecture under one assumption; a gap that was given has no need of its own."""

    assumption: str
    required: float
    supply: float


def duty(
    tables: Annotated[Path, typer.Option("--tables", "--data", help="表のフォルダー / folder of tables")],
    prefecture: Annotated[
        str | None, typer.Option(help="都道府県のコードか名前 / code or name of a prefecture")
    ] = None,
    until: Annotated[int, typer.Option(help="この年度まで / to this fiscal year")] = DUTY_UNTIL,
    seats_from: Annotated[
        int | None,
        typer.Option(help="この入学年度からの地域枠の数を求める / seats needed from this year of entrance"),
    ] = None,
    shortfall: Annotated[
        float | None,
        typer.Option(
            min=0, help="埋める医師数（なければ供給推計から） / the gap; else that of the projection"
        ),
    ] = None,
    runs: RunsOption = RUNS,
    seed: SeedOption = SEED,
    on: OnOption = None,
    form: FormOption = Form.TABLE,
) -> None:
    """地域枠の医師: 入学年・診療科・区域の種類・年度 / doctors under duty, and the seats that a gap would take."""
    day = day_of(on)
    require(waiting_for_duty(tables))
    chosen = [one for one in duty_in(tables, on=day) if prefecture is None or _is(one, prefecture)]
    if not chosen:
        raise Problem("workforce.prefecture-unknown", where="--prefecture", prefecture=prefecture or "－")
    if seats_from is None:
        rows = [row for one in chosen for row in _rows(one, until, day)]
        print_rows(DUTY_COLUMNS, rows, form, notes=both("duty-reading"), decimals=1)
        return
    frame, facts = need_frame(None, None, on=day), {}
    gaps = {one.prefecture_code: [_Gap("given", shortfall or 0.0, 0.0)] for one in chosen}
    if shortfall is None:
        found = projected(tables, seed=seed, runs=runs)
        require(waiting_for_standardised(tables, found.lower.areas))
        frame, facts = (
            need_frame(found, None, on=day),
            {"projection": msgspec.to_builtins(projection_of(found))},
        )
        gaps = {one.prefecture_code: _gaps(found, frame, one.prefecture_code) for one in chosen}
    print_rows(
        SEATS_COLUMNS,
        [
            _seats(one, gap, seats_from, frame.year, day)
            for one in chosen
            for gap in gaps[one.prefecture_code]
        ],
        form,
        notes=both("duty-seats-reading"),
        facts=facts,
        decimals=2,
    )


def _is(one: DutyGiven, prefecture: str) -> bool:
    name = prefectures()[one.prefecture_code]
    return prefecture in (one.prefecture_code, name, name[:-1])


def _rows(one: DutyGiven, until: int, day: date) -> Iterator[Row]:
    found = duty_doctors(one.cohorts, until=until, on=day)
    for cohort, entered in enumerate(found.entrance_years):
        for row, department in enumerate(found.departments):
            for at, year in enumerate(found.years):
                if year > until or found.entrants[cohort, row] == 0:
                    continue
                serving = found.serving[cohort, row, :, at]
                yield {
                    "prefecture_code": one.prefecture_code,
                    "entrance_year": entered,
                    "department": department,
                    "fiscal_year": year,
                    "residents": float(found.residents[cohort, row, at]),
                    **{
                        f"serving_{name}": float(value)
                        for name, value in zip(found.area_classes, serving, strict=True)
                    },
                    "suspended": float(found.suspended[cohort, row, at]),
                    "left": float(found.left[cohort, row, at]),
                    "finished": float(found.finished[cohort, row, at]),
                }


def _gaps(found: SupplyBands, frame: NeedFrame, code: str) -> list[_Gap]:
    units = units_of(found, "prefecture", frame)
    if units.standardised is None or code not in units.codes or frame.year not in units.years:
        raise Problem("workforce.supply-table", where=code, table="physicians", reason=f"{code} {frame.year}")
    unit, at = units.codes.index(code), units.years.index(frame.year)
    return [
        _Gap(label, float(units.required[unit]), float(units.standardised[BANDS.index(label), at, unit]))
        for label in ("lower", "median", "upper")
    ]


def _seats(one: DutyGiven, gap: _Gap, first: int, target: int, day: date) -> Row:
    found = seats_needed(
        gap.required,
        gap.supply,
        _retained(one, first, target, day),
        first_entrance=first,
        target_year=target,
        on=day,
    )
    given = gap.assumption == "given"
    return {
        "prefecture_code": one.prefecture_code,
        "assumption": gap.assumption,
        "required": None if given else gap.required,
        "supply": None if given else gap.supply,
        "shortfall": found.shortfall,
        "first_entrance": first,
        "last_entrance": found.cohorts[-1] if found.cohorts else None,
        "retained": found.retained,
        "a_year": found.a_year,
        "seats": found.seats,
        "status": "unconfirmed",
    }


def _retained(one: DutyGiven, first: int, target: int, day: date) -> dict[int, float]:
    """Of entrance years to come, the share that works in the prefecture in the target year, by the table's habits."""
    years = tuple(range(first, target - rules.load(DutyRules, on=day).school_years))
    if not years:
        return {}
    to_come = replace(
        one.cohorts,
        entrance_years=years,
        departments=one.cohorts.departments[:1],
        entrants=np.ones((len(years), 1)),
        placement=one.cohorts.placement[:1],
    )
    return dict(duty_doctors(to_come, until=target, on=day).retained(target, staying=one.staying))
