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
from kaihoken.claims.recheck.source import Source, told
from kaihoken.claims.recheck.statement import statement
from kaihoken.problems import Problem

TOLD_AT_MOST = 1000
"""Rows left out that are told one by one; more are counted."""

Table = Literal["claims", "coverages"]
_COLUMNS: Mapping[Table, tuple[Column, ...]] = {"claims": CLAIMS, "coverages": COVERAGES}
_KEYED = ("number", "symbol", "branch")


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

    def claims(self, files: Sequence[tuple[str, Path]]) -> None:
        """Reads the claims, each file under the name by which its rows are told. Problems `claims.recheck-columns`,
        `claims.recheck-unknown-column`, `claims.recheck-unreadable`, `claims.recheck-file-kind`."""
        for number, (name, file) in enumerate(files):
            source = Source(self._database, file, CLAIMS)
            if not {"day", "days"} & source.types.keys():
                raise Problem("claims.recheck-columns", where=name, columns="days (day)")
            self._take("claims", "claim", name, source.claims(), new=number == 0)

    def coverages(self, file: Path, as_known: date | None) -> None:
        """Reads the coverages as they were known at the end of that day in Japan, or by everything that is known.
        Problems as of `claims`, and `claims.recheck-record-times`."""
        source = Source(self._database, file, COVERAGES)
        if as_known is not None and not {"recorded_at", "superseded_at"} <= source.types.keys():
            raise Problem("claims.recheck-record-times", where=str(file))
        self._take("coverages", "coverage", str(file), source.coverages(as_known), new=True)

    def _take(self, table: Table, key: str, name: str, select: str, *, new: bool) -> None:
        begins = 0 if new else self._one(f"select coalesce(max({key}), 0) from {table}")
        into = f"create table {table} as" if new else f"insert into {table}"
        told(self._database, f"{into} select {begins} + row as {key}, * exclude (row) from ({select})", name)
        for column in _KEYED:
            self._fold(table, column)
        self._leave_out(table, key, name, begins)

    def _fold(self, table: Table, column: str) -> None:
        missing = f"from {table} where {column}_key is null and fault is null"
        odd = self._database.execute(f"select distinct {column} {missing}").fetchall()
        keys = [(text, self._folded.columns[column](text)) for (text,) in odd]
        known = [(text, key) for text, key in keys if key is not None]
        if known:
            self._database.execute("create or replace temp table folded (written varchar, key bigint)")
            self._database.executemany("insert into folded values (?, ?)", known)
            self._database.execute(
                f"update {table} set {column}_key = folded.key from folded "
                f"where {column}_key is null and {table}.{column} = folded.written"
            )
        self._database.execute(
            f"update {table} set fault = '{column}' where {column}_key is null and fault is null"
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
