"""The index as rows of plain fields: what the command prints and the pages offer as CSV and JSON."""

from typing import Final

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
