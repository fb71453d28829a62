"""What a planner gives for a prefecture's plan, each part or none of it, and reading it from a folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
from kaihoken.workforce.plan.given import Given, read_given
from kaihoken.workforce.plan.priority import Policy

Floats = npt.NDArray[np.float64]

CORRECTION_FILE: Final = "correction-plan.json"
POLICY_FILE: Final = "priority-policy.json"
_FAR: Final = 20


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
    and `supply_lower` standardised doctors of 2036, `national_supply` the nation's; `deliveries` and `children` rows
    by areas of their own, and their lowest-third thresholds, without which they wait; `own_targets` by area code;
    `policy` the prefecture's own rules for priority areas.
    `faults` are rows left out.
    """

    heads: Floats | None = None
    population_at_end: Floats | None = None
    ratio_at_end: Floats | None = None
    supply_upper: Floats | None = None
    supply_lower: Floats | None = None
    national_supply: float | None = None
    ages: AgeTable | None = None
    clinics: ClinicCounts | None = None
    deliveries: Given | None = None
    obstetric_threshold: float | None = None
    children: Given | None = None
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
    obstetric_threshold: float | None = None,
    paediatric_threshold: float | None = None,
    national_supply: float | None = None,
) -> PlanInputs:
    """Everything that a folder has: `<table>.csv` for the tables of `awaited.TABLES`, `correction-plan.json` and
    `priority-policy.json`.

    Raises Problem `workforce.plan-folder`, `workforce.policy-unreadable`, and what `read_given` and
    `read_correction_plan` raise.
    """
    if not folder.is_dir():
        raise Problem("workforce.plan-folder", where=str(folder), folder=str(folder))
    faults: list[Problem] = []

    def read(table: Awaited, among: AreaSet | None = areas) -> Given | None:
        path = folder / f"{table.table}.csv"
        if not path.is_file():
            return None
        found = read_given(table, _text(path.read_bytes()), among)
        faults.extend(found.faults)
        return found

    def by_area(given: Given | None, name: str) -> Floats | None:
        return None if given is None else given.by_area(areas, name)

    supply, correction, policy = read(SUPPLY), folder / CORRECTION_FILE, folder / POLICY_FILE
    return PlanInputs(
        heads=by_area(read(HEADS), "physicians"),
        population_at_end=by_area(read(POPULATION_AT_END), "residents"),
        ratio_at_end=by_area(read(RATIO_AT_END), "ratio"),
        supply_upper=by_area(supply, "supply_upper"),
        supply_lower=by_area(supply, "supply_lower"),
        national_supply=national_supply,
        ages=_ages(read(AGES), areas, faults),
        clinics=_clinics(read(CLINICS, None)),
        deliveries=read(OBSTETRIC, None),
        obstetric_threshold=obstetric_threshold,
        children=read(PAEDIATRIC, None),
        paediatric_threshold=paediatric_threshold,
        last_plan=_last_plan(read(LAST_PLAN), read(MEASURES), areas, faults),
        own_targets=_targets(read(OWN_TARGETS)),
        policy=_policy(policy.read_bytes()) if policy.is_file() else None,
        correction=read_correction_plan(correction.read_bytes()) if correction.is_file() else None,
        faults=tuple(faults),
    )


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


def _text(content: bytes) -> str:
    """UTF-8, or the encoding in which spreadsheets of public offices are often saved."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp932", errors="replace")


def _policy(content: bytes) -> Policy:
    try:
        return msgspec.json.decode(content, type=Policy)
    except msgspec.DecodeError as error:
        reason, _, place = str(error).partition(" - at `")
        where = place.rstrip("`") or "$"
        raise Problem("workforce.policy-unreadable", where=where, reason=reason) from error


def _clinics(given: Given | None) -> ClinicCounts | None:
    if given is None:
        return None
    return ClinicCounts(tuple(key[0] for key in given.keys), *(given.numbers[:, at] for at in range(4)))


def _last_plan(
    given: Given | None, told: Given | None, areas: AreaSet, faults: list[Problem]
) -> LastPlan | None:
    if given is None:
        return None

    def moment(end: str) -> Moment:
        names = ("physicians", "population", "ratio")
        return Moment(*(given.by_area(areas, f"{name}_{end}") for name in names))

    texts: dict[str, dict[str, tuple[str, ...]]] = {"measure": {}, "carried_over": {}}
    for (area, kind, text), line in zip(told.keys, told.lines, strict=True) if told is not None else ():
        if kind in texts:
            texts[kind][area] = (*texts[kind].get(area, ()), text)
        else:
            faults.append(_unreadable(MEASURES, line, "kind", kind))
    target = given.by_area(areas, "target")
    return LastPlan(target, moment("start"), moment("end"), texts["measure"], texts["carried_over"])


def _targets(given: Given | None) -> dict[str, float] | None:
    if given is None:
        return None
    return {
        key[0]: float(value)
        for key, value in zip(given.keys, given.column("target"), strict=True)
        if not np.isnan(value)
    }


def _ages(given: Given | None, areas: AreaSet, faults: list[Problem]) -> AgeTable | None:
    """The long table as one column for each band; an area without any row is absent, a band without a row is zero."""
    if given is None:
        return None
    rows = []
    for key, line, value in zip(given.keys, given.lines, given.column("physicians"), strict=True):
        area, workplace, first, below = key
        if workplace not in ("all", "clinic"):
            faults.append(_unreadable(AGES, line, "workplace", workplace))
        elif not (first.isdigit() and below.isdigit() and int(first) < int(below)):
            faults.append(_unreadable(AGES, line, "age_from", f"{first}, {below}"))
        else:
            rows.append((areas.position(area), workplace, (int(first), int(below)), value))
    bands = tuple(sorted({band for _, _, band, _ in rows}))
    tables = {kind: np.full((len(areas), len(bands)), np.nan) for kind in ("all", "clinic")}
    for at, kind, _, _ in rows:
        tables[kind][at] = 0
    for at, kind, band, value in rows:
        tables[kind][at, bands.index(band)] = (
            value  # a suppressed band stays absent, and so do the area's shares
        )
    return AgeTable(areas, bands, tables["all"], _unless_empty(tables["clinic"]))


def _unreadable(table: Awaited, line: int, name: str, reason: str) -> Problem:
    where = f"{table.table} line {line}"
    return Problem("workforce.plan-row-unreadable", where=where, line=line, field=name, reason=reason)


def _unless_empty(table: Floats) -> Floats | None:
    return None if np.isnan(table).all() else table
