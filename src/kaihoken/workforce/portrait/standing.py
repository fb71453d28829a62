"""Where an area stands, as people are shown it: the number that is printed, its class, and what would move it."""

from dataclasses import dataclass

import numpy as np

from kaihoken.workforce import Area
from kaihoken.workforce.index import IndexClass, IndexTable
from kaihoken.workforce.pictures import Look


@dataclass(frozen=True, slots=True)
class Standing:
    """One row of the index. `index` is the printed value where there is one, else what was computed; NaN stands for
    what is awaited."""

    area: Area
    index: float
    computed: float
    low: float
    high: float
    physicians: float
    population: float
    ratio: float
    look: Look
    borderline: bool
    class_source: str

    @property
    def shown(self) -> str:
        """The index as it is printed: one decimal."""
        return "－" if np.isnan(self.index) else f"{self.index:.1f}"

    @property
    def per_doctor(self) -> float:
        """What one more standardised doctor adds to the index."""
        return 1 / (self.population * self.ratio)

    def to_reach(self, threshold: float) -> float:
        """Standardised doctors from here to a threshold, with today's residents; negative where it is exceeded."""
        return threshold * self.population * self.ratio - self.physicians


_LOOKS: dict[IndexClass | None, Look] = {
    IndexClass.MINORITY: "minority",
    IndexClass.MIDDLE: "middle",
    IndexClass.MAJORITY: "majority",
    None: "missing",
}


def standing_at(table: IndexTable, row: int) -> Standing:
    """Row `row` of a table."""
    printed, computed = float(table.published[row]), float(table.index[row])
    return Standing(
        area=table.areas.areas[row],
        index=computed if np.isnan(printed) else printed,
        computed=computed,
        low=float(table.low[row]),
        high=float(table.high[row]),
        physicians=float(table.physicians[row]),
        population=float(table.population[row]),
        ratio=float(table.ratio[row]),
        look=_LOOKS[table.classes[row]],
        borderline=bool(table.borderline[row]),
        class_source=table.class_source[row].value,
    )
