"""The journey of a question over histories that the test gives, with a log that keeps its records in memory."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import cast

import msgspec

from kaihoken.audit import Committed, Committer, Entry, Head, Writes
from kaihoken.audit.receipt import Receipts
from kaihoken.clock import Clock
from kaihoken.coverage import (
    Answered,
    Answering,
    Asker,
    Found,
    History,
    Place,
    Question,
    pack_assertion,
    pack_history,
)
from kaihoken.coverage.inquiry import Inquiry
from kaihoken.coverage.store import Stored
from kaihoken.store import LookupKey
from kaihoken.web import Language

from .people import FACILITY, NOW

ASKER = Asker("facility-1", FACILITY, "key-1")
LOOKUP = LookupKey(bytes(32), 1, 1)


class Histories:
    """A finder that finds the same people wherever it looks."""

    def __init__(self, people: Sequence[History]) -> None:
        self._people = [
            Stored(number, person.person, pack_history([pack_assertion(said) for said in person.assertions]))
            for number, person in enumerate(people, start=1)
        ]

    async def find_each(self, asked: Sequence[Sequence[Place]]) -> list[list[Stored]]:
        assert all(asked)
        return [self._people for _ in asked]


class MemoryLog:
    """A log that keeps its records; nothing is signed."""

    committed_seq = NOW

    def __init__(self) -> None:
        self.records: list[Entry] = []

    def wait_for(self, coming: Callable[[], int]) -> None:
        """Waits for nobody: every commit is one of its own."""

    async def commit(self, entries: Sequence[Entry], writes: Writes = ()) -> Committed:
        self.records.extend(entries)
        return Committed(NOW, cast("Head", None), 0, len(entries), cast("Receipts", None))


def written(found: Found) -> bytes:
    return msgspec.json.encode(found.answer)


async def ask_without_store(
    inquiry: Inquiry,
    people: Sequence[History],
    clock: Clock,
    *,
    on: date | None = None,
    language: Language = "ja",
    log: MemoryLog | None = None,
    write: Callable[[Found], bytes] = written,
) -> Answered:
    answering = Answering(Histories(people), cast("Committer", log or MemoryLog()), [LOOKUP], clock)
    return await answering.ask(Question(inquiry, ASKER, "json", on=on, language=language), write)
