"""架空の入力: made-up tables of supply, for demonstrations and for measuring speed, never for a plan."""

from datetime import date
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from kaihoken import rules
from kaihoken.workforce.areas import area_set
from kaihoken.workforce.index import IndexThresholds, classify
from kaihoken.workforce.printing import FICTITIOUS
from kaihoken.workforce.tables import published_components
from kaihoken.workforce.training.ages import FIVE_YEARS, SURVEY_STEP
from kaihoken.workforce.training.supply import SupplyAssumption, SupplyInputs

Floats = npt.NDArray[np.float64]


_THRESHOLDS_OF: Final = date(2024, 1, 1)
_LAST_YEAR: Final = 2040
_FIRST_YEAR: Final = 2022
_PYRAMID: Final = (
    (1, 8, 9, 8, 8, 8, 8, 8, 7, 6, 4, 2, 1, 1),
    (1, 5, 5, 4, 4, 3, 2, 2, 1, 1, 0.5, 0.3, 0.2, 0.1),
)
_YOUNG_UNTIL: Final = 4  # of the bands: moving is for those below 40
_BEGINNERS: Final = 18_000


def fictitious_inputs(*, demo: Literal[True]) -> SupplyInputs:
    """As many doctors as the published index counts in each of the 330 areas; their ages, survival, entry and migration
    are made up. In steps from 2022 to 2040. `demo` has to be said; whatever is made with it carries the watermark."""
    areas = area_set("330")
    doctors = published_components().physicians
    pyramid = np.array(_PYRAMID) / np.sum(_PYRAMID)
    stock = np.round(doctors[:, None, None] * pyramid).astype(np.int64)
    thresholds = rules.load(IndexThresholds, on=_THRESHOLDS_OF).area
    named = ("minority", "middle", "majority")
    area_class = np.array(
        [named.index(classify(index, thresholds)) for index in published_components().index], np.int64
    )
    settling = doctors / np.bincount(area_class, doctors)[area_class]
    steps = (_LAST_YEAR - _FIRST_YEAR) // SURVEY_STEP
    weights = np.ones_like(pyramid) * np.linspace(1.2, 0.6, len(FIVE_YEARS))
    return SupplyInputs(
        areas=areas,
        bands=FIVE_YEARS,
        first_year=_FIRST_YEAR,
        stock=stock,
        classes=named,
        area_class=area_class,
        settling=settling,
        lower=_assumption(doctors, pyramid, steps, losses=1.2, beginners=0.95),
        upper=_assumption(doctors, pyramid, steps, losses=0.8, beginners=1.0),
        weights=weights / (weights * pyramid).sum(),
        watermark=FICTITIOUS,
    )


def _assumption(
    doctors: Floats, pyramid: Floats, steps: int, *, losses: float, beginners: float
) -> SupplyAssumption:
    bands = len(FIVE_YEARS)
    lost = np.concatenate([np.full(8, 0.01), np.linspace(0.03, 0.45, bands - 8)]) * losses
    begun = np.zeros_like(pyramid)
    begun[:, 0], begun[:, 1] = (0.25, 0.13), (0.40, 0.22)  # by sex, in the two youngest bands
    entry = _BEGINNERS * beginners * (doctors / doctors.sum())[:, None, None] * begun
    moving = np.zeros((3, 3, *pyramid.shape))
    moving[:, :, :, :_YOUNG_UNTIL] = 0.04
    moving[:, :, :, _YOUNG_UNTIL:] = 0.005
    moving[0, 2] *= losses  # from minority to majority areas
    return SupplyAssumption(
        survival=np.broadcast_to(1 - lost, pyramid.shape).copy(),
        entry=np.broadcast_to(entry, (steps, *entry.shape)).copy(),
        migration=moving,
    )
