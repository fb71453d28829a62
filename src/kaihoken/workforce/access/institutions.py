"""保険医療機関: every insurance medical institution of the list of 2025-08, as places and as suppliers, one each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from kaihoken import shipped
from kaihoken.workforce.access.exactness import exactness_of, floats_of
from kaihoken.workforce.access.points import Floats, Points
from kaihoken.workforce.areas import PrefectureCode, prefectures

INSTITUTIONS: Final = "facilities/medical_institutions_202508.parquet"


@dataclass(frozen=True, eq=False)
class Institutions:
    """保険医療機関 (医科) of 2025-08; row i of each column is one. Degrees, NaN where no place is known;
    `coordinate` is a `Coordinate`. `not_listed` are the prefectures of which the list has none at all: 入力待ち."""

    codes: tuple[str, ...]
    municipality: npt.NDArray[np.str_]
    prefecture: npt.NDArray[np.str_]
    latitude: Floats
    longitude: Floats
    coordinate: npt.NDArray[np.int8]
    not_listed: Mapping[PrefectureCode, str]
    credit: str

    @cached_property
    def places(self) -> Points:
        """Those that have a place, keyed by their code of nine digits."""
        rows = np.flatnonzero(~np.isnan(self.latitude) & ~np.isnan(self.longitude))
        keys = np.array([self.codes[row] for row in rows], dtype=np.str_)
        return Points(self.latitude[rows], self.longitude[rows], keys, self.municipality[rows])

    @property
    def without_place(self) -> int:
        """How many stand in the list and nowhere on the map."""
        return len(self.codes) - len(self.places)


@cache
def published_institutions() -> Institutions:
    """The shipped list. Source: 地方厚生局 コード内容別医療機関一覧 2025-08; 沖縄県 is not in the copy."""
    table = pl.read_parquet(shipped.path(INSTITUTIONS))
    listed = table["pref_code"].to_numpy().astype(np.str_)
    there = set(np.unique(listed).tolist())
    return Institutions(
        codes=tuple(table["inst_code9"]),
        municipality=table["muni_code"].fill_null("").to_numpy().astype(np.str_),
        prefecture=listed,
        latitude=floats_of(table, "lat"),
        longitude=floats_of(table, "lng"),
        coordinate=table.select(exactness_of(pl.col("geocode_level"))).to_series().to_numpy().astype(np.int8),
        not_listed={code: name for code, name in prefectures().items() if code not in there},
        credit=shipped.credit(INSTITUTIONS),
    )
