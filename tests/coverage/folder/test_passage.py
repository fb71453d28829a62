"""Every step of a request between req and res, and no other."""

from itertools import product

import pytest

from kaihoken.coverage.folder.passage import PASSAGE, Event, State, standing

TABLE = {(state, event): to for state, event, to in PASSAGE.edges()}


def test_each_edge_of_the_table_is_walked() -> None:
    assert {(state, event): PASSAGE.after(state, event) for state, event in TABLE} == TABLE


@pytest.mark.parametrize("step", sorted(set(product(State, Event)) - set(TABLE)))
def test_no_other_step_exists(step: tuple[State, Event]) -> None:
    with pytest.raises(ValueError, match=step[1]):
        PASSAGE.after(*step)


def test_everything_ends_and_nothing_leaves_the_end() -> None:
    reached = {State.ARRIVING}
    while more := {PASSAGE.after(s, e) for s, e in TABLE if s in reached} - reached:
        reached |= more

    assert reached == set(State)
    assert not [step for step in TABLE if step[0] is State.DONE]


def test_what_was_decided_is_never_asked_again() -> None:
    behind = {State.DECIDED}
    while more := {PASSAGE.after(s, e) for s, e in TABLE if s in behind} - behind:
        behind |= more

    assert State.QUEUED not in behind


@pytest.mark.parametrize(
    ("in_queue", "out", "undelivered", "state"),
    [
        (True, False, False, State.QUEUED),
        (False, False, False, State.DONE),
        (True, True, True, State.DECIDED),
        (True, True, False, State.DELIVERED),
        (False, True, False, State.DELIVERED),
    ],
)
def test_where_a_request_stands_is_told_by_its_files(
    in_queue: bool, out: bool, undelivered: bool, state: State
) -> None:
    assert standing(in_queue=in_queue, out=out, undelivered=undelivered) is state
