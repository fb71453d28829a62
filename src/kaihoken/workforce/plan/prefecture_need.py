"""The need of 2036, the supply that is held against it, and the doctors under duty, as rows of a prefecture's plan."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from kaihoken import rules
from kaihoken.workforce import AreaSet, PrefectureCode
from kaihoken.workforce.index import IndexTable, shipped_index, shipped_nation, shipped_prefectures
from kaihoken.workforce.plan.absence import present
from kaihoken.workforce.plan.inputs import PlanInputs
from kaihoken.workforce.plan.need import Balance, NeedRules, national_index, required
from kaihoken.workforce.plan.prefecture_rows import AreaNeed, DutyYear, Need, Projection
from kaihoken.workforce.plan.targets import Basis, less_sure, prefecture_lower_third
from kaihoken.workforce.tables import projected_population, projected_prefectures
from kaihoken.workforce.training import DutyDoctors, DutyGiven, SupplyBands, duty_doctors

Floats = npt.NDArray[np.float64]

DUTY_UNTIL: Final = 2040
"""The last fiscal year for which doctors under duty are counted."""

SHOWN: Final = (0.05, 0.5, 0.95)
"""The quantiles that are shown of many runs."""

_MEDIAN: Final = 0.5


@dataclass(frozen=True, slots=True)
class NeedFrame:
    """What the need of every area is made with: the year, the nation's index of it and where its doctors come from."""

    year: int
    national_index: float
    basis: Basis

    def of_areas(self, table: IndexTable) -> Floats:
        """The need of each area, standardised, the ratio of consultation kept."""
        people = projected_population(table.areas, self.year).hundred_thousands
        return required(self.national_index, people, table.ratio)

    def of_prefectures(self, codes: tuple[PrefectureCode, ...]) -> Floats:
        """The need of prefectures as wholes: what is published, S / I, is N · U, and residents grow as projected."""
        printed, areas = shipped_prefectures(), shipped_index()
        people = projected_prefectures(self.year)
        made = []
        for code in codes:
            rows = [at for at, area in enumerate(areas.areas.areas) if area.prefecture_code == code]
            now, doctors = float(areas.population[rows].sum()), float(areas.physicians[rows].sum())
            index = float(printed.published[printed.areas.position(code)])
            growth = people[code] / 100_000 / now
            made.append(prefecture_lower_third(doctors, index, self.national_index, growth, 1.0))
        return np.array(made)


@dataclass(frozen=True, slots=True, eq=False)
class SupplyOf:
    """The supply of one year in standardised doctors; row i is area i of a set, NaN where it waits."""

    upper: Floats
    lower: Floats
    p05: Floats
    median: Floats
    p95: Floats


def need_frame(supply: SupplyBands | None, national_supply: float | None, *, on: date) -> NeedFrame:
    """The frame of the need by the rules of a day. The nation's doctors of that year are those given, else the median
    of a projection that covers the nation, else those of the published index, kept."""
    year = rules.load(NeedRules, on=on).year
    basis: Basis = "given"
    doctors = national_supply
    if doctors is None and supply is not None and len(supply.lower.areas) == len(shipped_index().areas):
        found = quantiles(supply.nation.standardised, supply, year)
        doctors, basis = (None if found is None else float(found[1][0])), "projected"
    if doctors is None:
        doctors, basis = shipped_nation().physicians, "frozen"
    residents = sum(projected_prefectures(year).values()) / 100_000
    return NeedFrame(year, national_index(doctors, residents), basis)


def quantiles(of: Floats | None, supply: SupplyBands, year: int) -> Floats | None:
    """`SHOWN` by unit [quantile, unit] of a projection in a year; None where it does not reach it, or hours wait."""
    if of is None or year not in supply.years:
        return None
    rows = [supply.probabilities.index(one) for one in SHOWN]
    return np.asarray(of[rows, supply.years.index(year)])


def supply_of(inputs: PlanInputs, areas: AreaSet, year: int) -> SupplyOf:
    """The supply of a year by area: the prefecture's own table where it is given, beside it what was projected."""
    projected = [np.full(len(areas), np.nan) for _ in range(5)]
    supply = inputs.supply
    found = None if supply is None else quantiles(supply.areas.standardised, supply, year)
    if supply is not None and found is not None:
        at = supply.years.index(year)
        rows = [areas.position(code) for code in supply.lower.areas.codes]
        sides = (supply.upper.standardised, supply.lower.standardised)
        for column, values in zip(
            projected, [*(side[at] for side in sides if side is not None), *found], strict=True
        ):
            column[rows] = values
    upper, lower, p05, median, p95 = projected
    return SupplyOf(
        upper=upper if inputs.supply_upper is None else inputs.supply_upper,
        lower=lower if inputs.supply_lower is None else inputs.supply_lower,
        p05=p05,
        median=median,
        p95=p95,
    )


def need_of(table: IndexTable, rows: npt.NDArray[np.intp], inputs: PlanInputs, on: date) -> Need:
    """The need of a prefecture's areas with the supply held against it."""
    rule = rules.load(NeedRules, on=on)
    frame = need_frame(inputs.supply, inputs.national_supply, on=on)
    wanted = frame.of_areas(table)
    supply = supply_of(inputs, table.areas, frame.year)
    balance = Balance(wanted, supply.upper, supply.lower)
    return Need(
        year=frame.year,
        national_index=frame.national_index,
        national_basis=frame.basis,
        ratio_basis="frozen",
        areas=tuple(
            AreaNeed(
                area_code=table.areas.areas[at].code,
                required=present(wanted[at]),
                supply_upper=present(supply.upper[at]),
                supply_lower=present(supply.lower[at]),
                supply_p05=present(supply.p05[at]),
                supply_median=present(supply.median[at]),
                supply_p95=present(supply.p95[at]),
                balance_upper=present(balance.upper[at]),
                balance_lower=present(balance.lower[at]),
                balance_median=present(supply.median[at] - wanted[at]),
            )
            for at in rows.tolist()
        ),
        sum_of_areas=present(float(wanted[rows].sum())),
        status=less_sure(rules.version(NeedRules, on=on).status, rule.national_index.status),
        projection=None if inputs.supply is None else projection_of(inputs.supply),
    )


def projection_of(supply: SupplyBands) -> Projection:
    """With what the projection comes out the same again."""
    return Projection(
        first_year=supply.years[0],
        seed=supply.seed,
        runs=supply.runs,
        method=supply.method,
        inputs_digest=supply.inputs_digest,
        watermark=supply.watermark,
    )


def duty_of(inputs: PlanInputs, code: str, on: date) -> tuple[DutyYear, ...]:
    """The doctors under duty of a prefecture by fiscal year; empty while their tables wait, or it has no row there."""
    return tuple(
        year for given in inputs.duty if given.prefecture_code == code for year in duty_years(given, on=on)
    )


def duty_years(given: DutyGiven, *, on: date) -> tuple[DutyYear, ...]:
    """The doctors under duty of all entrance years and departments together, from the first graduates to 2040."""
    found: DutyDoctors = duty_doctors(given.cohorts, until=DUTY_UNTIL, on=on)
    serving = found.serving.sum(axis=(0, 1))
    return tuple(
        DutyYear(
            fiscal_year=year,
            residents=float(found.residents[:, :, at].sum()),
            serving={name: float(serving[row, at]) for row, name in enumerate(found.area_classes)},
            suspended=float(found.suspended[:, :, at].sum()),
            left=float(found.left[:, :, at].sum()),
            finished=float(found.finished[:, :, at].sum()),
        )
        for at, year in enumerate(found.years)
    )
