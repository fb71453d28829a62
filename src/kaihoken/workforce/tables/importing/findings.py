"""読み込みの指摘: what an importer noticed, where, and how to mend it; and what it read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeAlias, TypeVar

from kaihoken.problems import Fact, Problem

Level: TypeAlias = Literal["error", "warning", "note"]
"""error: something was left out or must not be computed with. warning: look at it. note: what was done."""

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Finding:
    """One entry of the catalogue of problems at one place of a file; `cell` is "B12" or empty."""

    code: str
    level: Level
    file: str
    sheet: str
    cell: str
    facts: Mapping[str, Fact]

    @property
    def where(self) -> str:
        """ "file.xlsx › sheet › B12"."""
        return " › ".join(part for part in (self.file, self.sheet, self.cell) if part)

    @property
    def problem(self) -> Problem:
        """The words in Japanese and English."""
        return Problem(self.code, where=self.where, **self.facts)


@dataclass(frozen=True, slots=True, eq=False)
class Imported(Generic[T]):
    """What an importer made of a file. `table` is None where a needed column is not found; `kept` and `left_out` are
    rows; `totals` are rows of sums (全国, 計, 郡) that are not counted twice; `digest` is the SHA-256 of the file."""

    table: T | None
    kept: int
    left_out: int
    totals: int
    findings: tuple[Finding, ...]
    file: str
    digest: str

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stand in the way of computing."""
        return tuple(finding for finding in self.findings if finding.level == "error")

    def then(self, make: Callable[[T], U]) -> "Imported[U]":
        """The same with its table made into another concept."""
        made = None if self.table is None else make(self.table)
        return Imported(made, self.kept, self.left_out, self.totals, self.findings, self.file, self.digest)
