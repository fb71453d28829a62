"""The journey of a question over histories that the test gives, with a log that keeps its records in memory."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import cast

import msgspec

from kaihoken.audit import Committed, Committer, Entry
from kaihoken.clock import Clock
from kaihoken.coverage import Answered, Answering, Asker, Found, History, Place, Question
from kaihoken.coverage.inquiry import Inquiry
from kaihoken.store import LookupKey
from kaihoken.web import Language

from .people import FACILITY, NOW

ASKER = Asker("facility-1", FACILITY, "key-1")
LOOKUP = LookupKey(bytes(32), 1, 1)


class Histories:
    """A finder that finds the same people wherever it looks."""

    def __init__(self, people: Sequence[History]) -> None:
        self._people = list(enumerate(people, start=1))

    async def find(self, places: Sequence[Place]) -> list[tuple[int, History]]:
        assert places
        return self._people


class MemoryLog:
    """A log that keeps its records; nothing is signed."""

    committed_seq = NOW

    def __init__(self) -> None:
        self.records: list[Entry] = []

    async def commit(self, entries: Sequence[Entry]) -> Committed:
        self.records.extend(entries)
        return cast("Committed", None)


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
