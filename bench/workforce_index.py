"""The index of 330 areas from raw tables, with all factors."""

from statistics import median
from time import perf_counter

import numpy as np

from bench.table import Row
from kaihoken import rules
from kaihoken.workforce import area_set
from kaihoken.workforce.index import PUBLISHED_ON, RawTables, index_from_tables, shipped_index
from kaihoken.workforce.tables import (
    ConsultationRates,
    Flows,
    Hours,
    PatientFlow,
    Physicians,
    Population,
    WorkplaceShares,
)

_TIMES = 50
_AGES = tuple(f"{age}-{age + 4}" for age in range(0, 100, 5))


def from_raw_tables() -> list[Row]:
    """The median of 50 computations over 330 areas, 12 classes of physicians and 40 of residents."""
    tables, thresholds = _made_up(), shipped_index().thresholds
    taken = []
    for _ in range(_TIMES):
        begun = perf_counter()
        index_from_tables(tables, thresholds)
        taken.append((perf_counter() - begun) * 1000)
    measured = median(taken)
    return [Row("index of 330 areas from raw tables, ms", 20, "low", measured, f"{measured:.2f} ms")]


def _made_up() -> RawTables:
    # Numbers without meaning: only their shapes are those of the real tables.
    random = np.random.default_rng(1)
    areas = area_set("330")
    count, classes = len(areas), tuple((sex, age) for sex in ("male", "female") for age in _AGES)
    heads = random.integers(1, 200, (count, 2, 6)).astype(float)
    sent = np.floor(heads / 10)
    resident = random.uniform(500, 5000, count)
    flow = PatientFlow(areas, resident, resident * 0.2, resident * 0.3)
    return RawTables(
        Physicians(areas, heads, sent, np.roll(sent, 1, axis=0)),
        Hours(random.uniform(30, 60, (2, 6)), "made up"),
        Population(areas, classes, random.integers(100, 50_000, (count, len(classes))).astype(float)),
        ConsultationRates(
            classes,
            random.uniform(200, 5000, len(classes)),
            random.uniform(2000, 9000, len(classes)),
            "made up",
        ),
        Flows(flow, flow),
        q=0.13,
        workplaces=rules.load(WorkplaceShares, on=PUBLISHED_ON),
    )
