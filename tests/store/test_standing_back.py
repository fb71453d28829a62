"""The checkpointer stands back behind questions only where it can be called to the front again, and never dies."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kaihoken.store import SqliteStore, checkpointer

from .builders import a_store, numbers, people


@pytest.fixture(autouse=True)
def nobody_has_tried() -> Iterator[None]:
    checkpointer._may_come_back.cache_clear()
    yield
    checkpointer._may_come_back.cache_clear()


async def test_without_the_right_to_come_back_nobody_stands_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for an ordinary user: into SCHED_IDLE is allowed, out of it is not."""
    asked: list[tuple[str, int]] = []

    def ordinary(_: int, policy: int, __: os.sched_param) -> None:
        asked.append((threading.current_thread().name, policy))
        if policy != os.SCHED_IDLE:
            raise PermissionError

    monkeypatch.setattr(os, "sched_setscheduler", ordinary)
    store = await a_store(tmp_path)
    await store.transaction([people(1)])
    await store.close()

    assert set(asked) == {("kaihoken-trial", os.SCHED_IDLE), ("kaihoken-trial", os.SCHED_OTHER)}


async def test_a_copier_that_must_end_is_called_to_the_front(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(os, "sched_setscheduler", lambda _, policy, __: asked.append(policy))
    store = await a_store(tmp_path)
    await store.close()

    tried, lived = asked[:2], asked[2:]
    assert tried == lived == [os.SCHED_IDLE, os.SCHED_OTHER]


async def test_whatever_happens_to_a_pass_the_writer_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(checkpointer, "sync_database", exhausted)
    monkeypatch.setattr(checkpointer, "PASS_PAGES", 10)
    monkeypatch.setattr(checkpointer, "LIMIT_PAGES", 40)
    store = await a_store(tmp_path)
    assert isinstance(store, SqliteStore)
    for number in range(1, 200):
        await store.transaction([people(number)])

    assert store.checkpoint_failure == "MemoryError"
    assert await numbers(store) == list(range(1, 200))
    await store.close()
