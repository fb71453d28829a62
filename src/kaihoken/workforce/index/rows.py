"""The index as rows of plain fields: what the command prints and the pages offer as CSV and JSON."""

from collections.abc import Mapping
from typing import Final

from kaihoken.workforce.index.raw import Factors, Floats, RawIndex, index_at_q
from kaihoken.workforce.index.table import IndexTable
from kaihoken.workforce.printing import Row

INDEX_COLUMNS: Final = (
    "area_code",
    "prefecture",
    "area",
    "index",
    "published_index",
    "low",
    "high",
    "class",
    "class_source",
    "borderline",
    "standardized_physicians",
    "population_100k",
    "consultation_ratio",
    "physicians_per_100k",
    "state",
)
"""The fields of a row, in order."""

FACTOR_COLUMNS: Final = (
    "heads",
    "counted",
    "weight",
    "inpatient_rate",
    "clinic_rate",
    "age_ratio",
    "inpatient_flow",
    "clinic_flow",
    "expected_rate",
)
"""The factors that raw tables add, see `Factors`."""

RAW_COLUMNS: Final = (*INDEX_COLUMNS, *FACTOR_COLUMNS, "index_q_less_20", "index_q_more_20")
"""The fields of a row that raw tables make: the index also with q a fifth less and a fifth more."""


def index_row(table: IndexTable, position: int) -> Row:
    """One area as the fields `INDEX_COLUMNS`."""
    area = table.areas.areas[position]
    found = table.classes[position]
    population = float(table.population[position])
    return {
        "area_code": area.code,
        "prefecture": area.prefecture,
        "area": area.name,
        "index": float(table.index[position]),
        "published_index": float(table.published[position]),
        "low": float(table.low[position]),
        "high": float(table.high[position]),
        "class": found.value if found else None,
        "class_source": table.class_source[position].value,
        "borderline": bool(table.borderline[position]),
        "standardized_physicians": float(table.physicians[position]),
        "population_100k": population,
        "consultation_ratio": float(table.ratio[position]),
        "physicians_per_100k": float(table.physicians[position]) / population if population else None,
        "state": table.states[position].value,
    }


def raw_rows(found: RawIndex) -> tuple[Row, ...]:
    """Every area as the fields `RAW_COLUMNS`."""
    less, more = index_at_q(found.tables, 0.8), index_at_q(found.tables, 1.2)
    return tuple(
        {
            **index_row(found.table, position),
            **{name: float(factor_values(found.factors, name)[position]) for name in FACTOR_COLUMNS},
            "index_q_less_20": float(less[position]),
            "index_q_more_20": float(more[position]),
        }
        for position in range(len(found.table))
    )


def factor_values(factors: Factors, name: str) -> Floats:
    """One factor of `FACTOR_COLUMNS` by area."""
    of: Mapping[str, Floats] = {
        "heads": factors.heads,
        "counted": factors.counted,
        "weight": factors.weight,
        "inpatient_rate": factors.inpatient_rate,
        "clinic_rate": factors.clinic_rate,
        "age_ratio": factors.age_ratio,
        "inpatient_flow": factors.inpatient_flow,
        "clinic_flow": factors.clinic_flow,
        "expected_rate": factors.expected_rate,
    }
    return of[name]
