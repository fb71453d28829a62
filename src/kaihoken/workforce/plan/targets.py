"""目標医師数: how many doctors an area aims at by the end of a plan, the ceiling of that aim, and the gap with its
sign."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Literal, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce import AreaSet
from kaihoken.workforce.index import IndexClass
from kaihoken.workforce.plan.absence import quotient

Floats = npt.NDArray[np.float64]
Classes: TypeAlias = tuple[IndexClass | None, ...]
"""The class of each area; None where it has none."""
Limit = Literal["lower_third", "keep_index"]


class TargetRules(msgspec.Struct, frozen=True):
    """The arithmetic of one plan (rule family workforce/plan-targets): its fiscal years, by class the number that a
    target may reach beyond today's doctors, and whether a prefecture's targets are held to its doctors at the start."""

    family: ClassVar[str] = "workforce/plan-targets"
    may_end: ClassVar[bool] = True  # a plan is over with its years; the next one has rules of its own

    first_fiscal_year: int
    last_fiscal_year: int
    limits: rules.Sourced[Mapping[IndexClass, Limit]]
    prefecture_sum_at_start: rules.Sourced[bool]
    round_up_at_end: rules.Sourced[bool]


class Spread(StrEnum):
    """How a prefecture brings the sum of its areas' targets down to its doctors at the start. The guideline, as far as
    it was read, does not say: whoever computes names one."""

    PROPORTIONAL = "proportional"
    """Each target times the same factor."""

    ONLY_INCREASES = "only_increases"
    """What targets add to today's doctors shrinks by the same factor. As no target lies below today's doctors, each
    ends there."""

    MANY_FIRST = "many_first"
    """From areas where doctors are relatively many (多数), not below the number with which they would still be so; then
    from 中程度, not below the lowest third; 少数 stay. What cannot be taken remains (`over_limit`)."""


Basis = Literal["frozen", "projected", "given"]
"""Where a value of the plan's end comes from: the published one kept, a projection of the ministry's, or the caller."""


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """An area's start and what is expected at the plan's end; row i is area i.

    `physicians` 標準化医師数 at the start; `index` at the start; `population` in 100,000 residents and `ratio`
    (標準化受療率比) at the end. NaN is absent and stays absent in what is computed from it.
    """

    areas: AreaSet
    physicians: Floats
    index: Floats
    population: Floats
    ratio: Floats
    population_basis: Basis
    ratio_basis: Basis
    year: int


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """Targets of areas in standardised doctors, not rounded; row i is area i of `outlook.areas`.

    `lower_third` is T_L, with which the index at the end equals the threshold at the start; `keep_index` the number
    that keeps the area's own index; `limit` the ceiling of its class; `target` the aim, first the ceiling, lower after
    a prefecture's reduction or a planner's choice. `gap` = lower_third − physicians and `increase` = target −
    physicians keep their sign: below zero none is needed.
    """

    outlook: Outlook
    classes: Classes
    threshold: float
    lower_third: Floats
    keep_index: Floats
    limit: Floats
    target: Floats
    status: rules.Status

    @property
    def gap(self) -> Floats:
        """Doctors to the lowest third's threshold, with sign."""
        return self.lower_third - self.outlook.physicians

    @property
    def increase(self) -> Floats:
        """What the target adds to the doctors at the start, with sign."""
        return self.target - self.outlook.physicians


def targets(
    outlook: Outlook, classes: Classes, lower_threshold: float, plan: TargetRules, status: rules.Status
) -> Targets:
    """The targets of areas before their prefecture's sum is looked at.

    T_L = L_start · N_end · U_end; a target may reach max(doctors at start, T_L) in 少数 areas and max(doctors at start,
    I_start · N_end · U_end) elsewhere (`plan.limits`). `status` is that of
    the rule file, and the result carries the less sure of it and of the limits. Source: 第8次医療計画等に関する検討会
    第13回.
    """
    adjusted = outlook.population * outlook.ratio
    reachable = {"lower_third": lower_threshold * adjusted, "keep_index": outlook.index * adjusted}
    limit = np.full(len(outlook.areas), np.nan)
    for kind, name in plan.limits.value.items():
        inside = of_class(classes, kind)
        # np.maximum keeps NaN: where the end is not known, neither is the limit.
        limit[inside] = np.maximum(outlook.physicians, reachable[name])[inside]
    return Targets(
        outlook,
        classes,
        lower_threshold,
        reachable["lower_third"],
        reachable["keep_index"],
        limit,
        limit.copy(),
        less_sure(status, plan.limits.status),
    )


def chosen(made: Targets, by_area: Mapping[str, float]) -> Targets:
    """The targets with those that a planner sets, by area code, in standardised doctors.

    Raises Problem `workforce.area-unknown`, `workforce.target-below-zero`, `workforce.target-above-limit`, and
    `workforce.target-not-known` where the area's limit is absent.
    """
    target = made.target.copy()
    for code, wanted in by_area.items():
        at = made.outlook.areas.position(code)
        if not wanted >= 0:
            raise Problem("workforce.target-below-zero", where=code, area=code, target=f"{wanted:g}")
        if np.isnan(made.limit[at]):
            raise Problem("workforce.target-not-known", where=code, area=code)
        if wanted > made.limit[at]:
            limit = f"{made.limit[at]:.1f}"
            raise Problem(
                "workforce.target-above-limit", where=code, area=code, target=f"{wanted:g}", limit=limit
            )
        target[at] = wanted
    return replace(made, target=target)


@dataclass(frozen=True, slots=True, eq=False)
class HeldTargets:
    """Targets whose sums in prefectures were held to the doctors at the start. `over_limit` names, by prefecture code,
    the standardised doctors that the spread could not take; `not_known` the prefectures where a target is absent."""

    targets: Targets
    spread: Spread
    over_limit: Mapping[str, float]
    not_known: tuple[str, ...]


def hold_prefecture_sums(
    made: Targets, minority_prefectures: frozenset[str], spread: Spread, upper_threshold: float
) -> HeldTargets:
    """Bring the targets of each prefecture that is not 医師少数都道府県 down to its doctors at the start.

    `upper_threshold` is that of 多数 areas, for `Spread.MANY_FIRST`. A prefecture with an absent target keeps its
    targets and is named.
    """
    target = made.target.copy()
    prefecture = np.array([area.prefecture_code for area in made.outlook.areas.areas])
    over: dict[str, float] = {}
    unknown: list[str] = []
    for code in sorted(set(prefecture.tolist()) - minority_prefectures):
        rows = np.flatnonzero(prefecture == code)
        start = made.outlook.physicians[rows].sum()
        excess = target[rows].sum() - start
        if np.isnan(excess):
            unknown.append(code)
        elif excess > 0:
            target[rows], left = _reduced(made, rows, excess, spread, upper_threshold)
            if left > 0:
                over[code] = left
    return HeldTargets(replace(made, target=target), spread, over, tuple(unknown))


def _reduced(
    made: Targets, rows: npt.NDArray[np.intp], excess: float, spread: Spread, upper_threshold: float
) -> tuple[Floats, float]:
    target = made.target[rows]
    if spread is Spread.PROPORTIONAL:
        return target * (1 - excess / target.sum()), 0.0
    start = made.outlook.physicians[rows]
    if spread is Spread.ONLY_INCREASES:
        added = np.maximum(target - start, 0)
        part = min(
            excess / added.sum(), 1.0
        )  # a planner's own lower targets may leave less to take than the excess
        return target - added * part, 0.0
    still_many = made.lower_third[rows] / made.threshold * upper_threshold
    floors = ((IndexClass.MAJORITY, still_many), (IndexClass.MIDDLE, made.lower_third[rows]))
    for kind, floor in floors:
        spare = np.where(of_class(made.classes, kind)[rows], np.maximum(target - floor, 0), 0)
        if spare.sum() > 0:
            taken = min(excess, float(spare.sum()))
            target = target - spare * (taken / spare.sum())
            excess -= taken
    return target, excess if excess > 1e-9 else 0.0


def prefecture_lower_third(
    physicians: float, index: float, lower_threshold: float, population_growth: float, ratio_growth: float
) -> float:
    """T_L of a prefecture from what is published of it: its doctors S and its index, for S / I is its N · U.

    `population_growth` and `ratio_growth` are N_end / N_start and U_end / U_start (1 keeps them). Absent (NaN) for an
    index that is not above zero.
    """
    if not index > 0:
        return float("nan")
    return lower_threshold * physicians / index * population_growth * ratio_growth


def in_heads(standardised: Floats, heads: Floats, physicians: Floats) -> Floats:
    """Standardised doctors as people by each area's own ratio (heads over standardised doctors), rounded up, once.

    Absent where the area has no standardised doctors. A negative number is rounded up as well, towards zero: less is
    taken away, never more.
    """
    ratio = quotient(heads, physicians)
    # 11.000000000000002 is eleven: what floating point adds is no doctor.
    return np.asarray(np.ceil(np.round(standardised * ratio, 9)))


def of_class(classes: Classes, kind: IndexClass) -> npt.NDArray[np.bool_]:
    """Which areas are of a class."""
    return np.array([found is kind for found in classes])


def less_sure(*known: rules.Status) -> rules.Status:
    """The weakest of several: planned, then unconfirmed, then confirmed."""
    order = (rules.Status.PLANNED, rules.Status.UNCONFIRMED, rules.Status.CONFIRMED)
    return min(known, key=order.index)
