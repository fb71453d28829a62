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
from kaihoken.workforce.access.institutions import (
    INSTITUTIONS_TABLE,
    Institutions,
    institutions,
)
from kaihoken.workforce.access.kernels import (
    Kernel,
    binary,
    epanechnikov,
    equal_zones,
    exponential,
    gaussian,
    inverse_power,
    zones,
)
from kaihoken.workforce.access.links import (
    Closure,
    Crossing,
    Link,
    Linked,
    Port,
    Season,
    Way,
    linked,
)
from kaihoken.workforce.access.matrices import MatrixDistances
from kaihoken.workforce.access.own_table import BadRow, OwnTable, read_table
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
    "INSTITUTIONS_TABLE",
    "NOWHERE",
    "AgeBand",
    "BadRow",
    "Catchments",
    "Closure",
    "Costs",
    "Crossing",
    "Distances",
    "Given",
    "GreatCircle",
    "Institutions",
    "Kernel",
    "Link",
    "Linked",
    "MatrixDistances",
    "MatrixService",
    "Measure",
    "Mode",
    "Municipality",
    "Nearest",
    "OpenRouteService",
    "Osrm",
    "OwnTable",
    "Points",
    "Port",
    "Season",
    "Settlements",
    "TravelAssumptions",
    "TravelRule",
    "Valhalla",
    "Way",
    "binary",
    "costs_of",
    "epanechnikov",
    "equal_zones",
    "exponential",
    "gaussian",
    "great_circle",
    "institutions",
    "inverse_power",
    "linked",
    "points",
    "read_table",
    "residents",
    "settlements",
    "spread",
    "three_step",
    "travel_rule",
    "two_step",
    "zones",
]
