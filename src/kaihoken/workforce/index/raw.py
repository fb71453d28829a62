"""The index from raw tables: physicians by hours and workplaces, residents by consultation and flows.

    S = Σ D·h / hbar            E = q·φC·Σ ρC·n + φH·Σ ρH·n    (n: share of residents in a class)
    U = E / E_nat               I = S / (N·U)

E_nat has φ = 1 (patients of the nation are treated in the nation), so that the nation's ratio is exactly 1.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.rules import Status
from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.index.classes import Thresholds
from kaihoken.workforce.index.table import IndexState, IndexTable, Level, index_table
from kaihoken.workforce.tables import (
    ConsultationRates,
    Flows,
    Hours,
    Physicians,
    Population,
    WorkplaceShares,
)

Floats = npt.NDArray[np.float64]
PER_100K = 100_000.0


@dataclass(frozen=True, slots=True, eq=False)
class NationalClasses:
    """The nation's physicians (2, 6) and residents (classes), against which areas are held."""

    physicians: Floats
    residents: Floats


@dataclass(frozen=True, slots=True, eq=False)
class RawTables:
    """All that the index is made from. `q` (無床診療所医療医師需要度, see `NationalDemand.q`) has no default: its
    value is not published. Without `nation` the areas are taken to cover the nation. `assumed` names what the caller
    took for given in making them."""

    physicians: Physicians
    hours: Hours
    population: Population
    rates: ConsultationRates
    flows: Flows
    q: float
    workplaces: WorkplaceShares
    nation: NationalClasses | None = None
    assumed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises Problem `workforce.classes-differ`, `workforce.areas-differ`, `workforce.table-unit` (q)."""
        if self.population.classes != self.rates.classes:
            raise Problem("workforce.classes-differ", one="population", other="consultation-rates")
        for name, areas in (
            ("physicians", self.physicians.areas),
            ("flows", self.flows.inpatient.areas),
            ("flows", self.flows.clinic.areas),
        ):
            if areas.codes != self.areas.codes:
                raise Problem("workforce.areas-differ", one="population", other=name)
        if not (np.isfinite(self.q) and self.q > 0):
            raise Problem("workforce.table-unit", table="q", unit="> 0")

    @property
    def areas(self) -> AreaSet:
        """The areas of the tables."""
        return self.population.areas

    @property
    def demo(self) -> bool:
        """Whether something in it is fictitious: results carry a watermark then."""
        return self.hours.demo or self.rates.demo

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """The readings behind it that no official text was found for: φ = 1 in E_nat, several secondary workplaces,
        and what was assumed."""
        several = self.workplaces.several_secondary.status is not Status.CONFIRMED
        return ("national-flows", *(("several-secondary",) if several else ()), *self.assumed)

    def national(self) -> NationalClasses:
        """The nation's classes: as given, else the sum over the areas. The split between workplaces moves nobody
        between classes, so heads serve."""
        if self.nation is not None:
            return self.nation
        return NationalClasses(self.physicians.heads.sum(axis=0), self.population.residents.sum(axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """What the index of each area is made of, by area unless said otherwise.

    `heads` physicians by primary workplace; `counted` D after the split; `weight` S/D, by hours; `physicians` S;
    `age_ratio` the ratio that the residents' ages alone would make; `inpatient_flow` φH, `clinic_flow` φC;
    `inpatient_rate` and `clinic_rate` Σ ρ·n without flows, and `expected_rate` E, each per 100,000 and day;
    `national_rate` E_nat, one number.
    """

    heads: Floats
    counted: Floats
    weight: Floats
    physicians: Floats
    population: Floats
    inpatient_rate: Floats
    clinic_rate: Floats
    age_ratio: Floats
    inpatient_flow: Floats
    clinic_flow: Floats
    expected_rate: Floats
    national_rate: float
    ratio: Floats


@dataclass(frozen=True, slots=True, eq=False)
class RawIndex:
    """The index with its factors and the tables that it was made from."""

    table: IndexTable
    factors: Factors
    tables: RawTables


def factors_of(tables: RawTables) -> Factors:
    """The factors of every area at once. Areas without residents have NaN rates, those without patients NaN flows."""
    nation = tables.national()
    weights = tables.hours.weights(nation.physicians).ravel()
    counted = tables.physicians.counted(tables.workplaces).reshape(len(tables.areas), -1)
    heads, persons = tables.physicians.heads.sum(axis=(1, 2)), tables.population.total
    physicians, doctors = counted @ weights, counted.sum(axis=1)
    rates = np.stack([tables.rates.inpatient, tables.rates.clinic], axis=1)
    visits = tables.population.residents @ rates
    inpatient, clinic = _share(visits[:, 0], persons), _share(visits[:, 1], persons)
    inpatient_nat, clinic_nat = nation.residents @ rates / nation.residents.sum()
    national = float(tables.q * clinic_nat + inpatient_nat)
    inpatient_flow = tables.flows.inpatient.coefficient()
    clinic_flow = tables.flows.clinic.coefficient()
    expected = tables.q * clinic_flow * clinic + inpatient_flow * inpatient
    return Factors(
        heads=heads,
        counted=doctors,
        weight=_share(physicians, doctors),
        physicians=physicians,
        population=persons / PER_100K,
        inpatient_rate=inpatient,
        clinic_rate=clinic,
        age_ratio=(tables.q * clinic + inpatient) / national,
        inpatient_flow=inpatient_flow,
        clinic_flow=clinic_flow,
        expected_rate=expected,
        national_rate=national,
        ratio=expected / national,
    )


def index_from_tables(
    tables: RawTables, thresholds: Thresholds, *, level: Level = "area", published: Floats | None = None
) -> RawIndex:
    """The index of every area from raw tables, for any set of areas.

    An area without residents, or whose residents are no patients, stays as a row with its state. Source: 厚生労働省
    2025-09-11; hours, rates, flows and q are the caller's, because their official values are not all published.
    """
    factors = factors_of(tables)
    table = index_table(
        tables.areas,
        factors.physicians,
        factors.population,
        factors.ratio,
        thresholds,
        level=level,
        published=published,
        states=states_of(factors),
    )
    return RawIndex(table, factors, tables)


def states_of(factors: Factors) -> tuple[IndexState, ...]:
    """Why an area has an index or none."""
    return tuple(
        _state(persons, ratio)
        for persons, ratio in zip(factors.population.tolist(), factors.ratio.tolist(), strict=True)
    )


def index_at_q(tables: RawTables, times: float) -> Floats:
    """The index of every area if q were so many times what it is (q ± 20 %: 0.8 and 1.2)."""
    factors = factors_of(replace(tables, q=tables.q * times))
    value: Floats = np.full(len(tables.areas), np.nan)
    demand = factors.population * factors.ratio
    np.divide(factors.physicians, demand, out=value, where=demand > 0)
    return value


def _state(persons: float, ratio: float) -> IndexState:
    if persons == 0:
        return IndexState.NO_RESIDENTS
    return IndexState.DEFINED if ratio > 0 else IndexState.NO_CONSULTATION


def _share(amounts: Floats, of: Floats) -> Floats:
    value: Floats = np.full(len(amounts), np.nan)
    np.divide(amounts, of, out=value, where=of > 0)
    return value
