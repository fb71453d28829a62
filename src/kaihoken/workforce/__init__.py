"""医師偏在: where doctors are relatively few, why, and what would help.

>>> from kaihoken.workforce import area_set
>>> area_set("330").find("釜石").code
'0306'
"""

from kaihoken.workforce.areas import (
    NATION,
    Area,
    AreaCode,
    AreaSet,
    BoundarySet,
    MunicipalityCode,
    PrefectureCode,
    area_set,
    own_grouping,
    prefectures,
)
from kaihoken.workforce.months import fiscal_year
from kaihoken.workforce.printing import Row, as_csv, as_json

__all__ = [
    "NATION",
    "Area",
    "AreaCode",
    "AreaSet",
    "BoundarySet",
    "MunicipalityCode",
    "PrefectureCode",
    "Row",
    "area_set",
    "as_csv",
    "as_json",
    "fiscal_year",
    "own_grouping",
    "prefectures",
]
