"""A file of the user's as a table of the catalogue, or the one reason why it cannot be."""

from pathlib import Path

from kaihoken.problems import Problem
from kaihoken.workforce.tables import LongTable, read_table


def usable(file: Path, table: str) -> tuple[LongTable, int]:
    """The table and how many of its rows were left out. Raises Problem `workforce.own-file-unusable` where a column is
    missing, and what `read_table` raises."""
    found = read_table(file, table)
    if found.table is None:
        reason = found.findings[0].problem.title("ja") if found.findings else "—"
        raise Problem(
            "workforce.own-file-unusable", where=file.name, file=file.name, table=table, reason=reason
        )
    return found.table, found.left_out
