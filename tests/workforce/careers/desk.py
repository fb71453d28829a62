"""A book with all that stands behind it, for tests of the book and of what is served from it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from kaihoken.access.people import Role
from kaihoken.audit import Committer, log_of
from kaihoken.clock import FixedClock
from kaihoken.store import FileKeys, Statement, Store, create_store
from kaihoken.workforce.careers import Career, CareerBook, CareerKeys, Opener

from .builders import a_post, a_timeline

NAME, CONTACT, NOTE = "皆川カナリア", "canary@example.jp", "歌う鳥"
CANARIES = (NAME, CONTACT, NOTE)
REASON = "次年度の勤務先の面談のため"
COORDINATOR = Opener("0a" * 16, Role.COORDINATOR)
PLANNER = Opener("0b" * 16, Role.PLANNER)
AUDITOR = Opener("0c" * 16, Role.AUDITOR)
CLOCK = FixedClock(datetime(2026, 11, 20, 3, 0, tzinfo=UTC))


class Desk:
    """A book with all that stands behind it."""

    def __init__(self, store: Store, committer: Committer, folder: Path) -> None:
        self.store = store
        self.committer = committer
        self.folder = folder
        self.book = CareerBook(store, committer, CareerKeys.open(folder / "keys"))

    async def records(self) -> list[tuple[str, dict[str, object]]]:
        return await records_of(self.store)

    def bytes_on_disk(self) -> bytes:
        return bytes_under(self.folder / "store")


async def records_of(store: Store) -> list[tuple[str, dict[str, object]]]:
    """Every record of careers in the log of a store."""
    log = await log_of(store)
    assert log is not None
    found = []
    for seq in range(await log.size()):
        for chunk in await log.chunks(await log.batch(seq)):
            kind, _, body = chunk[16:].partition(b"\n")
            if kind.startswith(b"careers."):
                found.append((kind.decode(), msgspec.json.decode(body, type=dict[str, object])))
    return found


def bytes_under(folder: Path) -> bytes:
    """What a folder holds."""
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


@asynccontextmanager
async def a_desk(folder: Path) -> AsyncIterator[Desk]:
    keys = FileKeys.create(folder / "keys", CLOCK)
    CareerKeys.add(folder / "keys", CLOCK)
    store = await create_store(folder / "store", purpose="demo", clock=CLOCK)
    try:
        committer = await Committer.open(store, keys, CLOCK, tick_seconds=None)
        try:
            yield Desk(store, committer, folder)
        finally:
            await committer.close()
    finally:
        await store.close()


def a_career(name: str = NAME) -> Career:
    return Career(name=name, contact=CONTACT, note=NOTE, timeline=a_timeline(a_post()))


def a_question(text: str) -> Statement:
    return Statement("test", text, text)
