"""計画終了時の人口: residents of areas in a year to come, from the shipped projection, between whose years we
interpolate."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.workforce.areas import AreaCode, AreaSet
from kaihoken.workforce.tables.shipped_projection import prefecture_projection, projection
from kaihoken.workforce.tables.source import Source

Floats = npt.NDArray[np.float64]

FIRST_YEAR: Final = 2020
LAST_YEAR: Final = 2050
_STEP: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class ProjectedPopulation:
    """Residents by area in `year` (1 October); row i is area i of `areas`.

    `persons` is NaN where the projection does not divide a row (`absent` names these areas: 福島県 浜通り). A year
    between two of the projection's is on the line between them (`interpolated`).
    """

    areas: AreaSet
    year: int
    persons: Floats
    absent: tuple[AreaCode, ...]
    interpolated: bool
    source: Source

    @property
    def hundred_thousands(self) -> Floats:
        """In 100,000 residents, the unit of the index."""
        return self.persons / 100_000


def projected_population(areas: AreaSet, year: int) -> ProjectedPopulation:
    """The residents of each area in a year from 2020 to 2050, sexes and ages together.

    Source: 国立社会保障・人口問題研究所 日本の地域別将来推計人口（令和5年推計）. Raises Problem
    `workforce.projection-year`.
    """
    _require_year(year)
    found = projection(areas)
    persons = _at(found.total, year)
    absent = tuple(areas.codes[at] for at in np.flatnonzero(np.isnan(persons)))
    return ProjectedPopulation(areas, year, persons, absent, year % _STEP != 0, found.source)


def projected_prefectures(year: int) -> dict[str, float]:
    """The residents of each prefecture by code; with 浜通り, which the sum of Fukushima's areas lacks. Raises as
    above."""
    _require_year(year)
    found = prefecture_projection()
    return dict(zip(found.codes, _at(found.total, year).tolist(), strict=True))


def _require_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Problem(
            "workforce.projection-year", where=str(year), year=year, first=FIRST_YEAR, last=LAST_YEAR
        )


def _at(table: Floats, year: int) -> Floats:
    """The column of a year, on the line between the projection's years."""
    before = min((year - FIRST_YEAR) // _STEP, table.shape[1] - 2)
    part = (year - FIRST_YEAR) / _STEP - before
    return np.asarray(table[:, before] * (1 - part) + table[:, before + 1] * part)
