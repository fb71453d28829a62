"""A disk that is full while a list arrives or is answered: the client is told, nothing is lost, nothing is done twice,
and the job goes on once there is space."""

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import apsw
import pytest

from kaihoken.coverage.bulk.reception import PART
from kaihoken.problems import Problem

from ...disks import Fault, FaultyDisk
from ..house import a_house
from .bulk_house import Machine, State, a_machine, findings, recorded, until

ROWS = [f"row {number}" for number in range(1, PART + 6)]
TRIES = 8  # pauses after which a job has met a lasting fault often enough


@asynccontextmanager
async def on_a_disk(folder: Path, disk: FaultyDisk) -> AsyncIterator[Machine]:
    async with (
        a_house(folder / "store", folder / "keys", again=True, vfs=disk.name) as house,
        a_machine(house) as machine,
    ):
        yield machine
        disk.mend()


@pytest.fixture
async def made(tmp_path: Path) -> Path:
    """A house without a list, to be copied for each fault."""
    async with a_house(tmp_path / "made" / "store", tmp_path / "made" / "keys"):
        return tmp_path / "made"


async def answered_once(machine: Machine, number: str) -> None:
    """Every row has one result and one record, and the store is what the log says."""
    done = await machine.job(number)
    assert (done.state, done.normal, done.errors) == (State.DONE, len(ROWS), 0)
    assert [line["row"] for line in await machine.lines(number)] == ROWS
    assert [body["row"] for body in await recorded(machine.house, "test.answer")] == ROWS
    assert await machine.house.rows("SELECT count(*) FROM bulk_list") == [(0,)]
    assert await machine.house.rows("SELECT count(*) FROM bulk_job") == [(1,)]
    assert await findings(machine.house) == []


@pytest.mark.parametrize(("lasting", "step"), [(False, 1), (True, 5)], ids=["once", "lasting"])
async def test_a_disk_that_fills_at_any_call_of_the_work_delays_it(
    made: Path, tmp_path: Path, lasting: bool, step: int
) -> None:
    hit = set()
    for at in itertools.count(1, step):
        folder = shutil.copytree(made, tmp_path / str(at))
        with FaultyDisk() as disk:
            async with on_a_disk(folder, disk) as machine:
                job = await machine.send(*ROWS)
                disk.fail(Fault(at, apsw.FullError, lasting=lasting))
                work = asyncio.create_task(machine.working.run())
                await until(lambda: len(machine.pauses) >= TRIES or not machine.working.waiting)
                failed = disk.failed
                disk.mend()
                await until(lambda: not machine.working.waiting)
                work.cancel()
                await answered_once(machine, job.number)
                assert not failed or 0.1 in machine.pauses
        shutil.rmtree(folder)
        hit.update(failed)
        if not failed:
            break

    assert "write wal" in hit
    assert lasting or "sync wal" in hit


@pytest.mark.parametrize(("lasting", "step"), [(False, 1), (True, 5)], ids=["once", "lasting"])
async def test_a_disk_that_fills_at_any_call_of_an_arrival_refuses_the_list(
    made: Path, tmp_path: Path, lasting: bool, step: int
) -> None:
    hit = set()
    for at in itertools.count(1, step):
        folder = shutil.copytree(made, tmp_path / str(at))
        with FaultyDisk() as disk:
            async with on_a_disk(folder, disk) as machine:
                disk.fail(Fault(at, apsw.FullError, lasting=lasting))
                refused = ""
                try:
                    await machine.send(*ROWS, key="k")
                except Problem as problem:
                    refused = problem.code
                failed = disk.failed
                disk.mend()
                assert refused == ("store.full" if failed else "")
                received = "SELECT count(*) FROM bulk_job WHERE state <> 'arriving'"
                assert await machine.house.rows(received) == [(0 if refused else 1,)]
            async with on_a_disk(folder, disk) as again:
                job = await again.send(*ROWS, key="k")
                await again.until_idle()
                await answered_once(again, job.number)
        shutil.rmtree(folder)
        hit.update(failed)
        if not failed:
            break

    assert "write wal" in hit
    assert lasting or "sync wal" in hit
