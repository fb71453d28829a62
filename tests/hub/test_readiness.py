"""A hub that cannot keep a record answers nobody, says so to everybody in their own form, and comes back by itself."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import apsw
import httpx
import pytest

from kaihoken.hub import machine as hub_machine
from kaihoken.problems import Problem, catalogue
from kaihoken.store import Write, open_store

from ..disks import Fault, FaultyDisk
from .hub import Hub, a_hub, a_message, a_row, a_tree, problem_in

NAME = "山田"


@asynccontextmanager
async def on_a_faulty_disk(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Hub, FaultyDisk]]:
    with FaultyDisk() as disk:
        monkeypatch.setattr(hub_machine, "open_store", partial(open_store, vfs=disk.name))
        async with a_hub(folder / "store", folder) as hub:
            await hub.register(a_row())
            yield hub, disk
            disk.mend()


async def in_every_form(hub: Hub) -> list[httpx.Response]:
    return [
        await hub.ask(),
        await hub.ask_oqs(a_message()),
        await hub.ask_oqs(a_message("Shift_JIS")),
        await hub.ask_oqs(a_tree(), content_type="application/json"),
    ]


async def is_ready(hub: Hub) -> bool:
    answer = await hub.http.get("/ready")
    if answer.status_code == 200:
        assert answer.json() == {"ready": True}
        return True
    assert (answer.status_code, problem_in(answer)) == (503, "hub.not-ready")
    return False


@pytest.mark.parametrize(
    ("error", "problem"), [(apsw.FullError, "store.full"), (apsw.IOError, "store.failed")]
)
async def test_while_the_disk_takes_nothing_nobody_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[apsw.Error], problem: str
) -> None:
    status, code = catalogue()[problem].status, catalogue()[problem].oqs
    async with on_a_faulty_disk(tmp_path, monkeypatch) as (hub, disk):
        assert await is_ready(hub)
        disk.fail(Fault(1, error, lasting=True))

        plain, xml, shift_jis, tree = await in_every_form(hub)
        written = await hub.register(a_row(number="57", link="link-57"), key="2")

        assert [answer.status_code for answer in (plain, xml, shift_jis, tree, written)] == [status] * 5
        assert {problem_in(answer) for answer in (plain, xml, tree, written)} == {problem}
        assert plain.headers["content-type"] == "application/problem+json"
        assert xml.headers["content-type"] == "application/xml; charset=UTF-8"
        assert tree.headers["content-type"] == "application/json; charset=UTF-8"
        assert f"<ErrorCode>{code}</ErrorCode>" in xml.text
        assert "<SegmentOfResult>9</SegmentOfResult>" in xml.text
        assert "<ArbitraryFileIdentifier>abc-1</ArbitraryFileIdentifier>" in xml.text
        assert code in shift_jis.content.decode("cp932")
        assert tree.json()["XmlMsg"]["MessageHeader"]["SegmentOfResult"] == "9"
        told = [plain.text, xml.text, shift_jis.content.decode("cp932"), tree.text]
        assert [text for text in told if NAME in text or "receipt" in text.lower()] == []
        assert not await is_ready(hub)
        assert (await hub.http.get("/live")).json() == {"live": True}
        assert await hub.metric("kaihoken_ready") == 0

        disk.mend()
        assert (await hub.ask()).json()["answer"]["validity"] == "1"
        assert await is_ready(hub)
        assert await hub.metric("kaihoken_ready") == 1
        assert (await hub.ask(number="57")).json()["answer"]["validity"] == "4", (
            "what was refused was not kept"
        )
        again = await hub.register(a_row(number="57", link="link-57"), key="2")
        assert again.json()["registered"] == 1, "the same request, sent again, is done"


async def test_a_hub_that_nobody_asks_notices_by_itself_that_the_disk_is_well_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_a_faulty_disk(tmp_path, monkeypatch) as (hub, disk):
        disk.fail(Fault(1, apsw.FullError, lasting=True))
        assert (await hub.ask()).status_code == 507
        assert not await is_ready(hub)
        disk.mend()

        hub.machine.committer.tick()
        for _ in range(20):  # turns of the event loop, in which the tick's own commit is made
            await asyncio.sleep(0)

        assert await is_ready(hub)


async def test_a_failure_in_the_middle_of_many_questions_shows_nothing_unrecorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_a_faulty_disk(tmp_path, monkeypatch) as (hub, disk):
        await hub.token("clinic")
        for at in range(1, 12):
            disk.fail(Fault(at, apsw.IOError))
            size = hub.machine.committer.head.size

            answers = await asyncio.gather(*(hub.ask() for _ in range(12)))

            shown = [answer for answer in answers if answer.status_code == 200]
            refused = [answer for answer in answers if answer.status_code != 200]
            assert {problem_in(answer) for answer in refused} <= {"store.failed"}
            assert bool(refused) == bool(disk.failed)
            assert all(answer.json()["receipt"]["head"]["size"] > size for answer in shown)
            assert [answer for answer in refused if NAME in answer.text] == []
            disk.mend()
            assert (await hub.ask()).status_code == 200


@pytest.mark.parametrize("problem", ["store.full", "store.failed", "store.busy", "store.unconfirmed"])
async def test_on_either_engine_a_store_that_refuses_is_told_and_survived(
    location: str | Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: str
) -> None:
    async def refusing(_: Sequence[Write]) -> None:
        raise Problem(problem, reason="test")

    async with a_hub(location, tmp_path) as hub:
        await hub.register(a_row())
        with monkeypatch.context() as broken:
            broken.setattr(hub.machine.store, "transaction", refusing)
            answers = await in_every_form(hub)
            written = await hub.register(a_row(number="57"), key="2")
            ready = await is_ready(hub)

        assert {problem_in(answer) for answer in (*answers[:2], answers[3], written)} == {problem}
        assert {answer.status_code for answer in (*answers, written)} == {catalogue()[problem].status}
        assert not ready
        assert [answer.status_code for answer in await in_every_form(hub)] == [200] * 4
        assert await is_ready(hub)
        assert (await hub.register(a_row(number="57"), key="2")).json()["registered"] == 1


async def test_a_hub_that_is_closing_is_not_ready(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row())
        await hub.machine.committer.close()

        assert not await is_ready(hub)
        answer = await hub.ask()
        assert (answer.status_code, problem_in(answer)) == (503, "audit.closed")


async def test_a_witness_that_is_away_keeps_nobody_waiting(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row())
        feed = hub.machine.committer.feed
        assert feed is not None
        hub.machine.committer.tick()
        await feed.drain()
        (tmp_path / "witness.jsonl").unlink()
        (tmp_path / "witness.jsonl").mkdir()

        # From here on the log has grown: there is something to tell the witness.
        assert (await hub.ask()).status_code == 200
        hub.machine.committer.tick()
        await feed.drain()

        assert (await hub.ask()).status_code == 200
        assert await is_ready(hub)
        assert await hub.metric("kaihoken_witness_failures") >= 1


class Lines(logging.Handler):
    """What is written to a log from now on."""

    def __init__(self) -> None:
        super().__init__()
        self.queue: asyncio.Queue[str] = asyncio.Queue()

    def emit(self, record: logging.LogRecord) -> None:
        self.queue.put_nowait(f"{record.levelname} {record.getMessage()}")

    async def next(self) -> str:
        return await asyncio.wait_for(self.queue.get(), 30)


async def test_the_hubs_log_says_once_when_it_cannot_commit_and_once_when_it_can_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = Lines()
    log = logging.getLogger("kaihoken.hub")
    log.addHandler(lines)
    try:
        async with on_a_faulty_disk(tmp_path, monkeypatch) as (hub, disk):
            disk.fail(Fault(1, apsw.FullError, lasting=True))
            for _ in range(3):
                await hub.ask()
            assert await lines.next() == "WARNING the log cannot commit: nobody is answered until it can"
            disk.mend()
            assert await lines.next() == "WARNING the log commits again: questions are answered"
    finally:
        log.removeHandler(lines)
    assert lines.queue.empty(), "a hub that is closed in order says nothing"
