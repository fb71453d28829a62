"""Counts of facilities that are ready, by month, from CSV with the columns month, ready and total."""

import re
from collections.abc import Mapping

from kaihoken.adoption.reading import rows_of
from kaihoken.adoption.rollout import Count, Month
from kaihoken.problems import Problem

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_COLUMNS = ("month", "ready", "total")


def read_counts(content: bytes, file: str) -> tuple[Count, ...]:
    """The counts in a file's bytes, as they stand. Problem `adoption.file-unreadable` or `adoption.file-invalid` with
    the line."""
    return tuple(_count(row, where) for row, where in rows_of(content, file, _COLUMNS))


def _count(row: Mapping[str, str], where: str) -> Count:
    month = _MONTH.fullmatch(row.get("month", ""))
    ready, total = (row.get(column, "").replace(",", "") for column in ("ready", "total"))
    if month is None:
        raise Problem("adoption.file-invalid", where=where, reason="a month is written 2022-10")
    if not (ready.isdecimal() and total.isdecimal()):
        raise Problem("adoption.file-invalid", where=where, reason="ready and total are whole numbers")
    return Count(Month(int(month[1]), int(month[2])), int(ready), int(total))
