"""Holds a table of steps against edges that a test wrote by hand, without looking at the table."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from kaihoken.transitions import Transitions

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


def check_edges(life: Transitions[State, Event], edges: Mapping[tuple[str, str], str]) -> None:
    """Every edge is there and no other, every state is reached, and the drawing has every edge once."""
    assert {(state.value, event.value): to.value for state, event, to in life.edges()} == dict(edges)
    assert {life.first, *(to for _, _, to in life.edges())} == set(life.steps)
    drawn = [line.strip() for line in life.drawing().splitlines() if ": " in line]
    assert sorted(drawn) == sorted(f"{state} --> {to}: {event}" for (state, event), to in edges.items())
