"""外来医師偏在指標 as a planner gives it: CSV with the columns `area_code,outpatient_index`. No table of it ships."""

import csv
import io
from typing import Final

import numpy as np

from kaihoken.problems import Problem
from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.openings.criteria import Floats

OUTPATIENT_INDEX_COLUMNS: Final = ("area_code", "outpatient_index")


def read_outpatient_index(text: str, areas: AreaSet) -> tuple[Floats, tuple[Problem, ...]]:
    """The index of each area, NaN where none is given (empty, 「－」), and what is wrong with the rows that were not
    taken.

    Problem `workforce.opening-table` where a column is missing.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if any(name not in (reader.fieldnames or ()) for name in OUTPATIENT_INDEX_COLUMNS):
        raise Problem("workforce.opening-table", where="line 1", field=", ".join(OUTPATIENT_INDEX_COLUMNS))
    index, bad = np.full(len(areas), np.nan), []
    for row in reader:
        where = f"line {reader.line_num}"
        try:
            at = areas.position((row["area_code"] or "").strip())
            index[at] = _value(row["outpatient_index"] or "", where, taken=bool(np.isfinite(index[at])))
        except Problem as problem:
            bad.append(problem)
    return index, tuple(bad)


def _value(text: str, where: str, *, taken: bool) -> float:
    if taken:
        raise Problem("workforce.opening-table", where=where, field="area_code")
    plain = text.strip()
    if plain in ("", "-", "－", "…"):
        return float("nan")
    try:
        value = float(plain)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise Problem("workforce.opening-table", where=where, field="outpatient_index")
    return value
