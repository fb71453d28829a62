"""The life of a participant: every edge of the table, and that nothing else can happen."""

import pytest

from kaihoken.transitions import ImpossibleStep
from kaihoken.workforce.careers.life import COUNTS, LIFE, Event, State

EDGES = {
    ("enrolled", "begin"): "working",
    ("enrolled", "leave"): "left",
    ("working", "pause"): "paused",
    ("working", "breach"): "in-breach",
    ("working", "leave"): "left",
    ("working", "complete"): "completed",
    ("paused", "resume"): "working",
    ("paused", "breach"): "in-breach",
    ("paused", "leave"): "left",
    ("in-breach", "remedy"): "working",
    ("in-breach", "leave"): "left",
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_every_step_is_as_written_here_or_impossible(state: State, event: Event) -> None:
    expected = EDGES.get((state.value, event.value))

    if expected is None:
        with pytest.raises(ImpossibleStep):
            LIFE.after(state, event)
    else:
        assert LIFE.after(state, event).value == expected


def test_every_state_is_reached_and_nothing_follows_an_end() -> None:
    reached = {LIFE.first, *(to for steps in LIFE.steps.values() for to in steps.values())}

    assert reached == set(State)
    assert {state.value for state in LIFE.ends} == {"left", "completed"}


def test_days_count_in_work_alone() -> None:
    assert {State.WORKING} == COUNTS


def test_the_drawing_has_every_edge() -> None:
    lines = LIFE.drawing().splitlines()

    assert len([line for line in lines if ": " in line]) == len(EDGES)
    assert "    in-breach --> working: remedy" in lines
