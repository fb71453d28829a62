"""医師偏在指標: its value, its class, and what makes it.

>>> from kaihoken.workforce.index import shipped_index
>>> table = shipped_index()
>>> table.index[table.areas.position("0306")].round(1)
np.float64(107.8)
"""

from kaihoken.workforce.index.attribution import Factor, Share, attribute, rounded
from kaihoken.workforce.index.births import (
    DELIVERY_NEEDS,
    PAEDIATRIC_NEEDS,
    DeliveryIndex,
    DeliveryRules,
    PaediatricIndex,
    benchmark_children,
    benchmark_deliveries,
    delivery_index,
    paediatric_index,
    yearly_deliveries,
)
from kaihoken.workforce.index.change import (
    FormerIndex,
    Rounds,
    explain_change,
    explain_printed_change,
    explain_raw_change,
    former_index,
)
from kaihoken.workforce.index.classes import (
    IndexClass,
    IndexThresholds,
    Thresholds,
    classify,
    straddles,
)
from kaihoken.workforce.index.distance import PLAN_END, Distance, distances, gaps, nearest
from kaihoken.workforce.index.explanation import (
    RAW_TABLES,
    Against,
    Bar,
    Explanation,
    explain,
    explain_raw,
    shares_against_nation,
)
from kaihoken.workforce.index.loading import (
    DeliveryTables,
    load_delivery_tables,
    load_outpatient_tables,
    load_paediatric_tables,
    load_raw_tables,
)
from kaihoken.workforce.index.outpatient import (
    EXCESS_NEEDS,
    ExcessCandidates,
    OutpatientIndex,
    OutpatientRules,
    OutpatientTables,
    excess_candidates,
    mean_and_deviation,
    outpatient_index,
)
from kaihoken.workforce.index.outpatient import NEEDS as OUTPATIENT_NEEDS
from kaihoken.workforce.index.prefecture import explain_prefecture, prefectures_by_sums
from kaihoken.workforce.index.raw import (
    Factors,
    NationalClasses,
    RawIndex,
    RawTables,
    factors_of,
    index_at_q,
    index_from_tables,
)
from kaihoken.workforce.index.rows import INDEX_COLUMNS, index_row
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
from kaihoken.workforce.index.thirds import lower_part, upper_part
from kaihoken.workforce.index.words import label, reading, signed

__all__ = [
    "DELIVERY_NEEDS",
    "EXCESS_NEEDS",
    "INDEX_COLUMNS",
    "OUTPATIENT_NEEDS",
    "PAEDIATRIC_NEEDS",
    "PLAN_END",
    "PUBLISHED_ON",
    "RAW_TABLES",
    "Additivity",
    "Against",
    "Bar",
    "ClassSource",
    "DeliveryIndex",
    "DeliveryRules",
    "DeliveryTables",
    "Distance",
    "ExcessCandidates",
    "Explanation",
    "Factor",
    "Factors",
    "FormerIndex",
    "IndexClass",
    "IndexState",
    "IndexTable",
    "IndexThresholds",
    "Level",
    "NationalClasses",
    "NationalIndex",
    "OutpatientIndex",
    "OutpatientRules",
    "OutpatientTables",
    "PaediatricIndex",
    "RawIndex",
    "RawTables",
    "Rounding",
    "Rounds",
    "Share",
    "Thresholds",
    "attribute",
    "benchmark_children",
    "benchmark_deliveries",
    "classify",
    "delivery_index",
    "distances",
    "excess_candidates",
    "explain",
    "explain_change",
    "explain_prefecture",
    "explain_printed_change",
    "explain_raw",
    "explain_raw_change",
    "factors_of",
    "former_index",
    "gaps",
    "index_at_q",
    "index_from_tables",
    "index_row",
    "index_table",
    "label",
    "load_delivery_tables",
    "load_outpatient_tables",
    "load_paediatric_tables",
    "load_raw_tables",
    "lower_part",
    "mean_and_deviation",
    "nearest",
    "non_additivity",
    "outpatient_index",
    "paediatric_index",
    "prefecture_set",
    "prefectures_by_sums",
    "reading",
    "rounded",
    "rows_of",
    "shares_against_nation",
    "shipped_index",
    "shipped_nation",
    "shipped_prefectures",
    "signed",
    "straddles",
    "upper_part",
    "without_minority_areas",
    "yearly_deliveries",
]
