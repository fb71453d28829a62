"""What stands beside a prefecture's plan: tables that wait, rules that are not confirmed, credits."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import numpy.typing as npt

from kaihoken import rules, shipped
from kaihoken.problems import Problem
from kaihoken.workforce.plan import awaited
from kaihoken.workforce.plan.ages import AgeRules
from kaihoken.workforce.plan.awaited import Awaited
from kaihoken.workforce.plan.inputs import PlanInputs
from kaihoken.workforce.plan.need import NeedRules
from kaihoken.workforce.plan.prefecture_rows import Credit, Doubt, Need
from kaihoken.workforce.plan.priority import PriorityRules
from kaihoken.workforce.plan.targets import Outlook, TargetRules
from kaihoken.workforce.tables import AREA_TABLE, PREFECTURE_TABLE

PROJECTION = "population/projection_2023_municipality.csv"
INDICATORS = "population/indicators_2026_municipality.csv"
REGISTERED = "doctors/doctors_municipality_2014_2022.csv"


def criteria(on: date) -> PriorityRules | None:
    """The criteria of priority areas on a day; None before they were reported."""
    try:
        return rules.load(PriorityRules, on=on)
    except Problem as problem:
        if problem.code != "rules.no_version":
            raise
        return None


def waiting(
    inputs: PlanInputs, outlook: Outlook, need: Need, rows: npt.NDArray[np.intp], code: str
) -> Iterator[Awaited]:
    """The tables without which a part of the plan is not computed, in the order of the parts."""
    waits = (
        (awaited.POPULATION_AT_END, bool(np.isnan(outlook.population[rows]).any())),
        (awaited.RATIO_AT_END, inputs.ratio_at_end is None),
        (awaited.HEADS, inputs.heads is None),
        (awaited.SUPPLY, any(None in (area.supply_upper, area.supply_lower) for area in need.areas)),
        (awaited.DUTY, not any(given.prefecture_code == code for given in inputs.duty)),
        (awaited.AGES, inputs.ages is None),
        (awaited.CLINICS, inputs.clinics is None),
        (awaited.OBSTETRIC, inputs.deliveries is None or inputs.obstetric_threshold is None),
        (awaited.PAEDIATRIC, inputs.children is None or inputs.paediatric_threshold is None),
        (awaited.LAST_PLAN, inputs.last_plan is None),
    )
    return (table for table, waiting in waits if waiting)


def doubts(plan: TargetRules, on: date, *, as_planned: bool) -> Iterator[Doubt]:
    """The rules behind a plan's numbers that are not confirmed, each with what is known of it."""
    need = rules.load(NeedRules, on=on)
    if as_planned:
        version = rules.PACKAGED.version_planned(TargetRules.family, on=on)
        yield Doubt(TargetRules.family, version.status, version.source)
    for name, value in (
        ("workforce/plan-targets limits", plan.limits),
        ("workforce/plan-targets prefecture_sum_at_start", plan.prefecture_sum_at_start),
        ("workforce/plan-targets round_up_at_end", plan.round_up_at_end),
        ("workforce/need-2036 national_index", need.national_index),
    ):
        if value.status is not rules.Status.CONFIRMED:
            yield Doubt(name, value.status, value.source)
    families = (AgeRules.family, *((PriorityRules.family,) if criteria(on) else ()))
    for family in families:
        version = rules.PACKAGED.version_named(family, on=on)
        if version.status is not rules.Status.CONFIRMED:
            yield Doubt(family, version.status, version.source)


def credits_of_plan() -> tuple[Credit, ...]:
    """The shipped tables that a plan is made of."""
    used = (AREA_TABLE, PREFECTURE_TABLE, PROJECTION, INDICATORS, REGISTERED)
    titles = {file.path: file.title for file in shipped.manifest().files}
    return tuple(Credit(titles[file], shipped.credit(file)) for file in used)
