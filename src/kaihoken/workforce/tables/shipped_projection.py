"""将来推計人口: projected residents to 2050 by area, with the row that the source does not divide left as it is."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

import numpy as np
import polars as pl

from kaihoken.workforce.areas import AreaCode, AreaSet, MunicipalityCode, PrefectureCode
from kaihoken.workforce.tables.municipalities import Floats, areas_of
from kaihoken.workforce.tables.source import Source, shipped_source, shipped_table

PROJECTION: Final = "population/projection_2023_municipality.csv"
YEARS: Final = (2020, 2025, 2030, 2035, 2040, 2045, 2050)
BASE_DAY: Final = date(2020, 10, 1)

_SUMS = ("prefecture", "designated_city")
_UNDIVIDED = "fukushima_hamadori"


@dataclass(frozen=True, slots=True, eq=False)
class UndividedRow:
    """分割できない行: a row of the source that several areas share; figures by year (`YEARS`), in persons."""

    code: str
    prefecture: str
    name: str
    municipalities: tuple[MunicipalityCode, ...]
    areas: tuple[AreaCode, ...]
    total: Floats
    aged_65: Floats
    aged_75: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """将来推計人口 in persons; row i is area i of `areas`, column the year (`YEARS`, 1 October).

    An area that shares an undivided row is NaN and stands in `cannot_split`; the row itself is in `undivided`.
    `aged_65` and `aged_75` come from printed shares with two decimals: exact to 0.005 % of each municipality.
    """

    areas: AreaSet
    total: Floats
    aged_65: Floats
    aged_75: Floats
    cannot_split: tuple[AreaCode, ...]
    undivided: tuple[UndividedRow, ...]
    source: Source


@dataclass(frozen=True, slots=True, eq=False)
class PrefectureProjection:
    """The prefecture rows of the source, in code order: persons by year."""

    codes: tuple[PrefectureCode, ...]
    total: Floats
    aged_65: Floats
    aged_75: Floats
    source: Source


def projection(areas: AreaSet) -> Projection:
    """Residents 2020 to 2050 (日本の地域別将来推計人口 令和5年推計) by area.

    福島県浜通り (13 municipalities) is one row of the source: where they lie in one area the row is counted there,
    else it is not spread.
    """
    rows = _table().filter(~pl.col("area_type").is_in(_SUMS))
    whole = rows.filter(pl.col("area_type") != _UNDIVIDED)
    lying = {code: areas_of(areas, code) for code in whole["code"]}
    figures = dict(zip(whole["code"], _persons(whole), strict=True))
    summed = np.zeros((len(areas), len(YEARS), 3))
    for code, several in lying.items():
        for area in several[:1]:
            summed[areas.position(area)] += figures[code]
    undivided = []
    for row in rows.filter(pl.col("area_type") == _UNDIVIDED).iter_rows(named=True):
        missing = _not_in(areas, row["code"][:2], set(whole["code"]))
        shared = tuple(sorted({areas.of_municipality[code] for code in missing}))
        (persons,) = _persons(rows.filter(pl.col("code") == row["code"]))
        if len(shared) == 1:
            summed[areas.position(shared[0])] += persons
            continue
        for area in shared:
            summed[areas.position(area)] = np.nan
        if shared:
            columns = (persons[:, 0], persons[:, 1], persons[:, 2])
            undivided.append(
                UndividedRow(
                    row["code"], row["pref_name"], row["muni_name"], tuple(missing), shared, *columns
                )
            )
    cannot = tuple(code for row in undivided for code in row.areas)
    source = shipped_source(PROJECTION, BASE_DAY)
    return Projection(areas, summed[..., 0], summed[..., 1], summed[..., 2], cannot, tuple(undivided), source)


@cache
def prefecture_projection() -> PrefectureProjection:
    """The 47 prefecture rows; 126,146,099 people in 2020 and 104,686,386 in 2050."""
    rows = _table().filter(pl.col("area_type") == "prefecture").sort("code")
    persons = _persons(rows)
    codes = tuple(PrefectureCode(code[:2]) for code in rows["code"])
    source = shipped_source(PROJECTION, BASE_DAY)
    return PrefectureProjection(codes, persons[..., 0], persons[..., 1], persons[..., 2], source)


@cache
def _table() -> pl.DataFrame:
    return shipped_table(PROJECTION)


def _persons(rows: pl.DataFrame) -> Floats:
    """Persons `[row, year, (all, 65+, 75+)]`."""

    def of(prefix: str) -> Floats:
        return rows.select([f"{prefix}_{year}" for year in YEARS]).cast(pl.Float64).to_numpy()

    total = of("pop")
    return np.stack([total, total * of("pct65plus") / 100, total * of("pct75plus") / 100], axis=-1)


def _not_in(areas: AreaSet, prefecture: str, listed: set[str]) -> list[MunicipalityCode]:
    """The municipalities of a prefecture that the source has no row for."""
    return sorted(code for code in areas.of_municipality if code[:2] == prefecture and code not in listed)
