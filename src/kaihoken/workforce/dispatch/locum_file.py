"""Reads requests of 代診医 from a CSV file, so that they can be counted."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from kaihoken.problems import Problem
from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.dispatch.locum import LocumRequest, LocumState
from kaihoken.workforce.tables import BadRow, read_own_table

LOCUM_TEMPLATE: Final = "area,department,first,last,state\n"
"""The header of the file. Days are ISO dates, `state` one of `LocumState`. There is no column for a name."""


def read_locum(text: str, areas: AreaSet) -> tuple[tuple[LocumRequest, ...], tuple[BadRow, ...]]:
    """The requests of a file, and each row that is none with its reason. Problem `workforce.own-table-header`."""

    def request(row: Mapping[str, str]) -> LocumRequest | tuple[str, str]:
        try:
            code = areas.areas[areas.position(row["area"])].code
        except Problem as problem:
            return "area", f"{row['area'] or '(empty)'} ({problem.facts.get('near', '—')})"
        days = []
        for field in ("first", "last"):
            try:
                days.append(date.fromisoformat(row[field]))
            except ValueError:
                return field, row[field] or "(empty)"
        first, last = days
        if last < first:
            return "last", f"{last} < {first}"
        if row["state"] not in set(LocumState):
            return "state", f"{row['state'] or '(empty)'}: {', '.join(LocumState)}"
        return LocumRequest(code, row["department"], first, last, LocumState(row["state"]))

    return read_own_table(text, LOCUM_TEMPLATE, request)
