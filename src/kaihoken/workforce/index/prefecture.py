"""都道府県の要因: what makes a prefecture's printed index differ, with what adds up and what does not.

Standardised doctors and residents of a prefecture are the sums over its areas. Its ratio is not: it is made from the
prefecture's own flows and is not published, but the printed index implies it. It opens into what its areas together
would have, and what their flows across each other's borders change.
"""

from functools import cache
from typing import Final

import numpy as np

from kaihoken.workforce.index.attribution import Changed, Factor, attribute
from kaihoken.workforce.index.explanation import PER_RESIDENT, RATIO, RAW_TABLES, Explanation, Floats, bars_of
from kaihoken.workforce.index.shipped import rows_of, shipped_index, shipped_nation, shipped_prefectures
from kaihoken.workforce.index.table import IndexTable, index_table

OF_AREAS: Final = "ratio-of-areas"
OWN_FLOWS: Final = "own-flows"
OPENED_PREFECTURE: Final = (
    Factor(PER_RESIDENT),
    Factor(RATIO, (Factor(OF_AREAS), Factor(OWN_FLOWS))),
)


@cache
def prefectures_by_sums() -> IndexTable:
    """The 47 prefectures with the sums of their areas' doctors and residents, and the ratio that the printed index
    implies with them (to about ± 0.0003, half a step of the print)."""
    areas, printed = shipped_index(), shipped_prefectures()
    rows = [rows_of(areas, area.prefecture_code) for area in printed.areas.areas]
    physicians = np.array([areas.physicians[row].sum() for row in rows])
    population = np.array([areas.population[row].sum() for row in rows])
    return index_table(
        printed.areas,
        physicians,
        population,
        physicians / (population * printed.published),
        printed.thresholds,
        level="prefecture",
        published=printed.published,
    )


def explain_prefecture(position: int) -> Explanation:
    """The difference of a prefecture's printed index from the nation. Positions are those of `prefecture_set`."""
    table, areas, nation = prefectures_by_sums(), shipped_index(), shipped_nation()
    area = table.areas.areas[position]
    rows = rows_of(areas, area.prefecture_code)
    population = float(table.population[position])
    per_resident = float(table.physicians[position]) / population
    of_areas = float((areas.population[rows] * areas.ratio[rows]).sum()) / population
    ratio = float(table.ratio[position])

    def worth(changed: Changed) -> Floats:
        doctors = per_resident if PER_RESIDENT in changed else nation.index
        own = ratio / of_areas if OWN_FLOWS in changed else 1.0
        return np.array([doctors / (own * (of_areas if OF_AREAS in changed else 1.0))])

    values = {
        PER_RESIDENT: (nation.index, per_resident),
        RATIO: (1.0, ratio),
        OF_AREAS: (1.0, of_areas),
        OWN_FLOWS: (1.0, ratio / of_areas),
    }
    bars = bars_of(attribute(OPENED_PREFECTURE, worth), 0, values)
    return Explanation(area, "nation", nation.index, float(table.index[position]), bars, RAW_TABLES)
