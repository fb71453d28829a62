"""Jobs and results are held against the log: whatever is changed beside it is found."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from kaihoken.audit import Entry
from kaihoken.audit.retention import destroy_bodies
from kaihoken.coverage.bulk import check_bulk, forget_jobs
from kaihoken.coverage.bulk.reception import PART
from kaihoken.coverage.bulk.recorded import ANSWERED, LIST_PART, RECEIVED
from kaihoken.store import Statement, Store, Write, create_store

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


@pytest.mark.parametrize(
    ("sql", "where"),
    [
        ("UPDATE bulk_job SET problem = 'coverage.bulk-kind-off' WHERE state = 'done'", "bulk_job"),
        ("UPDATE bulk_list SET number = '1'", "bulk_list 1 0"),
        ("UPDATE bulk_result SET number = '1' WHERE part = 0", "bulk_result 1 0"),
    ],
)
async def test_what_belongs_to_no_job_and_a_problem_out_of_nowhere_are_found(
    machine: Machine, sql: str, where: str
) -> None:
    assert any(one.startswith(where) for one in await planted(machine.house, sql))


async def test_a_job_that_was_refused_and_stands_as_done_is_found(machine: Machine) -> None:
    machine.allowed.clear()
    await machine.until_idle()
    assert await findings(machine.house) == []

    found = await planted(
        machine.house,
        "UPDATE bulk_job SET state = 'done', problem = '', parts_answered = parts WHERE state = 'refused'",
    )

    assert any(one.startswith("bulk_job") for one in found)


async def test_a_job_that_stands_again_after_it_was_forgotten_is_found(machine: Machine) -> None:
    house = machine.house
    (row,) = await house.rows("SELECT * FROM bulk_job WHERE state = 'done'")
    house.clock.at += timedelta(days=30)
    assert await forget_jobs(house.store, house.committer, house.clock.at) == 1
    assert await findings(house) == []
    marks = ", ".join(f"${place}" for place in range(1, len(row) + 1))
    sql = f"INSERT INTO bulk_job VALUES ({marks})"
    await house.store.transaction([Write(Statement("plant", sql.replace("$", "?"), sql), [row])])

    assert await findings(house) == [f"bulk_job {row[0]}"]


async def test_a_job_that_is_forgotten_while_it_is_looked_at_is_nothing_wrong(machine: Machine) -> None:
    house = machine.house
    house.clock.at += timedelta(days=30)
    forgotten = 0

    class Meanwhile:
        def __getattr__(self, name: str) -> object:
            return getattr(house.store, name)

        async def fetch(
            self, statement: Statement, params: tuple[object, ...] = ()
        ) -> list[tuple[object, ...]]:
            nonlocal forgotten
            rows = await house.store.fetch(statement, params)
            if statement.name == "read a bulk job to check it":
                forgotten += await forget_jobs(house.store, house.committer, house.clock.at)
            return rows

    assert [one async for one in check_bulk(cast("Store", Meanwhile()))] == []
    assert forgotten == 1


@pytest.mark.parametrize("kind", [LIST_PART, RECEIVED, ANSWERED])
async def test_a_record_that_says_something_else_is_told(tmp_path: Path, kind: str) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await house.committer.commit([Entry(kind, b'{"job":1}')])

        assert await findings(house) == ["batch 1"]


async def test_a_damaged_batch_is_told(machine: Machine) -> None:
    house = machine.house
    ((batch,),) = await house.rows("SELECT commit_seq FROM bulk_result WHERE part = 1")
    sql = f"UPDATE log_batch SET leaves = x'00' WHERE seq = {batch}"
    assert f"batch {batch}" in await planted(house, sql)


async def test_destroyed_records_are_said_not_to_be_compared(machine: Machine) -> None:
    house = machine.house
    house.clock.at += timedelta(days=365 * 8)
    today = house.clock.at.date()
    assert (await destroy_bodies(house.committer, today - timedelta(days=365 * 7), today)).records > 0

    assert await findings(house) == ["note"]


async def test_a_store_without_a_log_and_without_jobs_is_in_order(tmp_path: Path) -> None:
    async with a_house(tmp_path / "other", tmp_path / "keys") as house:
        bare = await create_store(tmp_path / "store", purpose="demo", clock=house.clock)
        assert [one async for one in check_bulk(bare)] == []
        await bare.close()
