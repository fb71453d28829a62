"""Small raw tables to compute with: the worked toy of one area, and twelve made-up ones that cover their nation."""

import numpy as np
import numpy.typing as npt

from kaihoken import rules
from kaihoken.workforce import Area, AreaCode, AreaSet, PrefectureCode
from kaihoken.workforce.index import PUBLISHED_ON, NationalClasses, RawTables
from kaihoken.workforce.tables import (
    ConsultationRates,
    Flows,
    Hours,
    PatientFlow,
    Physicians,
    Population,
    WorkplaceShares,
)

Floats = npt.NDArray[np.float64]
AREA_CLASSES = (("both", "young"), ("both", "old"))
SHARES = rules.load(WorkplaceShares, on=PUBLISHED_ON)


def areas(count: int) -> AreaSet:
    made = (Area(AreaCode(f"99{at:02}"), f"圏{at}", PrefectureCode("99"), "架空県") for at in range(count))
    return AreaSet("own", tuple(made), {})


def by_class(count: int, value: float) -> Floats:
    return np.full((count, 2, 6), float(value))


def toy() -> RawTables:
    """One area, four classes of physicians, two of residents; its index is 110.9674155."""
    hours, heads, nation = np.full((2, 6), 50.0), np.zeros((1, 2, 6)), np.zeros((2, 6))
    for (sex, band), hour, local, national in (
        ((0, 0), 60, 40, 3000),
        ((0, 5), 40, 60, 2000),
        ((1, 0), 55, 20, 1500),
        ((1, 5), 35, 10, 500),
    ):
        hours[sex, band], heads[0, sex, band], nation[sex, band] = hour, local, national
    one = areas(1)
    return RawTables(
        Physicians(one, heads, by_class(1, 0), by_class(1, 0)),
        Hours(hours, "toy"),
        Population(one, AREA_CLASSES, np.array([[60_000.0, 40_000.0]])),
        ConsultationRates(AREA_CLASSES, np.array([400.0, 3000.0]), np.array([2500.0, 9000.0]), "toy"),
        Flows(
            PatientFlow(one, np.array([1000.0]), np.array([50.0]), np.array([150.0])),
            PatientFlow(one, np.array([1000.0]), np.array([50.0]), np.array([100.0])),
        ),
        q=0.13,
        workplaces=SHARES,
        nation=NationalClasses(nation, np.array([7_000_000.0, 3_000_000.0])),
    )


def made_up(seed: int, count: int = 12, classes: int = 8) -> RawTables:
    """Areas of any kind; what is sent to secondary workplaces is received elsewhere."""
    random = np.random.default_rng(seed)
    all_areas = areas(count)
    kinds = tuple(("both", f"age{at}") for at in range(classes))
    heads = random.integers(1, 200, (count, 2, 6)).astype(float)
    sent = np.floor(heads * random.uniform(0, 0.5, heads.shape))
    received = np.roll(sent, 1, axis=0)
    resident = random.uniform(500, 5000, (2, count))
    flows = [
        PatientFlow(all_areas, one, one * random.uniform(0, 0.5, count), one * random.uniform(0, 0.5, count))
        for one in resident
    ]
    return RawTables(
        Physicians(all_areas, heads, sent, received),
        Hours(random.uniform(30, 60, (2, 6)), "made up"),
        Population(all_areas, kinds, random.integers(100, 50_000, (count, classes)).astype(float)),
        ConsultationRates(
            kinds,
            np.linspace(200, 5000, classes) * random.uniform(0.8, 1.2, classes),
            np.linspace(2000, 9000, classes) * random.uniform(0.8, 1.2, classes),
            "made up",
        ),
        Flows(*flows),
        q=float(random.uniform(0.05, 0.3)),
        workplaces=SHARES,
    )
