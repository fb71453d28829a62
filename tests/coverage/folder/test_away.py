"""The folders lie on a share that goes away at every step, and comes back: nothing lost, nothing answered twice, and no
answer that was concluded from what could not be read."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kaihoken.coverage.folder import Agent

from .agents import REQUEST, SECOND, Scene, Turns, answer_to, refused

STEPS = (
    *(
        "rename",
        "replace",
        "mkdir",
        "rmdir",
        "unlink",
        "fsync",
        "scandir",
        "listdir",
        "open",
        "stat",
        "lstat",
    ),
    "link",
)
"""Every use of the disk that the agent makes passes one of these."""


class Share:
    """Counts the uses, and is away from the use of a number on. `late`: that use is still done, and the word of it is
    lost, as on a line that breaks behind a request."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.used = 0
        self.away_from = 0
        self.late = False
        monkeypatch.setattr(os, "fsync", lambda _: None)  # of no matter here, and slow
        for name in STEPS:
            monkeypatch.setattr(os, name, self._counting(getattr(os, name)))

    def _counting(self, use: Callable[..., object]) -> Callable[..., object]:
        def counted(*arguments: object, **more: object) -> object:
            self.used += 1
            if self.away_from and self.used >= self.away_from:
                if self.late and self.used == self.away_from:
                    use(*arguments, **more)
                raise OSError(errno.EHOSTDOWN, "Host is down")
            return use(*arguments, **more)

        return counted

    def goes_at(self, use: int, *, late: bool) -> None:
        self.used, self.away_from, self.late = 0, use, late

    def is_back(self) -> bool:
        gone = self.away_from and self.used >= self.away_from
        self.away_from = 0
        return bool(gone)


@pytest.fixture
def share(monkeypatch: pytest.MonkeyPatch) -> Share:
    return Share(monkeypatch)


async def turns(agent: Agent, scene: Scene, number: int) -> None:
    """So many turns of a running agent, each to its end; seconds pass."""
    left = number

    async def turn(_: float) -> None:
        nonlocal left
        await agent.settled()
        scene.ticks += 31 * SECOND
        left -= 1
        if not left:
            raise StopAsyncIteration

    with pytest.raises(StopAsyncIteration):
        await agent.run(Turns(turn), 0.2)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("is_refused", [False, True])
async def test_a_share_that_goes_at_whatever_step_and_comes_back(
    tmp_path: Path, share: Share, late: bool, is_refused: bool
) -> None:
    step, was_away = 0, True
    while was_away:
        step += 1
        folder = tmp_path / str(step)
        folder.mkdir()
        scene = Scene(folder)
        name = "OQSsihvd01req_a.xml" if is_refused else "OQSsiquc01req_a.xml"
        wanted = [name, name.replace(".xml", ".err")] if is_refused else ["OQSsiquc01res_a.xml"]
        if is_refused:
            scene.trouble = [refused(404, "hub.path")] * 9
        scene.put(name)
        agent = scene.agent()
        share.goes_at(step, late=late)
        await turns(agent, scene, 4)
        was_away = share.is_back()
        # The clinic's software takes what it finds, and the share stays.
        taken = {path.name: path.read_bytes() for path in (folder / "res").iterdir()}
        shutil.rmtree(folder / "res")
        (folder / "res").mkdir()
        await turns(agent, scene, 4)
        agent.shelves.close()

        later = {path.name: path.read_bytes() for path in (folder / "res").iterdir()}
        assert not taken.keys() & later.keys(), f"step {step}: a second result"
        assert sorted(taken | later) == sorted(wanted), f"step {step}"
        assert len({key for _, _, key in scene.asked}) <= 1, f"step {step}: another order"
        assert all(message == REQUEST for _, message, _ in scene.asked), (
            f"step {step}: asked with what was not read"
        )
        if not is_refused:
            assert (taken | later)["OQSsiquc01res_a.xml"] == answer_to(REQUEST)
        assert agent.state.folders is None
        assert agent.state.held_up is None
        assert agent.state.waiting == 0
    assert step > 25


async def test_what_was_decided_stays_decided_though_the_share_could_not_be_read(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    agent = scene.agent()
    scene.put()
    await agent.round()
    await agent.round()
    (taken,) = agent.shelves.queued()
    await agent.settled()
    assert scene.names("res") == ["OQSsiquc01res_a.xml"]
    (tmp_path / "work" / "out" / taken.label).mkdir()  # the mark of an answer that is in res

    agent.shelves.decide(taken, {"OQSsiquc01res_a.xml": b"another"})

    assert list((tmp_path / "work" / "out" / taken.label).iterdir()) == []


async def test_an_empty_place_where_the_share_was_is_no_queue_without_answers(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    agent = scene.agent()
    scene.put()
    await agent.round()
    await agent.round()
    (taken,) = agent.shelves.queued()
    shutil.rmtree(tmp_path / "work" / "out")

    with pytest.raises(FileNotFoundError):
        agent.shelves.is_decided(taken)
    await agent.stop()


async def test_while_the_folders_are_away_that_is_what_a_page_shows(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    agent = scene.agent()
    seen = []

    async def turn(_: float) -> None:
        seen.append(agent.state.folders)
        scene.clock.at = scene.clock.at.replace(minute=len(seen))
        if len(seen) == 3:
            (tmp_path / "away").rename(tmp_path / "req")
        if len(seen) == 4:
            raise StopAsyncIteration

    (tmp_path / "req").rename(tmp_path / "away")
    since = scene.clock.now()
    with pytest.raises(StopAsyncIteration):
        await agent.run(Turns(turn), 0.2)

    first, _, third, last = seen
    assert last is None
    assert first is not None
    assert third is not None
    assert (first.since, third.since) == (since, since)
    assert third.problem.code == "oqs.folder-away"
    assert len([line for line in scene.told if "フォルダー" in line]) == 2  # away, and back
