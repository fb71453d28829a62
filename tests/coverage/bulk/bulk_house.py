"""A bulk job's machine over a store, with a kind of job that says what it did."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec

from kaihoken.audit import Entry, Log
from kaihoken.coverage.bulk.job import State
from kaihoken.coverage.bulk.kinds import Job, PartAnswered, Row
from kaihoken.coverage.bulk.reception import Order, Reception
from kaihoken.coverage.bulk.recorded import check_bulk
from kaihoken.coverage.bulk.store import job_of, results_of
from kaihoken.coverage.bulk.working import Working
from kaihoken.coverage.question import Asker
from kaihoken.problems import Problem
from kaihoken.store import Note

from ..house import FACILITY_ASKS, House


@dataclass
class Echo:
    """A kind whose answer to a row is the row. `failing` are Problems that it raises, one a time, before it answers."""

    failing: list[Exception] = field(default_factory=list)
    asked: list[bytes] = field(default_factory=list)
    forgetful: int = 0  # so many times it answers a row too few

    async def answer(self, job: Job, rows: Sequence[Row]) -> PartAnswered:
        if self.failing:
            raise self.failing.pop(0)
        if self.forgetful:
            self.forgetful -= 1
            rows = rows[:-1]
        self.asked += [row.content for row in rows]
        bad = sum(1 for row in rows if b"bad" in row.content)
        nobody = sum(1 for row in rows if b"nobody" in row.content)
        return PartAnswered(
            lines=[msgspec.json.encode({"line": row.line, "row": row.content.decode()}) for row in rows],
            entries=[
                Entry("test.answer", msgspec.json.encode({"row": row.content.decode()})) for row in rows
            ],
            errors=bad,
            nobody=nobody,
        )


@dataclass
class Machine:
    """One life of the machine over a house."""

    house: House
    kind: Echo
    working: Working
    reception: Reception
    pauses: list[float]
    allowed: set[str]

    async def send(
        self, *lines: str, key: str = "", asker: Asker = FACILITY_ASKS, about: bytes = b"{}", kind: str = "echo",
        may_be_empty: bool = False,
    ) -> Job:  # fmt: skip
        order = Order(kind=kind, carrier="json", about=about, repeat_key=key, may_be_empty=may_be_empty)
        return await self.reception.receive(asker, order, arriving(lines))

    async def until_idle(self) -> None:
        """Work until every job is answered to its end."""
        work = asyncio.create_task(self.working.run())
        await until(lambda: not self.working.waiting)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    async def job(self, number: str) -> Job:
        found = await job_of(self.house.store, number)
        assert found is not None
        return found

    async def lines(self, number: str) -> list[dict[str, object]]:
        """Every result of a job."""
        parts = await results_of(self.house.store, number, 0, 1 << 30)
        return [msgspec.json.decode(line) for _, _, lines in parts for line in lines if line]


async def arriving(lines: Sequence[str], fault: Exception | None = None) -> AsyncIterator[Sequence[bytes]]:
    """Lines as a carrier hands them on, a few at a time."""
    for first in range(0, len(lines), 7):
        yield [line.encode() for line in lines[first : first + 7]]
    if fault is not None:
        raise fault


@asynccontextmanager
async def a_machine(house: House, most_items: int = 100_000, most_open: int = 20) -> AsyncIterator[Machine]:
    """A life of the machine: what an earlier one left is taken up."""
    kind, pauses, allowed = Echo(), list[float](), {FACILITY_ASKS.client}

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    working = Working(
        house.unreliable, house.committer, house.clock, {"echo": kind}, lambda asker: asker.client in allowed, pause
    )  # fmt: skip
    await working.resume()
    reception = Reception(
        house.unreliable, house.committer, house.clock, working, most_items=most_items, most_open=most_open
    )  # fmt: skip
    yield Machine(house, kind, working, reception, pauses, allowed)


async def until(reached: Callable[[], bool]) -> None:
    """Let the others work, turn by turn, until something is so."""
    for _ in range(1_000_000):
        if reached():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to that")


async def findings(house: House) -> list[str]:
    """What the check of the store finds."""
    return ["note" if isinstance(one, Note) else one.where async for one in check_bulk(house.store)]


async def recorded(house: House, kind: str) -> list[dict[str, object]]:
    """Every record of a kind, in the order of the log."""
    log = await Log.open(house.store)
    found = []
    for batch in await log.batches(0, await log.size()):
        for chunk in await log.chunks(batch):
            line, _, body = chunk[16:].partition(b"\n")
            if line.decode() == kind:
                found.append(msgspec.json.decode(body))
    return found


__all__ = ["Echo", "Machine", "Problem", "State", "a_machine", "arriving", "findings", "recorded", "until"]
