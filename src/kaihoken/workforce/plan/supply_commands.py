"""`kaihoken workforce supply`: the projection of supply from a folder of tables, held against the need."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from kaihoken.problems import Problem
from kaihoken.workforce.plan.inputs import RUNS, SEED
from kaihoken.workforce.plan.prefecture_need import duty_years, need_frame, projection_of
from kaihoken.workforce.plan.supply_units import BANDS, Level, SupplyUnits, units_of
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows
from kaihoken.workforce.training import (
    DutyGiven,
    SupplyBands,
    duty_in,
    fictitious_inputs,
    supply_bands,
    supply_in,
    waiting_for_duty,
    waiting_for_standardised,
    waiting_for_supply,
)
from kaihoken.workforce.training.asking import OnOption, TablesOption, both, day_of

SUPPLY_COLUMNS: Final = (
    "year",
    "code",
    "name",
    *(f"heads_{band}" for band in BANDS),
    *(f"standardised_{band}" for band in BANDS),
    "required",
    *(f"gap_{band}" for band in BANDS),
    "duty_doctors",
    "watermark",
)

SeedOption = Annotated[int, typer.Option("--seed", min=0, help="乱数の種 / the seed of the runs")]
RunsOption = Annotated[int, typer.Option("--runs", min=1, help="試行の数 / how many runs")]


def supply(
    tables: TablesOption = None,
    level: Annotated[Level, typer.Option(help="二次医療圏か都道府県か / areas or prefectures")] = "area",
    runs: RunsOption = RUNS,
    seed: SeedOption = SEED,
    demo: Annotated[bool, typer.Option("--demo", help="架空の入力で / with fictitious inputs")] = False,
    on: OnOption = None,
    form: FormOption = Form.TABLE,
) -> None:
    """医師供給推計: 年ごとの幅と必要医師数との差 / the supply of doctors by year, with bands, against the need."""
    if demo == (tables is not None):
        raise typer.BadParameter("--tables FOLDER | --demo")
    day = day_of(on)
    notes = [*both("caution"), *both("supply-reading")]
    duty: tuple[DutyGiven, ...] = ()
    if tables is None:
        found = supply_bands(fictitious_inputs(demo=True), seed=seed, runs=runs)
        notes.insert(0, found.watermark)
    else:
        found = projected(tables, seed=seed, runs=runs)
        no_hours, no_duty = waiting_for_standardised(tables, found.lower.areas), waiting_for_duty(tables)
        for name, lacking in (("supply-heads-only", no_hours), ("supply-no-duty", no_duty)):
            if lacking:
                notes += both(name, tables=named(lacking), commands=templates(lacking))
        duty = () if no_duty else duty_in(tables, on=day)
    frame = need_frame(found, None, on=day)
    working: dict[tuple[str, int], float] = {
        (one.prefecture_code, year.fiscal_year): year.residents + sum(year.serving.values())
        for one in duty
        for year in duty_years(one, on=day)
    }
    print_rows(
        SUPPLY_COLUMNS,
        list(_rows(units_of(found, level, frame), working, found.watermark)),
        form,
        notes=notes,
        facts={
            "projection": msgspec.to_builtins(projection_of(found)),
            "need": {"year": frame.year, "index": frame.national_index, "basis": frame.basis},
        },
        decimals=0,
    )


def projected(folder: Path, *, seed: int, runs: int) -> SupplyBands:
    """The projection from a folder. Raises Problem `workforce.supply-waiting` with every table that is not there."""
    require(waiting_for_supply(folder))
    return supply_bands(supply_in(folder), seed=seed, runs=runs)


def require(waiting: Iterable[tuple[str, str]]) -> None:
    """Raises Problem `workforce.supply-waiting` where tables wait, with the commands that write their templates."""
    lacking = tuple(waiting)
    if lacking:
        raise Problem(
            "workforce.supply-waiting",
            where=lacking[0][0],
            tables=named(lacking),
            commands=templates(lacking),
        )


def named(tables: Iterable[tuple[str, str]]) -> str:
    """「医師の残存率（survival）」 and so on."""
    return "、".join(f"{name}（{table}）" for table, name in tables)


def templates(tables: Iterable[tuple[str, str]]) -> str:
    """The commands that write their templates."""
    return "; ".join(f"kaihoken workforce data template {table}" for table, _ in tables)


def _rows(units: SupplyUnits, working: Mapping[tuple[str, int], float], watermark: str) -> Iterator[Row]:
    gaps = units.gaps()
    for at, year in enumerate(units.years):
        needed = year == units.need_year
        for unit, (code, name) in enumerate(zip(units.codes, units.names, strict=True)):
            row: dict[str, str | int | float | None] = {
                "year": year,
                "code": code,
                "name": name,
                "required": float(units.required[unit]) if needed else None,
                "duty_doctors": working.get((code, year)),
                "watermark": watermark or None,
            }
            for band, label in enumerate(BANDS):
                row[f"heads_{label}"] = float(units.heads[band, at, unit])
                if units.standardised is not None:
                    row[f"standardised_{label}"] = float(units.standardised[band, at, unit])
                if gaps is not None and needed:
                    row[f"gap_{label}"] = float(gaps[band, unit])
            yield row
