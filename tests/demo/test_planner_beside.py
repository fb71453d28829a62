"""The planner's pages are there while the demonstration runs, and gone after it."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from kaihoken.demo import planner as beside
from kaihoken.demo.planner import planner_beside

from ..polling import until
from ..ports import free_port


def answered(address: str) -> str | None:
    """The page there, once somebody answers."""
    try:
        return httpx.get(f"{address}sources", timeout=60).text
    except httpx.TransportError:
        return None


@pytest.mark.process
def test_the_pages_stand_beside_the_hub_and_end_with_it() -> None:
    with planner_beside(free_port()) as address:
        assert "皆保険" in until(lambda: answered(address))

    assert answered(address) is None


KILLED = """
import sys
from kaihoken.demo.planner import planner_beside

if __name__ == "__main__":
    with planner_beside(int(sys.argv[1])) as address:
        print(address, flush=True)
        sys.stdin.read()
"""


@pytest.mark.process
def test_they_end_with_a_demonstration_that_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "demonstration.py"
    program.write_text(KILLED, encoding="utf-8")
    command = [sys.executable, str(program), str(free_port())]

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        address = running.stdout.readline().strip()
        until(lambda: answered(address))
        running.kill()

    until(lambda: answered(address) is None)


def test_without_the_planners_libraries_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "_LIBRARY", "no_such_library")

    with planner_beside(free_port()) as address:
        assert address == ""
