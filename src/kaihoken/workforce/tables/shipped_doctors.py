"""届出医師: registered doctors by municipality of work, 2014 to 2022, for a trend; and the nation's by specialty.

These are heads of all registered doctors (届出医師数), not 医療施設従事医師, not standardised, and never on one axis
with the index.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

import numpy as np
import polars as pl

from kaihoken.workforce.areas import AreaSet, MunicipalityCode
from kaihoken.workforce.tables.municipalities import AreaGroups, Floats, area_groups
from kaihoken.workforce.tables.source import Source, shipped_source, shipped_table

REGISTERED: Final = "doctors/doctors_municipality_2014_2022.csv"
SPECIALTIES: Final = "doctors/doctors_specialty_national_2024.csv"
SURVEY_YEARS: Final = (2014, 2016, 2018, 2020, 2022)


@dataclass(frozen=True, slots=True, eq=False)
class RegisteredDoctors:
    """届出医師数 in persons by row of `rows` and year (`SURVEY_YEARS`, 31 December).

    Areas that share an undivided city stand in one row (川崎: 1404+1405). Where the source lacks a municipality of a
    row for a year, `doctors` is NaN there, `known` the sum of the rest, and `missing` names it.
    """

    label_ja: str
    rows: AreaGroups
    doctors: Floats
    known: Floats
    missing: tuple[tuple[MunicipalityCode, int], ...]
    source: Source


def registered_doctors(areas: AreaSet) -> RegisteredDoctors:
    """The trend of registered doctors by area of work. The nation had 343,275 in 2022."""
    table = shipped_table(REGISTERED)
    codes = tuple(table["muni_code"])
    values = table.select([f"doctors_{year}" for year in SURVEY_YEARS]).cast(pl.Float64).to_numpy()
    rows = area_groups(areas, codes)
    missing = tuple(
        (MunicipalityCode(codes[at]), SURVEY_YEARS[year])
        for at, year in zip(*np.nonzero(np.isnan(values)), strict=True)
    )
    known = rows.sums(np.nan_to_num(values))
    source = shipped_source(REGISTERED, date(SURVEY_YEARS[-1], 12, 31))
    return RegisteredDoctors("届出医師数", rows, rows.sums(values), known, missing, source)


@dataclass(frozen=True, slots=True, eq=False)
class SpecialtyDoctors:
    """医療施設従事医師 of the nation by main specialty (主たる診療科), persons; `total` counts unlisted ones too."""

    specialties: tuple[str, ...]
    doctors: Floats
    total: float
    source: Source


@cache
def specialty_doctors() -> SpecialtyDoctors:
    """Doctors of medical facilities by main specialty, 2024-12-31: 36 specialties, 331,092 doctors in all."""
    table = shipped_table(SPECIALTIES)
    total = table.filter(pl.col("specialty").str.contains("総数|total"))
    listed = table.filter(~pl.col("specialty").str.contains("総数|total"))
    return SpecialtyDoctors(
        tuple(listed["specialty"]),
        listed["doctors_2024"].cast(pl.Float64).to_numpy(),
        float(total["doctors_2024"][0]),
        shipped_source(SPECIALTIES, date(2024, 12, 31)),
    )
