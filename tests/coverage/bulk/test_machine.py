"""A job from its list to its results: whole or not at all, once each, in any life of the hub."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from kaihoken.coverage.bulk import forgetting, reception
from kaihoken.coverage.bulk.kinds import Job
from kaihoken.coverage.bulk.reception import PART, Order, new_number
from kaihoken.coverage.bulk.results import Results
from kaihoken.coverage.question import Asker
from kaihoken.problems import Problem
from kaihoken.store import SqliteStore, Statement, Write

from ..house import FACILITY_ASKS, House, a_house
from .bulk_house import Machine, State, a_machine, arriving, findings, recorded, until

ORDER = Order(kind="echo", carrier="json")
OTHER = Asker("facility-2", "9910000015", "key-9")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        yield house


@pytest.fixture
async def machine(house: House) -> AsyncIterator[Machine]:
    async with a_machine(house) as machine:
        yield machine


def some(count: int, first: int = 1) -> list[str]:
    return [f"row {number}" for number in range(first, first + count)]


async def test_a_list_is_received_answered_and_kept(machine: Machine) -> None:
    job = await machine.send(*some(2 * PART + 5))
    assert (job.state, job.parts, job.items) == (State.RECEIVED, 3, 2 * PART + 5)

    await machine.until_idle()
    done = await machine.job(job.number)

    assert (done.state, done.parts_answered, done.normal, done.errors) == (State.DONE, 3, 2 * PART + 5, 0)
    assert [line["row"] for line in await machine.lines(job.number)] == some(2 * PART + 5)
    assert [line["line"] for line in await machine.lines(job.number)] == list(range(1, 2 * PART + 6))
    assert len(await recorded(machine.house, "test.answer")) == 2 * PART + 5
    assert await machine.house.rows("SELECT count(*) FROM bulk_list") == [(0,)]
    assert await findings(machine.house) == []


async def test_blank_lines_are_counted_as_lines_and_not_as_rows(machine: Machine) -> None:
    job = await machine.send("a", "", "  ", "b")
    await machine.until_idle()

    assert job.items == 2
    assert [(line["line"], line["row"]) for line in await machine.lines(job.number)] == [(1, "a"), (4, "b")]


async def test_errors_and_people_who_are_not_there_are_counted(machine: Machine) -> None:
    job = await machine.send("a", "bad", "nobody", "bad", "e")
    await machine.until_idle()
    done = await machine.job(job.number)

    assert (done.normal, done.errors, done.nobody) == (3, 2, 1)
    assert machine.working.items == {"normal": 3, "error": 2}


async def test_a_long_part_is_packed_beside_the_questions_of_others(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside: list[bool] = []

    def noticed(lines: Sequence[bytes]) -> bytes:
        beside.append(threading.current_thread() is not threading.main_thread())
        return packed(lines)

    packed = reception.packed
    monkeypatch.setattr(reception, "packed", noticed)
    await machine.send("short", key="short")
    job = await machine.send(*["x" * 1000] * PART, key="long")
    await machine.until_idle()

    assert beside == [False, True]
    assert len(await machine.lines(job.number)) == PART


async def test_a_list_that_breaks_off_leaves_nothing(machine: Machine) -> None:
    order_lines = arriving(some(3 * PART), fault=Problem("hub.disconnected"))
    with pytest.raises(Problem) as refused:
        await machine.reception.receive(FACILITY_ASKS, ORDER, order_lines)

    assert refused.value.code == "hub.disconnected"
    for table in ("bulk_job", "bulk_list", "bulk_result"):
        assert await machine.house.rows(f"SELECT count(*) FROM {table}") == [(0,)]
    assert machine.working.waiting == 0
    assert await findings(machine.house) == []


async def test_a_list_that_the_death_of_the_hub_cut_off_goes_at_the_next_start(house: House) -> None:
    async with a_machine(house) as machine:
        house.unreliable.refusing = ""
        lines = arriving(some(3 * PART))
        task = asyncio.create_task(machine.reception.receive(FACILITY_ASKS, ORDER, lines))
        await until(lambda: count(house, "SELECT count(*) FROM bulk_list") > 0)
        house.unreliable.refusing = "store.failed"  # as a disk that is gone: not even the tidying up
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        house.unreliable.refusing = ""
    assert await house.rows("SELECT state FROM bulk_job") == [("arriving",)]
    assert await findings(house) == []

    async with a_machine(house) as again:
        await run_until(again, "SELECT count(*) FROM bulk_job", lambda jobs: jobs == 0)
    assert await house.rows("SELECT count(*) FROM bulk_list") == [(0,)]
    assert await findings(house) == []


async def test_a_job_goes_on_in_the_next_life_with_its_first_unanswered_part(house: House) -> None:
    async with a_machine(house) as machine:
        job = await machine.send(*some(3 * PART))
        await run_until(machine, "SELECT parts_answered FROM bulk_job", lambda parts: parts >= 1)
        asked = len(machine.kind.asked)
    assert (await machine.job(job.number)).state is State.WORKING
    assert await findings(house) == []

    async with a_machine(house) as again:
        await again.until_idle()
        assert (
            again.kind.asked == [row.encode() for row in some(3 * PART)[asked // PART * PART :]]
            or asked > PART
        )
        assert [line["row"] for line in await again.lines(job.number)] == some(3 * PART)
    assert [body["row"] for body in await recorded(house, "test.answer")] == some(3 * PART)
    assert await findings(house) == []


@pytest.mark.parametrize("code", ["store.full", "store.failed"])
async def test_a_full_disk_makes_a_job_wait_and_not_fail(machine: Machine, code: str) -> None:
    job = await machine.send(*some(PART + 1))
    machine.house.unreliable.refusing = code
    work = asyncio.create_task(machine.working.run())
    await until(lambda: len(machine.pauses) >= 6)
    assert (await machine.job(job.number)).parts_answered == 0
    assert machine.pauses[:5] == [0.1, 0.5, 2.0, 5.0, 5.0]

    machine.house.unreliable.refusing = ""
    await until(lambda: not machine.working.waiting)
    work.cancel()

    assert [line["row"] for line in await machine.lines(job.number)] == some(PART + 1)
    assert [body["row"] for body in await recorded(machine.house, "test.answer")] == some(PART + 1)
    assert await findings(machine.house) == []


@pytest.mark.parametrize("fault", [Problem("store.failed"), RuntimeError("a fault of ours")])
async def test_a_fault_in_a_kind_is_tried_again(machine: Machine, fault: Exception) -> None:
    machine.kind.failing.append(fault)
    job = await machine.send("a", "b")
    await machine.until_idle()

    assert [line["row"] for line in await machine.lines(job.number)] == ["a", "b"]


async def test_a_kind_that_answers_too_few_rows_is_a_fault(machine: Machine) -> None:
    machine.kind.forgetful = 1
    job = await machine.send("a", "b")
    await machine.until_idle()

    assert [line["row"] for line in await machine.lines(job.number)] == ["a", "b"]
    assert machine.pauses[0] == 0.1


async def test_the_jobs_of_a_disabled_client_stop(machine: Machine) -> None:
    job = await machine.send(*some(3 * PART))
    await run_until(machine, "SELECT parts_answered FROM bulk_job", lambda parts: parts >= 1)
    machine.allowed.clear()
    await machine.until_idle()
    refused = await machine.job(job.number)

    assert (refused.state, refused.problem) == (State.REFUSED, "coverage.bulk-asker-disabled")
    assert refused.parts_answered < 3
    assert await machine.house.rows("SELECT count(*) FROM bulk_list") == [(0,)]
    assert await findings(machine.house) == []


async def test_a_kind_that_was_switched_off_refuses_its_jobs(machine: Machine) -> None:
    job = await machine.send("a", kind="unknown")
    await machine.until_idle()

    assert (await machine.job(job.number)).problem == "coverage.bulk-kind-off"


async def refused_after_five_tries(machine: Machine, job: Job, pauses: int = 5) -> None:
    """The job is refused on record with nothing of its list left, after as many pauses."""
    refused = await machine.job(job.number)
    assert (refused.state, refused.problem) == (State.REFUSED, "coverage.bulk-failed")
    told = [{"job": job.number, "problem": "coverage.bulk-failed"}]
    assert await recorded(machine.house, "bulk.refused") == told
    assert await machine.house.rows("SELECT count(*) FROM bulk_list") == [(0,)]
    assert machine.pauses[:5] == [0.1, 0.5, 2.0, 5.0, 5.0][:pauses] + machine.pauses[pauses:5]


async def test_a_part_that_is_damaged_ends_its_job_and_no_other(machine: Machine) -> None:
    damaged = await machine.send(*some(PART + 1), key="damaged")
    sql = "UPDATE bulk_list SET body = x'00' WHERE part = 1"
    await machine.house.store.transaction([Write(Statement("plant", sql, sql), [()])])
    other = await machine.send(*some(PART + 1), key="other")
    await machine.until_idle()

    assert len(await machine.lines(damaged.number)) == PART
    await refused_after_five_tries(machine, damaged, pauses=0)
    assert [line["row"] for line in await machine.lines(other.number)] == some(PART + 1)
    assert await findings(machine.house) == []


@pytest.mark.parametrize(
    "fault",
    [Problem("store.row", statement="of ours"), RuntimeError("a fault of ours")],
    ids=["row", "error"],
)
async def test_a_kind_that_fails_each_time_ends_its_job(machine: Machine, fault: Exception) -> None:
    machine.kind.failing += [fault] * 5
    job = await machine.send("a")
    await machine.until_idle()

    await refused_after_five_tries(machine, job)
    assert await findings(machine.house) == []


async def test_faults_are_counted_from_the_last_part_that_was_answered(machine: Machine) -> None:
    fault = RuntimeError("a fault of ours")
    machine.kind.failing += [fault] * 4
    job = await machine.send(*some(PART + 1))
    work = asyncio.create_task(machine.working.run())
    await until(lambda: count(machine.house, "SELECT parts_answered FROM bulk_job") == 1)
    machine.kind.failing += [fault] * 4
    await until(lambda: not machine.working.waiting)
    work.cancel()

    assert (await machine.job(job.number)).state is State.DONE


@pytest.mark.parametrize("code", ["store.full", "store.busy", "store.locked", "store.unreachable"])
async def test_what_the_store_cannot_do_now_is_tried_for_ever(machine: Machine, code: str) -> None:
    machine.kind.failing += [Problem(code)] * 12
    job = await machine.send("a")
    await machine.until_idle()

    assert (await machine.job(job.number)).state is State.DONE


async def test_the_list_of_a_refused_job_goes_in_slices_and_after_a_crash_the_rest(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "_PARTS_AT_ONCE", 1)
    async with a_machine(house) as machine:
        job = await machine.send(*some(4 * PART))
        machine.allowed.clear()
        await run_until(machine, "SELECT count(*) FROM bulk_list", lambda parts: parts < 4)
    assert 0 < count(house, "SELECT count(*) FROM bulk_list") < 4
    assert (await machine.job(job.number)).state is State.REFUSED
    assert await findings(house) == []

    async with a_machine(house) as again:
        await again.until_idle()

    assert await house.rows("SELECT count(*) FROM bulk_list") == [(0,)]
    assert len(await recorded(house, "bulk.refused")) == 1
    assert len(await recorded(house, "bulk.forgotten")) >= 4
    assert await findings(house) == []


async def test_a_list_that_breaks_off_goes_in_slices(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "_PARTS_AT_ONCE", 1)
    lines = arriving(some(3 * PART), fault=Problem("hub.disconnected"))
    with pytest.raises(Problem, match=r"hub\.disconnected"):
        await machine.reception.receive(FACILITY_ASKS, ORDER, lines)

    told = [body["whole"] for body in await recorded(machine.house, "bulk.forgotten")]
    assert told == [False, False, False, True]
    assert await findings(machine.house) == []


async def test_what_cannot_go_for_a_fault_is_left_for_the_next_start(house: House) -> None:
    async with a_machine(house) as machine:
        job = await machine.send("a")
        machine.allowed.clear()
        machine.working.take(job)
        house.unreliable.refusing_to = {"drop some parts of a list": "store.row"}
        await machine.until_idle()
        assert count(house, "SELECT count(*) FROM bulk_list") == 1
        house.unreliable.refusing_to = {}
    async with a_machine(house) as again:
        await again.until_idle()

    assert count(house, "SELECT count(*) FROM bulk_list") == 0


async def test_a_refusal_of_which_it_was_not_known_whether_it_stands_drops_the_list(house: House) -> None:
    async with a_machine(house) as machine:
        await machine.send("a")
        machine.allowed.clear()
        house.unreliable.unconfirmed_at = "refuse a bulk job"
        await machine.until_idle()

    assert await house.rows("SELECT state FROM bulk_job") == [("refused",)]
    assert count(house, "SELECT count(*) FROM bulk_list") == 0
    assert await findings(house) == []


async def test_a_part_of_which_it_was_not_known_whether_it_stands_is_not_answered_again(house: House) -> None:
    async with a_machine(house) as machine:
        job = await machine.send("a")
        house.unreliable.unconfirmed_at = "note that a part is answered"
        await machine.until_idle()

        assert machine.kind.asked == [b"a"]
        assert (await machine.job(job.number)).state is State.DONE
    assert len(await recorded(house, "test.answer")) == 1
    assert await findings(house) == []


async def test_jobs_take_turns(machine: Machine) -> None:
    await machine.send(*some(2 * PART), key="one")
    await machine.send(*some(2 * PART, first=9001), key="two")
    await machine.until_idle()

    firsts = [machine.kind.asked[place] for place in range(0, 4 * PART, PART)]
    assert firsts == [b"row 1", b"row 9001", b"row %d" % (PART + 1), b"row %d" % (PART + 9001)]


# The same list twice


async def test_the_same_list_twice_at_once_is_one_job(machine: Machine) -> None:
    lines = some(PART + 3)
    jobs = await asyncio.gather(machine.send(*lines), machine.send(*lines), machine.send(*lines))
    await machine.until_idle()

    assert len({job.number for job in jobs}) == 1
    assert await machine.house.rows("SELECT count(*) FROM bulk_job") == [(1,)]
    assert len(await recorded(machine.house, "test.answer")) == PART + 3
    assert await findings(machine.house) == []


async def test_the_same_list_under_one_key_is_one_job_also_when_it_is_done(machine: Machine) -> None:
    first = await machine.send("a", key="k")
    await machine.until_idle()
    second = await machine.send("a", key="k")

    assert (second.number, second.state) == (first.number, State.DONE)


async def test_a_list_without_a_key_is_a_new_job_once_the_first_is_done(machine: Machine) -> None:
    first = await machine.send("a")
    await machine.until_idle()
    second = await machine.send("a")

    assert second.number != first.number


async def test_another_list_under_the_same_key_is_refused(machine: Machine) -> None:
    await machine.send("a", key="k")
    with pytest.raises(Problem) as refused:
        await machine.send("b", key="k")

    assert refused.value.code == "store.idempotency_mismatch"
    assert await machine.house.rows("SELECT count(*) FROM bulk_job") == [(1,)]


@pytest.mark.parametrize(
    ("asker", "about", "kind"),
    [
        (OTHER, b"{}", "echo"),
        (FACILITY_ASKS, b'{"on":"2026-11-01"}', "echo"),
        (FACILITY_ASKS, b"{}", "other"),
    ],
)
async def test_a_list_of_somebody_else_or_about_something_else_is_another_job(
    machine: Machine, asker: Asker, about: bytes, kind: str
) -> None:
    first = await machine.send("a")
    second = await machine.send("a", asker=asker, about=about, kind=kind)

    assert second.number != first.number


async def test_a_repeat_takes_up_a_job_of_which_it_was_not_known_that_it_stands(house: House) -> None:
    async with a_machine(house) as machine:
        first = await machine.send("a")
    async with a_machine(house) as again:
        again.working._jobs.clear()
        again.working._turns.clear()
        second = await again.send("a")
        await again.until_idle()
        assert second.number == first.number
        assert (await again.job(first.number)).state is State.DONE


async def test_a_repeat_of_a_job_that_ends_meanwhile_is_that_job_and_no_fault(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drop_late(*what: object) -> None:
        await machine.until_idle()
        await drop(*what)

    drop = reception.drop
    monkeypatch.setattr(reception, "drop", drop_late)
    first = await machine.send("a")
    second = await machine.send("a")
    await machine.until_idle()

    assert second.number == first.number
    assert machine.pauses == []


# What is left of a list that breaks off


async def test_what_cannot_go_at_once_goes_when_the_store_can_and_holds_nobody_off(house: House) -> None:
    async def lines() -> AsyncIterator[Sequence[bytes]]:
        yield [b"row"] * 2 * PART
        house.unreliable.refusing = "store.full"
        yield [b"row"] * PART

    async with a_machine(house, most_open=1) as machine:
        with pytest.raises(Problem, match=r"store\.full"):
            await machine.reception.receive(FACILITY_ASKS, ORDER, lines())
        house.unreliable.refusing = ""
        assert await house.rows("SELECT state FROM bulk_job") == [("arriving",)]
        await machine.until_idle()

        assert await house.rows("SELECT count(*) FROM bulk_list") == [(0,)]
        assert (await machine.send("a")).items == 1
        assert await findings(house) == []


async def test_a_part_that_is_being_written_when_its_sender_leaves_goes_too(house: House) -> None:
    async with a_machine(house) as machine:
        house.unreliable.writing.clear()
        task = asyncio.create_task(machine.send(*some(PART)))
        await until(lambda: house.unreliable.waiting == 1)
        task.cancel()
        await asyncio.sleep(0)
        house.unreliable.writing.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert await house.rows("SELECT count(*) FROM bulk_job") == [(0,)]
    assert await house.rows("SELECT count(*) FROM bulk_list") == [(0,)]
    assert await findings(house) == []


async def test_a_list_that_was_received_though_nobody_knew_is_answered_where_it_cannot_go(
    house: House,
) -> None:
    async with a_machine(house) as machine:
        house.unreliable.unconfirmed_at = "note that a list is whole"
        house.unreliable.refusing_to = {"drop some parts of a list": "store.full"}
        with pytest.raises(Problem, match=r"store\.unconfirmed"):
            await machine.send("a", key="k")
        house.unreliable.refusing_to = {}
        await machine.until_idle()
        again = await machine.send("a", key="k")

        assert again.state is State.DONE
        assert machine.kind.asked == [b"a"]
        machine.working.leave(again)
        await machine.until_idle()
        assert [line["row"] for line in await machine.lines(again.number)] == ["a"]
    assert await findings(house) == []


# What is refused


async def test_a_list_without_a_row_is_refused(machine: Machine) -> None:
    for lines in ((), ("", " ")):
        with pytest.raises(Problem) as refused:
            await machine.send(*lines)
        assert refused.value.code == "coverage.bulk-empty"
    assert await machine.house.rows("SELECT count(*) FROM bulk_job") == [(0,)]


async def test_a_list_of_what_was_found_may_be_empty(machine: Machine) -> None:
    job = await machine.send(may_be_empty=True)
    await machine.until_idle()

    assert (await machine.job(job.number)).state is State.DONE
    assert await machine.lines(job.number) == []
    assert await findings(machine.house) == []


async def test_a_list_that_is_too_long_is_refused_and_leaves_nothing(house: House) -> None:
    async with a_machine(house, most_items=PART) as machine:
        await machine.send(*some(PART))
        with pytest.raises(Problem) as refused:
            await machine.send(*some(PART + 1))
    assert (refused.value.code, refused.value.facts["most"]) == ("coverage.bulk-too-many", PART)
    assert await house.rows("SELECT count(*) FROM bulk_job") == [(1,)]


async def test_a_list_of_blank_lines_without_end_is_refused_and_leaves_nothing(house: House) -> None:
    async with a_machine(house, most_items=PART) as machine:
        with pytest.raises(Problem, match=r"coverage\.bulk-too-many"):
            await machine.send(*[""] * (3 * PART), key="blank")

        assert await recorded(house, "bulk.forgotten") != []
        assert await findings(house) == []


async def test_results_that_are_being_forgotten_are_not_taken_for_all(machine: Machine) -> None:
    job = await machine.send(*some(2 * PART + 1))
    await machine.until_idle()
    job = await machine.job(job.number)
    results = Results(machine.house.store, machine.house.committer)
    assert len((await results.page(FACILITY_ASKS, job)).lines) == 2 * PART + 1
    fetched = await recorded(machine.house, "bulk.fetched")
    gone = "DELETE FROM bulk_result WHERE part = 0"
    await machine.house.store.transaction([Write(Statement("forget one", gone, gone), [()])])

    with pytest.raises(Problem, match=r"coverage\.bulk-unknown"):
        await results.page(FACILITY_ASKS, job)
    assert await recorded(machine.house, "bulk.fetched") == fetched
    with pytest.raises(Problem, match=r"coverage\.bulk-unknown"):
        [line async for line in await results.all(FACILITY_ASKS, job)]


async def test_a_facility_has_so_many_open_jobs_and_no_more(house: House) -> None:
    async with a_machine(house, most_open=1) as machine:
        await machine.send("a")
        with pytest.raises(Problem) as refused:
            await machine.send("b")
        assert refused.value.code == "coverage.bulk-busy"
        await machine.send("b", asker=OTHER)
        await machine.until_idle()
        await machine.send("b")


async def test_lists_that_come_at_the_same_moment_are_no_more_than_one_after_the_other(house: House) -> None:
    async with a_machine(house, most_open=2) as machine:
        sent = [machine.send(*some(PART + 1), key=f"list {number}") for number in range(5)]
        told = await asyncio.gather(*sent, return_exceptions=True)

        taken = [job for job in told if isinstance(job, Job)]
        busy = [problem.code for problem in told if isinstance(problem, Problem)]
        assert (len(taken), busy) == (2, ["coverage.bulk-busy"] * 3)
        assert await house.rows("SELECT count(*), min(state) FROM bulk_job") == [(2, "received")]
        assert count(house, "SELECT count(*) FROM bulk_list") == 4
        assert await findings(house) == []


async def test_the_same_list_again_is_its_job_also_where_no_more_are_taken(house: House) -> None:
    async with a_machine(house, most_open=1) as machine:
        one, other = await asyncio.gather(machine.send("a"), machine.send("a"))

    assert one.number == other.number


def test_a_reception_number_is_not_guessed() -> None:
    numbers = {new_number() for _ in range(1000)}
    assert len(numbers) == 1000
    assert all(len(number) == 24 and number.isdecimal() for number in numbers)


def count(house: House, sql: str) -> int:
    """The one whole number that the store answers."""
    assert isinstance(house.store, SqliteStore)
    ((found,),) = house.store.reader.execute(sql)
    assert isinstance(found, int)
    return found


async def run_until(machine: Machine, sql: str, reached: Callable[[int], bool]) -> None:
    """Work until a table says so; then the hub dies, in the middle of whatever it does."""
    work = asyncio.create_task(machine.working.run())
    await until(lambda: reached(count(machine.house, sql)))
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
