"""The index of January 2024 as the ministry published it, computed again from its components."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

import numpy as np

from kaihoken import rules
from kaihoken.workforce.areas import (
    NATION,
    Area,
    AreaCode,
    AreaSet,
    PrefectureCode,
    area_set,
    prefectures,
)
from kaihoken.workforce.index.classes import IndexClass, IndexThresholds
from kaihoken.workforce.index.table import IndexTable, Rounding, index_table
from kaihoken.workforce.tables import published_components, published_nation, published_prefectures

PUBLISHED_ON: Final = date(2024, 1, 1)
"""The month of the shipped index, 令和6年1月公表版: its thresholds are those in force on this day."""

FORMER_DAY: Final = PUBLISHED_ON - timedelta(days=1)
"""A day of the index before: its rules count everybody at the primary workplace."""


@dataclass(frozen=True, slots=True)
class NationalIndex:
    """全国: ΣS / ΣN of the areas (its ratio is 1 by definition), beside the printed value."""

    physicians: float
    population: float
    index: float
    low: float
    high: float
    published: float


@dataclass(frozen=True, slots=True)
class Additivity:
    """What a prefecture's areas would make together, ΣS / Σ(N·U), beside the prefecture's printed index.

    They differ because a prefecture's ratio is made from its own flows: what crosses between its areas cancels.
    """

    prefecture_code: PrefectureCode
    prefecture: str
    of_areas: float
    published: float

    @property
    def difference(self) -> float:
        """That of its areas less the printed one."""
        return self.of_areas - self.published


@cache
def shipped_index() -> IndexTable:
    """The 330 areas. Source: 厚生労働省 医師偏在指標関連データ（令和6年1月公表版）."""
    shown = published_components()
    return index_table(
        shown.areas,
        shown.physicians,
        shown.population,
        shown.ratio,
        rules.load(IndexThresholds, on=PUBLISHED_ON).area,
        rounding=Rounding(shown.physicians_step, shown.population_step, shown.ratio_step),
        published=shown.index,
    )


@cache
def prefecture_set() -> AreaSet:
    """The prefectures as a set of areas, with their two digits as codes, and the municipalities of each."""
    return AreaSet(
        "prefectures",
        tuple(Area(AreaCode(code), name, code, name) for code, name in sorted(prefectures().items())),
        {code: AreaCode(code[:2]) for code in area_set("330").of_municipality},
    )


@cache
def shipped_prefectures() -> IndexTable:
    """The 47 prefectures: printed values and classes. Their components are not published, so they are absent here."""
    areas = prefecture_set()
    absent = np.full(len(areas), np.nan)
    printed = published_prefectures()
    return index_table(
        areas,
        absent,
        absent,
        absent,
        rules.load(IndexThresholds, on=PUBLISHED_ON).prefecture,
        level="prefecture",
        published=np.array([printed[area.prefecture_code] for area in areas.areas]),
    )


@cache
def shipped_nation() -> NationalIndex:
    """全国 from the 330 areas: 255.58, printed 255.6."""
    shown = published_components()
    physicians, population = float(shown.physicians.sum()), float(shown.population.sum())
    spread = len(shown.areas) / 2
    return NationalIndex(
        physicians,
        population,
        index=physicians / population,
        low=(physicians - spread * shown.physicians_step) / (population + spread * shown.population_step),
        high=(physicians + spread * shown.physicians_step) / (population - spread * shown.population_step),
        published=published_nation(),
    )


@cache
def non_additivity() -> tuple[Additivity, ...]:
    """Every prefecture beside the sum of its areas, in code order."""
    table = shipped_index()
    printed = published_prefectures()
    found = []
    for code, name in sorted(prefectures().items()):
        rows = rows_of(table, code)
        demand = float((table.population[rows] * table.ratio[rows]).sum())
        found.append(Additivity(code, name, float(table.physicians[rows].sum()) / demand, printed[code]))
    return tuple(found)


def without_minority_areas(table: IndexTable) -> tuple[PrefectureCode, ...]:
    """The prefectures of a table none of whose areas is a 医師少数区域, in code order."""
    holding = {
        area.prefecture_code
        for area, found in zip(table.areas.areas, table.classes, strict=True)
        if found is IndexClass.MINORITY
    }
    return tuple(code for code in sorted(prefectures()) if code not in holding and code != NATION)


def rows_of(table: IndexTable, prefecture: str) -> list[int]:
    """The rows of a prefecture's areas, by its code or name."""
    return [table.areas.position(area.code) for area in table.areas.within(prefecture)]
