"""独自の圏域: any set of areas, one that ships or one that a prefecture draws by its municipalities."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, get_args

from kaihoken.problems import Problem
from kaihoken.workforce.areas import (
    Area,
    AreaCode,
    AreaSet,
    BoundarySet,
    PrefectureCode,
    area_set,
    own_grouping,
    prefectures,
)
from kaihoken.workforce.tables.own_rows import BadRow, read_own_table

GROUPING_TEMPLATE: Final = "municipality_code,area_code,area_name\n"
"""A municipality or ward a line. The prefecture of an area is that of its first municipality."""

_CODE_DIGITS: Final = 5


def areas_named(text: str) -> AreaSet:
    """A set that ships by its name ("330", "335", "339"), or that of a CSV file (`GROUPING_TEMPLATE`).

    A grouping is taken whole or not: without one of its rows an area would have residents and doctors too few and not
    look so. Raises Problem `workforce.grouping-faulty` for a file that is not there or its first bad row,
    `workforce.own-table-header`.
    """
    for shipped in get_args(BoundarySet):
        if text == shipped:
            return area_set(shipped)
    path = Path(text)
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _faulty(path, 0, "file", type(error).__name__) from error
    areas, bad = read_grouping(content, path.stem)
    if bad or not len(areas):
        first = bad[0] if bad else BadRow(1, "area_code", "(empty)")
        raise _faulty(path, first.line, first.field, first.reason)
    return areas


def read_grouping(text: str, name: str) -> tuple[AreaSet, tuple[BadRow, ...]]:
    """A grouping (CSV, `GROUPING_TEMPLATE`) as a set of areas, and its bad rows. Raises Problem
    `workforce.own-table-header`."""
    seen: set[str] = set()

    def member(row: Mapping[str, str]) -> dict[str, str] | tuple[str, str]:
        code = row["municipality_code"]
        if len(code) != _CODE_DIGITS or not code.isdecimal() or code[:2] not in prefectures():
            return "municipality_code", f"{code or '(empty)'}: not five digits of a prefecture"
        if code in seen:
            return "municipality_code", f"{code}: stands twice"
        if not row["area_code"]:
            return "area_code", "(empty)"
        seen.add(code)
        return dict(row)

    rows, bad = read_own_table(text, GROUPING_TEMPLATE, member)
    members = {row["municipality_code"]: row["area_code"] for row in rows}
    named = {row["area_code"]: row["area_name"] for row in reversed(rows)}
    return grouping_of(name, members, named), bad


def grouping_of(name: str, of_municipality: Mapping[str, str], named: Mapping[str, str]) -> AreaSet:
    """The areas of a membership, by municipality; an area without a name in `named` is called by its code."""
    first: dict[str, PrefectureCode] = {}
    for municipality, area in of_municipality.items():
        first.setdefault(area, PrefectureCode(municipality[:2]))
    made = (
        Area(AreaCode(code), named.get(code) or code, lying, prefectures()[lying])
        for code, lying in first.items()
    )
    return own_grouping(name, made, of_municipality)


def _faulty(path: Path, line: int, field: str, reason: str) -> Problem:
    return Problem(
        "workforce.grouping-faulty", where=str(path), file=str(path), line=line, field=field, reason=reason
    )
