"""How far an index is from its thresholds: in standardised doctors, in heads, and what one doctor more or less does."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.workforce.index.classes import IndexClass
from kaihoken.workforce.index.table import IndexTable

Floats = npt.NDArray[np.float64]

PLAN_END: Final = 2029
"""The last fiscal year of the plan that is being written (第8次後期), see rules workforce/plan-targets."""

Threshold: TypeAlias = Literal["lower", "upper"]


@dataclass(frozen=True, slots=True)
class Distance:
    """From where an area stands to a threshold.

    `physicians` are the standardised doctors more (negative: fewer) at which the index equals `value`; a threshold
    belongs to its class, so an area leaves 少数 just above it. `heads` are doctors by the area's own ratio, None while
    that ratio is not known (入力待ち). `one_physician` is what one standardised doctor moves the index, `one_head` what
    one doctor of the area's mean hours does.
    """

    threshold: Threshold
    value: float
    physicians: float
    heads: float | None
    one_physician: float
    one_head: float | None


def gaps(table: IndexTable, value: float) -> Floats:
    """Standardised doctors that every area lacks (negative: has beyond) at an index of `value`: value·N·U − S."""
    result: Floats = value * table.population * table.ratio - table.physicians
    return result


def distances(
    table: IndexTable,
    position: int,
    *,
    heads_per_standardised: float | None = None,
    population: float | None = None,
    ratio: float | None = None,
) -> tuple[Distance, Distance]:
    """To the lower and the upper threshold.

    `heads_per_standardised` D/S is the area's own ratio from raw tables. For the end of a plan give its projected
    `population` (100,000) and `ratio`, else those of the table stand. Raises Problem `workforce.index-undefined` where
    the area has no demand to divide by.
    """
    residents = float(table.population[position]) if population is None else population
    demand = residents * (float(table.ratio[position]) if ratio is None else ratio)
    area = table.areas.areas[position]
    if not demand > 0:
        state = table.states[position].value
        raise Problem(
            "workforce.index-undefined",
            where=area.code,
            area=f"{area.code} {area.name}",
            state=state,
            tables="—",
        )
    if heads_per_standardised is not None and not heads_per_standardised > 0:
        raise Problem("workforce.table-unit", where=area.code, table="D/S", unit="> 0")
    now = float(table.physicians[position])

    def to(threshold: Threshold, value: float) -> Distance:
        more = value * demand - now
        return Distance(
            threshold,
            value,
            physicians=more,
            heads=more * heads_per_standardised if heads_per_standardised is not None else None,
            one_physician=1 / demand,
            one_head=1 / (demand * heads_per_standardised) if heads_per_standardised is not None else None,
        )

    return to("lower", table.thresholds.lower), to("upper", table.thresholds.upper)


def nearest(table: IndexTable, position: int, found: tuple[Distance, Distance]) -> Distance:
    """The threshold that the area would cross first: a 少数 area's lower, a 多数 area's upper, else the nearer."""
    lower, upper = found
    if table.classes[position] is IndexClass.MINORITY:
        return lower
    if table.classes[position] is IndexClass.MAJORITY:
        return upper
    return min(found, key=lambda one: abs(one.physicians))
