"""The modes in memory and in the store, also where a commit fails; records that are unreadable or were destroyed."""

from datetime import timedelta
from pathlib import Path

import pytest

from kaihoken.audit import Entry
from kaihoken.audit.retention import destroy_bodies
from kaihoken.coverage.failure import (
    FailureBook,
    FailureModeClosing,
    FailureModeOpening,
    check_failure_answers,
    check_failure_modes,
)
from kaihoken.coverage.failure.recorded import CLOSED, OPENED, REPORTED, closed_entry
from kaihoken.coverage.turn import ANSWER
from kaihoken.problems import Problem
from kaihoken.store import Finding, Note, Statement, Write, milliseconds

from ..house import House, a_house
from ..people import FACILITY


def an_opening(house: House) -> FailureModeOpening:
    now = house.clock.now()
    return FailureModeOpening(
        facility=FACILITY, until=now + timedelta(hours=1), called_back=now, staff="運01"
    )


async def test_an_opening_that_does_not_stand_lets_nobody_in(tmp_path: Path) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        book = await FailureBook.opened(house.store, house.committer, house.clock)
        house.unreliable.refusing = "store.full"
        with pytest.raises(Problem, match=r"store\.full"):
            await book.open(an_opening(house), "operator")
        house.unreliable.refusing = ""

        with pytest.raises(Problem, match=r"coverage\.failure-not-open"):
            await book.require_open(FACILITY)


async def test_an_opening_whose_answer_was_lost_stands(tmp_path: Path) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        book = await FailureBook.opened(house.store, house.committer, house.clock)
        house.unreliable.unconfirmed_at = "keep a system-failure mode"
        with pytest.raises(Problem, match=r"store\.unconfirmed"):
            await book.open(an_opening(house), "operator")

        await book.require_open(FACILITY)
        assert (await book.close(FailureModeClosing(facility=FACILITY), "operator")).state == "closed"
        assert [one async for one in check_failure_modes(house.store)] == []


@pytest.mark.parametrize("kind", [OPENED, CLOSED])
async def test_a_record_that_cannot_be_read_is_told(tmp_path: Path, kind: str) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        committed = await house.committer.commit([Entry(kind, b'{"row":1}')])
        (finding,) = [one async for one in check_failure_modes(house.store)]
        assert isinstance(finding, Finding)
        assert finding.where == f"batch {committed.seq}"


@pytest.mark.parametrize("kind", [OPENED, REPORTED, ANSWER])
async def test_a_record_about_answers_that_cannot_be_read_is_told(tmp_path: Path, kind: str) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        book = await FailureBook.opened(house.store, house.committer, house.clock)
        await book.open(an_opening(house), "operator")
        committed = await house.committer.commit([Entry(kind, b'{"row":1}')])
        (finding,) = [one async for one in check_failure_answers(house.store)]
        assert isinstance(finding, Finding)
        assert finding.where == f"batch {committed.seq}"


async def test_where_records_were_destroyed_answers_are_not_compared(tmp_path: Path) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        book = await FailureBook.opened(house.store, house.committer, house.clock)
        await book.open(an_opening(house), "operator")
        row = (FACILITY, 1, "f00d", milliseconds(house.clock.at), None)
        table = "INSERT INTO failure_answer VALUES (?, ?, ?, ?, ?)"
        await house.store.transaction([Write(Statement("plant", table, table), [row])])
        (finding,) = [one async for one in check_failure_answers(house.store)]
        house.clock.at += timedelta(days=365 * 8)
        today = house.clock.at.date()
        await destroy_bodies(house.committer, today - timedelta(days=365 * 7), today)
        (note,) = [one async for one in check_failure_answers(house.store)]

        assert isinstance(finding, Finding)
        assert isinstance(note, Note)


async def test_a_closing_without_its_opening_leaves_no_mode(tmp_path: Path) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await house.committer.commit([closed_entry(FACILITY, "operator", house.clock.now())])
        assert [one async for one in check_failure_modes(house.store)] == []


async def test_where_records_were_destroyed_modes_are_not_compared(tmp_path: Path) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        book = await FailureBook.opened(house.store, house.committer, house.clock)
        await book.open(an_opening(house), "operator")
        house.clock.at += timedelta(days=365 * 8)
        today = house.clock.at.date()
        await destroy_bodies(house.committer, today - timedelta(days=365 * 7), today)
        (note,) = [one async for one in check_failure_modes(house.store)]
        assert isinstance(note, Note)
