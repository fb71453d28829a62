"""自前の表: tables that a planner brings as CSV, read row by row: good rows are kept, each bad one has its reason."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from kaihoken.problems import Problem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row of a file that was left out: its line (the header is 1), the field, and why."""

    line: int
    field: str
    reason: str


def read_own_table(
    text: str, template: str, read: Callable[[Mapping[str, str]], T | tuple[str, str]]
) -> tuple[tuple[T, ...], tuple[BadRow, ...]]:
    """Reads CSV whose header holds the columns of `template`. `read` makes something of a row (each field without
    spaces around it), or says field and reason.

    Raises Problem `workforce.own-table-header` where a column is missing.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    columns = template.strip().split(",")
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        raise Problem(
            "workforce.own-table-header",
            where=missing[0],
            missing=", ".join(missing),
            header=template.strip(),
        )
    good: list[T] = []
    bad: list[BadRow] = []
    for line, row in enumerate(reader, start=2):
        found = read({name: (row[name] or "").strip() for name in columns})
        if isinstance(found, tuple):
            bad.append(BadRow(line, *found))
        else:
            good.append(found)
    return tuple(good), tuple(bad)
