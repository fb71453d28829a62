"""How a folder's news come: told by the system, or looked for; and a folder that is away for a while."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from kaihoken.coverage.folder import Looking, Notices, Told, notices_of
from kaihoken.coverage.folder.noticing import has_news

LONG = 60.0
"""Seconds: more than any news take."""


@pytest.fixture
async def notices(tmp_path: Path) -> AsyncIterator[Notices]:
    (tmp_path / "req").mkdir()
    notices = notices_of((tmp_path / "req",))
    yield notices
    await notices.close()


async def watched(notices: Notices) -> None:
    """Until the system tells of the folder."""
    while not notices.told:
        await notices.changed(0.01)
    while await notices.changed(0):
        pass


async def heard(notices: Notices, put: Callable[[int], object]) -> None:
    """Until news come of what is put into the folder, one file after the other."""
    for number in range(int(LONG / 0.1)):
        put(number)
        if await notices.changed(0.1):
            return
    raise AssertionError("nothing was told")


async def test_a_file_that_comes_is_told_at_once(tmp_path: Path, notices: Notices) -> None:
    assert isinstance(notices, Told)
    await watched(notices)
    (tmp_path / "elsewhere").write_bytes(b"x")
    (tmp_path / "elsewhere").rename(tmp_path / "req" / "a.xml")

    assert await notices.changed(LONG)


async def test_where_nothing_comes_who_waits_looks_again(notices: Notices) -> None:
    await watched(notices)

    assert not await notices.changed(0)


@pytest.mark.parametrize("kind", [Looking, notices_of])
async def test_a_nudge_wakes_who_waits_and_is_told_once(tmp_path: Path, kind: Callable[..., Notices]) -> None:
    notices = kind((tmp_path,)) if kind is notices_of else kind()
    waiting = asyncio.create_task(notices.changed(LONG))
    await asyncio.sleep(0)
    notices.nudge()

    assert await waiting
    await notices.close()


async def test_a_folder_that_goes_and_comes_back_is_watched_anew(tmp_path: Path, notices: Notices) -> None:
    await watched(notices)
    (tmp_path / "req").rename(tmp_path / "away")
    while notices.told:
        await notices.changed(0.01)
    (tmp_path / "req").mkdir()
    await watched(notices)

    await heard(notices, lambda number: (tmp_path / "req" / f"{number}.xml").write_bytes(b"x"))


async def test_a_folder_that_comes_later_is_watched_from_then_on(tmp_path: Path) -> None:
    notices = Told((tmp_path / "req",))
    assert not await notices.changed(0)
    (tmp_path / "req").mkdir()
    await watched(notices)

    await heard(notices, lambda number: (tmp_path / "req" / f"{number}.xml").write_bytes(b"x"))
    await notices.close()


async def test_without_the_library_it_is_looked_from_time_to_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert has_news()
    monkeypatch.setitem(sys.modules, "watchfiles", None)

    notices = notices_of((tmp_path,))

    assert type(notices) is Looking
    assert not notices.told
    (tmp_path / "a.xml").write_bytes(b"x")
    assert not await notices.changed(0), "it looks by itself"
    await notices.close()
