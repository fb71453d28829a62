"""The record of an answer is synced to disk before the first byte of the answer is sent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from kaihoken.hub import application
from kaihoken.hub import machine as hub_machine
from kaihoken.hub.exchange import Reply, Send, send_reply
from kaihoken.store import open_store

from ..disks import RecordingDisk
from .hub import Hub, a_hub, a_message, a_row, a_tree


@asynccontextmanager
async def on_a_recording_disk(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Hub, RecordingDisk]]:
    """A hub whose disk notes, as `sent <status> <n>`, the moment in which each answer begins to leave."""
    with RecordingDisk() as disk:
        sent = 0

        async def noted(send: Send, reply: Reply, *, with_body: bool = True) -> None:
            nonlocal sent
            sent += 1
            disk.note(f"sent {reply.status} {sent}")
            await send_reply(send, reply, with_body=with_body)

        monkeypatch.setattr(hub_machine, "open_store", partial(open_store, vfs=disk.name))
        monkeypatch.setattr(application, "send_reply", noted)
        async with a_hub(folder / "store", folder) as hub:
            await hub.token("clinic")
            await hub.token("operator")
            yield hub, disk


async def test_of_every_carrier_and_of_a_registration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_a_recording_disk(tmp_path, monkeypatch) as (hub, disk):
        disk.events.clear()

        await hub.register(a_row())
        await hub.ask()
        await hub.ask(birthdate="1990-01-01")
        await hub.ask_oqs(a_message())
        await hub.ask_oqs(a_tree(), content_type="application/json")

        notes = [event.note for event in disk.events if event.what == "note"]
        assert [note.split()[1] for note in notes] == ["200"] * 5
        assert [note for note in notes if not disk.log_is_synced_at(note)] == []


async def test_of_many_at_once_none_leaves_between_a_write_and_its_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_a_recording_disk(tmp_path, monkeypatch) as (hub, disk):
        await hub.register(a_row())
        disk.events.clear()

        await asyncio.gather(*(hub.ask() for _ in range(100)))

        log = [event for event in disk.events if event.kind != "database"]
        assert sum(event.what == "note" for event in log) == 100
        last_of_log = ""
        for event in log:
            if event.what == "note":
                assert last_of_log == "sync"
            else:
                last_of_log = event.what


async def test_the_recording_would_show_an_answer_that_leaves_too_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_a_recording_disk(tmp_path, monkeypatch) as (hub, disk):
        disk.events.clear()

        await hub.http.get("/live")

        [note] = [event.note for event in disk.events if event.what == "note"]
        assert not disk.log_is_synced_at(note), "an answer without a record"
