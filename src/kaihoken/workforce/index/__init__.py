"""医師偏在指標: its value, its class, and what makes it.

>>> from kaihoken.workforce.index import shipped_index
>>> table = shipped_index()
>>> table.index[table.areas.position("0306")].round(1)
np.float64(107.8)
"""

from kaihoken.workforce.index.classes import (
    IndexClass,
    IndexThresholds,
    Thresholds,
    classify,
    straddles,
)
from kaihoken.workforce.index.shipped import (
    PUBLISHED_ON,
    Additivity,
    NationalIndex,
    non_additivity,
    prefecture_set,
    rows_of,
    shipped_index,
    shipped_nation,
    shipped_prefectures,
    without_minority_areas,
)
from kaihoken.workforce.index.table import (
    ClassSource,
    IndexState,
    IndexTable,
    Level,
    Rounding,
    index_table,
)

__all__ = [
    "PUBLISHED_ON",
    "Additivity",
    "ClassSource",
    "IndexClass",
    "IndexState",
    "IndexTable",
    "IndexThresholds",
    "Level",
    "NationalIndex",
    "Rounding",
    "Thresholds",
    "classify",
    "index_table",
    "non_additivity",
    "prefecture_set",
    "rows_of",
    "shipped_index",
    "shipped_nation",
    "shipped_prefectures",
    "straddles",
    "without_minority_areas",
]
