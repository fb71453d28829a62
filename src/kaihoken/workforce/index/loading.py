"""From a folder of the user's tables to what an index is made from: each table as its concept, or the problem that says
what waits.

「－」 (計数のない場合) is a count of nobody, as official tables mean it. A figure that is unknown, hidden or blank is
not: the table is refused with its places, because an index of what is left would be wrong without looking so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce.areas import AreaSet, area_set, prefectures
from kaihoken.workforce.index.births import yearly_deliveries
from kaihoken.workforce.index.outpatient import OutpatientTables
from kaihoken.workforce.index.raw import Floats, NationalClasses, RawIndex, RawTables, index_from_tables
from kaihoken.workforce.index.shipped import PUBLISHED_ON, shipped_index, shipped_prefectures
from kaihoken.workforce.index.table import Level
from kaihoken.workforce.tables import (
    ConsultationRates,
    Hours,
    LongTable,
    Physicians,
    Population,
    RawTable,
    WorkplaceShares,
    consultation_rates,
    figures,
    file_of,
    flows,
    grouping_of,
    heads_by_band,
    hours,
    load_sound,
    national_demand,
    physicians,
    population,
    population_of,
    rates_by_class,
    residents,
    zero_where_none,
)

EVEN_INFANTS: Final = 1 / 5
"""The share of those aged 0 among those aged 0 to 4 where nobody gives it: as if each year had as many children. It is
an assumption (`INFANTS_ASSUMED`)."""

INFANTS_ASSUMED: Final = "infants"
NATION_ASSUMED: Final = "nation-of-areas"
"""The areas of the tables stand for the nation, though they do not cover it."""

_NATIONAL: Final = "physicians-prefecture"
_BY_AREA: Final = "population-area"
_PERINATAL: Final = "perinatal-members"
_CHILDREN: Final = ("0-4", "5-9", "10-14")


@dataclass(frozen=True, slots=True, eq=False)
class DeliveryTables:
    """What the index of births is made from: `physicians` who attend them (areas, 2, 6), `hours`, and `deliveries` a
    year, by perinatal area. `assumed` names what was taken for given."""

    areas: AreaSet
    physicians: Floats
    hours: Hours
    deliveries: Floats
    assumed: tuple[str, ...] = ()


def load_raw_tables(folder: Path, areas: AreaSet, *, on: date, infants: float | None = None) -> RawTables:
    """The tables of `folder` (`<table>.xlsx` or `.csv`, see `kaihoken workforce data template`) for a set of areas,
    with the rule of workplaces of a day. Residents are those of the folder (`population-area`, else `population` by
    municipality), else the shipped register.

    `infants` is the share of those aged 0 among those aged 0 to 4, by which rates for 0 and 1–4 are weighted; without
    it a fifth, and the tables say that this is assumed. Areas that do not cover the nation are held against its
    doctors by `physicians-prefecture` and its registered residents; without that table against themselves, which is
    an assumption, too. Raises Problem `workforce.table-waiting` for a table that is
    not there, `workforce.table-faulty` for one with errors, `workforce.import-incomplete` where a figure is absent.
    """
    rates = load_sound(RawTable.RATES, folder, areas=areas)
    people = _residents(folder, areas)
    nation = _nation(folder, people)
    return RawTables(
        physicians=physicians(_counts(RawTable.PHYSICIANS, folder, areas), areas),
        hours=_hours(folder, areas),
        population=people,
        rates=consultation_rates(
            zero_where_none(rates), _ages(people), rates.entry.ja, infants=_share(infants)
        ),
        flows=flows(_counts(RawTable.FLOWS, folder, areas), areas),
        q=national_demand(load_sound(RawTable.DEMAND, folder, areas=areas)).q(),
        workplaces=rules.load(WorkplaceShares, on=on),
        nation=nation,
        assumed=(*_assumed(rates, infants), *(_alone(areas) if nation is None else ())),
    )


def index_from_folder(
    folder: Path,
    areas: AreaSet,
    *,
    level: Level = "area",
    on: date = PUBLISHED_ON,
    infants: float | None = None,
) -> RawIndex:
    """The index of a folder's tables (`load_raw_tables`) against the thresholds as they were published, which areas
    that are drawn anew are held against, too."""
    published = shipped_index() if level == "area" else shipped_prefectures()
    tables = load_raw_tables(folder, areas, on=on, infants=infants)
    return index_from_tables(tables, published.thresholds, level=level)


def load_outpatient_tables(folder: Path, areas: AreaSet, *, infants: float | None = None) -> OutpatientTables:
    """The tables of the outpatient index. Raises Problems as `load_raw_tables`."""
    rates = load_sound(RawTable.OUTPATIENT_RATES, folder, areas=areas)
    people = _residents(folder, areas)
    visits = figures(
        _counts(RawTable.OUTPATIENT_SHARE, folder, areas),
        [("place", areas.codes), ("measure", ("clinic_visits", "hospital_visits"))],
    )
    return OutpatientTables(
        physicians=heads_by_band(_counts(RawTable.CLINIC_PHYSICIANS, folder, areas), areas.codes),
        hours=_hours(folder, areas),
        population=people,
        rates=rates_by_class(zero_where_none(rates), "outpatient", _ages(people), infants=_share(infants)),
        clinic_visits=visits[:, 0],
        hospital_visits=visits[:, 1],
        assumed=(*_assumed(rates, infants), *_alone(areas)),
    )


def load_delivery_tables(folder: Path, *, births: float) -> DeliveryTables:
    """The tables of the index of births, by the perinatal areas that `perinatal-members` names. `births` of the nation
    in the year (人口動態調査) are what the deliveries of September are scaled to. Raises Problems as `load_raw_tables`,
    and `workforce.no-deliveries`."""
    areas = _perinatal_areas(load_sound(_PERINATAL, folder, areas=None))
    september = figures(
        _counts(RawTable.DELIVERIES, folder, None), [("place", areas.codes)], measure="deliveries"
    )
    return DeliveryTables(
        areas,
        heads_by_band(_counts(RawTable.DELIVERY_PHYSICIANS, folder, None), areas.codes),
        _hours(folder, areas),
        yearly_deliveries(september, births),
        _alone(areas),
    )


def load_paediatric_tables(
    folder: Path, areas: AreaSet, *, on: date, infants: float | None = None
) -> RawTables:
    """The tables of the paediatric index: paediatricians at their one workplace, residents under 15, children's rates.
    Codes of `paediatric-physicians` are those of the set. Raises Problems as `load_raw_tables`."""
    rates = load_sound(RawTable.CHILDREN, folder, areas=areas)
    people = _under_15(_residents(folder, areas))
    heads = heads_by_band(_counts(RawTable.PAEDIATRIC_PHYSICIANS, folder, areas), areas.codes)
    inpatient, outpatient = (
        rates_by_class(zero_where_none(rates), measure, _CHILDREN, infants=_share(infants))
        for measure in ("inpatient", "outpatient")
    )
    nobody = np.zeros_like(heads)
    return RawTables(
        physicians=Physicians(areas, heads, nobody, nobody),
        hours=_hours(folder, areas),
        population=people,
        rates=ConsultationRates(people.classes, inpatient, outpatient, rates.entry.ja),
        flows=flows(_counts(RawTable.FLOWS, folder, areas), areas),
        q=national_demand(load_sound(RawTable.DEMAND, folder, areas=areas)).q(),
        workplaces=rules.load(WorkplaceShares, on=on),
        assumed=(*_assumed(rates, infants), *_alone(areas)),
    )


def _counts(name: str, folder: Path, areas: AreaSet | None) -> LongTable:
    return zero_where_none(load_sound(name, folder, areas=areas))


def _hours(folder: Path, areas: AreaSet) -> Hours:
    table = load_sound(RawTable.HOURS, folder, areas=areas)
    return hours(table, table.entry.ja)


def _residents(folder: Path, areas: AreaSet) -> Population:
    for name in (_BY_AREA, RawTable.POPULATION):
        if file_of(name, folder) is not None:
            return population(_counts(name, folder, areas), areas)
    return population_of(residents(areas))


def _nation(folder: Path, people: Population) -> NationalClasses | None:
    """The nation's classes, where the areas are not all of it and somebody gives its doctors."""
    if not _alone(people.areas) or file_of(_NATIONAL, folder) is None:
        return None
    doctors = heads_by_band(_counts(_NATIONAL, folder, None), sorted(prefectures()))
    registered = population_of(residents(area_set("330")))
    if people.classes != registered.classes:
        raise Problem("workforce.classes-differ", one=_BY_AREA, other=RawTable.POPULATION.value)
    return NationalClasses(doctors.sum(axis=0), registered.residents.sum(axis=0))


def _alone(areas: AreaSet) -> tuple[str, ...]:
    covered = {area.prefecture_code for area in areas.areas} >= set(prefectures())
    return () if covered else (NATION_ASSUMED,)


def _under_15(people: Population) -> Population:
    kept = [at for at, (_, age) in enumerate(people.classes) if age in _CHILDREN]
    return Population(people.areas, tuple(people.classes[at] for at in kept), people.residents[:, kept])


def _ages(people: Population) -> Sequence[str]:
    return tuple(dict.fromkeys(age for _, age in people.classes))


def _share(infants: float | None) -> float:
    if infants is not None and not 0 < infants < 1:
        raise Problem("workforce.table-unit", where="infants", table="infants", unit="0–1")
    return EVEN_INFANTS if infants is None else infants


def _assumed(rates: LongTable, infants: float | None) -> tuple[str, ...]:
    divided = "0" in rates.labels("age") and "0-4" not in rates.labels("age")
    return (INFANTS_ASSUMED,) if divided and infants is None else ()


def _perinatal_areas(table: LongTable) -> AreaSet:
    """Areas by the codes that stand in the table, each in the prefecture of its first municipality. The table has no
    names, so that the code is the name."""
    of_municipality = {
        place: area
        for place, area, value in zip(
            table.keys["place"].tolist(), table.keys["second"].tolist(), table.values.tolist(), strict=True
        )
        if value == 1
    }
    return grouping_of("perinatal", dict(sorted(of_municipality.items())), {})
