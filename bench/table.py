"""The table that a run writes: one row a measure, each with its target and the day on which it was measured."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

_HEAD = ("| measure | target | measured | | on |", "|---|---|---|---|---|")
_LINE = re.compile(r"\| (?P<measure>[^|]+) \| [^|]+ \| [^|]+ \| [^|]+ \| [^|]+ \|")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, and whether a high or a low number is better."""

    measure: str
    target: float
    better: Literal["high", "low"]
    measured: float
    shown: str

    @property
    def met(self) -> bool:
        """Whether the target was reached."""
        return self.measured >= self.target if self.better == "high" else self.measured <= self.target

    def line(self, on: date) -> str:
        """The row as the page holds it."""
        sign = "≥" if self.better == "high" else "≤"
        met = "✓" if self.met else "not met"
        return f"| {self.measure} | {sign} {self.target:g} | {self.shown} | {met} | {on} |"


def write(
    page: Path, people: int, rows: Sequence[Row], on: date, note: str, keep: Callable[[str], bool]
) -> None:
    """Puts rows into the table of so many people: each in the place of the line of its measure, a new one at the end.
    Lines of measures that were not taken now stay where `keep` says so of their name."""
    text = page.read_text(encoding="utf-8")
    begin, end = f"<!-- {people} people -->", f"<!-- end of {people} -->"
    before, _, rest = text.partition(begin)
    old, _, after = rest.partition(end)
    new = {row.measure: row.line(on) for row in rows}
    lines = []
    for line in old.splitlines():
        found = _LINE.fullmatch(line)
        if found is None or line == _HEAD[0]:
            continue
        measure = found["measure"]
        if measure in new:
            lines.append(new.pop(measure))
        elif keep(measure):
            lines.append(line)
    table = "\n".join([note, "", *_HEAD, *lines, *new.values()])
    page.write_text(f"{before}{begin}\n{table}\n{end}{after}", encoding="utf-8")
