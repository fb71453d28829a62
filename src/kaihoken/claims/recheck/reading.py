"""The two tables, read from CSV or Parquet into checked columns with keys that compare as `kaihoken.identity` does.

A row in which something cannot be read is left out and told, with its file, its number and its column; the others stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb

from kaihoken.claims.recheck.columns import CLAIMS, COVERAGES, Column
from kaihoken.claims.recheck.keys import Folded
from kaihoken.claims.recheck.source import KEYED, Source, told
from kaihoken.claims.recheck.statement import statement
from kaihoken.problems import Problem

MOST_ROWS = 2**31 - 1
"""Rows of a table, which are numbered by 32 bits, and bits of claims by their number."""
TOLD_AT_MOST = 1000
"""Rows left out that are told one by one; more are counted."""

Table = Literal["claims", "coverages"]
_COLUMNS: Mapping[Table, tuple[Column, ...]] = {"claims": CLAIMS, "coverages": COVERAGES}


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was left out: where it stands (rows count from 1 below the head) and the column that is unreadable."""

    file: str
    row: int
    column: Column

    @property
    def problem(self) -> Problem:
        """The same as a problem with its remedy."""
        ja, en = self.column.form
        return Problem(
            "claims.recheck-row",
            where=f"{self.file}:{self.row} {self.column.name}",
            column=self.column.name,
            row=self.row,
            form_ja=ja,
            form_en=en,
        )


class Reading:
    """Reads files into the tables `claims` and `coverages` of a DuckDB database."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database
        self._folded = Folded()
        self.refused: list[Refused] = []
        self.left_out: dict[Table, int] = {"claims": 0, "coverages": 0}
        for macro in statement("keys").split(";\n"):
            database.execute(macro)
        names = sorted({column.name for columns in _COLUMNS.values() for column in columns})
        database.execute(f"create type column_name as enum ({', '.join(map(repr, names))})")

    def claims(self, files: Sequence[tuple[str, Path]]) -> None:
        """Reads the claims, each file under the name by which its rows are told. Problems `claims.recheck-columns`,
        `claims.recheck-unknown-column`, `claims.recheck-unreadable`, `claims.recheck-file-kind`,
        `claims.recheck-too-many`."""
        for number, (name, file) in enumerate(files):
            source = Source(self._database, file, CLAIMS)
            if not {"day", "days"} & source.types.keys():
                raise Problem("claims.recheck-columns", where=name, columns="days (day)")
            self._take("claims", "claim", name, source, source.claims(), new=number == 0)

    def coverages(self, file: Path, as_known: date | None) -> None:
        """Reads the coverages as they were known at the end of that day in Japan, or by everything that is known.
        Problems as of `claims`, and `claims.recheck-record-times`."""
        source = Source(self._database, file, COVERAGES)
        if as_known is not None and not {"recorded_at", "superseded_at"} <= source.types.keys():
            raise Problem("claims.recheck-record-times", where=str(file))
        self._take("coverages", "coverage", str(file), source, source.coverages(as_known), new=True)

    def _take(self, table: Table, key: str, name: str, source: Source, select: str, *, new: bool) -> None:
        begins = 0 if new else self._one(f"select coalesce(max({key}), 0) from {table}")
        into = f"create table {table} as" if new else f"insert into {table}"
        self._fold(source, name)
        self._database.execute(f"set preserve_insertion_order = {source.counts_in_order}")
        told(
            self._database,
            f"{into} select case when {begins} + row <= {MOST_ROWS} then {begins} + row end::integer as {key},"
            f" * exclude (row) from ({select})",
            name,
        )
        if self._one(f"select count(*) from {table} where {key} is null"):
            raise Problem("claims.recheck-too-many", where=name, most=MOST_ROWS)
        self._leave_out(table, key, name, begins)

    def _fold(self, source: Source, name: str) -> None:
        """Numbers what is more than digits: once for each text that stands in the file."""
        for column in KEYED:
            number = self._folded.columns[column]
            odd = told(self._database, source.odd(column), name).fetchall()
            keys = [(text, key) for (text,) in odd if (key := number(text)) is not None]
            self._database.execute(
                f"create or replace temp table folded_{column} (written varchar, key bigint)"
            )
            if keys:
                self._database.execute(
                    f"insert into folded_{column} select unnest($texts), unnest($keys)",
                    {"texts": [text for text, _ in keys], "keys": [key for _, key in keys]},
                )

    def _leave_out(self, table: Table, key: str, name: str, begins: int) -> None:
        count = self._one(f"select count(*) from {table} where fault is not null")
        if not count:
            return
        room = max(0, TOLD_AT_MOST - len(self.refused))
        by_name = {column.name: column for column in _COLUMNS[table]}
        rows = self._database.execute(
            f"select {key} - {begins}, fault from {table} where fault is not null order by {key} limit {room}"
        ).fetchall()
        self.refused += [Refused(name, row, by_name[fault]) for row, fault in rows]
        self.left_out[table] += count
        self._database.execute(f"delete from {table} where fault is not null")

    def _one(self, question: str) -> int:
        found = self._database.execute(question).fetchone()
        return int(found[0]) if found else 0
