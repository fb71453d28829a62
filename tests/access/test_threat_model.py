"""The threat model names its evidence: every test file that it names is there, and every phrase is a test's."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = [
    line
    for line in (ROOT / "docs/threat-model.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| [STRIDE]\d+ \|", line)
]


def test_every_threat_has_a_name_of_its_own() -> None:
    names = [row.split("|")[1].strip() for row in ROWS]
    assert len(names) > 25
    assert len(set(names)) == len(names)


def test_the_files_that_it_names_are_there() -> None:
    named = {name for row in ROWS for name in _named_in(row)}
    missing = {name for name in named if not _files_of(name)}
    assert len(named) > 10
    assert missing == set()


def test_the_phrases_that_it_quotes_are_names_of_tests() -> None:
    files = {*(ROOT / "tests/access").glob("test_*.py")}
    files.update(file for row in ROWS for name in _named_in(row) for file in _files_of(name))
    tests = " ".join(
        test.replace("_", " ")
        for file in files
        for test in re.findall(r"def (test_\w+)", file.read_text(encoding="utf-8"))
    )
    quoted = [phrase for row in ROWS for phrase in re.findall(r'"([^"]+)"', row.split("|")[4])]
    assert len(quoted) > 15
    assert [phrase for phrase in quoted if phrase not in tests] == []


def _named_in(row: str) -> list[str]:
    return re.findall(r"`((?:\w+/)*test_\w+\.py)`", row)


def _files_of(name: str) -> list[Path]:
    places = (ROOT / "tests" / name, ROOT / "tests/access" / name)
    return [place for place in places if place.is_file()]
