"""住民: residents by sex and five-year age for any set of areas. Of 2025 the register, of 2020 the census."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

import numpy as np
import polars as pl

from kaihoken.workforce.areas import AreaSet, area_set
from kaihoken.workforce.tables.municipalities import OUTSIDE, RESIDENTS, Floats, positions
from kaihoken.workforce.tables.source import Source, shipped_source, shipped_table

SEXES: Final = ("both", "male", "female")
AGES: Final = (*(f"{age}-{age + 4}" for age in range(0, 100, 5)), "100+")
"""Five-year age bands, 0-4 to 100+."""

REGISTER_DAY: Final = date(2025, 1, 1)
CENSUS_DAY: Final = date(2020, 10, 1)
CENSUS: Final = "population/census2020_area339_sex_age5.csv"

_AGE_COLUMNS = [f"age_{band.replace('-', '_').replace('+', 'plus')}" for band in AGES]
_UNDIVIDED = ("municipality", "ward")
"""The levels of the register's table that together are everybody once: prefectures, counties and the cities that
have wards are sums of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Residents:
    """住民 in persons; row i is area i of `areas`, then sex (`SEXES`), then age (`AGES`).

    Where few foreigners live the register's ages leave them out: `age_unknown` is what a total has beyond its ages,
    never spread over them. "both" is the printed figure, which now and then is one more than male and female.
    `outside` counts the residents (both sexes) of municipalities that lie in no area of the set.
    """

    areas: AreaSet
    by_age: Floats
    total: Floats
    age_unknown: Floats
    outside: float
    source: Source

    def aged(self, first: int, sex: str = "both") -> Floats:
        """Residents of an age and above by area; `first` is the first year of a band (65, 75)."""
        if first % 5 or not 0 <= first <= 100:
            raise ValueError(first)
        summed: Floats = self.by_age[:, SEXES.index(sex), first // 5 :].sum(axis=1)
        return summed


@cache
def _register() -> pl.DataFrame:
    table = shipped_table(RESIDENTS)
    return table.filter(pl.col("level").is_in(_UNDIVIDED)).sort("muni_code")


def residents(areas: AreaSet) -> Residents:
    """Registered residents of 2025-01-01 (住民基本台帳, 総計). Of every set that covers the country the sum is
    124,330,690."""
    by_age = np.zeros((len(areas), len(SEXES), len(AGES)))
    total = np.zeros((len(areas), len(SEXES)))
    outside = 0.0
    for column, sex in enumerate(SEXES):
        rows = _register().filter(pl.col("sex") == sex)
        row = positions(areas, rows["muni_code"])
        inside = row != OUTSIDE
        counts, all_ages = rows.select(_AGE_COLUMNS).to_numpy(), rows["total"].to_numpy()
        np.add.at(by_age, (row[inside], column), counts[inside])
        np.add.at(total, (row[inside], column), all_ages[inside])
        if sex == "both":
            outside = float(all_ages[~inside].sum())
    source = shipped_source(RESIDENTS, REGISTER_DAY)
    return Residents(areas, by_age, total, total - by_age.sum(axis=2), outside, source)


@dataclass(frozen=True, slots=True, eq=False)
class MunicipalResidents:
    """住民 by municipality or ward in code order: total `[municipality]` and `by_age[municipality, sex, age]`."""

    codes: tuple[str, ...]
    prefectures: tuple[str, ...]
    names: tuple[str, ...]
    by_age: Floats
    total: Floats
    source: Source


@cache
def municipal_residents() -> MunicipalResidents:
    """Registered residents of 2025-01-01 of the 1,898 municipalities and wards; six villages of the north have none."""
    both = _register().filter(pl.col("sex") == "both")
    by_sex = [_register().filter(pl.col("sex") == sex).select(_AGE_COLUMNS).to_numpy() for sex in SEXES]
    return MunicipalResidents(
        tuple(both["muni_code"]),
        tuple(both["pref_name"]),
        tuple(both["muni_name"]),
        np.stack(by_sex, axis=1).astype(np.float64),
        both["total"].to_numpy().astype(np.float64),
        shipped_source(RESIDENTS, REGISTER_DAY),
    )


@cache
def residents_2020() -> Residents:
    """Census residents of 2020-10-01 of the 339 areas; the sum is 126,146,099. Ages not known are kept apart."""
    areas = area_set("339")
    table = shipped_table(CENSUS)
    columns = [f"pop_{band.replace('-', '_').replace('+', 'plus')}" for band in AGES]
    by_age = np.zeros((len(areas), len(SEXES), len(AGES)))
    unknown = np.zeros((len(areas), len(SEXES)))
    total = np.zeros((len(areas), len(SEXES)))
    for column, sex in enumerate(SEXES[1:], start=1):
        rows = table.filter(pl.col("sex") == sex)
        row = np.array([areas.position(code) for code in rows["area_code"]])
        by_age[row, column] = rows.select(columns).cast(pl.Float64).to_numpy()
        unknown[row, column] = rows["pop_age_unknown"].cast(pl.Float64).to_numpy()
        total[row, column] = rows["pop_total_census"].cast(pl.Float64).to_numpy()
    for values in (by_age, unknown, total):
        values[:, 0] = values[:, 1] + values[:, 2]
    return Residents(areas, by_age, total, unknown, 0.0, shipped_source(CENSUS, CENSUS_DAY))
