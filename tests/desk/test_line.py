"""How the line stands after what was heard."""

from datetime import UTC, datetime

import pytest

from kaihoken.clock import FixedClock
from kaihoken.coverage.client import HubProblem
from kaihoken.coverage.client.problem import Told
from kaihoken.desk.events import Events
from kaihoken.desk.line import LINE, Line, LineState

from ..stepping import check_edges

STATES = ("unknown", "up", "slow", "down", "refused")
NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def test_the_table_of_the_line() -> None:
    edges = {
        **{(state, "answer"): "up" for state in STATES},
        **{(state, "late"): "slow" for state in STATES},
        **{(state, "refusal"): "refused" for state in STATES},
        **{(state, heard): "down" for state in STATES for heard in ("nothing", "fault")},
        ("up", "nothing"): "slow",
        ("up", "fault"): "slow",
    }
    check_edges(LINE, edges)


class Ticks:
    now = 0

    def __call__(self) -> int:
        return self.now


async def after(
    line: Line, status: int | None, seconds: float = 0.1, ticks: Ticks | None = None
) -> LineState:
    """The line after an answer (None), or a problem of that status."""

    async def question() -> str:
        if ticks is not None:
            ticks.now += int(seconds * 1e9)
        if status is None:
            return "yes"
        raise HubProblem(Told(code="hub.internal"), status=status)

    if status is None:
        assert await line.asked(question()) == "yes"
    else:
        with pytest.raises(HubProblem):
            await line.asked(question())
    return line.view.state


async def test_one_lost_answer_is_chance_and_two_are_a_line_that_is_down() -> None:
    events = Events()
    clock = FixedClock(NOON)
    line = Line(clock, events, Ticks())

    assert await after(line, None) is LineState.UP
    assert await after(line, 0) is LineState.SLOW
    clock.at = NOON.replace(hour=4)
    assert await after(line, 0) is LineState.DOWN
    assert line.view.since.hour == 4
    assert not line.view.is_up
    assert await after(line, None) is LineState.UP
    assert events.count("line") == 4


@pytest.mark.parametrize(
    ("status", "state"), [(422, "up"), (404, "up"), (401, "refused"), (403, "refused"), (503, "down")]
)
async def test_a_refusal_of_what_was_asked_is_an_answer(status: int, state: str) -> None:
    line = Line(FixedClock(NOON), Events(), Ticks())

    assert await after(line, status) == state


async def test_an_answer_after_three_seconds_is_late() -> None:
    ticks = Ticks()
    line = Line(FixedClock(NOON), Events(), ticks)

    assert await after(line, None, 3.1, ticks) is LineState.SLOW
    assert line.view.seconds == pytest.approx(3.1)
    assert await after(line, None, 2.9, ticks) is LineState.UP
