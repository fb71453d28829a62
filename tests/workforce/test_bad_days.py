"""The table of bad days in the docs: every line of the issue's list, each with tests that are there."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
PAGE = TESTS.parents[1] / "docs" / "workforce" / "data.md"


def test_every_bad_day_names_tests_that_are_there() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## Bad days")[2]
    lines = [line for line in table.splitlines() if "::" in line]
    named = [re.findall(r"`([\w/]+\.py)::(\w+)`", line) for line in lines]

    assert len(lines) == 11
    assert all(named)
    missing = [
        f"{file}::{name}"
        for file, name in (one for tests in named for one in tests)
        if not re.search(rf"def {name}\b", (TESTS / file).read_text(encoding="utf-8"))
    ]
    assert missing == []
