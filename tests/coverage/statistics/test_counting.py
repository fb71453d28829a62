"""When a day is counted: once everything of it stands in the log."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kaihoken.clock import FixedClock
from kaihoken.coverage.statistics import Hospitals, count_finished_days
from kaihoken.coverage.statistics.counting import counts_of

from ..bulk.bulk_house import until
from ..house import House, a_house
from ..people import asking_for, covered_by

BEFORE_MIDNIGHT = datetime(2026, 11, 20, 14, 59, 59, tzinfo=UTC)  # 23:59:59 in Tokyo
THE_DAY = date(2026, 11, 20)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path / "store", tmp_path / "keys", clock=FixedClock(BEFORE_MIDNIGHT)) as house:
        yield house


async def counted(house: House) -> list[date]:
    return await count_finished_days(house.store, house.committer, Hospitals())


async def test_an_answer_that_is_durable_only_after_midnight_is_counted_in_its_day(house: House) -> None:
    house.unreliable.writing.clear()
    answering = asyncio.create_task(house.ask(asking_for(covered_by())))
    await until(lambda: house.unreliable.waiting > 0)
    house.clock.at += timedelta(seconds=2)
    early = asyncio.create_task(counted(house))
    for _ in range(20):
        await asyncio.sleep(0)
    house.unreliable.writing.set()
    answered, counted_early = await asyncio.gather(answering, early)
    assert answered.found.answered_at == BEFORE_MIDNIGHT

    counted_late = await counted(house)

    assert (counted_early, counted_late) == ([], [THE_DAY])
    counts = await counts_of(house.store, THE_DAY, THE_DAY + timedelta(days=1))
    assert sum(number for (_, _, item), number in counts.items() if not item) == 1


async def test_a_day_after_which_nobody_asked_is_counted_when_it_is_over(house: House) -> None:
    await house.ask(asking_for(covered_by()))
    early = await counted(house)
    house.clock.at += timedelta(seconds=1)

    assert (early, await counted(house)) == ([], [THE_DAY])
