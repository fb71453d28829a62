"""The page of benchmarks: every part that can be run apart is named, and a run changes the rows that it measured."""

import argparse
import re
from datetime import date
from pathlib import Path

import pytest
from bench.__main__ import Run
from bench.table import Row, write

from .sources import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
EARLIER, LATER = date(2026, 11, 20), date(2026, 11, 21)


def a_run(*, large: bool) -> Run:
    return Run(
        argparse.Namespace(
            large=large, folder="nowhere", people=None, rows=None, items=None, records=None, claims=None
        )
    )


def a_page(tmp_path: Path) -> Path:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- 7 people -->\n<!-- end of 7 -->\nafter\n", encoding="utf-8")
    return page


def measured(page: Path) -> list[str]:
    return [line for line in page.read_text(encoding="utf-8").splitlines() if re.match(r"\| \w", line)][1:]


@pytest.mark.parametrize("large", [False, True])
def test_every_part_is_on_the_page(large: bool) -> None:
    table = PAGE.read_text(encoding="utf-8").partition("| part | measures |")[2].partition("\n## ")[0]

    assert {f"`{name}`" for name in a_run(large=large).parts} <= set(re.findall(r"`[a-z-]+`", table))


@pytest.mark.parametrize(
    ("better", "number", "met"),
    [("high", 0.5, "✓"), ("high", 0.49, "not met"), ("low", 0.5, "✓"), ("low", 0.51, "not met")],
)
def test_a_row_says_whether_its_target_is_met(better: str, number: float, met: str) -> None:
    assert better in ("high", "low")
    row = Row("speed", 0.5, "high" if better == "high" else "low", number, "0.5 or so")

    assert row.line(LATER).split(" | ")[3] == met


def test_a_run_of_some_parts_leaves_the_other_rows(tmp_path: Path) -> None:
    page = a_page(tmp_path)
    first, second, third = (Row(name, 1, "low", 0, name) for name in ("one", "two", "three"))
    write(page, 7, [first, second], EARLIER, "note", lambda _: True)

    write(page, 7, [Row("two", 1, "low", 2, "slower"), third], LATER, "note", lambda _: True)

    assert measured(page) == [
        f"| one | ≤ 1 | one | ✓ | {EARLIER} |",
        f"| two | ≤ 1 | slower | not met | {LATER} |",
        f"| three | ≤ 1 | three | ✓ | {LATER} |",
    ]
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")


def test_a_whole_run_drops_what_is_no_longer_measured(tmp_path: Path) -> None:
    page = a_page(tmp_path)
    write(
        page, 7, [Row(name, 1, "low", 0, "so") for name in ("kept", "old")], EARLIER, "note", lambda _: True
    )

    write(page, 7, [], LATER, "note", lambda name: name == "kept")

    assert [line.split(" | ")[0] for line in measured(page)] == ["| kept"]


@pytest.mark.parametrize("people", [1_000_000, 10_000_000])
def test_the_tables_on_the_page_are_those_that_runs_write(people: int, tmp_path: Path) -> None:
    copy = tmp_path / "page.md"
    copy.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")

    write(copy, people, [], LATER, "Python 3.11.7.", lambda _: True)

    assert measured(copy) == measured(PAGE)
    assert len(measured(copy)) > 10
