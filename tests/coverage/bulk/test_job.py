"""The four steps of a bulk job: each edge of the table is walked, and nothing else can be."""

from kaihoken.coverage.bulk.job import ENDED, LIFE, OPEN, Event, State

from ...stepping import check_edges

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


def test_every_step_is_as_written_here_and_no_other() -> None:
    check_edges(LIFE, EDGES)
    assert LIFE.ends == {State.FORGOTTEN}


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
