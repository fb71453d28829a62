"""`python -m bench.claims_found [--count N] [--troubles RATE]`: what the checks of claims find of what was planted into
a fictional month, trouble by trouble, with precision and recall, and what the recheck says of each receipt's coverage
beside what is true of it. Planted by code that knows nothing of either; this module alone knows both."""

import argparse
import csv
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import msgspec

from bench.machine import working_seconds
from kaihoken.claims.checks import Ended, Examined, checks_of, examine
from kaihoken.claims.uke import chunks_of, read
from kaihoken.cli import run
from kaihoken.people.places import places
from kaihoken.people.receipts import (
    CLAIM_FILE,
    TABLE_FILE,
    TROUBLES,
    Order,
    Truth,
    following,
    place_named,
    write_month,
)

NOTICE = "notice"
REGISTER = {
    *(
        trouble.key
        for trouble in TROUBLES
        if trouble.key.startswith(("insurer-changed", "branch-of-another"))
    ),
    *("change-told-late", "left-without-another", "seen-in-the-gap", "seen-after-death", "number-of-nobody"),
    *("branch-left-out", "sex-of-the-other", "birthday-mistyped"),
}
"""Troubles that only the register shows."""


@dataclass(slots=True)
class Tally:
    """What was found of one trouble: on how many receipts anything, notices too, and by which checks; and on its lawful
    twins, where a notice is no mistake."""

    planted: int = 0
    found: int = 0
    checks: Counter[str] = field(default_factory=Counter)
    twins: int = 0
    wrong: int = 0
    wrongly: Counter[str] = field(default_factory=Counter)


def in_file(path: Path) -> Iterator[tuple[int, set[str], set[str]]]:
    """The place of each receipt of a file, the checks that found something in it, and those that only noticed."""
    levels = {check.id: check.level for check in checks_of(None).values()}
    with path.open("rb") as file:
        for step in examine(read(chunks_of(file))):
            if isinstance(step, Examined):
                found = {finding.check for finding in step.findings}
                noticed = {one for one in found if levels.get(one) == NOTICE}
                yield step.receipt.place, found - noticed, noticed
            elif isinstance(step, Ended) and step.findings:
                print(path, {finding.check for finding in step.findings})


def tallied(folder: Path) -> dict[str, Tally]:
    """The tally of each trouble of a month that was written; of plain receipts under ""."""
    truths: dict[str, dict[int, Truth]] = defaultdict(dict)
    with (folder / "truth.jsonl").open("rb") as file:
        for line in file:
            truth = msgspec.json.decode(line, type=Truth)
            truths[truth.file][truth.receipt] = truth
    tallies: dict[str, Tally] = defaultdict(Tally)
    for name, told in truths.items():
        for place, found, noticed in in_file(folder / name):
            _count(tallies, told[place], found, noticed)
    return tallies


def _count(tallies: Mapping[str, Tally], truth: Truth, found: set[str], noticed: set[str]) -> None:
    tally = tallies[truth.trouble or truth.twin]
    if truth.trouble:
        tally.planted += 1
        tally.found += bool(found | noticed)
        tally.checks.update(found | noticed)
    else:
        tally.twins += 1
        tally.wrong += bool(found)
        tally.wrongly.update(found)


def told(tallies: Mapping[str, Tally], keys: Sequence[str]) -> Iterator[str]:
    """The table as Markdown, and below it precision and recall over receipts."""
    yield "| trouble | planted | found | by | twins | found in twins |"
    yield "|---|---|---|---|---|---|"
    for key in keys:
        one = tallies.get(key, Tally())
        yield f"| {key} | {one.planted} | {one.found} | {_names(one.checks)} | {one.twins} | {_names(one.wrongly)} |"
    plain = tallies.get("", Tally())
    yield f"| (plain) | | | | {plain.twins} | {_names(plain.wrongly)} |"
    found = sum(one.found for one in tallies.values())
    wrong = sum(one.wrong for one in tallies.values())
    yield f"\nprecision {found / max(found + wrong, 1):.4f}"
    for name, these in (("file", set(keys) - REGISTER), ("register", REGISTER)):
        planted = sum(tallies[key].planted for key in these if key in tallies)
        found = sum(tallies[key].found for key in these if key in tallies)
        yield f"recall of what stands in the {name} {found / max(planted, 1):.4f} of {planted:,}"


def rechecked(folder: Path) -> Iterator[str]:
    """The verdicts of the recheck by what is true, as Markdown; a line that says so where DuckDB is not installed."""
    if find_spec("duckdb") is None:
        yield "\nno recheck: duckdb is not installed"
        return
    files = [str(folder / house / CLAIM_FILE) for house in ("shaho", "kokuho")]
    table, out = str(folder / TABLE_FILE), folder / "rechecked"
    with (folder / "said.txt").open("w") as said, redirect_stdout(said), redirect_stderr(said):
        run(["claims", "recheck", *files, "--coverages", table, "--out", str(out), "--csv"])
    with (out / "verdicts.csv").open(encoding="utf-8") as file:
        verdicts = {row["claim_id"]: row["verdict"] for row in csv.DictReader(file)}
    counts: Counter[tuple[str, str]] = Counter()
    for line in (folder / "truth.jsonl").read_bytes().splitlines():
        truth = msgspec.json.decode(line, type=Truth)
        claim = f"{folder / truth.file}:{truth.receipt}"
        counts[truth.eligibility, verdicts.get(claim, "left out: cannot be read")] += 1
    yield "\n| true | the recheck says | receipts |"
    yield "|---|---|---|"
    yield from (f"| {true} | {verdict} | {count} |" for (true, verdict), count in sorted(counts.items()))


def _names(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common(4))


def main() -> None:
    """Writes the month, reads it with all checks, prints the table."""
    parser = argparse.ArgumentParser(prog="bench.claims_found", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--troubles", type=float, default=0.3)
    parser.add_argument("--place", default="千歳市")
    parser.add_argument("--month", default="2026-09")
    asked = parser.parse_args()
    first = date.fromisoformat(f"{asked.month}-01")
    with tempfile.TemporaryDirectory() as folder:
        month = Path(folder) / "month"
        order = Order(
            place_named(asked.place, places()),
            first,
            asked.count,
            2,
            following(first).replace(day=8),
            asked.troubles,
        )
        written = write_month(order, month)
        began = working_seconds()
        tallies = tallied(month)
        seconds = working_seconds() - began
        said = list(rechecked(month))
    print(*told(tallies, [trouble.key for trouble in TROUBLES]), sep="\n")
    print(*said, sep="\n")
    print(f"\nmade {asked.count / written.seconds:,.0f}/s, checked {asked.count / seconds:,.0f}/s")


if __name__ == "__main__":
    main()
