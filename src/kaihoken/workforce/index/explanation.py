"""要因分解: why the index of an area differs from the nation's, as bars that sum exactly to the difference.

With the published components there are two bars, doctors per resident and the consultation ratio. With raw tables each
opens: heads, their ages and hours, workplaces; ages of residents, flows of inpatients and of patients of clinics. See
`attribution` for how a share is found and why it depends on no order. q is one number for the nation and has no part in
this difference; its part in the change from the last index is in `change`, its sensitivity in `raw.index_at_q`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.workforce.areas import Area
from kaihoken.workforce.index.attribution import Changed, Factor, Share, Worth, attribute, rounded
from kaihoken.workforce.index.raw import PER_100K, RawIndex, RawTables, factors_of
from kaihoken.workforce.index.table import IndexState, IndexTable
from kaihoken.workforce.tables import RawTable

Floats = npt.NDArray[np.float64]
Against: TypeAlias = Literal["nation", "last-index"]

PER_RESIDENT: Final = "physicians-per-resident"
RATIO: Final = "consultation-ratio"
COMPONENTS: Final = (Factor(PER_RESIDENT), Factor(RATIO))
OPENED: Final = (
    Factor(PER_RESIDENT, (Factor("heads"), Factor("ages-and-hours"), Factor("workplaces"))),
    Factor(RATIO, (Factor("ages-of-residents"), Factor("inpatient-flow"), Factor("clinic-flow"))),
)
RAW_TABLES: Final = (
    RawTable.PHYSICIANS,
    RawTable.HOURS,
    RawTable.POPULATION,
    RawTable.RATES,
    RawTable.FLOWS,
    RawTable.DEMAND,
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One factor's share of a difference, in points of the index. `before` and `after` are the factor's two values in
    its own unit (None where it is no single number); `parts` sum to `amount`."""

    factor: str
    amount: float
    before: float | None = None
    after: float | None = None
    parts: tuple["Bar", ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """From `start` (the nation, or the last index) to `end` in `bars`, whose amounts sum to end − start.

    `waiting` names the raw tables with which the bars would open further; `demo` that fictitious tables were used, so
    that it must be shown with the watermark; `unconfirmed` the rules or readings behind it that no official text was
    found for.
    """

    area: Area
    against: Against
    start: float
    end: float
    bars: tuple[Bar, ...]
    waiting: tuple[RawTable, ...] = ()
    demo: bool = False
    unconfirmed: tuple[str, ...] = ()

    def printed(self, decimals: int = 1) -> Mapping[str, float]:
        """The amounts of the bars as they are printed: they sum to the difference of the printed ends."""
        total = round(self.end, decimals) - round(self.start, decimals)
        return rounded({bar.factor: bar.amount for bar in self.bars}, total, decimals)


def explain(table: IndexTable, position: int, nation: IndexTable | None = None) -> Explanation:
    """The difference of one area from the nation by its published components.

    The nation is ΣS / ΣN over `nation`, or over `table` where it holds every area. Raises Problem
    `workforce.index-undefined` for an area that has no index from components.
    """
    area = table.areas.areas[position]
    require_defined(area, table.states[position])
    every = nation or table
    start = float(np.nansum(every.physicians) / np.nansum(every.population))
    per_resident = float(table.physicians[position] / table.population[position])
    ratio = float(table.ratio[position])

    def worth(changed: Changed) -> Floats:
        doctors = per_resident if PER_RESIDENT in changed else start
        return np.array([doctors / (ratio if RATIO in changed else 1.0)])

    values = {PER_RESIDENT: (start, per_resident), RATIO: (1.0, ratio)}
    bars = bars_of(attribute(COMPONENTS, worth), 0, values)
    return Explanation(area, "nation", start, float(table.index[position]), bars, RAW_TABLES)


def explain_raw(index: RawIndex, position: int) -> Explanation:
    """The same from raw tables: the bars open. Raises Problem `workforce.index-undefined`."""
    area = index.table.areas.areas[position]
    require_defined(area, index.table.states[position])
    start, shares = shares_against_nation(index.tables)
    factors, national = index.factors, index.tables.national()
    heads_nation = float(national.physicians.sum() / national.residents.sum() * PER_100K)
    population = float(factors.population[position])
    values = {
        PER_RESIDENT: (start, float(factors.physicians[position]) / population),
        RATIO: (1.0, float(factors.ratio[position])),
        "heads": (heads_nation, float(factors.heads[position]) / population),
        "ages-of-residents": (1.0, float(factors.age_ratio[position])),
        "inpatient-flow": (1.0, float(factors.inpatient_flow[position])),
        "clinic-flow": (1.0, float(factors.clinic_flow[position])),
    }
    end = float(index.table.index[position])
    return Explanation(
        area,
        "nation",
        start,
        end,
        bars_of(shares, position, values),
        demo=index.tables.demo,
        unconfirmed=index.tables.unconfirmed,
    )


def shares_against_nation(tables: RawTables) -> tuple[float, tuple[Share, ...]]:
    """The nation's index, and the shares of every area's difference from it at once (rows are areas; NaN where an area
    has no index). Names are those of `OPENED`."""
    nation, factors = tables.national(), factors_of(tables)
    weights = tables.hours.weights(nation.physicians)
    mean_mix = nation.physicians / nation.physicians.sum()
    heads = tables.physicians.heads
    persons = np.where(factors.population > 0, factors.population, np.nan)
    own_weight = _weighted(heads, weights)
    moved = tables.physicians.counted(tables.workplaces) - heads
    by_workplaces = (moved * weights).sum(axis=(1, 2)) / persons
    per_resident, nation_heads = (
        factors.heads / persons,
        nation.physicians.sum() / nation.residents.sum() * PER_100K,
    )
    structure = nation.residents / nation.residents.sum()
    nation_rates = float(structure @ tables.rates.inpatient), float(structure @ tables.rates.clinic)

    def worth(changed: Changed) -> Floats:
        doctors = per_resident if "heads" in changed else nation_heads
        weight = own_weight if "ages-and-hours" in changed else float((mean_mix * weights).sum())
        standardised = doctors * weight + (by_workplaces if "workplaces" in changed else 0.0)
        inpatient, clinic = (
            (factors.inpatient_rate, factors.clinic_rate) if "ages-of-residents" in changed else nation_rates
        )
        beds = inpatient * (factors.inpatient_flow if "inpatient-flow" in changed else 1.0)
        visits = clinic * (factors.clinic_flow if "clinic-flow" in changed else 1.0)
        ratio = (beds + tables.q * visits) / factors.national_rate
        result: Floats = np.broadcast_to(standardised / np.where(ratio > 0, ratio, np.nan), persons.shape)
        return result

    return float(nation_heads), attribute(OPENED, _quietly(worth))


def require_defined(area: Area, state: IndexState) -> None:
    """Raises Problem `workforce.index-undefined` where an area has no index, with the tables that it waits for."""
    if state is not IndexState.DEFINED:
        raise Problem(
            "workforce.index-undefined",
            where=area.code,
            area=f"{area.code} {area.name}",
            state=state.value,
            tables=", ".join(RAW_TABLES) if state is IndexState.WAITING else "—",
        )


def bars_of(shares: Sequence[Share], row: int, values: Mapping[str, tuple[float, float]]) -> tuple[Bar, ...]:
    """The shares of one row as bars, with the two values of those factors that have one."""
    return tuple(_bar(share, row, values) for share in shares)


def _bar(share: Share, row: int, values: Mapping[str, tuple[float, float]]) -> Bar:
    before, after = values.get(share.name, (None, None))
    return Bar(share.name, float(share.amounts[row]), before, after, bars_of(share.parts, row, values))


def _weighted(heads: Floats, weights: Floats) -> Floats:
    """Mean weight by area; where nobody works the weights make no difference, so the nation's 1 stands."""
    counts = heads.sum(axis=(1, 2))
    value: Floats = np.ones(len(heads))
    np.divide((heads * weights).sum(axis=(1, 2)), counts, out=value, where=counts > 0)
    return value


def _quietly(worth: Worth) -> Worth:
    def asked(changed: Changed) -> Floats:
        with np.errstate(invalid="ignore"):
            return worth(changed)

    return asked
