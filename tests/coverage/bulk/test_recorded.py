"""Jobs and results are held against the log: whatever is changed beside it is found."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kaihoken.coverage.bulk.reception import PART
from kaihoken.store import Statement, Write

from ..house import House, a_house
from .bulk_house import Machine, a_machine, findings


@pytest.fixture
async def machine(tmp_path: Path) -> AsyncIterator[Machine]:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house, a_machine(house) as machine:
        done = await machine.send(*(f"row {number}" for number in range(PART + 1)), key="done")
        await machine.until_idle()
        waiting = await machine.send("a", "b", key="waiting")
        assert done.number != waiting.number
        yield machine


async def planted(house: House, sql: str) -> list[str]:
    """What is found when the store is changed beside the log; every change is of one row."""
    await house.store.transaction([Write(Statement("plant", sql, sql), [()])])
    return await findings(house)


async def test_a_store_that_is_what_the_log_says(machine: Machine) -> None:
    assert await findings(machine.house) == []


@pytest.mark.parametrize(
    ("sql", "where"),
    [
        ("UPDATE bulk_result SET body = x'00' WHERE part = 1", "bulk_result"),
        ("UPDATE bulk_result SET commit_seq = 1 WHERE part = 1", "bulk_result"),
        ("DELETE FROM bulk_result WHERE part = 0", "bulk_result"),
        ("UPDATE bulk_list SET body = x'00'", "bulk_list"),
        ("DELETE FROM bulk_list", "bulk_list"),
        ("UPDATE bulk_job SET facility = '9910000015' WHERE state = 'done'", "bulk_job"),
        ("UPDATE bulk_job SET client = 'other' WHERE state = 'received'", "bulk_job"),
        ("UPDATE bulk_job SET state = 'done' WHERE state = 'received'", "bulk_job"),
        ("UPDATE bulk_job SET state = 'working' WHERE state = 'done'", "bulk_job"),
        ("UPDATE bulk_job SET state = 'arriving' WHERE state = 'received'", "bulk_job"),
        ("UPDATE bulk_job SET state = 'refused', problem = 'x' WHERE state = 'received'", "bulk_job"),
        ("UPDATE bulk_job SET normal = normal + 1 WHERE state = 'done'", "bulk_job"),
        ("UPDATE bulk_job SET parts_answered = 1 WHERE state = 'received'", "bulk_job"),
        ("DELETE FROM bulk_job WHERE state = 'done'", "bulk_job"),
        ("UPDATE bulk_job SET number = '1' WHERE state = 'done'", "bulk_job"),
    ],
)
async def test_what_is_changed_beside_the_log_is_found(machine: Machine, sql: str, where: str) -> None:
    found = await planted(machine.house, sql)
    assert found
    assert all(one.startswith(where) for one in found)
