"""`kaihoken workforce plan`."""

from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
import typer

from kaihoken.web import messages
from kaihoken.workforce.index import shipped_index
from kaihoken.workforce.plan.inputs import RUNS, SEED, PlanInputs, inputs_in
from kaihoken.workforce.plan.prefecture_plan import NOTHING_GIVEN, plan_of
from kaihoken.workforce.plan.prefecture_rows import AreaTarget, PrefecturePlan
from kaihoken.workforce.plan.supply_commands import RunsOption, SeedOption, named
from kaihoken.workforce.plan.targets import Spread
from kaihoken.workforce.printing import FICTITIOUS, Form, FormOption, Row, print_rows
from kaihoken.workforce.training.asking import OnOption, day_of

PLAN_COLUMNS: Final = (
    "area_code",
    "area",
    "index_class",
    "published_index",
    "physicians",
    "population_start",
    "population_end",
    "lower_third",
    "gap",
    "limit",
    "target",
    "increase",
    "heads_target",
    "required_2036",
    "supply_median",
    "supply_lower",
    "supply_upper",
    "candidate",
)


PrefectureAsked = Annotated[
    str, typer.Argument(metavar="PREFECTURE", help="都道府県のコードか名前 / code or name of a prefecture")
]
SpreadOption = Annotated[
    Spread, typer.Option(help="県の上限への収め方 / how the prefecture's sum of targets is held")
]
PopulationOption = Annotated[
    Literal["projected", "frozen"],
    typer.Option(help="計画終了時の人口: 推計か据え置きか / residents at the plan's end"),
]
DataOption = Annotated[
    Path | None,
    typer.Option(
        "--tables", "--data", help="計画と供給の表のフォルダー / folder of tables of plan and supply"
    ),
]
ObstetricOption = Annotated[
    float | None, typer.Option(help="分娩取扱医師偏在指標の下位1/3 / lowest third, deliveries")
]
PaediatricOption = Annotated[
    float | None, typer.Option(help="小児医師偏在指標の下位1/3 / lowest third, children")
]
SupplyOption = Annotated[
    float | None, typer.Option(help="2036年の全国の標準化医師数 / the nation's standardised doctors of 2036")
]


def plan(
    prefecture: PrefectureAsked,
    spread: SpreadOption,
    population: PopulationOption = "projected",
    data: DataOption = None,
    obstetric_threshold: ObstetricOption = None,
    paediatric_threshold: PaediatricOption = None,
    national_supply: SupplyOption = None,
    runs: RunsOption = RUNS,
    seed: SeedOption = SEED,
    on: OnOption = None,
    form: FormOption = Form.TABLE,
) -> None:
    """都道府県の医師確保計画の数値 / the numbers of a prefecture's plan: targets, need, candidates, what waits."""
    day = day_of(on)
    inputs = inputs_given(
        data, obstetric_threshold, paediatric_threshold, national_supply, on=day, seed=seed, runs=runs
    )
    made = plan_of(prefecture, on=day, spread=spread, population=population, inputs=inputs)
    facts = msgspec.to_builtins(made)
    del facts["areas"]
    print_rows(
        PLAN_COLUMNS,
        [plan_row(made, area) for area in made.areas],
        form,
        notes=_notes(made),
        facts={"plan": facts},
        decimals=1,
    )


def inputs_given(
    data: Path | None,
    obstetric: float | None,
    paediatric: float | None,
    national_supply: float | None,
    *,
    on: date,
    seed: int = SEED,
    runs: int = RUNS,
) -> PlanInputs:
    """What the options of a command give for a plan."""
    if data is None:
        return NOTHING_GIVEN if national_supply is None else PlanInputs(national_supply=national_supply)
    return inputs_in(
        data,
        shipped_index().areas,
        on=on,
        obstetric_threshold=obstetric,
        paediatric_threshold=paediatric,
        national_supply=national_supply,
        seed=seed,
        runs=runs,
    )


def plan_row(made: PrefecturePlan, area: AreaTarget) -> Row:
    """One area as the fields `PLAN_COLUMNS`; `candidate` has the reasons, joined with +."""
    need = next(one for one in made.need.areas if one.area_code == area.area_code)
    reasons = [one.reasons for one in made.candidates if one.code == area.area_code]
    return {
        **msgspec.structs.asdict(area),
        "index_class": area.index_class.value if area.index_class else None,
        "class_source": area.class_source.value,
        "required_2036": need.required,
        "supply_median": need.supply_median,
        "supply_lower": need.supply_lower,
        "supply_upper": need.supply_upper,
        "candidate": "+".join(reasons[0]) if reasons else None,
    }


def _notes(made: PrefecturePlan) -> list[str]:
    words = messages("workforce")

    def both(name: str, **facts: str | int) -> str:
        return f"{words.text(name, 'ja', **facts)} / {words.text(name, 'en', **facts)}"

    notes = [both("caution")]
    if made.awaited:
        notes.append(both("plan-awaited", tables=named((one.table, one.entry.ja) for one in made.awaited)))
    if made.doubts:
        notes.append(both("plan-doubts", rules="、".join(one.rule for one in made.doubts)))
    notes += [both("plan-fault", code=code, place=place) for code, place in made.faults]
    if made.correction is not None and made.correction.plan.demo:
        notes.append(FICTITIOUS)
    return notes + list(dict.fromkeys(credit.credit for credit in made.credits))
