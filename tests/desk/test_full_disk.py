"""The disk of the desk is full: nothing is shown as kept that was not kept, every page says so, and afterwards it is as
if nothing had been."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import apsw
import httpx
import msgspec
import pytest
import pytest_asyncio

from kaihoken.clock import tokyo_day
from kaihoken.desk.carrying import folder_trouble
from kaihoken.desk.reader import Stage
from kaihoken.desk.troubles import Kind
from kaihoken.problems import Problem

from ..disks import Fault, FaultyDisk
from ..hub.cards import a_card_hub
from ..hub.hub import NOW, a_message
from ..polling import until
from .desks import Counter, a_covered_patient, carried_on, lists_at
from .files.lists import YAMADA, a_list
from .reader.readers import Desk, a_card, at_reader, reader_settings

VISIT = "visit-00231"
FULL = Fault(1, apsw.FullError, lasting=True)


@dataclass
class OnDisk:
    """A desk, and the disk of its safe."""

    desk: Desk
    disk: FaultyDisk

    @property
    def counter(self) -> Counter:
        return self.desk.counter

    def is_full(self) -> None:
        self.disk.fail(FULL)

    async def has_room(self) -> None:
        """And the first thing that is saved takes the word off every page."""
        self.disk.mend()
        self.counter.patient("00999", name="佐藤　花子")
        assert "ディスクがいっぱい" not in await self.bar()

    async def bar(self) -> str:
        return (await self.counter.http.get("/bar")).text


@pytest_asyncio.fixture
async def full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[OnDisk]:
    (tmp_path / "oqs").mkdir()
    for name in ("req", "res", "face"):
        (tmp_path / "oqs" / name).mkdir()
    settings = msgspec.structs.replace(
        reader_settings(tmp_path, requests=str(tmp_path / "oqs")), evening_at=""
    )
    async with a_card_hub(tmp_path) as hub:
        with FaultyDisk() as disk:
            monkeypatch.setattr(apsw, "Connection", partial(apsw.Connection, vfs=disk.name))
            async with at_reader(tmp_path / "desk", hub, settings) as desk:
                monkeypatch.undo()
                desk.counter.signed_in()
                desk.counter.expected(a_covered_patient(desk.counter), NOW)
                await desk.counter.desk.hub.token()
                yield OnDisk(desk, disk)


def is_told(answer: httpx.Response) -> bool:
    return answer.status_code == 507 and "この PC のディスクがいっぱい" in answer.text


async def test_an_answer_that_could_not_be_kept_is_not_shown(full: OnDisk) -> None:
    full.is_full()
    asked = await full.counter.post(f"/visit/{VISIT}/check")
    page = await full.counter.http.get(f"/visit/{VISIT}")

    assert is_told(asked)
    assert "3割" not in asked.text + page.text
    assert full.counter.desk.day.get(VISIT).checks == ()
    assert "何も保存できません" in await full.bar()
    await full.has_room()
    assert (await full.counter.post(f"/visit/{VISIT}/check")).status_code == 303


async def test_a_card_is_sent_to_the_reception_which_knows_why(full: OnDisk) -> None:
    full.is_full()
    await full.desk.put(a_card(), Stage.METHOD)
    full.desk.press("pin")
    await full.desk.type_pin("1234", Stage.QUESTION)

    assert await full.desk.answer() is Stage.RECEPTION
    assert [one.checks for one in full.desk.visits] == [()]
    assert "何も保存できません" in await full.bar()
    await full.desk.take()
    await full.has_room()
    assert await full.desk.confirmed(a_card()) is Stage.DONE


async def test_what_was_typed_stays_on_the_page(full: OnDisk) -> None:
    full.is_full()
    refused = await full.counter.post("/take-down/new", name="やまだ", seen="card", note="母と来院")

    assert is_told(refused)
    assert "母と来院" in refused.text
    assert full.counter.desk.entries.all() == []
    assert len(full.desk.visits) == 1
    await full.has_room()
    await full.counter.post("/take-down/new", name="やまだ", seen="card", note="母と来院")
    assert [one.taken.note for one in full.counter.desk.entries.all()] == ["母と来院"]


@pytest.mark.parametrize("writes", [0, 1])
async def test_a_list_that_could_not_be_brought_in(full: OnDisk, writes: int) -> None:
    counter, files = full.counter, {"file": ("list.csv", a_list(YAMADA.replace("231", "500")), "text/csv")}
    if writes:
        where = (await counter.http.post("/patients/import", files=files)).headers["location"]
        (intake,) = counter.desk.files.intakes()
        assert intake.table is not None
        guesses = counter.desk.files.guesses(intake.table)
        columns = {one.value: str(guess.column) for one, guess in guesses.items()}
        full.is_full()
        refused = await counter.post(where, kind="patients", **columns)
    else:
        full.is_full()
        refused = await counter.http.post("/patients/import", files=files)

    assert is_told(refused)
    assert len(counter.desk.patients) == 1
    assert len(counter.desk.files.intakes()) == writes
    await full.has_room()
    if writes:
        await counter.post(where, kind="patients", **columns)
        assert counter.desk.patients.numbered("500") is not None


async def test_tomorrow_s_list_is_asked_once_there_is_room(full: OnDisk) -> None:
    tomorrow = NOW + timedelta(days=1)
    full.counter.expected(a_covered_patient(full.counter, "00300"), tomorrow)
    full.is_full()
    refused = await full.counter.post("/tomorrow")
    assert is_told(refused)
    assert await lists_at(full.counter.hub) == 0

    await full.has_room()
    assert (await full.counter.post("/tomorrow")).status_code == 303
    full.is_full()
    with pytest.raises(Problem, match=r"store\.full"):
        await carried_on(full.counter.desk.evening.carry_on)
    await full.has_room()
    await carried_on(full.counter.desk.evening.carry_on)

    (visit,) = full.counter.desk.day.of(tokyo_day(tomorrow))
    assert len(visit.checks) == 1
    assert await lists_at(full.counter.hub) == 1


async def test_a_result_that_has_no_room_waits_and_the_counter_knows(
    full: OnDisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_: int) -> None:
        raise OSError(28, "No space left on device")

    carrier = full.counter.desk.carrier
    assert carrier is not None
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", no_room)
        (tmp_path / "oqs" / "req" / "OQSsiquc01req_0001.xml").write_bytes(a_message())
        await asyncio.to_thread(until, lambda: folder_trouble(carrier))
        assert list((tmp_path / "oqs" / "res").iterdir()) == []
        assert "No space left on device" in await full.bar()
    await asyncio.to_thread(until, lambda: list((tmp_path / "oqs" / "res").iterdir()))

    troubles = full.counter.desk.troubles
    counted = troubles.of(troubles.this_month()).counted
    assert [(one.kind, one.detail, one.total) for one in counted] == [(Kind.FOLDER, "oqs.folder-away", 1)]
    await asyncio.to_thread(until, lambda: folder_trouble(carrier) is None)
    assert "No space left" not in await full.bar()
    assert len(list((tmp_path / "oqs" / "res").iterdir())) == 1
