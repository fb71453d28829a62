"""外来医師偏在指標 and the candidates of 外来医師過多区域.

    I = S / (N · U · c · flow)     U = E / E_nat, E the national outpatient rates on the area's ages

S: doctors of clinics by hours, against the mean hours of all clinic doctors. c: the clinics' share of outpatient
visits.
"""

from dataclasses import dataclass
from typing import ClassVar, Final, Literal, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.rules import Sourced
from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.index.raw import PER_100K
from kaihoken.workforce.index.table import IndexState
from kaihoken.workforce.index.thirds import Mask, upper_part
from kaihoken.workforce.tables import Hours, Population, RawTable

Floats = npt.NDArray[np.float64]
MeanOf: TypeAlias = Literal["areas", "nation"]

NEEDS: Final = (
    RawTable.CLINIC_PHYSICIANS,
    RawTable.HOURS,
    RawTable.POPULATION,
    RawTable.OUTPATIENT_RATES,
    RawTable.OUTPATIENT_SHARE,
)
EXCESS_NEEDS: Final = (*NEEDS, RawTable.CLINIC_DENSITY)


class OutpatientRules(msgspec.Struct, frozen=True):
    """Rule family workforce/outpatient-index."""

    family: ClassVar[str] = "workforce/outpatient-index"

    majority_one_of: int
    deviations: float
    density_share: float
    mean_of: Sourced[MeanOf]
    delta_degrees: Sourced[int]
    flow_factor: Sourced[float]


@dataclass(frozen=True, slots=True, eq=False)
class OutpatientTables:
    """What the index is made from. `physicians` of clinics (areas, 2, 6); `nation_physicians` (2, 6), else their sum;
    `rates` outpatients per 100,000 and day by class of `population`; `nation_residents` by class, else their sum;
    `clinic_visits` and `hospital_visits` 延べ外来患者数 by area; `assumed` names what was taken for given."""

    physicians: Floats
    hours: Hours
    population: Population
    rates: Floats
    clinic_visits: Floats
    hospital_visits: Floats
    nation_physicians: Floats | None = None
    nation_residents: Floats | None = None
    assumed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises Problem `workforce.table-shape`."""
        areas, classes = len(self.population.areas), len(self.population.classes)
        for table, values, shape in (
            (RawTable.CLINIC_PHYSICIANS, self.physicians, (areas, 2, 6)),
            (RawTable.OUTPATIENT_RATES, self.rates, (classes,)),
            (RawTable.OUTPATIENT_SHARE, self.clinic_visits, (areas,)),
            (RawTable.OUTPATIENT_SHARE, self.hospital_visits, (areas,)),
        ):
            if values.shape != shape:
                raise Problem(
                    "workforce.table-shape", table=table.value, found=str(values.shape), expected=str(shape)
                )


@dataclass(frozen=True, slots=True, eq=False)
class OutpatientIndex:
    """The index with its factors by area; `unconfirmed` names what no official text was found for."""

    areas: AreaSet
    physicians: Floats
    population: Floats
    ratio: Floats
    clinic_share: Floats
    flow_factor: Floats
    index: Floats
    majority: Mask
    states: tuple[IndexState, ...]
    unconfirmed: tuple[str, ...]


def outpatient_index(
    tables: OutpatientTables, rules: OutpatientRules, *, flow_factor: Floats | None = None
) -> OutpatientIndex:
    """The index of every area and who is 外来医師多数区域. `flow_factor` multiplies the demand; without it that of the
    rules stands (1, unconfirmed). Source: 外来医療計画ガイドライン; 検討会 第9回 2022-06-15 資料1."""
    population = tables.population
    nation = tables.physicians.sum(axis=0) if tables.nation_physicians is None else tables.nation_physicians
    residents = (
        population.residents.sum(axis=0) if tables.nation_residents is None else tables.nation_residents
    )
    physicians = (tables.physicians * tables.hours.weights(nation)).sum(axis=(1, 2))
    flows = np.full(len(population.areas), rules.flow_factor.value) if flow_factor is None else flow_factor
    expected = _quotient(population.residents @ tables.rates, population.total)
    ratio = expected / (residents @ tables.rates / residents.sum())
    share = _quotient(tables.clinic_visits, tables.clinic_visits + tables.hospital_visits)
    people = population.total / PER_100K
    index = _quotient(physicians, people * ratio * share * flows)
    return OutpatientIndex(
        population.areas,
        physicians,
        people,
        ratio,
        share,
        flows,
        index,
        upper_part(index, 1 / rules.majority_one_of),
        tuple(_state(person, value) for person, value in zip(people.tolist(), index.tolist(), strict=True)),
        ("flow_factor", "clinic_share", *tables.assumed),
    )


@dataclass(frozen=True, slots=True, eq=False)
class ExcessCandidates:
    """候補区域 of 外来医師過多区域 by area: `multiple` how many deviations an index lies above the mean, `dense`
    among the densest in clinics; `candidate` both. `unconfirmed` names the readings that are not stated."""

    mean: float
    deviation: float
    multiple: Floats
    dense: Mask
    candidate: Mask
    unconfirmed: tuple[str, ...] = ("mean_of", "delta_degrees")


def excess_candidates(
    index: Floats,
    density: Floats,
    rules: OutpatientRules,
    *,
    mean_of: MeanOf | None = None,
    national: float | None = None,
    delta_degrees: int | None = None,
) -> ExcessCandidates:
    """Who is at or above the mean plus 1.5 deviations and among the densest tenth in clinics per 可住地面積.

    The mean over areas or the nation's own value (`mean_of` "nation" needs `national`), and the deviation by n or
    n − 1: neither is stated; left out, those of the rules stand. Raises Problem `workforce.national-value-needed`.
    Source: 厚生労働省 2026-01-16.
    """
    reading = rules.mean_of.value if mean_of is None else mean_of
    degrees = rules.delta_degrees.value if delta_degrees is None else delta_degrees
    if reading == "nation" and national is None:
        raise Problem("workforce.national-value-needed", index="外来医師偏在指標")
    mean = float(np.nanmean(index)) if reading == "areas" or national is None else national
    # The deviation is that of the areas in both readings: about the mean over areas.
    deviation = float(np.nanstd(index, ddof=degrees))
    multiple = (index - mean) / deviation
    dense = upper_part(density, rules.density_share)
    return ExcessCandidates(
        mean, deviation, multiple, dense, dense & (index >= mean + rules.deviations * deviation)
    )


def mean_and_deviation(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Mean and deviation from two areas' (index, multiple): so printed multiples are held against a loaded table."""
    deviation = (one[0] - other[0]) / (one[1] - other[1])
    return one[0] - one[1] * deviation, deviation


def _quotient(amounts: Floats, of: Floats) -> Floats:
    value: Floats = np.full(len(amounts), np.nan)
    np.divide(amounts, of, out=value, where=of > 0)
    return value


def _state(people: float, index: float) -> IndexState:
    if people == 0:
        return IndexState.NO_RESIDENTS
    return IndexState.NO_CONSULTATION if np.isnan(index) else IndexState.DEFINED
