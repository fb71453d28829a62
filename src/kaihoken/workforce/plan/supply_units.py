"""A projection of supply by area or by prefecture, with the need that it is held against."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from kaihoken.workforce.areas import prefectures
from kaihoken.workforce.index import shipped_index
from kaihoken.workforce.plan.prefecture_need import SHOWN, NeedFrame
from kaihoken.workforce.training import SupplyBands

Floats = npt.NDArray[np.float64]

Level: TypeAlias = Literal["area", "prefecture"]

BANDS: Final = ("lower", "p05", "median", "p95", "upper")
"""The two assumptions without chance, and between them the quantiles of the runs."""


@dataclass(frozen=True, slots=True, eq=False)
class SupplyUnits:
    """Doctors [band of `BANDS`, year, unit], `standardised` None where hours wait; `required` [unit] is the need of
    `need_year` in standardised doctors, NaN for a prefecture of which areas are missing in the projection."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    years: tuple[int, ...]
    heads: Floats
    standardised: Floats | None
    required: Floats
    need_year: int

    def gaps(self) -> Floats | None:
        """Supply less need [band, unit] of the need's year; None where there is no supply of it."""
        if self.standardised is None or self.need_year not in self.years:
            return None
        return np.asarray(self.standardised[:, self.years.index(self.need_year)] - self.required)


def units_of(found: SupplyBands, level: Level, frame: NeedFrame) -> SupplyUnits:
    """A projection by area, or by prefecture: there the quantiles are of the runs' sums."""
    rows = [found.probabilities.index(one) for one in SHOWN]
    areas = found.lower.areas
    at = {code: row for row, code in enumerate(found.prefectures)}
    of_area = np.array([at[area.prefecture_code] for area in areas.areas])
    band = found.areas if level == "area" else found.by_prefecture

    def summed(values: Floats) -> Floats:
        if level == "area":
            return values
        made = np.zeros((len(values), len(at)))
        np.add.at(made.T, of_area, values.T)
        return made

    def stacked(low: Floats | None, high: Floats | None, between: Floats | None) -> Floats | None:
        if low is None or high is None or between is None:
            return None
        return np.stack([summed(low), *between[rows], summed(high)])

    heads = np.stack([summed(found.lower.by_area()), *band.heads[rows], summed(found.upper.by_area())])
    standardised = stacked(found.lower.standardised, found.upper.standardised, band.standardised)
    if level == "area":
        table = shipped_index()
        chosen = [table.areas.position(code) for code in areas.codes]
        names = tuple(f"{area.prefecture} {area.name}" for area in areas.areas)
        required = frame.of_areas(table)[chosen]
        codes: tuple[str, ...] = areas.codes
    else:
        whole = shipped_index().areas.areas
        complete = [
            sum(area.prefecture_code == code for area in whole) == int((of_area == row).sum())
            for code, row in at.items()
        ]
        codes, names = found.prefectures, tuple(prefectures()[code] for code in found.prefectures)
        required = np.where(complete, frame.of_prefectures(found.prefectures), np.nan)
    return SupplyUnits(codes, names, found.years, heads, standardised, required, frame.year)
