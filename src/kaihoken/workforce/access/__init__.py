"""アクセス: where people live, how far it is to care, and how much of it each place can reach."""

from kaihoken.workforce.access.distance import (
    NOWHERE,
    Costs,
    Distances,
    GreatCircle,
    Measure,
    Nearest,
    great_circle,
)
from kaihoken.workforce.access.points import Points, points
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
    "Costs",
    "Distances",
    "GreatCircle",
    "Measure",
    "Mode",
    "Municipality",
    "Nearest",
    "Points",
    "Settlements",
    "TravelAssumptions",
    "TravelRule",
    "great_circle",
    "points",
    "residents",
    "settlements",
    "spread",
    "travel_rule",
]
