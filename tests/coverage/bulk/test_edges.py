"""What seldom happens to a job: many parts, damage, a store that fails at another place, results that go meanwhile."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import msgspec
import pytest

from kaihoken.audit import Committed, Committer, Entry, Writes
from kaihoken.coverage import oqs
from kaihoken.coverage.answer import Result
from kaihoken.coverage.bulk import forget_jobs, forgetting
from kaihoken.coverage.bulk.answers import Item, step
from kaihoken.coverage.bulk.job import State
from kaihoken.coverage.bulk.kinds import Job, Row
from kaihoken.coverage.bulk.messages import unit_of, written
from kaihoken.coverage.bulk.number_rows import packed_search, read_search
from kaihoken.coverage.bulk.numbers import NUMBERS, Numbers
from kaihoken.coverage.bulk.people import ListedPeople
from kaihoken.coverage.bulk.reception import PART, Order, Reception
from kaihoken.coverage.bulk.results import Results
from kaihoken.coverage.bulk.store import rows_of
from kaihoken.coverage.bulk.tickets import TICKETS, Tickets, TicketsAbout
from kaihoken.coverage.limits_shown import limits_shown_in
from kaihoken.coverage.question import Question
from kaihoken.coverage.turn import Asked
from kaihoken.problems import Problem
from kaihoken.store import Statement, Write

from ..house import FACILITY_ASKS, MORNING, House, a_house
from ..people import FACILITY, TOKYO_BRANCH
from ..test_rows import COVERAGE
from .bulk_house import Machine, a_machine, arriving, findings, recorded, until
from .test_links import Allowance

NOVEMBER = date(2026, 11, 1)
TICKET = {
    "ticket_type": "01", "month": "2026-11-01", "facility": FACILITY, "facility_name": "架空医院", "issue_number": "1",
    "valid_from": "2026-11-01", "valid_to": "2026-11-30", "treatment_type": "02",
}  # fmt: skip
ASSISTED = {
    **COVERAGE, "insurer_number": "12139903", "number": "1234566", "symbol": "", "branch": "", "relation": "",
    "classification": "A1", "match": "visible", "tickets": [TICKET],
}  # fmt: skip
SENT = (TOKYO_BRANCH, "12-34", "56", "01", "19800101", "0", None)


def a_job(**more: object) -> Job:
    plain = Job(
        number="1" * 24, kind=NUMBERS, carrier="json", state=State.RECEIVED, asker=FACILITY_ASKS, about=b"{}",
        arrived_at=1_795_000_000_000, parts=1, items=1, parts_answered=0, normal=0, errors=0, nobody=0, problem="",
        ended_at=None,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **more)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        yield house


@pytest.fixture
async def machine(house: House) -> AsyncIterator[Machine]:
    async with a_machine(house) as machine:
        yield machine


async def plant(house: House, sql: str) -> None:
    await house.store.transaction([Write(Statement("plant", sql, sql), [()])])


def problems(lines: object) -> list[str]:
    """The problem that each line tells, "" for an answer."""
    told = [msgspec.json.decode(line) for line in cast("list[bytes]", lines)]
    return [line.get("problem", {}).get("code", "") for line in told]


def test_a_row_that_fails_in_a_step_is_told_so_and_the_others_go_on() -> None:
    items = [Item(Row(line, b"{}")) for line in (1, 2, 3)]
    fates: dict[int, Exception] = {
        0: Problem("store.corrupt", where="person"),
        1: RuntimeError("a fault of ours"),
    }
    for place, item in enumerate(items):
        item.asked = cast("Asked", place)

    def take(asked: Asked) -> None:
        if (fate := fates.get(cast("int", asked))) is not None:
            raise fate

    step(items, take)

    assert problems([item.line for item in items[:2]]) == ["store.corrupt", "coverage.bulk-row"]
    assert items[2].line is None


async def test_a_job_of_many_parts_is_forgotten_in_slices(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = machine.house
    await machine.send(*(f"row {number}" for number in range(2 * PART + 1)))
    await machine.until_idle()
    monkeypatch.setattr(forgetting, "_PARTS_AT_ONCE", 1)
    house.clock.at += timedelta(days=30)

    assert await forget_jobs(house.store, house.committer, house.clock.at) == 1

    assert [told["whole"] for told in await recorded(house, "bulk.forgotten")] == [False, False, False, True]
    for table in ("bulk_job", "bulk_list", "bulk_result"):
        assert await house.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    assert await findings(house) == []


async def test_results_that_are_forgotten_while_they_leave_end_with_a_problem(machine: Machine) -> None:
    house = machine.house
    number = (await machine.send("a")).number
    await machine.until_idle()
    leaving = await Results(house.store, house.committer).all(FACILITY_ASKS, await machine.job(number))
    house.clock.at += timedelta(days=30)
    await forget_jobs(house.store, house.committer, house.clock.at)

    with pytest.raises(Problem, match=r"coverage\.bulk-unknown"):
        [one async for one in leaving]


async def test_a_damaged_part_of_a_list_is_not_answered(machine: Machine) -> None:
    number = (await machine.send("a")).number
    await plant(machine.house, "UPDATE bulk_list SET body = x'00'")

    with pytest.raises(Problem, match=r"store\.corrupt"):
        await rows_of(machine.house.store, number, 0)


async def test_a_part_of_a_list_that_is_gone_is_not_taken_for_an_empty_one(machine: Machine) -> None:
    with pytest.raises(Problem, match=r"store\.corrupt"):
        await rows_of(machine.house.store, "1" * 24, 0)


async def test_a_job_that_cannot_be_read_after_a_failure_is_tried_again(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, number = machine.house.unreliable, (await machine.send("a")).number
    failing, fetch = ["store.failed"], store.fetch
    machine.kind.failing.append(Problem("store.failed"))

    async def fails_once(statement: Statement, params: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        if statement.name == "read a bulk job" and failing:
            raise Problem(failing.pop())
        return await fetch(statement, params)

    monkeypatch.setattr(store, "fetch", fails_once)
    await machine.until_idle()

    assert failing == []
    assert [line["row"] for line in await machine.lines(number)] == ["a"]


async def test_what_is_left_of_a_broken_list_is_dropped_once_there_is_space(house: House) -> None:
    async with a_machine(house) as machine:
        order, lines = Order(kind="echo", carrier="json"), arriving([f"row {one}" for one in range(3 * PART)])
        task = asyncio.create_task(machine.reception.receive(FACILITY_ASKS, order, lines))
        await until(lambda: machine.reception is not None and bool(machine.house.committer.committed_seq > 1))
        house.unreliable.refusing = "store.full"
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        house.unreliable.refusing = ""
    async with a_machine(house) as again:
        house.unreliable.refusing = "store.full"
        work = asyncio.create_task(again.working.run())
        await until(lambda: len(again.pauses) >= 2)
        assert await house.rows("SELECT state FROM bulk_job") == [("arriving",)]
        house.unreliable.refusing = ""
        await until(lambda: not again.working.waiting)
        work.cancel()

    assert await house.rows("SELECT count(*) FROM bulk_job") == [(0,)]
    assert await findings(house) == []


class Shared:
    """A committer whose every commit was waited for by somebody else too."""

    def __init__(self, committer: Committer) -> None:
        self._committer = committer

    def __getattr__(self, name: str) -> object:
        return getattr(self._committer, name)

    async def commit_slice(self, entries: Sequence[Entry], writes: Writes = ()) -> Committed:
        commit = self._committer.commit_slice
        committed = await commit(entries, writes)
        return msgspec.structs.replace(committed, count=committed.head.batch_size + 1)


async def test_a_list_that_arrives_leaves_half_of_the_time_to_those_who_ask(machine: Machine) -> None:
    house = machine.house
    shared = cast("Committer", Shared(house.committer))
    reception = Reception(house.store, shared, house.clock, machine.working, most_items=1000, most_open=9)
    order, lines = Order(kind="echo", carrier="json"), arriving([f"row {one}" for one in range(PART + 1)])
    job = await reception.receive(FACILITY_ASKS, order, lines)

    assert (job.parts, job.items) == (2, PART + 1)


def test_a_result_that_says_nothing_is_damage() -> None:
    with pytest.raises(Problem, match=r"store\.corrupt"):
        unit_of(b'{"line":1}')


@pytest.mark.parametrize("xml", [True, False])
async def test_one_of_a_list_whose_code_may_not_be_sent_costs_no_other(xml: bool) -> None:
    async def lines() -> AsyncIterator[Sequence[bytes]]:
        yield [b"01", b"??", b"A1"]
        yield [b"??"]

    def made(line: bytes) -> oqs.Unit:
        return oqs.Unit(results=(Result(classification=line.decode()),))

    header = oqs.ListHeader(process_execution_time=MORNING, medical_institution_code=FACILITY)
    message = b"".join(
        [part async for part in written(header, lines(), oqs.CONFIRMED, made, xml=xml)]
    ).decode()

    told = re.findall(r'ProcessingResultStatus(?:>|":")(\d)', message)
    codes = re.findall(r'InsuredCardClassification(?:>|":")([A-Z0-9]{2})', message)
    assert (told, codes) == (["1", "2", "1", "2"], ["01", "A1"])
    assert message.count("KHK2119") == 2
    if not xml:
        assert len(json.loads(message)["XmlMsg"]["MessageBody"]["BulkConfirmUnit"]) == 4


def test_a_number_of_a_message_that_is_none_is_refused_at_its_element() -> None:
    row = packed_search((TOKYO_BRANCH, "12-34", "\u200b", "01", "19800101", "0", None))

    with pytest.raises(Problem) as refused:
        read_search(row, FACILITY, date(2026, 11, 20))

    assert refused.value.code == "coverage.request-number"
    assert (refused.value.where or "").endswith("/InsuredIdentificationNumber")


def numbers_of(house: House, allowance: Allowance) -> Numbers:
    return Numbers(
        house.finder, limits_shown_in(house.store), house.committer, house.lookup_keys, house.clock, allowance
    )


async def test_several_people_of_one_number_are_nobody_and_count_as_nobody_less(house: House) -> None:
    one = {**COVERAGE, "match": "visible"}
    await house.register(one, {**one, "link": "link-2", "name": "別人　一", "branch": "02"}, may_match=True)
    row = {key: str(one[key]) for key in ("insurer_number", "symbol", "number", "birthdate")}
    allowance = Allowance(left=5)

    answered = await numbers_of(house, allowance).answer(a_job(), [Row(1, msgspec.json.encode(row))])

    assert msgspec.json.decode(answered.lines[0])["answer"]["situation"] == "multiple"
    assert (answered.nobody, allowance.left) == (0, 5)


@pytest.mark.parametrize("carrier", ["json", "oqs"])
async def test_a_list_that_pauses_gives_each_row_back_unasked(house: House, carrier: str) -> None:
    content = packed_search(SENT) if carrier == "oqs" else b'{"id":"p-1"}'

    answered = await numbers_of(house, Allowance(left=0)).answer(a_job(carrier=carrier), [Row(1, content)])

    told = msgspec.json.decode(answered.lines[0])
    assert told["problem"]["code"] == "access.not-found-burst"
    assert told.get("id", "") == ("p-1" if carrier == "json" else "")
    assert tuple(told.get("sent", ())) == (SENT if carrier == "oqs" else ())
    assert (answered.errors, list(answered.entries)) == (1, [])


def listed(house: House) -> ListedPeople:
    return ListedPeople(house.store, limits_shown_in(house.store), house.committer, house.clock)


async def test_somebody_of_a_list_who_is_not_there_any_more_is_told_as_damage(house: House) -> None:
    def ask_about(*_: object) -> Question:
        raise AssertionError("nobody is there to be asked about")

    answered = await listed(house).answer(a_job(), [Row(1, b"0" * 32)], ask_about)

    assert problems(answered.lines) == ["store.corrupt"]
    assert (answered.errors, list(answered.entries)) == (1, [])


async def of_november(house: House) -> tuple[Tickets, list[Row]]:
    """The kind of job, and the rows of a list of the month."""
    tickets = Tickets(listed(house), house.finder, house.lookup_keys)
    lines = await tickets.lines(FACILITY, NOVEMBER)
    return tickets, [
        Row(line, one) for some in [part async for part in lines] for line, one in enumerate(some, 1)
    ]


ABOUT = msgspec.json.encode(TicketsAbout(month=NOVEMBER))


async def test_whose_ticket_was_taken_back_since_the_list_was_made_is_told_so(house: House) -> None:
    await house.register(ASSISTED, may_match=True)
    tickets, rows = await of_november(house)
    await house.register({**ASSISTED, "tickets": []}, may_match=True)

    answered = await tickets.answer(a_job(kind=TICKETS, about=ABOUT), rows)

    assert problems(answered.lines) == ["coverage.bulk-ticket-gone"]


async def test_a_damaged_history_is_in_the_list_and_tells_so_in_its_row(house: House) -> None:
    await house.register(ASSISTED, may_match=True)
    await plant(house, "UPDATE person SET packed = x'c1'")
    tickets, rows = await of_november(house)

    answered = await tickets.answer(a_job(kind=TICKETS, about=ABOUT), rows)

    assert problems(answered.lines) == ["store.corrupt"]
