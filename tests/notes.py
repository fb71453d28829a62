"""What one run of the tests notes for the runs after it, in the file that TESTS_NOTES names; a line each:

`asked FILE`: a test of FILE asked the clock of the house for the time or the day. The tests of all other files cannot
tell one day from another, and show nothing new on a second one. A file counts as a whole, since its tests share what
fixtures keep; who asks before or between the tests, or for a fixture that files share, asks for all: `asked tests`.

`left FILE`: the run has left out tests of FILE for their marks.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

_ALL = "tests"
_SHARED = ("session", "package")


class Notes:
    """A plugin of pytest that writes these notes. Each worker has its own; they append to one file."""

    def __init__(self, file: Path, root: Path) -> None:
        self._file, self._root = file, root
        self._asking = _ALL
        self._written: set[str] = set()

    def asked(self) -> None:
        """To be called whenever the clock is asked."""
        self._note(f"asked {self._asking}")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._asking = self._place(item)
        try:
            return (yield)
        finally:
            self._asking = _ALL

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Iterator[None]:
        within = self._asking
        if fixturedef.scope in _SHARED:
            self._asking = _ALL
        try:
            return (yield)
        finally:
            self._asking = within

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        for place in sorted({self._place(item) for item in items}):
            self._note(f"left {place}")

    def _place(self, item: pytest.Item) -> str:
        return item.path.relative_to(self._root).as_posix()

    def _note(self, line: str) -> None:
        if line not in self._written:
            self._written.add(line)
            with self._file.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
