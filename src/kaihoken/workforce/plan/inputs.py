"""What a planner gives for a prefecture's plan, each part or none of it, and reading it from a folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.workforce import AreaSet
from kaihoken.workforce.index import IndexTable
from kaihoken.workforce.plan.ages import AgeTable
from kaihoken.workforce.plan.awaited import (
    AGES,
    CLINICS,
    HEADS,
    LAST_PLAN,
    MEASURES,
    OBSTETRIC,
    OWN_TARGETS,
    PAEDIATRIC,
    POPULATION_AT_END,
    RATIO_AT_END,
    SUPPLY,
    Awaited,
)
from kaihoken.workforce.plan.clinics import ClinicCounts
from kaihoken.workforce.plan.correction import CorrectionPlan, read_correction_plan
from kaihoken.workforce.plan.evaluation import Moment
from kaihoken.workforce.plan.priority import Policy
from kaihoken.workforce.tables import TOTAL, LongTable, find_table, zero_where_none
from kaihoken.workforce.training import (
    DutyGiven,
    SupplyBands,
    duty_in,
    supply_bands,
    supply_in,
    waiting_for_duty,
    waiting_for_supply,
)

Floats = npt.NDArray[np.float64]

CORRECTION_FILE: Final = "correction-plan.json"
POLICY_FILE: Final = "priority-policy.json"
SEED: Final = 1
RUNS: Final = 1000
"""Of the supply projection, where nothing else is said; both stand in the plan."""

_FAR: Final = 20
_OLDEST: Final = 95  # an open last band of ages is read as far as this


@dataclass(frozen=True, slots=True, eq=False)
class LastPlan:
    """The plan that is evaluated: targets in standardised doctors and both ends of its index; row i is area i.
    `measures` and `carried_over` by area code, as the prefecture writes them."""

    target: Floats
    start: Moment
    end: Moment
    measures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    carried_over: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class PlanInputs:
    """Columns have one row for each area of the set, NaN where absent; None is a table that was not given (入力待ち).

    `heads` 医療施設従事医師 in persons; `population_at_end` residents; `ratio_at_end` 標準化受療率比; `supply_upper`
    and `supply_lower` standardised doctors of 2036, `national_supply` the nation's; `supply` the projection, which
    stands where those are not given; `duty` the cohorts of 地域枠 by prefecture; `deliveries` and `children` rows by
    areas of their own, and their lowest-third thresholds, without which they wait; `own_targets` by area code;
    `policy` the prefecture's own rules for priority areas. `faults` are rows left out.
    """

    heads: Floats | None = None
    population_at_end: Floats | None = None
    ratio_at_end: Floats | None = None
    supply_upper: Floats | None = None
    supply_lower: Floats | None = None
    national_supply: float | None = None
    supply: SupplyBands | None = None
    duty: tuple[DutyGiven, ...] = ()
    ages: AgeTable | None = None
    clinics: ClinicCounts | None = None
    deliveries: LongTable | None = None
    obstetric_threshold: float | None = None
    children: LongTable | None = None
    paediatric_threshold: float | None = None
    last_plan: LastPlan | None = None
    own_targets: dict[str, float] | None = None
    policy: Policy | None = None
    correction: CorrectionPlan | None = None
    faults: tuple[Problem, ...] = ()


def inputs_in(
    folder: Path,
    areas: AreaSet,
    *,
    on: date,
    obstetric_threshold: float | None = None,
    paediatric_threshold: float | None = None,
    national_supply: float | None = None,
    seed: int = SEED,
    runs: int = RUNS,
) -> PlanInputs:
    """Everything that a folder has: the tables of `awaited.TABLES` and those of the supply projection (see
    `kaihoken workforce data template`), `correction-plan.json` and `priority-policy.json`.

    Of the plan's own tables, what cannot be read is left out and told; those of supply and 地域枠 are refused then.
    「－」 is absent, but among ages it is nobody. Raises Problem `workforce.data-folder`, `workforce.table-faulty`,
    `workforce.policy-unreadable`, and what `supply_in`, `duty_in` and `read_correction_plan` raise.
    """
    faults: list[Problem] = []

    def read(wanted: Awaited) -> LongTable | None:
        found = find_table(wanted.table, folder, areas=areas)
        if found is None:
            return None
        if found.table is None:
            raise Problem(
                "workforce.table-faulty", where=found.file, table=wanted.table, errors=len(found.errors)
            )
        faults.extend(finding.problem for finding in found.errors)
        return found.table

    def by_area(table: LongTable | None, name: str) -> Floats | None:
        return None if table is None else column(table, areas.codes, name)

    supply, policy = read(SUPPLY), folder / POLICY_FILE
    return PlanInputs(
        heads=by_area(read(HEADS), "physicians"),
        population_at_end=by_area(read(POPULATION_AT_END), "residents"),
        ratio_at_end=by_area(read(RATIO_AT_END), "ratio"),
        supply_upper=by_area(supply, "supply_upper"),
        supply_lower=by_area(supply, "supply_lower"),
        national_supply=national_supply,
        supply=None if waiting_for_supply(folder) else supply_bands(supply_in(folder), seed=seed, runs=runs),
        duty=() if waiting_for_duty(folder) else duty_in(folder, on=on),
        ages=_ages(read(AGES), areas),
        clinics=_clinics(read(CLINICS)),
        deliveries=read(OBSTETRIC),
        obstetric_threshold=obstetric_threshold,
        children=read(PAEDIATRIC),
        paediatric_threshold=paediatric_threshold,
        last_plan=_last_plan(read(LAST_PLAN), read(MEASURES), areas),
        own_targets=_targets(read(OWN_TARGETS)),
        policy=_policy(policy.read_bytes()) if policy.is_file() else None,
        correction=correction_in(folder),
        faults=tuple(faults),
    )


def correction_in(folder: Path) -> CorrectionPlan | None:
    """The `correction-plan.json` of a folder, None where there is none. Raises what `read_correction_plan` raises."""
    path = folder / CORRECTION_FILE
    return read_correction_plan(path.read_bytes()) if path.is_file() else None


def column(table: LongTable, places: Sequence[str], name: str) -> Floats:
    """The figures of one measure by place, NaN where absent."""
    return table.grid([("place", places)], measure=name)[0]


def require_units(table: IndexTable, inputs: PlanInputs) -> None:
    """That given columns are of the size of the published ones: persons and not 100,000 persons, a ratio near 1.

    Raises Problem `workforce.plan-units` for the first area whose figure is more than 20 times or less than a
    twentieth of the published one. Zeros are left alone.
    """
    ratios = np.ones(len(table))
    for name, given, published in (
        ("residents", inputs.population_at_end, table.population * 100_000),
        ("ratio", inputs.ratio_at_end, ratios),
        ("physicians", inputs.heads, table.physicians),
        ("supply_upper", inputs.supply_upper, table.physicians),
        ("supply_lower", inputs.supply_lower, table.physicians),
    ):
        if given is None:
            continue
        sized = (given > 0) & (published > 0)
        wrong = sized & ((given > _FAR * published) | (given * _FAR < published))
        for at in np.flatnonzero(wrong)[:1]:
            code = table.areas.codes[at]
            raise Problem(
                "workforce.plan-units",
                where=f"{name} {code}",
                field=name,
                area=code,
                value=f"{given[at]:g}",
                published=f"{published[at]:g}",
            )


def _policy(content: bytes) -> Policy:
    try:
        return msgspec.json.decode(content, type=Policy)
    except msgspec.DecodeError as error:
        reason, _, place = str(error).partition(" - at `")
        where = place.rstrip("`") or "$"
        raise Problem("workforce.policy-unreadable", where=where, reason=reason) from error


def _clinics(table: LongTable | None) -> ClinicCounts | None:
    if table is None:
        return None
    codes = table.labels("place")
    names = ("clinics_then", "clinics_now", "population_then", "population_now")
    return ClinicCounts(codes, *(column(table, codes, name) for name in names))


def _last_plan(table: LongTable | None, told: LongTable | None, areas: AreaSet) -> LastPlan | None:
    if table is None:
        return None

    def moment(end: str) -> Moment:
        names = ("physicians", "population", "ratio")
        return Moment(*(column(table, areas.codes, f"{name}_{end}") for name in names))

    target = column(table, areas.codes, "target")
    return LastPlan(
        target, moment("start"), moment("end"), _texts(told, "measure"), _texts(told, "carried_over")
    )


def _texts(told: LongTable | None, kind: str) -> dict[str, tuple[str, ...]]:
    """The texts of one kind by area, in the order of their numbers."""
    if told is None:
        return {}
    rows = sorted(
        (place, order, text)
        for place, one, order, text in zip(
            told.keys["place"].tolist(),
            told.keys["kind"].tolist(),
            told.values.tolist(),
            told.keys["second"].tolist(),
            strict=True,
        )
        if one == kind
    )
    return {
        place: tuple(text for _, _, text in texts) for place, texts in groupby(rows, key=lambda row: row[0])
    }


def _targets(table: LongTable | None) -> dict[str, float] | None:
    if table is None:
        return None
    codes = table.labels("place")
    targets = column(table, codes, "target")
    return {code: float(value) for code, value in zip(codes, targets, strict=True) if not np.isnan(value)}


def _ages(given: LongTable | None, areas: AreaSet) -> AgeTable | None:
    """Doctors by band; an area without a row is absent, and so is one with a suppressed band."""
    if given is None:
        return None
    table = zero_where_none(given)
    ages = [age for age in table.labels("age") if age != TOTAL]
    heads, clinic = (
        table.grid([("place", areas.codes), ("age", ages)], kind=kind)[0] for kind in ("all", "clinic")
    )
    return AgeTable(areas, tuple(_band(age) for age in ages), heads, _unless_empty(clinic))


def _band(age: str) -> tuple[int, int]:
    """The first age of a band and the one after its last."""
    if age.startswith("-"):
        return int(age[1:]), int(age[1:]) + 1  # 24歳以下: nobody is a doctor before
    if age.endswith("+"):
        return int(age[:-1]), _OLDEST
    first, last = age.split("-")
    return int(first), int(last) + 1


def _unless_empty(table: Floats) -> Floats | None:
    return None if np.isnan(table).all() else table
