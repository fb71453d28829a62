"""The planner's pages are there while the demonstration runs, and gone after it."""

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


def test_without_the_planners_libraries_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "_LIBRARY", "no_such_library")

    with planner_beside(free_port()) as address:
        assert address == ""
