"""Lists whose people the hub finds: a row is the random id of one, and each is asked about in a question of its own."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from kaihoken.audit import Committer
from kaihoken.clock import Clock
from kaihoken.coverage.bulk.answers import Item, finished, step, written
from kaihoken.coverage.bulk.kinds import Job, PartAnswered, Row
from kaihoken.coverage.bulk.reception import PART, Lines
from kaihoken.coverage.history import CommitSequence, PersonId
from kaihoken.coverage.limits_shown import LimitsShown
from kaihoken.coverage.question import Answered, Question
from kaihoken.coverage.store import Stored, find_people
from kaihoken.coverage.turn import Asked, decide, unpack
from kaihoken.problems import Problem
from kaihoken.store import Store

AskAbout = Callable[[Stored, datetime, CommitSequence], Question]
"""The question about somebody of a list, at an instant and as far as is known then; its Problem is their answer."""


class ListedPeople:
    """Answers those whom a list holds."""

    def __init__(self, store: Store, limits_shown: LimitsShown, committer: Committer, clock: Clock) -> None:
        self._store = store
        self._limits_shown = limits_shown
        self._committer = committer
        self._clock = clock

    async def answer(self, job: Job, rows: Sequence[Row], ask_about: AskAbout) -> PartAnswered:
        """See `Kind`. Who is not there any more, and who cannot be asked about, is told so in their row."""
        now = self._clock.now()
        people = people_of(rows)
        found = {one.person: one for one in await find_people(self._store, people)}
        known_at = CommitSequence(self._committer.committed_seq)
        future: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()  # nobody waits for it
        items = [Item(row) for row in rows]
        for item, person in zip(items, people, strict=True):
            stored = found.get(person)
            if stored is None:
                item.refuse(Problem("store.corrupt", where="person"))
                continue
            try:
                question = ask_about(stored, now, known_at)
            except Problem as problem:
                item.refuse(problem)
                continue
            assert question.on is not None  # a list is about a day
            item.asked = Asked(question, written, question.on, known_at, future, (stored,))
        step(items, unpack)
        step(items, decide)
        return await finished(items, job, self._limits_shown, now)


def people_of(rows: Sequence[Row]) -> list[PersonId]:
    """Whom the rows of a part name."""
    return [PersonId(bytes.fromhex(row.content.decode())) for row in rows]


async def in_parts(people: Sequence[bytes]) -> Lines:
    """People as the lines of a list."""
    for first in range(0, len(people), PART):
        yield [person.hex().encode() for person in people[first : first + PART]]
