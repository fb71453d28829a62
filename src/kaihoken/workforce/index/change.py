"""前回との差: what changed an index since the last one, with the change of method as its own bar.

Two full sets of raw tables answer it without any order. Of components alone the effect of method is known where the old
data were counted again by the new method. Of printed values alone only the nation's own movement can be told apart.
"""

from dataclasses import dataclass, replace
from typing import ClassVar, Final

import msgspec
import numpy as np
import numpy.typing as npt

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.rules import Sourced
from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.index.attribution import Changed, Factor, attribute
from kaihoken.workforce.index.explanation import (
    COMPONENTS,
    PER_RESIDENT,
    RATIO,
    RAW_TABLES,
    Bar,
    Explanation,
    bars_of,
    require_defined,
)
from kaihoken.workforce.index.raw import PER_100K, RawTables, factors_of, states_of
from kaihoken.workforce.index.shipped import FORMER_DAY, shipped_nation
from kaihoken.workforce.index.table import IndexTable
from kaihoken.workforce.tables import Flows, PatientFlow, Physicians, Population, WorkplaceShares, carry

Floats = npt.NDArray[np.float64]

METHOD: Final = "method"
NATION: Final = "nation"
POSITION: Final = "relative-position"
NATIONAL_REFERENCE: Final = "national-reference"

_RAW: Final = (
    Factor(
        PER_RESIDENT,
        (Factor("heads"), Factor("ages-and-hours"), Factor("workplaces"), Factor("residents")),
    ),
    Factor(RATIO, (Factor("ages-of-residents"), Factor("inpatient-flow"), Factor("clinic-flow"))),
    Factor(NATIONAL_REFERENCE),
    Factor(METHOD, (Factor("workplaces-rule"), Factor("hours-survey"), Factor("rates-survey"), Factor("q"))),
)


class FormerIndex(msgspec.Struct, frozen=True):
    """Printed values of the former index, where they are known (rule family workforce/last-index)."""

    family: ClassVar[str] = "workforce/last-index"
    may_end: ClassVar[bool] = True  # it is over with the index that followed it

    nation: Sourced[float]
    areas: dict[str, float]


def former_index() -> FormerIndex:
    """The index before the shipped one."""
    return rules.load(FormerIndex, on=FORMER_DAY)


@dataclass(frozen=True, slots=True, eq=False)
class Rounds:
    """The components of one set of areas in two rounds, and the old data by the new method where that is known."""

    before: IndexTable
    after: IndexTable
    before_by_new_method: IndexTable | None = None


def explain_printed_change(table: IndexTable, position: int) -> Explanation:
    """The change since the former printed index: the movement of the nation's own value, in which a change of method
    lies too, and of the area's position beside it. Raises Problem `workforce.no-former-index`."""
    area, former = table.areas.areas[position], former_index()
    if area.code not in former.areas:
        known = ", ".join(sorted(former.areas))
        raise Problem(
            "workforce.no-former-index", where=area.code, area=f"{area.code} {area.name}", known=known
        )
    start, end = former.areas[area.code], float(table.published[position])
    nation = former.nation.value, shipped_nation().published
    relative = start / nation[0], end / nation[1]

    def worth(changed: Changed) -> Floats:
        return np.array([nation[NATION in changed] * relative[POSITION in changed]])

    shares = attribute((Factor(NATION), Factor(POSITION)), worth)
    bars = bars_of(shares, 0, {NATION: nation, POSITION: relative})
    return Explanation(area, "last-index", start, end, bars, RAW_TABLES, unconfirmed=(FormerIndex.family,))


def explain_change(rounds: Rounds, position: int) -> Explanation:
    """The change by components. Where the old data were counted by the new method, the difference that this makes on
    them is the bar of method, and the rest is doctors per resident and the ratio. Else the two hold it inside, and
    `waiting` says what would tell them apart."""
    before, after = rounds.before, rounds.after
    middle = rounds.before_by_new_method or before
    old, new = _components(middle, position), _components(after, position)

    def worth(changed: Changed) -> Floats:
        doctors, ratio = new[0] if PER_RESIDENT in changed else old[0], new[1] if RATIO in changed else old[1]
        return np.array([doctors / ratio])

    values = {PER_RESIDENT: (old[0], new[0]), RATIO: (old[1], new[1])}
    bars = bars_of(attribute(COMPONENTS, worth), 0, values)
    start, between = float(before.index[position]), float(middle.index[position])
    if rounds.before_by_new_method is not None:
        bars = (*bars, Bar(METHOD, between - start, start, between))
    waiting = () if rounds.before_by_new_method is not None else RAW_TABLES
    area = after.areas.areas[position]
    return Explanation(area, "last-index", start, float(after.index[position]), bars, waiting)


def explain_raw_change(before: RawTables, after: RawTables, position: int) -> Explanation:
    """The change by raw tables of the same areas and classes: what happened in the area (doctors, residents, flows), in
    the nation that it is held against, and method: the rule of workplaces, the surveys of hours and of rates, q.

    Raises Problem `workforce.areas-differ`, `workforce.classes-differ`, `workforce.index-undefined`.
    """
    if before.areas.codes != after.areas.codes:
        raise Problem("workforce.areas-differ", one=before.areas.name, other=after.areas.name)
    if before.population.classes != after.population.classes:
        raise Problem("workforce.classes-differ", one="population", other="population")
    area = after.areas.areas[position]
    for tables in (before, after):
        require_defined(area, states_of(factors_of(tables))[position])

    def worth(changed: Changed) -> Floats:
        return np.array([_mixed_index(before, after, changed, position)])

    every = frozenset().union(*(factor.leaves for factor in _RAW))
    start, end = float(worth(frozenset())[0]), float(worth(every)[0])
    bars = bars_of(attribute(_RAW, worth), 0, {})
    return Explanation(
        area,
        "last-index",
        start,
        end,
        bars,
        demo=before.demo or after.demo,
        unconfirmed=tuple(dict.fromkeys((*before.unconfirmed, *after.unconfirmed))),
    )


def carried(tables: RawTables, areas: AreaSet) -> RawTables:
    """The tables of a former set of areas as tables of another, where every old area lies whole in a new one by its
    municipalities: areas that were merged or bear other codes now.

    Counts add up. Of flows the inflow and outflow of merged areas hold what crossed between them, which cancels in the
    coefficient. Raises Problem `workforce.carry-not-derivable`, naming an area that was divided.
    """

    def over(values: Floats) -> Floats:
        return carry(values, tables.areas, areas)

    def flow(one: PatientFlow) -> PatientFlow:
        return PatientFlow(areas, over(one.resident), over(one.inflow), over(one.outflow))

    doctors = tables.physicians
    return replace(
        tables,
        physicians=Physicians(areas, over(doctors.heads), over(doctors.sent), over(doctors.received)),
        population=Population(areas, tables.population.classes, over(tables.population.residents)),
        flows=Flows(flow(tables.flows.inpatient), flow(tables.flows.clinic)),
    )


def _mixed_index(before: RawTables, after: RawTables, changed: Changed, position: int) -> float:
    def chosen(name: str) -> RawTables:
        return after if name in changed else before

    nation = chosen(NATIONAL_REFERENCE).national()
    weights = chosen("hours-survey").hours.weights(nation.physicians)
    physicians = _physicians(
        heads=float(chosen("heads").physicians.heads[position].sum()),
        mix=_mix(chosen("ages-and-hours").physicians.heads[position], nation.physicians),
        moved=_moved(chosen("workplaces").physicians, chosen("workplaces-rule").workplaces, position),
        weights=weights,
    )
    rates, q = chosen("rates-survey").rates, chosen("q").q
    ages = chosen("ages-of-residents").population.residents[position]
    beds = float(chosen("inpatient-flow").flows.inpatient.coefficient()[position])
    visits = float(chosen("clinic-flow").flows.clinic.coefficient()[position])
    expected = q * visits * _mean(rates.clinic, ages) + beds * _mean(rates.inpatient, ages)
    national = q * _mean(rates.clinic, nation.residents) + _mean(rates.inpatient, nation.residents)
    persons = float(chosen("residents").population.total[position])
    return physicians / (persons / PER_100K * expected / national)


def _physicians(heads: float, mix: Floats, moved: Floats, weights: Floats) -> float:
    return float(heads * (mix * weights).sum() + (moved * weights).sum())


def _mix(heads: Floats, instead: Floats) -> Floats:
    # Where nobody works, who works makes no difference: any mix will do.
    counted = heads if heads.sum() > 0 else instead
    mix: Floats = counted / counted.sum()
    return mix


def _moved(physicians: Physicians, shares: WorkplaceShares, position: int) -> Floats:
    moved: Floats = (
        shares.secondary * physicians.received[position] - (1 - shares.primary) * physicians.sent[position]
    )
    return moved


def _mean(rates: Floats, residents: Floats) -> float:
    return float(rates @ residents / residents.sum())


def _components(table: IndexTable, position: int) -> tuple[float, float]:
    return float(table.physicians[position] / table.population[position]), float(table.ratio[position])
