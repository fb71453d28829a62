"""区域の姿: an area, a prefecture and the nation as people are shown them, on pages and in documents alike."""

from kaihoken.workforce.portrait.area import (
    ages_of,
    difference_of,
    doctors_of,
    factors_of,
    municipalities_of,
    place_of,
    places_of,
    reach_of,
    trend_of,
)
from kaihoken.workforce.portrait.atlas import Atlas
from kaihoken.workforce.portrait.atlas_map import map_of_index
from kaihoken.workforce.portrait.factors import FACTORS, FactorMap, factor_maps, factor_values
from kaihoken.workforce.portrait.flows import AreaFlow, flow_source, flows_of
from kaihoken.workforce.portrait.own import OwnTables, own_difference, own_factors, own_reach
from kaihoken.workforce.portrait.standing import Standing, standing_at

__all__ = [
    "FACTORS",
    "AreaFlow",
    "Atlas",
    "FactorMap",
    "OwnTables",
    "Standing",
    "ages_of",
    "difference_of",
    "doctors_of",
    "factor_maps",
    "factor_values",
    "factors_of",
    "flow_source",
    "flows_of",
    "map_of_index",
    "municipalities_of",
    "own_difference",
    "own_factors",
    "own_reach",
    "place_of",
    "places_of",
    "reach_of",
    "standing_at",
    "trend_of",
]
