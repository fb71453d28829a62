"""The procedure of an opening: every edge of the table, and that nothing else can happen."""

import pytest

from kaihoken.transitions import ImpossibleStep
from kaihoken.workforce.openings.life import LIFE, Event, State

WITHDRAWABLE = ("notified", "invited", "requested", "refused", "explained", "recommended", "published")
ACCEPTABLE = ("requested", "refused", "explained", "recommended", "published")
EDGES = {
    ("notified", "invite"): "invited",
    ("invited", "request"): "requested",
    ("invited", "close"): "closed",
    ("requested", "refuse"): "refused",
    ("refused", "explain"): "explained",
    ("explained", "recommend"): "recommended",
    ("recommended", "publish"): "published",
    ("published", "shorten"): "designation-shortened",
    **{(state, "withdraw"): "withdrawn" for state in WITHDRAWABLE},
    **{(state, "accept"): "accepted" for state in ACCEPTABLE},
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


def test_every_state_is_reached_and_four_are_ends() -> None:
    reached = {LIFE.first, *(to for steps in LIFE.steps.values() for to in steps.values())}

    assert reached == set(State)
    assert {state.value for state in LIFE.ends} == {
        "closed",
        "accepted",
        "designation-shortened",
        "withdrawn",
    }


def test_the_drawing_has_every_edge() -> None:
    assert len([line for line in LIFE.drawing().splitlines() if ": " in line]) == len(EDGES)
