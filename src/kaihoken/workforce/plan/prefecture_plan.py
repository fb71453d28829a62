"""One prefecture's plan from what ships and what is given: each part that can be computed, and which tables wait."""

from datetime import date
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce import PrefectureCode, prefectures
from kaihoken.workforce.index import (
    IndexClass,
    IndexTable,
    rows_of,
    shipped_index,
    shipped_prefectures,
)
from kaihoken.workforce.plan.absence import present
from kaihoken.workforce.plan.evaluation import published_attainment
from kaihoken.workforce.plan.ground import ground
from kaihoken.workforce.plan.inputs import PlanInputs, require_units
from kaihoken.workforce.plan.prefecture_need import duty_of, need_of
from kaihoken.workforce.plan.prefecture_notes import credits_of_plan, criteria, doubts, waiting
from kaihoken.workforce.plan.prefecture_parts import (
    ages_of,
    attainment_of,
    clinics_by_size_of,
    clinics_of,
    correction_of,
    evaluation_of,
    obstetric_of,
    paediatric_of,
)
from kaihoken.workforce.plan.prefecture_rows import (
    AreaTarget,
    PrefecturePlan,
    PrefectureTarget,
)
from kaihoken.workforce.plan.priority import (
    Candidate,
    Landscape,
    PriorityRules,
    Unit,
    candidates,
    national_policy,
)
from kaihoken.workforce.plan.targets import (
    Basis,
    HeldTargets,
    Outlook,
    Spread,
    TargetRules,
    chosen,
    hold_prefecture_sums,
    in_heads,
    prefecture_lower_third,
    targets,
)
from kaihoken.workforce.tables import projected_population, projected_prefectures

Floats = npt.NDArray[np.float64]

NOTHING_GIVEN = PlanInputs()
_FROZEN: Basis = "frozen"
_GIVEN: Basis = "given"


def plan_of(
    prefecture: str,
    *,
    on: date,
    spread: Spread,
    population: Literal["projected", "frozen"] = "projected",
    inputs: PlanInputs = NOTHING_GIVEN,
    as_planned: bool = False,
    made_on: date | None = None,
) -> PrefecturePlan:
    """The plan of a prefecture (code or name) by the rules of a day, on the published index of January 2024.

    `spread` says how the sum of targets is held to today's doctors outside 医師少数都道府県. `population` is that of
    the plan's end: the projection of its last fiscal year, or the published one kept; a given table goes before both,
    area by area. `as_planned` takes the rules of a plan to come; `made_on` is the day of making, where it is not that
    of the rules. Raises Problem `workforce.prefecture-unknown`,
    `workforce.plan-units`, `rules.no_version`, and what the parts raise for what is given.
    """
    code = prefecture_code(prefecture)
    load = rules.load_as_planned if as_planned else rules.load
    plan = load(TargetRules, on=on)
    version = rules.PACKAGED.version_planned if as_planned else rules.PACKAGED.version_named
    status = version(TargetRules.family, on=on).status
    table = shipped_index()
    require_units(table, inputs)
    rows = np.array(rows_of(table, code))
    outlook = _outlook(table, population, inputs, plan.last_fiscal_year)
    held = _targets(table, outlook, plan, status, spread, inputs)
    need = need_of(table, rows, inputs, on)
    last = evaluation_of(table, rows, inputs)
    return PrefecturePlan(
        prefecture_code=code,
        prefecture=prefectures()[code],
        made_on=made_on or on,
        first_fiscal_year=plan.first_fiscal_year,
        last_fiscal_year=plan.last_fiscal_year,
        threshold_upper=table.thresholds.upper,
        threshold_lower=table.thresholds.lower,
        population_basis=outlook.population_basis,
        population_year=outlook.year,
        population_interpolated=outlook.population_basis == "projected" and outlook.year % 5 != 0,
        ratio_basis=outlook.ratio_basis,
        spread=spread,
        status=held.targets.status,
        whole=_whole(table, rows, code, held, outlook),
        areas=_areas(table, rows, held, inputs.heads),
        need=need,
        duty=duty_of(inputs, code, on),
        ages=ages_of(table, rows, inputs, on),
        candidates=_candidates(code, on),
        own_candidates=()
        if inputs.policy is None
        else _inside(candidates(inputs.policy, _landscape()), code),
        clinics=clinics_of(inputs, code),
        clinics_by_size=clinics_by_size_of(inputs, code),
        obstetric=obstetric_of(inputs, on),
        paediatric=paediatric_of(inputs, on),
        evaluation=last,
        attainment=attainment_of(inputs, last),
        published_attainment=published_attainment(),
        correction=None if inputs.correction is None else correction_of(inputs.correction, on),
        awaited=tuple(waiting(inputs, outlook, need, rows, code)),
        faults=tuple((fault.code, fault.where) for fault in inputs.faults),
        doubts=tuple(doubts(plan, on, as_planned=as_planned)),
        credits=credits_of_plan(),
    )


def minority_prefectures() -> frozenset[str]:
    """医師少数都道府県 of the published index, by code."""
    table = shipped_prefectures()
    return frozenset(
        area.code
        for area, found in zip(table.areas.areas, table.classes, strict=True)
        if found is IndexClass.MINORITY
    )


def prefecture_code(prefecture: str) -> PrefectureCode:
    """The code of a prefecture given by code or name. Problem `workforce.prefecture-unknown`."""
    for code, name in prefectures().items():
        if prefecture in (code, name, name[:-1]):
            return code
    raise Problem("workforce.prefecture-unknown", where=prefecture, prefecture=prefecture)


def _outlook(table: IndexTable, population: Basis, inputs: PlanInputs, year: int) -> Outlook:
    end = table.population
    if population == "projected":
        end = projected_population(table.areas, year).hundred_thousands
    basis: Basis = population
    if inputs.population_at_end is not None:
        given = inputs.population_at_end / 100_000
        end = np.where(np.isnan(given), end, given)
        basis = basis if np.isnan(given).all() else _GIVEN
    ratio, ratio_basis = table.ratio, _FROZEN
    if inputs.ratio_at_end is not None:
        # A ratio is given for areas or not at all: one kept and one given would not be of one nation.
        ratio, ratio_basis = inputs.ratio_at_end, _GIVEN
    start = np.where(np.isnan(table.published), table.index, table.published)
    return Outlook(table.areas, table.physicians, start, end, ratio, basis, ratio_basis, year)


def _targets(
    table: IndexTable,
    outlook: Outlook,
    plan: TargetRules,
    status: rules.Status,
    spread: Spread,
    inputs: PlanInputs,
) -> HeldTargets:
    made = targets(outlook, table.classes, table.thresholds.lower, plan, status)
    made = chosen(made, inputs.own_targets or {})
    if not plan.prefecture_sum_at_start.value:
        return HeldTargets(made, spread, {}, ())
    return hold_prefecture_sums(made, minority_prefectures(), spread, table.thresholds.upper)


def _whole(
    table: IndexTable, rows: npt.NDArray[np.intp], code: PrefectureCode, held: HeldTargets, outlook: Outlook
) -> PrefectureTarget:
    printed = shipped_prefectures()
    at = printed.areas.position(code)
    physicians = float(table.physicians[rows].sum())
    index = float(printed.published[at])
    end = float(outlook.population[rows].sum())
    if outlook.population_basis == "projected":
        end = (
            projected_prefectures(outlook.year)[code] / 100_000
        )  # whole, also where an area's part is absent
    growth = end / float(table.population[rows].sum())
    lower = prefecture_lower_third(physicians, index, printed.thresholds.lower, growth, 1.0)
    few = printed.classes[at] is IndexClass.MINORITY
    return PrefectureTarget(
        index=present(index),
        index_class=printed.classes[at],
        physicians=physicians,
        lower_third=present(lower),
        limit=present(float(np.maximum(physicians, lower)) if few else physicians),
        sum_of_targets=present(float(held.targets.target[rows].sum())),
        over_limit=held.over_limit.get(code, 0.0),
        held=not few and code not in held.not_known,
    )


def _areas(
    table: IndexTable, rows: npt.NDArray[np.intp], held: HeldTargets, heads: Floats | None
) -> tuple[AreaTarget, ...]:
    made, outlook = held.targets, held.targets.outlook
    people = np.full(len(table), np.nan) if heads is None else heads
    target, increase = (in_heads(each, people, table.physicians) for each in (made.target, made.increase))
    return tuple(
        AreaTarget(
            area_code=table.areas.areas[at].code,
            area=table.areas.areas[at].name,
            index=present(table.index[at]),
            published_index=present(table.published[at]),
            index_class=table.classes[at],
            class_source=table.class_source[at],
            borderline=bool(table.borderline[at]),
            physicians=present(table.physicians[at]),
            population_start=present(table.population[at]),
            population_end=present(outlook.population[at]),
            ratio_start=present(table.ratio[at]),
            ratio_end=present(outlook.ratio[at]),
            lower_third=present(made.lower_third[at]),
            keep_index=present(made.keep_index[at]),
            limit=present(made.limit[at]),
            target=present(made.target[at]),
            gap=present(made.gap[at]),
            increase=present(made.increase[at]),
            heads_now=present(people[at]),
            heads_target=present(target[at]),
            heads_increase=present(increase[at]),
        )
        for at in rows.tolist()
    )


def _candidates(code: str, on: date) -> tuple[Candidate, ...]:
    rule = criteria(on)
    if rule is None:
        return ()
    return _inside(_national_candidates(rule), code)


def _inside(named: tuple[Candidate, ...], code: str) -> tuple[Candidate, ...]:
    """Those of a prefecture; districts and circles have names for codes, and are whose policy it is."""
    free = (Unit.DISTRICT, Unit.CIRCLE)
    return tuple(one for one in named if one.unit in free or one.code[:2] == code)


@cache
def _national_candidates(rule: PriorityRules) -> tuple[Candidate, ...]:
    return candidates(national_policy(rule), _landscape())


@cache
def _landscape() -> Landscape:
    """Of all areas: the criteria look at them together."""
    table = shipped_index()
    few = minority_prefectures()
    return Landscape(table.areas, table.published, table.classes, few, ground(table.areas))
