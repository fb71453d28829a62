"""A recheck from its tables to its lists, one statement after another."""

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from kaihoken.claims.recheck.reading import Reading, Refused
from kaihoken.claims.recheck.statement import statement
from kaihoken.claims.recheck.terms import confirmations, day_terms

BY_NUMBERS = ("pairs", "settled", "doubtful", "fits", "fitted", "disputed")
"""Decides the claims that one coverage answers from the first to the last day: nine in ten by the first two."""

BY_DAY = (
    "fitting", "candidates", "visits", "held", "meant", "contested", "others", "takers", "findings", "weighed",
)  # fmt: skip
"""Decides the rest day by day."""

TOGETHER = ("unlike", "switches", "splits", "insurers", "plain")

LISTED = ("decided", "verdicts")
"""Views: they are as long as the claims, and are read when they are written out."""

STEPS = ("coverages", "claims", *BY_NUMBERS, *BY_DAY, *TOGETHER, *LISTED, "report")

DEFAULT_MEMORY = "6GB"
"""Of DuckDB's own; the whole process stays below 8 GB."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the monthly report."""

    month: date
    verdict: str
    reason: str
    claims: int
    points: int
    yen: int


@dataclass(frozen=True, slots=True)
class Told:
    """What a recheck found in numbers, and the rows that were left out."""

    claims: int
    rows: tuple[Row, ...]
    refused: tuple[Refused, ...] = field(repr=False)
    left_out_claims: int
    left_out_coverages: int


class Recheck:
    """One run, in a database of its own in memory; what does not fit goes to the folder `spill`, where there is one.
    `step` is told the name of each step that is done.

    Problems: those of `Reading`.
    """

    def __init__(
        self,
        *,
        spill: Path | None = None,
        memory: str = DEFAULT_MEMORY,
        threads: int | None = None,
        step: Callable[[str], None] = lambda _: None,
    ) -> None:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "autoinstall_known_extensions": False,
        }
        if spill is not None:
            settings["temp_directory"] = str(spill)
        if threads is not None:
            settings["threads"] = threads
        # A file would keep statistics of each column and write all of it to the disk, only to be thrown away.
        self.database = duckdb.connect(":memory:", config=settings)
        self._step = step
        self._reading = Reading(self.database)

    def read(self, claims: Sequence[tuple[str, Path]], coverages: Path, as_known: date | None = None) -> None:
        """Reads the tables: claims under a name for each file, the coverages as they were known at the end of a day."""
        self._reading.coverages(coverages, as_known)
        self._step("coverages")
        self._reading.claims(claims)
        self._step("claims")

    def decide(self) -> None:
        """Decides every claim."""
        self.database.execute("set preserve_insertion_order = false")
        self._calendar()
        for name in (*BY_NUMBERS, *BY_DAY, *TOGETHER, *LISTED, "report"):
            kind = "temp view" if name in LISTED else "temp table"
            self.database.execute(f"create or replace {kind} {name} as {statement(name)}")
            if name == "insurers":
                self._as_names(name, "insurer_number")
            self._step(name)

    def told(self) -> Told:
        """What was found."""
        rows = self.database.execute(
            "select month, verdict, reason, claims, points, yen from report order by month, verdict, reason"
        ).fetchall()
        found = tuple(Row(*row) for row in rows)
        return Told(
            claims=sum(row.claims for row in found),
            rows=found,
            refused=tuple(self._reading.refused),
            left_out_claims=self._reading.left_out["claims"],
            left_out_coverages=self._reading.left_out["coverages"],
        )

    def close(self) -> None:
        """Lets go of the database."""
        self.database.close()

    def _calendar(self) -> None:
        months = self.database.execute("select distinct month from claims").fetchall()
        run = self.database
        run.execute("create temp table terms (first_day date, last_day date, written_counts boolean)")
        run.executemany("insert into terms values (?, ?, ?)", day_terms())
        run.execute(
            "create temp table outcomes (outcome smallint, verdict varchar, reason varchar, first_day date,"
            " last_day date, confirmation varchar)"
        )
        run.executemany(
            "insert into outcomes values (?, ?, ?, ?, ?, ?)",
            [(place, *one) for place, one in enumerate(confirmations())],
        )
        self._as_names("outcomes", "verdict", "reason", "confirmation")
        run.execute("create temp table calendar (month date, day date, bit integer)")
        days = [
            (month, month.replace(day=day), 1 << (day - 1))
            for (month,) in months
            for day in range(1, monthrange(month.year, month.month)[1] + 1)
        ]
        if days:
            run.executemany("insert into calendar values (?, ?, ?)", days)

    def _as_names(self, table: str, *columns: str) -> None:
        """Makes texts of few kinds into names that are numbered, in their order: a row then carries a number, and the
        lists are written in half the time. A table without a row stays as it is."""
        if self.database.execute(f"select 1 from {table} limit 1").fetchone() is None:
            return
        for column in columns:
            names = f"select distinct {column} from {table} order by {column}"
            self.database.execute(f"create temp type {column}_name as enum ({names})")
            self.database.execute(f"alter table {table} alter {column} type {column}_name")
