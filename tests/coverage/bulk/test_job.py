"""The four steps of a bulk job: each edge of the table is walked, and nothing else can be."""

from itertools import product

import pytest

from kaihoken.coverage.bulk.job import ENDED, LIFE, OPEN, Event, State
from kaihoken.transitions import ImpossibleStep

# Written by hand, without looking at the table: what happens to a list, step by step.
EDGES = {
    ("arriving", "part-arrives"): "arriving",
    ("arriving", "list-is-whole"): "received",
    ("arriving", "breaks-off"): "forgotten",
    ("received", "part-answered"): "working",
    ("received", "last-part-answered"): "done",
    ("received", "refuse"): "refused",
    ("working", "part-answered"): "working",
    ("working", "last-part-answered"): "done",
    ("working", "refuse"): "refused",
    ("done", "fetch"): "done",
    ("done", "forget"): "forgotten",
    ("refused", "forget"): "forgotten",
}


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_every_step_that_there_is_and_no_other(state: State, event: Event) -> None:
    expected = EDGES.get((state.value, event.value))
    assert LIFE.may(state, event) == (expected is not None)
    if expected is None:
        with pytest.raises(ImpossibleStep):
            LIFE.after(state, event)
    else:
        assert LIFE.after(state, event).value == expected


def test_a_job_from_its_list_to_its_end() -> None:
    state = LIFE.first
    for event in (
        Event.PART_ARRIVES,
        Event.PART_ARRIVES,
        Event.LIST_IS_WHOLE,
        Event.PART_ANSWERED,
        Event.LAST_PART_ANSWERED,
        Event.FETCH,
        Event.FETCH,
        Event.FORGET,
    ):
        state = LIFE.after(state, event)
    assert state is State.FORGOTTEN


def test_every_state_is_arriving_or_open_or_ended() -> None:
    assert {LIFE.first} | OPEN | ENDED == set(State)
    assert not OPEN & ENDED


def test_results_are_fetched_only_when_all_are_there() -> None:
    assert [state for state in State if LIFE.may(state, Event.FETCH)] == [State.DONE]


def test_the_drawing_has_every_edge_once() -> None:
    lines = LIFE.drawing().splitlines()
    drawn = [line.strip() for line in lines if ": " in line]
    assert sorted(drawn) == sorted(f"{state} --> {to}: {event}" for (state, event), to in EDGES.items())
    assert lines[1].strip() == "[*] --> arriving"
    assert lines[-1].strip() == "forgotten --> [*]"
