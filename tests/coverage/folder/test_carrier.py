"""The agent as a part of another program: started, stopped, asked how it stands; on the real disk, in its thread."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from kaihoken.coverage.client import OqsAnswer
from kaihoken.coverage.folder import Carrier, Looking, Shelves
from kaihoken.problems import Problem

from .agents import REQUEST, Scene, answer_to

PATIENCE = 60.0


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def a_carrier(scene: Scene, **more: object) -> Carrier:
    return Carrier(scene.folders, scene.ask, scene.told.append, scene.clock, again_after=0.01, **more)


@pytest.fixture
async def carrier(scene: Scene) -> AsyncIterator[Carrier]:
    carrier = a_carrier(scene)
    yield carrier
    await carrier.stop()


async def until(shown: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not shown():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("more", [{}, {"notices": lambda _: Looking()}], ids=["told of", "looked for"])
async def test_requests_are_carried_while_it_runs(scene: Scene, more: dict[str, object]) -> None:
    carrier = a_carrier(scene, **more)
    carrier.start()
    await until(lambda: carrier.state.told or more)
    for number in range(9):
        scene.put(f"OQSsiquc01req_{number}.xml")
    await until(lambda: carrier.state.answered == 9)
    await carrier.stop()
    scene.put("OQSsiquc01req_late.xml")

    assert len(scene.names("res")) == 9
    assert carrier.state.told is False
    Shelves(scene.folders, scene.clock).close()  # nobody holds the folders any more
    assert scene.names("req") == ["OQSsiquc01req_late.xml"]


async def test_what_waits_goes_on_at_the_next_start_under_its_key(scene: Scene) -> None:
    asked = []

    async def never(_: str, __: bytes, key: str) -> OqsAnswer:
        asked.append(key)
        await asyncio.Event().wait()
        raise AssertionError

    first = Carrier(scene.folders, never, scene.told.append, scene.clock)
    first.start()
    scene.put()
    await until(lambda: asked)
    await until(lambda: first.state.waiting == 1)
    await first.stop()
    second = a_carrier(scene)
    second.start()
    await until(lambda: second.state.answered == 1)
    await second.stop()

    assert [key for _, _, key in scene.asked] == asked
    assert scene.result() == answer_to(REQUEST)


async def test_folders_that_come_later_are_waited_for_and_said_once(scene: Scene, carrier: Carrier) -> None:
    (scene.folder / "req").rmdir()
    carrier.start()
    await until(lambda: carrier.state.folders is not None)
    trouble = carrier.state.folders
    await asyncio.sleep(0)
    (scene.folder / "req").mkdir()
    scene.put()
    await until(lambda: carrier.state.answered == 1)

    assert trouble is not None
    assert trouble.problem.code == "oqs.folder-missing"
    assert carrier.state.folders is None
    assert len([line for line in scene.told if trouble.problem.title("en") in line]) == 1


async def test_another_agent_that_has_the_folders_is_waited_for(scene: Scene, carrier: Carrier) -> None:
    other = Shelves(scene.folders, scene.clock)
    carrier.start()
    await until(lambda: carrier.state.folders is not None)
    trouble = carrier.state.folders
    other.close()
    scene.put()
    await until(lambda: carrier.state.answered == 1)

    assert trouble is not None
    assert trouble.problem.code == "oqs.folder-in-use"


async def test_a_share_that_cannot_be_reached_at_the_start_is_waited_for(
    scene: Scene, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OSError(112, "Host is down")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "mkdir", away)
        carrier.start()
        await until(lambda: carrier.state.folders is not None)
        trouble = carrier.state.folders
    scene.put()
    await until(lambda: carrier.state.answered == 1)

    assert trouble is not None
    assert trouble.problem.title("en").endswith("(Host is down)")


async def test_what_nobody_foresaw_ends_the_task_with_it_and_lets_the_folders_go(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Shelves) -> list[str]:
        raise ZeroDivisionError

    monkeypatch.setattr(Shelves, "arriving", broken)
    carrier = a_carrier(scene)
    with pytest.raises(ZeroDivisionError):
        await carrier.start()

    Shelves(scene.folders, scene.clock).close()


async def test_stopped_while_the_folders_are_being_opened_it_leaves_them_free(scene: Scene) -> None:
    opening, go_on = asyncio.Event(), asyncio.Event()

    async def slow(work: Callable[[], object]) -> object:
        opening.set()
        await go_on.wait()
        return work()

    carrier = a_carrier(scene, on_disk=slow)
    carrier.start()
    await opening.wait()
    stopping = asyncio.create_task(carrier.stop())
    await asyncio.sleep(0)
    go_on.set()
    await stopping

    Shelves(scene.folders, scene.clock).close()


async def test_stopped_before_it_was_started_or_while_it_waits_for_folders_it_ends(scene: Scene) -> None:
    await a_carrier(scene).stop()
    (scene.folder / "res").rmdir()
    carrier = a_carrier(scene)
    carrier.start()
    await until(lambda: carrier.state.folders is not None)
    await carrier.stop()

    with pytest.raises(Problem, match=r"oqs\.folder-missing"):
        Shelves(scene.folders, scene.clock)


@pytest.mark.parametrize("turns", range(4))
async def test_an_end_that_comes_together_with_news_is_no_news(turns: int) -> None:
    looking = Looking()
    waiting = asyncio.create_task(looking.changed(PATIENCE))
    for _ in range(3):
        await asyncio.sleep(0)

    looking.nudge()
    for _ in range(turns):
        await asyncio.sleep(0)
    had_come = waiting.done()
    waiting.cancel()

    await asyncio.wait([waiting])
    assert waiting.cancelled() is not had_come
