"""The indices beside 医師偏在指標 as rows of plain fields: 外来, 分娩取扱, 小児, each with its factors and the classes
that it has."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.index.births import DELIVERY_NEEDS, PAEDIATRIC_NEEDS, DeliveryIndex, PaediatricIndex
from kaihoken.workforce.index.classes import IndexClass
from kaihoken.workforce.index.explanation import RAW_TABLES
from kaihoken.workforce.index.outpatient import NEEDS as OUTPATIENT_NEEDS
from kaihoken.workforce.index.outpatient import OutpatientIndex
from kaihoken.workforce.index.raw import Floats
from kaihoken.workforce.index.rows import FACTOR_COLUMNS, factor_values
from kaihoken.workforce.index.table import IndexState
from kaihoken.workforce.index.thirds import Mask
from kaihoken.workforce.printing import Row


class IndexKind(StrEnum):
    """Which index."""

    PHYSICIANS = "physicians"  # 医師偏在指標
    OUTPATIENT = "outpatient"  # 外来医師偏在指標
    DELIVERY = "delivery"  # 分娩取扱医師偏在指標
    PAEDIATRIC = "paediatric"  # 小児医師偏在指標


NEEDS: Final[Mapping[IndexKind, Sequence[str]]] = {
    IndexKind.PHYSICIANS: RAW_TABLES,
    IndexKind.OUTPATIENT: OUTPATIENT_NEEDS,
    IndexKind.DELIVERY: DELIVERY_NEEDS,
    IndexKind.PAEDIATRIC: PAEDIATRIC_NEEDS,
}
"""The tables of the catalogue that each index is made from."""


@dataclass(frozen=True, slots=True, eq=False)
class Tabled:
    """An index as columns and rows; `classes` are all that it has, the other areas have none."""

    areas: AreaSet
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    classes: tuple[IndexClass, ...]
    unconfirmed: tuple[str, ...]


def outpatient_table(found: OutpatientIndex) -> Tabled:
    """外来医師偏在指標: the upper third is 外来医師多数区域, and there is no other class. Its column
    `outpatient_index` is what `kaihoken workforce openings --index` reads."""
    return _tabled(
        found.areas,
        "outpatient_index",
        found.index,
        (IndexClass.MAJORITY, found.majority),
        {
            "standardized_physicians": found.physicians,
            "population_100k": found.population,
            "outpatient_ratio": found.ratio,
            "clinic_share": found.clinic_share,
            "flow_factor": found.flow_factor,
        },
        (found.states, found.unconfirmed),
    )


def delivery_table(found: DeliveryIndex) -> Tabled:
    """分娩取扱医師偏在指標: the lower third is 相対的医師少数区域; none is 多数."""
    return _tabled(
        found.areas,
        "delivery_index",
        found.index,
        (IndexClass.MINORITY, found.minority),
        {"standardized_physicians": found.physicians, "deliveries": found.deliveries},
        (found.states, found.unconfirmed),
    )


def paediatric_table(found: PaediatricIndex) -> Tabled:
    """小児医師偏在指標: as for births."""
    factors = found.factors
    return _tabled(
        found.areas,
        "paediatric_index",
        found.index,
        (IndexClass.MINORITY, found.minority),
        {
            "standardized_physicians": factors.physicians,
            "children_100k": factors.population,
            "consultation_ratio": factors.ratio,
            **{name: factor_values(factors, name) for name in FACTOR_COLUMNS},
        },
        (found.states, found.unconfirmed),
    )


def _tabled(
    areas: AreaSet,
    name: str,
    index: Floats,
    part: tuple[IndexClass, Mask],
    factors: Mapping[str, Floats],
    known: tuple[tuple[IndexState, ...], tuple[str, ...]],
) -> Tabled:
    kind, mask = part
    states, unconfirmed = known

    def rows() -> Iterator[Row]:
        for at, area in enumerate(areas.areas):
            yield {
                "area_code": area.code,
                "prefecture": area.prefecture,
                "area": area.name,
                name: float(index[at]),
                "class": kind.value if mask[at] else None,
                **{factor: float(values[at]) for factor, values in factors.items()},
                "state": states[at].value,
            }

    columns = ("area_code", "prefecture", "area", name, "class", *factors, "state")
    return Tabled(areas, columns, tuple(rows()), (kind,), unconfirmed)
