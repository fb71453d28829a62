"""養成と供給: how many doctors there will be, and the rules that steer where they train.

>>> made_up = fictitious_inputs(demo=True)
>>> supply_bands(made_up, seed=1, runs=1000).nation.heads.shape
(5, 10, 1)
"""

from kaihoken.workforce.training.ages import FIVE_YEARS, SEXES, SINGLE_YEARS, SURVEY_STEP, AgeBands
from kaihoken.workforce.training.bands import PROBABILITIES, Band, SupplyBands, supply_bands
from kaihoken.workforce.training.fictitious import WATERMARK, fictitious_inputs
from kaihoken.workforce.training.supply import Supply, SupplyAssumption, SupplyInputs, between, project

__all__ = [
    "FIVE_YEARS",
    "PROBABILITIES",
    "SEXES",
    "SINGLE_YEARS",
    "SURVEY_STEP",
    "WATERMARK",
    "AgeBands",
    "Band",
    "Supply",
    "SupplyAssumption",
    "SupplyBands",
    "SupplyInputs",
    "between",
    "fictitious_inputs",
    "project",
    "supply_bands",
]
