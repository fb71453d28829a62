"""What a run notes decides which tests run again on another day: it may name too many, never too few."""

from pathlib import Path

import pytest

from ..notes import Notes
from .sources import script

pytest_plugins = ["pytester"]


class Clock:
    """What the tests below ask, as tests of the house ask its clock."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes

    @pytest.fixture
    def clock(self) -> Notes:
        return self.notes

    @pytest.fixture(scope="module")
    def of_a_file(self) -> None:
        self.notes.asked()

    @pytest.fixture(scope="session")
    def of_all_files(self) -> None:
        self.notes.asked()


def noted(pytester: pytest.Pytester, *arguments: str, **files: str) -> list[str]:
    """What a run over these files notes."""
    pytester.makepyfile(**files)
    file = Path(pytester.path / "notes")
    notes = Notes(file, pytester.path)
    pytester.inline_run(
        "-p",
        "no:cov",
        "-p",
        "no:asyncio",
        "-p",
        "no:cacheprovider",
        *arguments,
        plugins=[notes, Clock(notes)],
    )
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


SILENT = "def test_silent(): pass"


@pytest.mark.parametrize(
    "asks",
    [
        "def test_it(clock): clock.asked()",
        "def test_it(clock):\n    clock.asked()\n    assert False",
        "def test_it(of_a_file): pass",
    ],
)
def test_a_file_whose_test_asks_is_noted_and_no_other(pytester: pytest.Pytester, asks: str) -> None:
    assert noted(pytester, test_a=SILENT, test_b=asks, test_c=SILENT) == ["asked test_b.py"]


def test_what_files_share_asks_for_all(pytester: pytest.Pytester) -> None:
    assert noted(pytester, test_a="def test_it(of_all_files): pass", test_b=SILENT) == ["asked tests"]


def test_who_asks_outside_of_a_test_asks_for_all(pytester: pytest.Pytester) -> None:
    notes = Notes(pytester.path / "notes", pytester.path)
    notes.asked()
    assert (pytester.path / "notes").read_text(encoding="utf-8") == "asked tests\n"


def test_files_of_which_tests_are_left_out_are_noted_once(pytester: pytest.Pytester) -> None:
    marked = """
import pytest


@pytest.mark.usefixtures("tmp_path")
@pytest.mark.parametrize("n", [1, 2])
def test_it(n): pass
"""
    left = noted(
        pytester, "-m", "not usefixtures", test_a=SILENT, test_b=marked, test_c=f"{marked}\n{SILENT}"
    )
    assert left == ["left test_b.py", "left test_c.py"]


@pytest.mark.parametrize(
    ("what", "notes", "files"),
    [
        (
            "asked",
            "asked tests/b.py\nleft tests/c.py\nasked tests/a.py\nasked tests/b.py\n",
            ["tests/a.py", "tests/b.py"],
        ),
        ("asked", "asked tests/a.py\nasked tests\n", ["tests"]),
        ("left", "asked tests/b.py\nleft tests/c.py\n", ["tests/c.py"]),
    ],
)
def test_a_later_run_is_of_the_files_noted_for_it(what: str, notes: str, files: list[str]) -> None:
    assert script("check").noted(what, notes) == files
