"""保険医療機関 as suppliers: every insurance medical institution of the list of 2025-08, one each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import polars as pl

from kaihoken import shipped
from kaihoken.workforce.access.points import Points, points
from kaihoken.workforce.areas import PrefectureCode, prefectures

INSTITUTIONS_TABLE: Final = "facilities/medical_institutions_202508.parquet"


@dataclass(frozen=True, slots=True, eq=False)
class Institutions:
    """`places` of 96,481 institutions (key: code of nine digits), most at the middle of their town. `without_place` are
    in the list but nowhere on the map; `not_listed` the prefectures of which it has none at all: 入力待ち."""

    places: Points
    without_place: int
    not_listed: Mapping[PrefectureCode, str]
    credit: str


@cache
def institutions() -> Institutions:
    """The shipped list. Source: 地方厚生局 コード内容別医療機関一覧 2025-08; 沖縄県 is not in the copy."""
    table = pl.read_parquet(shipped.path(INSTITUTIONS_TABLE))
    placed = table.drop_nulls(["lat", "lng"])
    there = set(np.unique(table["inst_code9"].str.slice(0, 2).to_numpy()).tolist())
    return Institutions(
        points(
            placed["lat"].to_numpy(),
            placed["lng"].to_numpy(),
            placed["inst_code9"].to_list(),
            placed["muni_code"].to_list(),
        ),
        len(table) - len(placed),
        {code: name for code, name in prefectures().items() if code not in there},
        shipped.credit(INSTITUTIONS_TABLE),
    )
