"""The agent killed at every step it takes on disk, and started again: one result, and never a second one."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .agents import CARD, FACED, REQUEST, Scene, answer_to, refused, rounds

STEPS = ("rename", "replace", "mkdir", "rmdir", "unlink", "fsync")
"""Every change of the disk that the agent makes passes one of these."""


class KilledError(BaseException):
    """As SIGKILL: nothing of the agent's own catches it."""


class Disk:
    """Counts the steps, and kills before the step of a number."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.taken = 0
        self.deadly = 0
        for name in STEPS:
            monkeypatch.setattr(os, name, self._counting(getattr(os, name)))

    def _counting(self, step: Callable[..., object]) -> Callable[..., object]:
        def counted(*arguments: object, **more: object) -> object:
            self.taken += 1
            if self.taken == self.deadly:
                raise KilledError
            return step(*arguments, **more)

        return counted

    @contextmanager
    def dying_at(self, step: int) -> Iterator[None]:
        self.taken, self.deadly = 0, step
        try:
            yield
        finally:
            self.deadly = 0


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


async def a_life(scene: Scene) -> bool:
    """The agent from its start; whether it was killed."""
    agent = None
    try:
        agent = scene.agent()
        await rounds(agent)
    except KilledError:
        return True
    finally:
        if agent is not None:
            agent.shelves.close()
    return False


@pytest.mark.parametrize("archive", [False, True])
@pytest.mark.parametrize("is_refused", [False, True])
async def test_at_whatever_step_it_dies_there_is_one_result_and_no_second(
    tmp_path: Path, disk: Disk, archive: bool, is_refused: bool
) -> None:
    deaths, step = 0, 0
    while True:
        step += 1
        folder = tmp_path / str(step)
        folder.mkdir()
        scene = Scene(folder, archive=archive)
        name = "OQSsihvd01req_a.xml" if is_refused else "OQSsiquc01req_a.xml"
        wanted = [name, name.replace(".xml", ".err")] if is_refused else ["OQSsiquc01res_a.xml"]
        if is_refused:
            scene.trouble = [refused(404, "hub.path")] * 3
        scene.put(name)
        with disk.dying_at(step):
            died = await a_life(scene)
        deaths += died
        # The clinic's software takes what stands in res at once.
        taken = {path.name: path.read_bytes() for path in (folder / "res").iterdir()}
        shutil.rmtree(folder / "res")
        (folder / "res").mkdir()

        assert not await a_life(scene)

        later = {path.name: path.read_bytes() for path in (folder / "res").iterdir()}
        assert not taken.keys() & later.keys(), f"step {step}: a second result"
        assert sorted(taken | later) == sorted(wanted), f"step {step}"
        assert len({key for _, _, key in scene.asked}) <= 1, f"step {step}: another order"
        if not is_refused:
            assert (taken | later)["OQSsiquc01res_a.xml"] == answer_to(REQUEST)
        left = [path for path in scene.all_files() if not path.startswith("res/")]
        assert len(left) == archive, f"step {step}: {left}"
        if not died:
            break
    assert deaths > 15


async def test_a_torn_answer_is_not_delivered(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    torn = tmp_path / "work" / "out" / "0000000001-aa.part"
    torn.mkdir(parents=True)
    (torn / "OQSsiquc01res_a.xml").write_bytes(b"<XmlM")

    await a_life(scene)

    assert scene.all_files() == []


async def test_a_result_whose_request_somebody_took_away_is_delivered(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    whole = tmp_path / "work" / "out" / "0000000001-aa"
    whole.mkdir(parents=True)
    (whole / "OQSsiquc01res_a.xml").write_bytes(b"<XmlMsg/>")

    await a_life(scene)

    assert scene.all_files() == ["res/OQSsiquc01res_a.xml"]


async def test_of_a_card_too_there_is_one_result_and_no_second(tmp_path: Path, disk: Disk) -> None:
    step, died = 0, True
    while died:
        step += 1
        folder = tmp_path / str(step)
        folder.mkdir()
        scene = Scene(folder, face=True)
        scene.put("OQSsiquc01req_face_1.json", CARD)
        with disk.dying_at(step):
            died = await a_life(scene)
        taken = [path.read_bytes() for path in (folder / "face").iterdir()]
        shutil.rmtree(folder / "face")
        (folder / "face").mkdir()

        assert not await a_life(scene)

        later = [path.read_bytes() for path in (folder / "face").iterdir()]
        assert taken + later == [FACED], f"step {step}"
        assert len({key for _, _, key in scene.asked}) == 1, f"step {step}: another order"
        assert [path for path in scene.all_files() if not path.startswith("face/")] == []
    assert step > 15


async def test_what_others_put_into_the_work_folder_is_left_alone(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    for folder in ("queue", "out"):
        (tmp_path / "work" / folder / "notes").mkdir(parents=True)
        (tmp_path / "work" / folder / "Thumbs.db").write_bytes(b"of the system")
    scene.put()

    await a_life(scene)

    assert scene.names("res") == ["OQSsiquc01res_a.xml"]
    assert (tmp_path / "work" / "queue" / "Thumbs.db").exists()
