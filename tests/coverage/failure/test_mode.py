"""The life of a facility's system-failure mode, and how it is opened."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kaihoken.coverage.failure.mode import LIFE, Mode, ModeState, opened
from kaihoken.problems import Problem

from ...stepping import check_edges
from ..people import FACILITY

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def test_the_life_of_a_mode() -> None:
    check_edges(
        LIFE,
        {
            ("open", "open"): "open",
            ("open", "close"): "closed",
            ("open", "time-out"): "ended",
            ("closed", "open"): "open",
            ("ended", "open"): "open",
        },
    )


def open_one(until: datetime = NOW + HOUR, called_back: datetime = NOW, staff: str = "運01") -> Mode:
    return opened(FACILITY, until, called_back, staff, "operator", NOW, TODAY)


@pytest.mark.parametrize(
    ("after", "closed", "state"),
    [
        (timedelta(), None, ModeState.OPEN),
        (HOUR - MINUTE, None, ModeState.OPEN),
        (HOUR, None, ModeState.ENDED),
        (MINUTE, NOW, ModeState.CLOSED),
        (2 * HOUR, NOW, ModeState.CLOSED),
    ],
)
def test_a_mode_stands_where_its_time_and_the_operator_put_it(
    after: timedelta, closed: datetime | None, state: ModeState
) -> None:
    mode = Mode(FACILITY, NOW, NOW + HOUR, NOW, "運01", "operator", closed)
    assert mode.state(NOW + after) is state


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({}, ""),
        ({"until": NOW + 24 * HOUR}, ""),
        ({"until": NOW + 24 * HOUR + MINUTE}, "coverage.failure-until"),
        ({"until": NOW}, "coverage.failure-until"),
        ({"called_back": NOW - 60 * MINUTE}, ""),
        ({"called_back": NOW - 61 * MINUTE}, "coverage.failure-called-back"),
        ({"called_back": NOW + MINUTE}, "coverage.failure-called-back"),
        ({"staff": "四" * 40}, ""),
        ({"staff": "四" * 41}, "coverage.failure-sign"),
        ({"staff": "　"}, "coverage.failure-sign"),
    ],
)
def test_it_is_opened_for_a_bounded_time_after_a_call_back(more: dict[str, object], problem: str) -> None:
    if not problem:
        assert open_one(**more).state(NOW) is ModeState.OPEN
        return
    with pytest.raises(Problem) as refused:
        open_one(**more)
    assert refused.value.code == problem
