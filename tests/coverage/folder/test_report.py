"""What an agent says of itself to a page: what waits, what holds it up, what nobody fetched, what it did last."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kaihoken.coverage.client import OqsAnswer
from kaihoken.coverage.folder import Agent, FolderState, Unread
from kaihoken.coverage.folder.report import LAST

from .agents import NOW, REQUEST, SECOND, Scene, down, refused, rounds

DAY = timedelta(minutes=1440)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path, face=True)


@pytest.fixture
async def agent(scene: Scene) -> AsyncIterator[Agent]:
    agent = scene.agent()
    yield agent
    await agent.stop()
    agent.shelves.close()


async def test_at_rest_there_is_nothing_to_say(agent: Agent) -> None:
    await rounds(agent)

    assert agent.state == FolderState()


async def test_what_waits_is_counted_since_the_oldest_came(scene: Scene, agent: Agent) -> None:
    scene.trouble = [down()]
    scene.put("OQSmuquc01req_a.xml")
    await rounds(agent)
    (shelf,) = (scene.folder / "work" / "queue").iterdir()
    os.utime(shelf, (1_000_000_000, 1_000_000_000))
    scene.put("OQSmuquc01req_b.xml")
    scene.put("OQSmuquc01req_c.xml", REQUEST[:20])
    await rounds(agent)

    state = agent.state
    assert (state.arriving, state.waiting) == (1, 2)
    assert state.waiting_since == datetime.fromtimestamp(1_000_000_000, UTC)


async def test_what_holds_it_up_is_told_with_its_words_since_when_and_until_it_is_over(
    scene: Scene, agent: Agent
) -> None:
    scene.trouble = [down(), refused(503, "store.busy")]
    scene.put()
    await rounds(agent)
    first = agent.state.held_up
    scene.ticks += 2 * SECOND
    scene.clock.at += timedelta(minutes=5)
    await rounds(agent)
    second = agent.state.held_up
    scene.ticks += 9 * SECOND
    await rounds(agent)

    assert first is not None
    assert second is not None
    assert (first.problem.code, first.since) == ("access.hub-unreachable", NOW)
    assert (second.problem.code, second.since) == ("store.busy", NOW)
    assert agent.state.held_up is None


async def test_the_last_ones_are_told_by_their_kind_and_how_they_ended(scene: Scene, agent: Agent) -> None:
    failed = b"<XmlMsg><MessageHeader><ErrorCode>KHK2103</ErrorCode></MessageHeader></XmlMsg>"
    for name in ("OQSsiquc01req_a.xml", "OQSsiimm01req_b.xml", "nobody-knows.xml"):
        scene.put(name)
        await rounds(agent)

    async def fails(*_: object) -> OqsAnswer:
        return OqsAnswer(failed, "application/xml")

    agent.ask = fails
    scene.put("OQSmuquc01req_c.xml")
    await rounds(agent)

    state = agent.state
    assert [(one.kind, one.refused, one.at) for one in state.last] == [
        ("OQSmuquc01", "KHK2103", NOW),
        ("?", "oqs.file-name", NOW),
        ("OQSsiimm01", "", NOW),
        ("OQSsiquc01", "", NOW),
    ]
    assert (state.answered, state.refused) == (2, 2)


async def test_only_the_last_few_are_remembered(scene: Scene, agent: Agent) -> None:
    for number in range(LAST + 2):
        scene.put(f"OQSsiquc01req_{number}.xml")
    while agent.state.answered < LAST + 2:
        await rounds(agent, 1)

    assert len(agent.state.last) == LAST


async def test_a_result_that_nobody_fetches_is_told_and_never_taken_away(scene: Scene, agent: Agent) -> None:
    scene.put()
    await rounds(agent)
    scene.ticks += 60 * SECOND
    await rounds(agent)
    written = agent.state.unread.since
    assert written is not None
    assert agent.state.unread == Unread(1, written, 0)
    scene.clock.at = written + DAY - timedelta(seconds=1)
    scene.ticks += 60 * SECOND
    await rounds(agent)
    assert agent.state.unread.forgotten == 0
    scene.clock.at = written + DAY
    for _ in range(3):
        scene.ticks += 60 * SECOND
        await rounds(agent)

    assert agent.state.unread == Unread(1, written, 1)
    assert len([line for line in scene.told if "消し忘れ" in line]) == 1
    assert scene.names("res") == ["OQSsiquc01res_a.xml"]
    (scene.folder / "res" / "OQSsiquc01res_a.xml").unlink()
    scene.ticks += 60 * SECOND
    await rounds(agent)
    assert agent.state.unread == Unread()


async def test_results_of_a_card_and_refusals_count_and_what_others_left_in_res_does_not(
    scene: Scene, agent: Agent
) -> None:
    for name in (
        "res/a.err",
        "res/b.ZIP",
        "res/c.pdf",
        "face/d.xml",
        "res/~e.xml",
        "res/.f.xml",
        "res/g.txt",
    ):
        (scene.folder / name).write_bytes(b"")
    await rounds(agent, 1)

    assert agent.state.unread.count == 4


async def test_a_result_that_takes_the_place_of_one_that_nobody_fetched_is_told(
    scene: Scene, agent: Agent
) -> None:
    for _ in range(2):
        scene.put()
        await rounds(agent)

    assert len([line for line in scene.told if "nobody had fetched" in line]) == 1


async def test_a_result_that_cannot_be_placed_is_counted_and_told_once(scene: Scene, agent: Agent) -> None:
    (scene.folder / "res").rmdir()
    scene.put()
    await rounds(agent, 5)
    assert agent.state.unplaced == 1
    assert len([line for line in scene.told if "cannot be put in its place" in line]) == 1
    (scene.folder / "res").mkdir()
    await rounds(agent)

    assert agent.state.unplaced == 0
    assert scene.names("res") == ["OQSsiquc01res_a.xml"]


async def test_what_an_earlier_life_decided_is_delivered_and_not_counted(scene: Scene) -> None:
    agent = scene.agent()
    (scene.folder / "res").rmdir()
    scene.put()
    await rounds(agent)
    agent.shelves.close()
    (scene.folder / "res").mkdir()
    second = scene.agent()
    await rounds(second)
    second.shelves.close()

    assert scene.names("res") == ["OQSsiquc01res_a.xml"]
    assert second.state.last == ()


async def test_nothing_that_a_page_shows_or_a_fault_prints_names_a_file(scene: Scene, agent: Agent) -> None:
    scene.trouble = [down()]
    scene.put("OQSsiquc01req_山田太郎.xml")
    scene.put("OQSsiquc01req_山田花子.xml", b"")
    await rounds(agent)

    (taken,) = agent.shelves.queued()
    assert "山田" not in f"{agent.state!r} {agent!r} {taken!r} {taken.label}"
    await asyncio.sleep(0)
