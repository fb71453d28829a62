"""How exactly the shipped tables of facilities know a place, as they say it, and their columns of numbers."""

import numpy as np
import polars as pl

from kaihoken.workforce.access.facilities import Coordinate
from kaihoken.workforce.access.points import Floats

_EXACTNESS = {
    "mhlw": Coordinate.OFFICIAL,
    "hospitals_202506": Coordinate.OFFICIAL,
    "hospitals_202506_name": Coordinate.OFFICIAL,
    "geolonia_town": Coordinate.TOWN,
    "geolonia_town_base": Coordinate.TOWN,
    "town": Coordinate.TOWN,
    "town_base": Coordinate.TOWN,
    "medical_institutions_202508_town": Coordinate.TOWN,
    "geolonia_municipality": Coordinate.MUNICIPALITY,
    "municipality": Coordinate.MUNICIPALITY,
    "municipality_office": Coordinate.MUNICIPALITY,
    "none": Coordinate.NONE,
}


def exactness_of(column: pl.Expr) -> pl.Expr:
    """The `Coordinate` of each word of a column; a word that is none of these is an error."""
    return column.replace_strict({name: int(one) for name, one in _EXACTNESS.items()}, return_dtype=pl.Int32)


def floats_of(table: pl.DataFrame, name: str) -> Floats:
    """A column of numbers; NaN where it holds none."""
    return table[name].cast(pl.Float64).fill_null(float("nan")).to_numpy().astype(np.float64)
