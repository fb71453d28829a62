"""アクセス: where people live, how far it is to care, and how much of it each place can reach."""

from kaihoken.workforce.access.catchments import Catchments, three_step, two_step
from kaihoken.workforce.access.distance import (
    NOWHERE,
    Costs,
    Distances,
    GreatCircle,
    Measure,
    Nearest,
    costs_of,
    great_circle,
)
from kaihoken.workforce.access.given import Given
from kaihoken.workforce.access.kernels import (
    Kernel,
    binary,
    epanechnikov,
    exponential,
    gaussian,
    inverse_power,
    zones,
)
from kaihoken.workforce.access.matrices import MatrixDistances
from kaihoken.workforce.access.points import Points, points
from kaihoken.workforce.access.services import MatrixService, OpenRouteService, Osrm, Valhalla
from kaihoken.workforce.access.settlements import (
    AGE_BANDS,
    AgeBand,
    Municipality,
    Settlements,
    residents,
    settlements,
    spread,
)
from kaihoken.workforce.access.travel import Mode, TravelAssumptions, TravelRule, travel_rule

__all__ = [
    "AGE_BANDS",
    "NOWHERE",
    "AgeBand",
    "Catchments",
    "Costs",
    "Distances",
    "Given",
    "GreatCircle",
    "Kernel",
    "MatrixDistances",
    "MatrixService",
    "Measure",
    "Mode",
    "Municipality",
    "Nearest",
    "OpenRouteService",
    "Osrm",
    "Points",
    "Settlements",
    "TravelAssumptions",
    "TravelRule",
    "Valhalla",
    "binary",
    "costs_of",
    "epanechnikov",
    "exponential",
    "gaussian",
    "great_circle",
    "inverse_power",
    "points",
    "residents",
    "settlements",
    "spread",
    "three_step",
    "travel_rule",
    "two_step",
    "zones",
]
