"""What day it is in Japan."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.clock import TOKYO, FixedClock, tokyo_day


@given(st.integers(-560_000_000, 7_000_000_000), st.integers(-14 * 60, 14 * 60))
def test_the_day_is_the_zones(seconds: int, minutes_ahead: int) -> None:
    instant = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=minutes_ahead)))
    assert tokyo_day(instant) == instant.astimezone(TOKYO).date()


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2028, 2, 28, 14, 59, 59, tzinfo=UTC), date(2028, 2, 28)),
        (datetime(2028, 2, 28, 15, 0, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2027, 3, 31, 11, 0, tzinfo=timezone(timedelta(hours=-4))), date(2027, 4, 1)),
    ],
)
def test_the_day_changes_at_midnight_in_tokyo(instant: datetime, day: date) -> None:
    assert tokyo_day(instant) == FixedClock(instant).today() == day


def test_a_clock_stands_at_an_instant_not_at_a_wall_time() -> None:
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime.fromisoformat("2026-11-20T09:00:00"))
