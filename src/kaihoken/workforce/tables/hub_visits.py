"""ハブの受診件数: counts of a hub's visits as a flow table of their own, never as one of the official ones.

A hub sees those who were asked about through it, so its counts are no 患者調査: they are shown for themselves, stand in
no formula, and what is made of fictional ones says so.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.tables.presence import load_sound

Floats = npt.NDArray[np.float64]

HUB_VISITS: Final = "hub-visits"


@dataclass(frozen=True, slots=True, eq=False)
class HubVisits:
    """Visits `between[home, place]` by area of the home and of the care, both in the order of `areas`, all sexes and
    ages that the file shows. Small counts are not in the file, so every number here is a number at least. `elsewhere`
    counts visits of which the place lies in none of the areas; `fictional` that the hub is a demonstration: whatever
    is made of it carries the watermark."""

    areas: AreaSet
    between: Floats
    elsewhere: Floats
    fictional: bool

    @property
    def staying(self) -> Floats:
        """Visits of residents in their own area."""
        return np.diagonal(self.between).astype(np.float64)

    @property
    def leaving(self) -> Floats:
        """Visits of residents in other areas."""
        summed: Floats = self.between.sum(axis=1) - self.staying + self.elsewhere
        return summed

    @property
    def coming(self) -> Floats:
        """Visits in the area of those who live in another of the areas."""
        summed: Floats = self.between.sum(axis=0) - self.staying
        return summed


def hub_visits(folder: Path, areas: AreaSet) -> HubVisits:
    """The table `hub-visits` of a folder. Raises Problem `workforce.table-waiting`, `workforce.table-faulty`."""
    table = load_sound(HUB_VISITS, folder, areas=areas)
    of = {code: at for at, code in enumerate(areas.codes)}
    between, elsewhere = np.zeros((len(areas), len(areas))), np.zeros(len(areas))
    counted = (table.keys["measure"] == "visits") & ~np.isnan(table.values)
    home = np.array([of[code] for code in table.keys["place"][counted].tolist()], dtype=np.intp)
    place = np.array([of.get(code, -1) for code in table.keys["second"][counted].tolist()], dtype=np.intp)
    visits, inside = table.values[counted], place >= 0
    np.add.at(between, (home[inside], place[inside]), visits[inside])
    np.add.at(elsewhere, home[~inside], visits[~inside])
    fictional = bool((table.values[table.keys["measure"] == "fictional"] == 1).any())
    return HubVisits(areas, between, elsewhere, fictional)
