"""概念への組み立て: imported tables as the concepts that the index computes with; nothing absent becomes a number here.

A concept needs every figure. Where a table lacks one the builder refuses and says which areas; 「－」 alone may be read
as zero, by the legend of the ministry's tables and only where a caller says so (`zero_where_none`).
"""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.workforce.areas import NATION, AreaSet
from kaihoken.workforce.tables.concepts import (
    PHYSICIAN_BANDS,
    PHYSICIAN_SEXES,
    ConsultationRates,
    Flows,
    Hours,
    NationalDemand,
    PatientFlow,
    Physicians,
    Population,
    ResidentClass,
)
from kaihoken.workforce.tables.importing import TOTAL, Absent, LongTable
from kaihoken.workforce.tables.municipalities import OUTSIDE, positions

Floats = npt.NDArray[np.float64]

_FIRST_BAND: Final = 20
_LAST_BAND: Final = 70
_NAMED: Final = 5
_INFANTS: Final = ("0", "1-4")
_UNDER_FIVE: Final = "0-4"


def zero_where_none(table: LongTable) -> LongTable:
    """The table with 「－」 read as 0: 「計数のない場合」, nobody is counted. Every other kind of absence stays.

    For counts of official statistics alone; of a prefecture's own sheet ask what its dash means.
    """
    none = table.absent == Absent.NO_COUNT
    absent = np.where(none, np.uint8(Absent.PRESENT), table.absent).astype(np.uint8)
    return LongTable(table.entry, table.keys, np.where(none, 0.0, table.values), absent)


def figures(table: LongTable, by: Sequence[tuple[str, Sequence[str]]], **fixed: str) -> Floats:
    """The figures as `LongTable.grid` gives them, none of them absent. Raises Problem `workforce.import-incomplete`
    with the labels of the first axis where a figure is."""
    values, absent = table.grid(by, **fixed)
    require_complete(table, values, absent, by[0][1])
    return values


def require_complete(
    table: LongTable, values: Floats, absent: npt.NDArray[np.uint8], places: Sequence[str]
) -> None:
    """Raises Problem `workforce.import-incomplete` where a figure is absent, with its places (the labels of the first
    axis) and why."""
    missing = np.isnan(values)
    if missing.any():
        rows = np.unique(np.nonzero(missing)[0])
        _refuse(table, [places[row] for row in rows], Absent(int(absent[missing][0])))


def heads_by_band(table: LongTable, places: Sequence[str], kind: str = "") -> Floats:
    """Doctors by place, sex (`PHYSICIAN_SEXES`) and band (`PHYSICIAN_BANDS`), shape (places, 2, 6), summed from the
    table's ages: 24歳以下 belongs to the twenties. For the tables of doctors by sex and age.

    Raises Problem `workforce.import-incomplete`.
    """
    ages = [age for age in table.labels("age") if age != TOTAL]
    fixed = {"kind": kind} if kind else {}
    values, absent = table.grid([("place", places), ("sex", PHYSICIAN_SEXES), ("age", ages)], **fixed)
    require_complete(table, values, absent, places)
    summed = np.zeros((len(places), len(PHYSICIAN_SEXES), len(PHYSICIAN_BANDS)))
    for column, age in enumerate(ages):
        summed[:, :, _band(age)] += values[:, :, column]
    return summed


def physicians(table: LongTable, areas: AreaSet) -> Physicians:
    """The table `physicians`: doctors without a secondary workplace and those with one are the heads, the latter are
    sent, and secondary workplaces are received. Raises Problem `workforce.import-incomplete`."""
    sole, sent, received = (
        heads_by_band(table, areas.codes, kind) for kind in ("sole", "primary", "secondary")
    )
    return Physicians(areas, sole + sent, sent, received)


def hours(table: LongTable, survey: str) -> Hours:
    """The table `hours`. Raises Problem `workforce.import-incomplete`."""
    ages = sorted((age for age in table.labels("age") if age != TOTAL), key=_band)
    values, absent = table.grid([("sex", PHYSICIAN_SEXES), ("age", ages)], place=NATION)
    require_complete(table, values, absent, PHYSICIAN_SEXES)
    return Hours(values, survey)


def population(table: LongTable, areas: AreaSet) -> Population:
    """The table `population` (municipalities and wards, summed) or `population-area`, by sex and the table's ages.

    Municipalities that lie in no area of the set are not counted; an area of which no municipality has a row is
    refused. Raises Problem `workforce.import-incomplete`.
    """
    ages = [age for age in table.labels("age") if age != TOTAL]
    places = areas.codes if table.entry.place == "area" else table.labels("place")
    values, absent = table.grid([("place", places), ("sex", PHYSICIAN_SEXES), ("age", ages)])
    require_complete(table, values, absent, places)
    flat = values.reshape(len(places), -1)
    if table.entry.place != "area":
        row = positions(areas, places)
        summed = np.zeros((len(areas), flat.shape[1]))
        np.add.at(summed, row[row != OUTSIDE], flat[row != OUTSIDE])
        empty = np.setdiff1d(np.arange(len(areas)), row)
        if len(empty):
            _refuse(table, [areas.codes[at] for at in empty], Absent.BLANK)
        flat = summed
    return Population(areas, _classes(ages), flat)


def consultation_rates(
    table: LongTable, ages: Sequence[str], survey: str, *, infants: float | None = None
) -> ConsultationRates:
    """The table `consultation-rates` for the ages of a population ("0-4" … "100+").

    An age above the last band of the table takes that band's rate. Where the table has 0 and 1-4 and the population
    0-4, `infants` is needed: the share of those aged 0 among those aged 0 to 4. Raises Problem
    `workforce.import-incomplete` for a rate that is not there, an age that the table divides otherwise included.
    """

    inpatient, clinic = (
        rates_by_class(table, measure, ages, infants=infants) for measure in ("inpatient", "clinic")
    )
    return ConsultationRates(_classes(ages), inpatient, clinic, survey)


def rates_by_class(
    table: LongTable, measure: str, ages: Sequence[str], *, infants: float | None = None
) -> Floats:
    """One measure of a national table of rates, male then female, each by `ages`; as `consultation_rates`."""
    return np.concatenate([_rates(table, measure, sex, ages, infants) for sex in PHYSICIAN_SEXES])


def flows(table: LongTable, areas: AreaSet) -> Flows:
    """The table `flows`, both kinds. Raises Problem `workforce.import-incomplete`."""
    return Flows(_flow(table, areas, "inpatient"), _flow(table, areas, "clinic"))


def national_demand(table: LongTable) -> NationalDemand:
    """The table `national-demand`, from which q follows. Raises Problem `workforce.import-incomplete`."""
    names = [measure.id for measure in table.entry.measures]
    values, absent = table.grid([("measure", names)], place=NATION)
    require_complete(table, values, absent, names)
    of = dict(zip(names, values.tolist(), strict=True))
    return NationalDemand(
        outpatient_physicians=of["outpatient_demand"],
        inpatient_physicians=of["inpatient_demand"],
        inpatients=of["inpatients"],
        outpatients=of["outpatients"],
        claims_with_beds=of["bedded_claims"],
        claims_without_beds=of["bedless_claims"],
    )


def _flow(table: LongTable, areas: AreaSet, kind: str) -> PatientFlow:
    names = ("resident", "inflow", "outflow")
    values, absent = table.grid([("place", areas.codes), ("measure", names)], kind=kind)
    require_complete(table, values, absent, areas.codes)
    return PatientFlow(areas, values[:, 0], values[:, 1], values[:, 2])


def _rates(table: LongTable, measure: str, sex: str, ages: Sequence[str], infants: float | None) -> Floats:
    known = [age for age in table.labels("age") if age != TOTAL]
    values, absent = table.grid([("age", known)], place=NATION, measure=measure, sex=sex)
    require_complete(table, values, absent, known)
    of = dict(zip(known, values.tolist(), strict=True))
    last = next((age for age in known if age.endswith("+")), "")
    rates = []
    for age in ages:
        if age in of:
            rates.append(of[age])
        elif last and _first(age) >= _first(last):
            rates.append(of[last])
        elif age == _UNDER_FIVE and infants is not None and all(one in of for one in _INFANTS):
            rates.append(infants * of["0"] + (1 - infants) * of["1-4"])
        else:
            _refuse(table, [age], Absent.BLANK)
    return np.array(rates)


def _classes(ages: Sequence[str]) -> tuple[ResidentClass, ...]:
    return tuple((sex, age) for sex in PHYSICIAN_SEXES for age in ages)


def _first(age: str) -> int:
    found = re.match(r"\d+", age)
    return int(found[0]) if found else 0


def _band(age: str) -> int:
    """The position in `PHYSICIAN_BANDS` of an age of the catalogue."""
    first = max(_FIRST_BAND, _first(age))
    return min(first, _LAST_BAND) // 10 - _FIRST_BAND // 10


def _refuse(table: LongTable, places: Sequence[str], why: Absent) -> None:
    raise Problem(
        "workforce.import-incomplete",
        where=places[0],
        table=table.entry.id,
        number=len(places),
        places="、".join(places[:_NAMED]),
        kind=why.name.lower().replace("_", "-"),
    )
