"""From a folder of the user's tables to the index: each table as its concept, or the problem that says what waits.

「－」 (計数のない場合) is a count of nobody, as official tables mean it. A figure that is unknown, hidden or blank is
not: the table is refused at that area, because an index of what is left would be wrong without looking so.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.index.raw import RawTables
from kaihoken.workforce.tables import (
    AGES,
    PHYSICIAN_SEXES,
    Absent,
    ConsultationRates,
    Flows,
    Hours,
    LongTable,
    NationalDemand,
    PatientFlow,
    Physicians,
    Population,
    RawTable,
    WorkplaceShares,
    load,
    population_of,
    residents,
)

Floats = npt.NDArray[np.float64]

BANDS = 6
_INFANT, _SMALL_CHILD = "0", "1-4"
_BY_AREA = "population-area"


def load_raw_tables(folder: Path, areas: AreaSet, *, on: date) -> RawTables:
    """The tables of `folder` (`<table>.xlsx` or `.csv`, see `kaihoken workforce data template`) for a set of areas,
    with the rule of workplaces of a day. Residents are those of the folder (`population-area`), else the shipped
    register.

    Raises Problem `workforce.table-waiting` for a table that is not there, `workforce.table-faulty` for one with
    errors, `workforce.table-not-a-count` at a figure that is absent.
    """
    rates = _rates(_table(RawTable.RATES, folder, areas))
    return RawTables(
        physicians=_physicians(_table(RawTable.PHYSICIANS, folder, areas), areas),
        hours=_hours(_table(RawTable.HOURS, folder, areas)),
        population=_residents(folder, areas, rates),
        rates=rates,
        flows=_flows(_table(RawTable.FLOWS, folder, areas), areas),
        q=_demand(_table(RawTable.DEMAND, folder, areas)).q(),
        workplaces=rules.load(WorkplaceShares, on=on),
    )


def _table(name: str, folder: Path, areas: AreaSet) -> LongTable:
    imported = load(name, folder, areas=areas)
    if imported.table is None or imported.errors:
        raise Problem(
            "workforce.table-faulty", where=imported.file, table=str(name), errors=len(imported.errors)
        )
    return imported.table


def _physicians(table: LongTable, areas: AreaSet) -> Physicians:
    def counted(kind: str) -> Floats:
        ages = _ages(table)
        found = _grid(table, [("place", areas.codes), ("sex", PHYSICIAN_SEXES), ("age", ages)], kind=kind)
        bands = np.zeros((len(areas), len(PHYSICIAN_SEXES), BANDS))
        for column, age in enumerate(ages):
            bands[:, :, _band(age)] += found[:, :, column]
        return bands

    both = counted("primary")
    return Physicians(areas, heads=counted("sole") + both, sent=both, received=counted("secondary"))


def _hours(table: LongTable) -> Hours:
    ages = sorted(_ages(table), key=_band)
    return Hours(_grid(table, [("sex", PHYSICIAN_SEXES), ("age", ages)]), survey=table.entry.ja)


def _rates(table: LongTable) -> ConsultationRates:
    ages = _ages(table)
    of = {
        measure: _grid(table, [("sex", PHYSICIAN_SEXES), ("age", ages)], measure=measure)
        for measure in ("inpatient", "clinic")
    }
    if _INFANT in ages:
        # Residents come by five years: of the first five, one is the year of the infants.
        infant, child = ages.index(_INFANT), ages.index(_SMALL_CHILD)
        kept = [at for at in range(len(ages)) if at not in (infant, child)]
        of = {
            measure: np.concatenate([(rate[:, [infant]] + 4 * rate[:, [child]]) / 5, rate[:, kept]], axis=1)
            for measure, rate in of.items()
        }
        ages = ("0-4", *(ages[at] for at in kept))
    classes = tuple((sex, age) for sex in PHYSICIAN_SEXES for age in ages)
    return ConsultationRates(classes, of["inpatient"].ravel(), of["clinic"].ravel(), survey=table.entry.ja)


def _residents(folder: Path, areas: AreaSet, rates: ConsultationRates) -> Population:
    wanted = tuple(age for sex, age in rates.classes if sex == PHYSICIAN_SEXES[0])
    ages, counts = _given_residents(folder, areas)
    folded = np.zeros((len(areas), len(PHYSICIAN_SEXES), len(wanted)))
    starts = {_first(age): at for at, age in enumerate(wanted)}
    oldest = max(starts)
    for column, age in enumerate(ages):
        # Whoever is older than the last class of the rates has its rate.
        at = starts.get(min(_first(age), oldest))
        if at is None:
            raise Problem("workforce.classes-differ", one=_BY_AREA, other=RawTable.RATES.value)
        folded[:, :, at] += counts[:, :, column]
    return Population(areas, rates.classes, folded.reshape(len(areas), -1))


def _given_residents(folder: Path, areas: AreaSet) -> tuple[Sequence[str], Floats]:
    try:
        table = _table(_BY_AREA, folder, areas)
    except Problem as problem:
        if problem.code != "workforce.table-waiting":
            raise
        shipped = population_of(residents(areas)).residents
        return AGES, shipped.reshape(len(areas), len(PHYSICIAN_SEXES), -1)
    ages = _ages(table)
    return ages, _grid(table, [("place", areas.codes), ("sex", PHYSICIAN_SEXES), ("age", ages)])


def _flows(table: LongTable, areas: AreaSet) -> Flows:
    def flow(kind: str) -> PatientFlow:
        resident, inflow, outflow = (
            _grid(table, [("place", areas.codes)], kind=kind, measure=measure)
            for measure in ("resident", "inflow", "outflow")
        )
        return PatientFlow(areas, resident, inflow, outflow)

    return Flows(inpatient=flow("inpatient"), clinic=flow("clinic"))


def _demand(table: LongTable) -> NationalDemand:
    def of(measure: str) -> float:
        return float(_grid(table, [("measure", (measure,))])[0])

    return NationalDemand(
        outpatient_physicians=of("outpatient_demand"),
        inpatient_physicians=of("inpatient_demand"),
        inpatients=of("inpatients"),
        outpatients=of("outpatients"),
        claims_with_beds=of("bedded_claims"),
        claims_without_beds=of("bedless_claims"),
    )


def _grid(table: LongTable, by: Sequence[tuple[str, Sequence[str]]], **fixed: str) -> Floats:
    values, absent = table.grid(by, **fixed)
    nobody: Floats = np.where(absent == Absent.NO_COUNT, 0.0, values)
    gaps = np.argwhere(np.isnan(nobody))
    if len(gaps):
        where = " ".join(labels[at] for (_, labels), at in zip(by, gaps[0].tolist(), strict=True))
        raise Problem("workforce.table-not-a-count", where=where, table=table.entry.id, row=where)
    return nobody


def _ages(table: LongTable) -> tuple[str, ...]:
    return tuple(age for age in table.labels("age") if age != "total")


def _first(age: str) -> int:
    return 0 if age.startswith("-") else int(age.rstrip("+").split("-")[0])


def _band(age: str) -> int:
    return min(max(_first(age) // 10 - 2, 0), BANDS - 1)
