"""Lists of 照会番号: each row as if it had come alone, in one transaction with its result, and nobody in between."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kaihoken.access import Listed
from kaihoken.coverage import check_projection, check_registrations
from kaihoken.coverage.bulk import LINKS, Links, Order, Working, registration_of
from kaihoken.coverage.bulk.reception import PART, Reception
from kaihoken.coverage.oqs import ProcessingResultStatus
from kaihoken.problems import Problem
from kaihoken.store import Note

from ..house import FACILITY_ASKS, House, a_house
from ..people import TOKYO_BRANCH
from ..test_reference_numbers import (
    SOMEBODY_ELSE,
    VISIBLE,
    a_linking,
    link,
    links,
    people,
    records,
    situation,
)
from .bulk_house import Machine, arriving, findings


class Allowance:
    """As many of nobody as `left`, then a pause."""

    def __init__(self, left: int = 1_000_000) -> None:
        self.left = left

    def nobody_in_list(self, listed: Listed) -> int:
        if self.left == 0:
            return 7
        self.left -= 1
        listed.nobody += 1
        return 0

    def list_pauses(self, _: Listed) -> int:
        return 0 if self.left else 7


def a_row(reference_number: str | None = "P-0001", number: str | None = "56", **more: str | None) -> str:
    texts = {"insurer": TOKYO_BRANCH, "symbol": "12-34", "branch": "01", **more}
    row = (reference_number, texts["insurer"], texts["symbol"], number, texts["branch"])
    return msgspec.json.encode(row).decode()


@asynccontextmanager
async def a_machine(house: House, allowance: Allowance | None = None) -> AsyncIterator[Machine]:
    kind, pauses, allowed = (
        Links(house.reference_numbers, allowance or Allowance()),
        [],
        {FACILITY_ASKS.client},
    )

    async def pause(_: float) -> None:
        await asyncio.sleep(0)

    working = Working(
        house.unreliable, house.committer, house.clock, {LINKS: kind}, lambda asker: asker.client in allowed, pause
    )  # fmt: skip
    await working.resume()
    reception = Reception(
        house.unreliable, house.committer, house.clock, working, most_items=10_000, most_open=20
    )
    yield Machine(house, kind, working, reception, pauses, allowed)


async def send(machine: Machine, *rows: str) -> str:
    order = Order(kind=LINKS, carrier="oqs")
    return (await machine.reception.receive(FACILITY_ASKS, order, arriving(rows))).number


def told(line: dict[str, Any]) -> str:
    problem = line.get("problem")
    return str(problem["code"]) if problem else str(line["status"])


async def results(machine: Machine, number: str) -> list[str]:
    await machine.until_idle()
    return [told(line) for line in await machine.lines(number)]


async def sound(house: House) -> list[object]:
    checks = (check_projection(house.store, house.lookup_keys), check_registrations(house.store))
    found = [one for check in checks async for one in check if not isinstance(one, Note)]
    return [*found, *await findings(house)]


async def test_a_fault_in_the_middle_of_a_part_holds_nobody_off(tmp_path: Path) -> None:
    class Faulty(Allowance):
        def nobody_in_list(self, listed: Listed) -> int:
            if self.left:
                self.left = 0
                raise ZeroDivisionError
            return 0

        def list_pauses(self, _: Listed) -> int:
            return 0

    async with (
        a_house(tmp_path / "store", tmp_path / "keys") as house,
        a_machine(house, Faulty(1)) as machine,
    ):
        await people(house, VISIBLE)
        number = await send(machine, a_row(), a_row("P-0003", "99"))

        assert await results(machine, number) == ["registered", "coverage.reference-nobody"]
        assert not house.reference_numbers._truth.alone.locked()


async def test_each_row_is_registered_or_says_why_not(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house, a_machine(house) as machine:
        await people(house, VISIBLE, SOMEBODY_ELSE)
        number = await send(
            machine,
            a_row(),
            a_row("P-0002", "57"),
            a_row(number="57"),
            a_row("P-0003", "99"),
            a_row(None),
            a_row("x" * 51),
            a_row("123456789012"),
            a_row(branch="001x"),
            a_row("P-0004", insurer="12"),
            a_row(),
        )

        assert await results(machine, number) == [
            "registered",
            "registered",
            "coverage.reference-taken",
            "coverage.reference-nobody",
            "oqs.missing-element",
            "oqs.too-long",
            "coverage.reference-individual-number",
            "oqs.too-long",
            "identity.insurer-digits",
            "unchanged",
        ]
        job = await machine.job(number)
        assert (job.normal, job.errors, job.nobody) == (3, 7, 1)
        assert await situation(house, "P-0002") == "valid"
        assert await situation(house) == "valid"
        (record,) = await records(house)
        assert (record["rows"], record["refused"]) == (2, 2)
        assert await sound(house) == []


async def test_a_list_of_several_parts_and_one_in_which_every_row_is_wrong(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house, a_machine(house) as machine:
        await people(house, *(VISIBLE | {"link": f"k-{n}", "number": str(n)} for n in range(1, 21)))
        rows = [a_row(f"P-{n}", str(n % 20 + 1)) for n in range(PART + 20)]

        statuses = await results(machine, await send(machine, *rows))
        wrong = await results(machine, await send(machine, *["[null,null,null,null,null]"] * (PART + 1)))

        assert (statuses[:20], statuses[20:]) == (["registered"] * 20, ["replaced"] * PART)
        assert set(wrong) == {"oqs.missing-element"}
        assert len(await links(house)) == PART + 20
        assert await sound(house) == []


async def test_a_part_whose_commit_fails_is_registered_once_and_holds_nobody_up(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house, a_machine(house) as machine:
        await people(house, VISIBLE, SOMEBODY_ELSE)
        number = await send(machine, a_row())
        house.unreliable.refusing = "store.full"
        work = asyncio.create_task(machine.working.run())
        for _ in range(200):
            await asyncio.sleep(0)
        assert await links(house) == []
        house.unreliable.refusing = ""

        assert await link(house, a_linking("P-0002", number="57")) == ["registered"]
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        assert await results(machine, number) == ["registered"]
        assert len(await links(house)) == 2
        assert await sound(house) == []


async def test_a_hub_that_is_killed_between_parts_goes_on(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house, a_machine(house) as machine:
        await people(house, *(VISIBLE | {"link": f"k-{n}", "number": str(n)} for n in range(1, 4)))
        rows = [a_row(f"P-{n}", str(n % 3 + 1)) for n in range(2 * PART)]
        number = await send(machine, *rows)
        await machine.working._step(number)
        assert (await machine.job(number)).parts_answered == 1
    async with (
        a_house(location, tmp_path / "keys", again=True, clock=house.clock) as again,
        a_machine(again) as machine,
    ):
        statuses = await results(machine, number)
        assert (statuses[:3], set(statuses[3:])) == (["registered"] * 3, {"replaced"})
        assert len(await links(again)) == 2 * PART
        assert await sound(again) == []


async def test_a_cancelled_part_lets_others_write(tmp_path: Path) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house, a_machine(house) as machine:
        await people(house)
        number = await send(machine, *(a_row(f"P-{n}") for n in range(50)))
        for turns in (1, 3, 10, 30, 60):
            work = asyncio.create_task(machine.working.run())
            for _ in range(turns):
                await asyncio.sleep(0)
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
        async with asyncio.timeout(60):
            assert len(await link(house, a_linking("P-last"))) == 1
        assert set(await results(machine, number)) <= {"registered", "replaced"}
        assert await sound(house) == []


async def test_a_list_beside_registrations_loses_nothing(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house, a_machine(house) as machine:
        await people(house)
        number = await send(machine, *(a_row(f"P-{n}") for n in range(2 * PART)))
        moved = [VISIBLE | {"address": f"架空町{n}"} for n in range(25)]

        await asyncio.gather(machine.until_idle(), house.register(*moved, may_match=True), link(house))

        assert (await machine.job(number)).normal == 2 * PART
        assert len(await house.rows("SELECT ordinal FROM assertion")) == 1 + 2 * PART + 25 + 1
        assert await sound(house) == []


async def test_too_many_of_nobody_are_not_told_any_more(tmp_path: Path) -> None:
    async with (
        a_house(tmp_path / "store", tmp_path / "keys") as house,
        a_machine(house, Allowance(2)) as machine,
    ):
        await people(house)
        rows = [a_row(f"P-{n}", f"9{n}") for n in range(4)]
        statuses = await results(machine, await send(machine, *rows, a_row()))
        after = await results(machine, await send(machine, a_row("P-0002")))

        assert statuses == [
            *["coverage.reference-nobody"] * 2,
            *["access.not-found-burst"] * 2,
            "registered",
        ]
        assert after == ["access.not-found-burst"], "nobody is looked up in a pause"
        assert await situation(house) == "valid"


def test_a_result_gives_the_block_back() -> None:
    line = b'{"line":1,"sent":["P-1"," 01130012","","56",null],"status":"registered"}'
    unit = registration_of(line)

    assert unit.info is not None
    assert (unit.info.reference_number, unit.info.insurer_number, unit.info.symbol, unit.info.branch) == (
        "P-1",
        " 01130012",
        "",
        None,
    )
    assert unit.processing_result_status is ProcessingResultStatus.NORMAL


def test_a_result_that_says_nothing_is_damaged() -> None:
    with pytest.raises(Problem, match=r"store\.corrupt"):
        registration_of(b'{"line":1,"sent":[null,null,null,null,null]}')
