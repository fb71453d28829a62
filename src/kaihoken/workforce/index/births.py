"""分娩取扱医師偏在指標 and 小児医師偏在指標: the lower third is 相対的医師少数区域, and none is 多数."""

from dataclasses import dataclass
from typing import ClassVar, Final

import msgspec
import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.rules import Sourced
from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.index.raw import Factors, RawTables, factors_of, states_of
from kaihoken.workforce.index.table import IndexState
from kaihoken.workforce.index.thirds import Mask, lower_part
from kaihoken.workforce.tables import Hours, RawTable

Floats = npt.NDArray[np.float64]

DELIVERY_NEEDS: Final = (RawTable.DELIVERY_PHYSICIANS, RawTable.HOURS, RawTable.DELIVERIES)
PAEDIATRIC_NEEDS: Final = (
    RawTable.PAEDIATRIC_PHYSICIANS,
    RawTable.HOURS,
    RawTable.CHILDREN,
    RawTable.FLOWS,
    RawTable.DEMAND,
)


class DeliveryRules(msgspec.Struct, frozen=True):
    """Rule family workforce/delivery-index."""

    family: ClassVar[str] = "workforce/delivery-index"

    minority_one_of: int
    deliveries_per: int
    scaling: Sourced[str]
    paediatric: Sourced[str]


@dataclass(frozen=True, slots=True, eq=False)
class DeliveryIndex:
    """標準化分娩取扱医師数 per 1,000 deliveries, by area of any set (周産期医療圏: 263). Areas without a delivery
    stay as rows with the state no-consultation and no index."""

    areas: AreaSet
    physicians: Floats
    deliveries: Floats
    index: Floats
    minority: Mask
    states: tuple[IndexState, ...]
    unconfirmed: tuple[str, ...] = ("scaling",)


@dataclass(frozen=True, slots=True, eq=False)
class PaediatricIndex:
    """小児医師偏在指標 by area with its factors: the formula of 医師偏在指標 with children's rates (unconfirmed)."""

    areas: AreaSet
    factors: Factors
    index: Floats
    minority: Mask
    states: tuple[IndexState, ...]
    unconfirmed: tuple[str, ...]


def yearly_deliveries(september: Floats, births: float) -> Floats:
    """Deliveries of a year by area: those of September (医療施設調査) scaled so that they sum to the nation's births
    (人口動態調査). The areas must cover the nation. Raises Problem `workforce.no-deliveries`."""
    total = float(september.sum())
    if not total > 0:
        raise Problem("workforce.no-deliveries", table=RawTable.DELIVERIES.value)
    scaled: Floats = september * births / total
    return scaled


def delivery_index(
    areas: AreaSet,
    physicians: Floats,
    hours: Hours,
    deliveries: Floats,
    rules: DeliveryRules,
    *,
    nation_physicians: Floats | None = None,
) -> DeliveryIndex:
    """The index from `physicians` who attend births (areas, 2, 6) and `deliveries` a year by place of facility, so that
    flows are in them. Source: 厚生労働省 2022-10-26, 2025-09-11."""
    nation = physicians.sum(axis=0) if nation_physicians is None else nation_physicians
    standardised: Floats = (physicians * hours.weights(nation)).sum(axis=(1, 2))
    index: Floats = np.full(len(areas), np.nan)
    np.divide(standardised, deliveries / rules.deliveries_per, out=index, where=deliveries > 0)
    states = tuple(
        IndexState.DEFINED if count > 0 else IndexState.NO_CONSULTATION for count in deliveries.tolist()
    )
    return DeliveryIndex(
        areas, standardised, deliveries, index, lower_part(index, 1 / rules.minority_one_of), states
    )


def paediatric_index(tables: RawTables, rules: DeliveryRules) -> PaediatricIndex:
    """`tables` hold paediatricians, and of residents and rates the classes under 15 only."""
    factors = factors_of(tables)
    demand = factors.population * factors.ratio
    index: Floats = np.full(len(tables.areas), np.nan)
    np.divide(factors.physicians, demand, out=index, where=demand > 0)
    return PaediatricIndex(
        tables.areas,
        factors,
        index,
        lower_part(index, 1 / rules.minority_one_of),
        states_of(factors),
        ("paediatric", *tables.assumed),
    )


def benchmark_deliveries(lower: float, deliveries_end: Floats, rules: DeliveryRules) -> Floats:
    """偏在対策基準医師数 for births: standardised doctors with which the index at the plan's end is `lower`, the
    boundary of the lower third at its start. A benchmark, not a quota. Source: 厚生労働省 2025-09-11."""
    doctors: Floats = lower * deliveries_end / rules.deliveries_per
    return doctors


def benchmark_children(lower: float, children_end: Floats, ratio_end: Floats) -> Floats:
    """The same for children: `children_end` in 100,000, `ratio_end` the consultation ratio then."""
    doctors: Floats = lower * children_end * ratio_end
    return doctors
