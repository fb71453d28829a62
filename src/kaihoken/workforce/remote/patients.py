"""Where the patients are: outpatients a day by area and department.

Of each of the forty diseases the nation's outpatients are spread over areas by residents, times what the prefecture's
受療率 of the disease's ICD chapter is to the nation's. No rates by area or age are public, so within a prefecture
people are taken to consult alike: an old area has more patients than this says.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kaihoken.workforce.areas import NATION, AreaSet
from kaihoken.workforce.remote.terms import RemoteCare
from kaihoken.workforce.tables import Source, outpatients_by_disease, prefecture_rates, residents

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Outpatients:
    """Outpatients a day, persons: row i is area i of `areas`. `by_disease` in the order of `diseases`,
    `by_department` in that of `departments`. `residents` of each area. `share_of_all` is the part of the nation's
    outpatients (all diseases, by 受療率) that the forty make up. NaN where no rate is printed."""

    areas: AreaSet
    diseases: tuple[str, ...]
    departments: tuple[str, ...]
    by_disease: Floats
    by_department: Floats
    residents: Floats
    share_of_all: float
    sources: tuple[Source, ...]


def outpatients(areas: AreaSet, rule: RemoteCare) -> Outpatients:
    """From the shipped tables: 患者調査 令和5年 and residents of 2025-01-01."""
    counted, rates, people = outpatients_by_disease(), prefecture_rates(), residents(areas)
    settled = people.total[:, 0]
    of_nation = {name: float(count) for name, count in zip(counted.diseases, counted.patients, strict=True)}
    national = np.array([of_nation[one.name] for one in rule.diseases])
    chapter = [rates.chapters.index(one.chapter) for one in rule.diseases]
    row = [rates.prefectures.index(one.prefecture_code) for one in areas.areas]
    nation = rates.outpatient[rates.prefectures.index(NATION)]
    relative = rates.outpatient[np.ix_(row, chapter)] / nation[chapter]
    by_disease = national * relative * (settled / settled.sum())[:, None]
    names = tuple(one.name for one in rule.departments)
    seen_by = np.array([[one.department == name for name in names] for one in rule.diseases], dtype=float)
    every = nation[0] * settled.sum() / 100_000
    return Outpatients(
        areas,
        tuple(one.name for one in rule.diseases),
        names,
        by_disease,
        by_disease @ seen_by,
        settled,
        float(national.sum() / every),
        (counted.source, rates.source, people.source),
    )
