"""Places on the sphere: where people live and where they are treated."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.str_]
Rows = npt.NDArray[np.int64]

EARTH_RADIUS_KM: Final = 6371.0088
"""Mean radius of GRS 80."""
_ROWS_TOLD = 10


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """n places: `lat` and `lng` in degrees (WGS 84), `key` the name of each in tables and links (of a municipality, a
    facility; may stand on several rows), `municipality` its five-digit code, "" where it is not known.

    Raises Problem `workforce.points-not-numbers` for coordinates that are missing or lie outside the sphere, with
    their count and first rows, and `workforce.columns-differ` where the columns are not of one length.
    """

    lat: Floats
    lng: Floats
    key: Codes
    municipality: Codes

    def __post_init__(self) -> None:
        for name, column in (("lng", self.lng), ("key", self.key), ("municipality", self.municipality)):
            require_length(name, column, len(self.lat))
        good = (np.abs(self.lat) <= 90.0) & (np.abs(self.lng) <= 180.0)
        refuse_rows("workforce.points-not-numbers", ~good)

    def __len__(self) -> int:
        return len(self.lat)

    def take(self, rows: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> "Points":
        """Some of the places, by row numbers or a mask."""
        return Points(self.lat[rows], self.lng[rows], self.key[rows], self.municipality[rows])

    def vectors(self) -> Floats:
        """Unit vectors from the middle of the earth, shape (n, 3)."""
        lat, lng = np.radians(self.lat), np.radians(self.lng)
        return np.column_stack((np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)))


def points(
    lat: Iterable[float],
    lng: Iterable[float],
    key: Iterable[str] | None = None,
    municipality: Iterable[str] | None = None,
) -> Points:
    """Places from any columns; without keys they are named by their row, "0", "1", …"""
    north = np.array(lat if isinstance(lat, np.ndarray) else list(lat), dtype=np.float64)
    keys = (str(row) for row in range(len(north))) if key is None else key
    codes = [""] * len(north) if municipality is None else municipality
    return Points(
        north,
        np.array(lng if isinstance(lng, np.ndarray) else list(lng), dtype=np.float64),
        np.array(list(keys), dtype=np.str_),
        np.array(list(codes), dtype=np.str_),
    )


def require_length(name: str, column: npt.NDArray[np.generic], wanted: int) -> None:
    """Raises Problem `workforce.columns-differ` where a column has another length."""
    if len(column) != wanted:
        raise Problem("workforce.columns-differ", where=name, column=name, rows=len(column), wanted=wanted)


def refuse_rows(code: str, bad: npt.NDArray[np.bool_], **facts: str | int) -> None:
    """Raises the Problem where a row is bad, with the facts `count` and `rows` (the first ten, counted from 0)."""
    rows = np.flatnonzero(bad)
    if len(rows):
        told = ", ".join(str(row) for row in rows[:_ROWS_TOLD]) + (" …" if len(rows) > _ROWS_TOLD else "")
        raise Problem(code, where=f"rows[{rows[0]}]", count=len(rows), rows=told, **facts)
