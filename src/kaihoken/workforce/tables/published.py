"""What the ministry published: the index of January 2024 with its components, by area and by prefecture."""

import csv
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from kaihoken import shipped
from kaihoken.workforce.areas import NATION, AreaSet, PrefectureCode, area_set

Floats = npt.NDArray[np.float64]

AREA_TABLE = "doctors/index_area330_2024.csv"
PREFECTURE_TABLE = "doctors/index_prefecture_2024.csv"


@dataclass(frozen=True, slots=True, eq=False)
class PublishedComponents:
    """医師偏在指標 of January 2024 and its components; row i is area i of `areas` (330).

    `physicians` is 標準化医師数 in persons, rounded to 1 (`physicians_step`); `population` in 100,000 residents
    (2021-01-01), rounded to `population_step`; `ratio` the 標準化受療率比, rounded to `ratio_step`; `index` as printed,
    one decimal.
    """

    areas: AreaSet
    physicians: Floats
    population: Floats
    ratio: Floats
    index: Floats
    physicians_step: float = 1.0
    population_step: float = 0.001
    ratio_step: float = 0.001
    index_step: float = 0.1


@cache
def published_components() -> PublishedComponents:
    """The shipped table. Source: 厚生労働省 医師偏在指標関連データ（令和6年1月公表版）."""
    areas = area_set("330")
    with shipped.path(AREA_TABLE).open(encoding="utf-8", newline="") as file:
        rows = {row["area330_code"]: row for row in csv.DictReader(file)}

    def column(name: str) -> Floats:
        return np.array([float(rows[code][name]) for code in areas.codes])

    return PublishedComponents(
        areas,
        physicians=column("standardized_doctors"),
        population=column("population_100k"),
        ratio=column("standardized_utilization_ratio"),
        index=column("physician_distribution_index"),
    )


@cache
def published_prefectures() -> dict[PrefectureCode, float]:
    """The printed index of each prefecture by code, one decimal, without the nation. Source as above."""
    return {code: value for code, value in _by_prefecture().items() if code != NATION}


def published_nation() -> float:
    """The printed index of the nation, 255.6."""
    return _by_prefecture()[NATION]


@cache
def _by_prefecture() -> dict[PrefectureCode, float]:
    with shipped.path(PREFECTURE_TABLE).open(encoding="utf-8", newline="") as file:
        return {
            PrefectureCode(row["pref_code"]): float(row["physician_distribution_index"])
            for row in csv.DictReader(file)
        }
