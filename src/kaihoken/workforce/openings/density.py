"""Clinics per habitable area, and the nine candidates as the ministry printed them beside what the shipped data
give."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from kaihoken.workforce.areas import AreaCode, AreaSet, area_set
from kaihoken.workforce.openings.criteria import Floats, OutpatientOpenings
from kaihoken.workforce.printing import Row
from kaihoken.workforce.tables import AreaGroups, Source, figure_table, places

PRINTED_COLUMNS: Final = (
    "area_code",
    "area",
    "sd_multiple_published",
    "density_ratio_published",
    "density_ratio",
    "density_share",
    "fulfils",
    "municipalities",
)


@dataclass(frozen=True, slots=True, eq=False)
class Densities:
    """一般診療所 per km² of 可住地面積 by row of `rows` (川崎's two areas share one), and over the nation's density."""

    rows: AreaGroups
    density: Floats
    to_nation: Floats
    source: Source

    def by_area(self, values: Floats) -> Floats:
        """Values of rows for each area of the set; NaN where several areas share a row, whose own is not known."""
        of = np.full(len(self.rows.areas), np.nan)
        for row, group in enumerate(self.rows.groups):
            if len(group) == 1:
                of[self.rows.areas.position(group[0])] = values[row]
        return of


def clinic_densities(areas: AreaSet) -> Densities:
    """From the shipped indicators: clinics of 2023, habitable land of 2024."""
    found = places(areas)
    nation = found.clinics.sum() / found.habitable_land.sum()
    density = found.clinics / found.habitable_land
    return Densities(found.rows, density, density / nation, found.source)


@dataclass(frozen=True, slots=True)
class PrintedCandidate:
    """A candidate as printed: its multiple of the deviation and its density over the nation's. `density_ratio` is the
    same from the shipped data, `density_share` the share of areas at least as dense; `fulfils` whether print and data
    do."""

    area: AreaCode
    name: str
    multiple: float
    printed_density_ratio: float
    density_ratio: float
    density_share: float
    municipalities: str
    fulfils: bool

    def row(self) -> Row:
        """As a table of `PRINTED_COLUMNS` holds it."""
        return {
            "area_code": self.area,
            "area": self.name,
            "sd_multiple_published": self.multiple,
            "density_ratio_published": self.printed_density_ratio,
            "density_ratio": self.density_ratio,
            "density_share": self.density_share,
            "fulfils": self.fulfils,
            "municipalities": self.municipalities,
        }


def printed_candidates(rule: OutpatientOpenings) -> tuple[PrintedCandidate, ...]:
    """The nine of 2026-01-16, by multiple as printed. Their 外来医師偏在指標 are not public, so the multiple is the
    print's and the density is ours."""
    areas = area_set("330")
    dense = clinic_densities(areas)
    found = []
    for prefecture, name, multiple, ratio, municipalities in figure_table(
        "outpatient_excess_candidates_2026"
    ).rows:
        area = areas.find(f"{prefecture}{name}")
        row = dense.rows.row(area.code)
        share = float((dense.density >= dense.density[row]).mean())
        fulfils = float(multiple or "nan") >= rule.sd_multiple and share <= rule.density_top_share
        found.append(
            PrintedCandidate(
                area.code,
                area.name,
                float(multiple or "nan"),
                float(ratio or "nan"),
                float(dense.to_nation[row]),
                share,
                municipalities or "",
                fulfils,
            )
        )
    return tuple(found)
