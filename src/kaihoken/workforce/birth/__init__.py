"""出産: how far it is to where births are handled, and what the aid for a far way comes to."""

from kaihoken.workforce.birth.aid import (
    Aid,
    AidedWay,
    BirthTravelRules,
    Trip,
    aided_way,
    birth_travel_rules,
    fare_aid,
    lodging_aid,
    travel_aid,
)
from kaihoken.workforce.birth.far_births import (
    CENTRES_TABLE,
    AidEstimate,
    BirthsOf,
    FarBirths,
    aid_estimate,
    births_by_ward,
    far_births,
    spread_births,
)
from kaihoken.workforce.birth.perinatal import (
    CENTRE_TEMPLATE,
    CountDifference,
    DeliveryByArea,
    count_differences,
    delivery_by_area,
    read_centres,
    read_perinatal_areas,
)

__all__ = [
    "CENTRES_TABLE",
    "CENTRE_TEMPLATE",
    "Aid",
    "AidEstimate",
    "AidedWay",
    "BirthTravelRules",
    "BirthsOf",
    "CountDifference",
    "DeliveryByArea",
    "FarBirths",
    "Trip",
    "aid_estimate",
    "aided_way",
    "birth_travel_rules",
    "births_by_ward",
    "count_differences",
    "delivery_by_area",
    "far_births",
    "fare_aid",
    "lodging_aid",
    "read_centres",
    "read_perinatal_areas",
    "spread_births",
    "travel_aid",
]
