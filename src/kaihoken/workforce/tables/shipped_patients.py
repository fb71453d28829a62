"""患者: inpatient flows between the 339 areas, and rates of consultation (受療率) by prefecture and by age."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from kaihoken.workforce.areas import AreaCode, AreaSet, PrefectureCode, area_set
from kaihoken.workforce.tables.source import Source, shipped_source, shipped_table

Floats = npt.NDArray[np.float64]

FLOWS: Final = "patients/patient_flow_area339_r7.csv"
FLOW_TOTALS: Final = "patients/patient_flow_total_area339_r7.csv"
RATES: Final = "patients/patient_survey_2023_rates_pref_disease.csv"
INPATIENTS_BY_AGE: Final = "patients/patient_survey_2023_inpatient_rate_age_national.csv"
RATES_2005: Final = "published/patient_survey_consultation_rates_2005.csv"

SURVEY_2023: Final = date(2023, 10, 1)
FISCAL_2024: Final = date(2025, 3, 31)

Phase: TypeAlias = Literal["acute", "subacute", "chronic"]
Direction: TypeAlias = Literal["inflow", "outflow"]
PHASES: Final[dict[Phase, str]] = {"acute": "高度急性期+急性期", "subacute": "包括期", "chronic": "慢性期"}


@dataclass(frozen=True, slots=True, eq=False)
class InpatientFlows:
    """入院患者の流出入 of one phase and direction between the 339 areas; rates, not patients, so that they cannot be
    carried to other areas.

    outflow: of the residents of `area[i]`, the share `rate[i]` is treated in `partner[i]`. inflow: of the patients
    treated in `area[i]`, the share that lives in `partner[i]`. Small flows are cut in the source: `unlisted` is what
    each area's shares lack to 1. `no_figures`: areas without a usable row (errors of the source, or no patients).
    """

    areas: AreaSet
    phase: Phase
    direction: Direction
    area: npt.NDArray[np.intp]
    partner: npt.NDArray[np.intp]
    rate: Floats
    unlisted: Floats
    no_figures: tuple[AreaCode, ...]
    source: Source


@cache
def inpatient_flows(phase: Phase, direction: Direction) -> InpatientFlows:
    """The flows of inpatients, NDB of fiscal 2024."""
    areas = area_set("339")
    rows = shipped_table(FLOWS).filter(
        pl.col("phase") == PHASES[phase],
        pl.col("direction") == direction,
        pl.col("value_status") == "observed",
    )
    area = np.array([areas.position(code) for code in rows["area_code"]], dtype=np.intp)
    partner = np.array([areas.position(code) for code in rows["partner_area_code"]], dtype=np.intp)
    rate = rows["rate"].cast(pl.Float64).to_numpy()
    listed = np.full(len(areas), np.nan)
    listed[area] = 0.0
    np.add.at(listed, area, rate)
    none = tuple(code for code, share in zip(areas.codes, listed, strict=True) if np.isnan(share))
    source = shipped_source(FLOWS, FISCAL_2024)
    return InpatientFlows(areas, phase, direction, area, partner, rate, 1 - listed, none, source)


@dataclass(frozen=True, slots=True, eq=False)
class FlowTotals:
    """流入率・流出率 of acute inpatients by area of the 339, shares 0 to 1: of the residents of an area who are treated
    elsewhere (`outflow`), of the patients of an area who live elsewhere (`inflow`)."""

    areas: AreaSet
    inflow: Floats
    outflow: Floats
    source: Source


@cache
def flow_totals() -> FlowTotals:
    """The totals of the acute phase, NDB of fiscal 2024."""
    areas = area_set("339")
    table = shipped_table(FLOW_TOTALS)

    def of(direction: Direction) -> Floats:
        values = np.full(len(areas), np.nan)
        rows = table.filter(pl.col("direction") == direction)
        values[[areas.position(code) for code in rows["area_code"]]] = (
            rows["overall_rate"].cast(pl.Float64).to_numpy()
        )
        return values

    return FlowTotals(areas, of("inflow"), of("outflow"), shipped_source(FLOW_TOTALS, FISCAL_2024))


@dataclass(frozen=True, slots=True, eq=False)
class PrefectureRates:
    """受療率 by prefecture of residence and ICD chapter, patients a day per 100,000; row 0 is the nation ("00"), column
    0 the total. NaN where the source prints none."""

    prefectures: tuple[PrefectureCode, ...]
    chapters: tuple[str, ...]
    diseases: tuple[str, ...]
    inpatient: Floats
    outpatient: Floats
    source: Source


@cache
def prefecture_rates() -> PrefectureRates:
    """令和5年患者調査: the nation has 945 inpatients and 5,850 outpatients per 100,000."""
    table = shipped_table(RATES)
    codes = tuple(sorted(set(table["pref_code"])))
    nation = table.filter(pl.col("pref_code") == codes[0])
    chapters = tuple(nation["icd_chapter"])

    def grid(column: str) -> Floats:
        values = np.full((len(codes), len(chapters)), np.nan)
        for code, chapter, text in table.select("pref_code", "icd_chapter", column).iter_rows():
            values[codes.index(code), chapters.index(chapter)] = float("nan" if text is None else text)
        return values

    return PrefectureRates(
        tuple(PrefectureCode(code) for code in codes),
        chapters,
        tuple(nation["disease_group"]),
        grid("inpatient_rate_per_100k"),
        grid("outpatient_rate_per_100k"),
        shipped_source(RATES, SURVEY_2023),
    )


@dataclass(frozen=True, slots=True, eq=False)
class NationalRates:
    """受療率 of the nation by age group, per 100,000: columns as `columns` names them ("inpatient_male"). Groups may
    overlap ("65+" and "75+")."""

    ages: tuple[str, ...]
    columns: tuple[str, ...]
    rates: Floats
    source: Source


@cache
def inpatient_rates_2023() -> NationalRates:
    """Inpatients by age, both sexes, 2023. The source splits the total alone by sex and has no outpatients."""
    rows = shipped_table(INPATIENTS_BY_AGE).filter(pl.col("sex") == "both")
    rates = rows["inpatient_rate_per_100k"].cast(pl.Float64).to_numpy()[:, np.newaxis]
    source = shipped_source(INPATIENTS_BY_AGE, SURVEY_2023)
    return NationalRates(tuple(rows["age_group"]), ("inpatient_total",), rates, source)


@cache
def rates_2005() -> NationalRates:
    """Inpatients and outpatients by sex and age of 2005: for shapes and demonstrations, too old to compute with."""
    table = shipped_table(RATES_2005)
    columns = tuple(table.columns[1:])
    rates = table.select(columns).cast(pl.Float64).to_numpy()
    return NationalRates(tuple(table["age"]), columns, rates, shipped_source(RATES_2005, date(2005, 10, 1)))
