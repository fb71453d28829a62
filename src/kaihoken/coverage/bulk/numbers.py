"""Lists of numbers: each row answered by the steps that answer single questions, and none of its own.

Look-up, verdict, disclosure, words and record are those of `turn`; a list only takes them for a part at once. What is
its own: it shows less (the way `bulk` of the disclosure matrix), says whether the limit changed, and stops where too
many of its numbers are nobody's. A row with a day of its own is about care that is going to be claimed (the way
`care-day`).
"""

import asyncio
from codecs import BOM_UTF8
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final

import msgspec

from kaihoken.audit import Committer
from kaihoken.clock import Clock, tokyo_day
from kaihoken.coverage.bulk.answers import Item, care_day_written, finished, step, written
from kaihoken.coverage.bulk.kinds import Job, PartAnswered, Row
from kaihoken.coverage.bulk.number_rows import AskedRow, id_of, read_number, read_search
from kaihoken.coverage.bulk.progress import Allowance, Progress, ProgressOfLists
from kaihoken.coverage.history import CommitSequence
from kaihoken.coverage.limits_shown import LimitsShown
from kaihoken.coverage.lookup import place_of_question
from kaihoken.coverage.question import Answered, Question
from kaihoken.coverage.store import Finder
from kaihoken.coverage.turn import (
    Asked,
    decide,
    unpack,
)
from kaihoken.coverage.verdict import Situation
from kaihoken.problems import Problem
from kaihoken.store import LookupKey, instant
from kaihoken.web import Language

NUMBERS: Final = "numbers"
"""The name of this kind of job."""


_encode = msgspec.json.Encoder().encode


class NumbersAbout(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is asked beside the rows: the day (default: that on which the list came) and the language."""

    on: date | None = None
    language: Language = "ja"


_decode_about = msgspec.json.Decoder(NumbersAbout, strict=False).decode


class Numbers:
    """The kind of job that answers numbers."""

    def __init__(
        self,
        finder: Finder,
        limits_shown: LimitsShown,
        committer: Committer,
        lookup_keys: Sequence[LookupKey],
        clock: Clock,
        allowance: Allowance,
    ) -> None:
        self._finder = finder
        self._limits_shown = limits_shown
        self._committer = committer
        self._lookup_keys = lookup_keys  # a ring: a rotation puts another key into it
        self._clock = clock
        self._allowance = allowance
        self._progress = ProgressOfLists()

    async def answer(self, job: Job, rows: Sequence[Row]) -> PartAnswered:
        """See `Kind`. What is wrong with a row, or with the history behind it, is its own answer."""
        now = self._clock.now()
        today = tokyo_day(now)
        items = [Item(row) for row in rows]
        progress = self._progress.of(job)
        progress.begins(job.parts_answered)
        if wait := self._allowance.list_pauses(progress.listed):
            return _paused(items, rows, job, wait)
        self._read(job, items, rows, today)
        await self._look_up([item for item in items if item.asked is not None])
        await asyncio.sleep(
            0
        )  # a part takes milliseconds: who asks one by one is not kept waiting for all of it
        nobody = await self._decide(items, progress)
        if job.parts_answered + 1 == job.parts:
            self._progress.ended(job)
        return await finished(items, job, self._limits_shown, now, nobody)

    def _read(self, job: Job, items: Sequence[Item], rows: Sequence[Row], today: date) -> None:
        about: NumbersAbout = _decode_about(job.about)
        on = about.on or tokyo_day(instant(job.arrived_at))
        known_at = CommitSequence(self._committer.committed_seq)
        future: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()  # nobody waits for it
        read = read_search if job.carrier == "oqs" else read_number
        for item, row in zip(items, rows, strict=True):
            # A list that was written on Windows may begin with the mark of its character set.
            content = row.content.removeprefix(BOM_UTF8) if row.line == 1 else row.content
            try:
                asked: AskedRow = read(content, job.asker.facility, today)
            except Problem as problem:
                item.id = id_of(content)
                item.sent = content if job.carrier == "oqs" else b""
                item.refuse(problem)
                continue
            item.id, item.sent = asked.id, asked.sent
            day = asked.on or on
            question = Question(asked.inquiry, job.asker, "bulk", day, None, about.language)
            item.asked = Asked(question, written, day, known_at, future)
            if asked.on is not None:
                item.member = b"care_day"
                item.asked.write = partial(care_day_written, language=about.language)

    async def _look_up(self, items: Sequence[Item]) -> None:
        keys = tuple(self._lookup_keys)
        asked = [item.asked for item in items if item.asked is not None]
        found = await self._finder.find_each(
            [[place_of_question(one.question.inquiry, key) for key in keys] for one in asked]
        )
        for one, people in zip(asked, found, strict=True):
            one.people = people

    async def _decide(self, items: Sequence[Item], progress: Progress) -> int:
        """The verdicts. Where too many of a list's numbers are nobody's the rest of the part is not answered; how
        many of the answers are about nobody."""
        step(items, unpack)
        step(items, decide)
        nobody = wait = 0
        for item in items:
            if item.line is not None or item.asked is None:
                continue
            verdict = item.asked.verdict
            if wait == 0:
                if verdict.person is not None:
                    progress.found(verdict.person)
                elif verdict.situation is Situation.NOT_FOUND:
                    wait = self._allowance.nobody_in_list(progress.listed)
                    nobody += wait == 0
            if wait:
                item.refuse(Problem("access.not-found-burst", retry_after=wait))
        return nobody


def _paused(items: Sequence[Item], rows: Sequence[Row], job: Job, wait: int) -> PartAnswered:
    """Nobody of this part is looked up: too many before them were nobody's."""
    for item, row in zip(items, rows, strict=True):
        if job.carrier == "oqs":
            item.sent = row.content
        else:
            item.id = id_of(row.content)
        item.refuse(Problem("access.not-found-burst", retry_after=wait))
    return PartAnswered(lines=[item.line for item in items if item.line], entries=[], errors=len(items))
