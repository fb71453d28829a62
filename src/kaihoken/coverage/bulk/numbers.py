"""Lists of numbers: each row answered by the steps that answer single questions, and none of its own.

Look-up, verdict, disclosure, words and record are those of `turn`; a list only takes them for a part at once. What is
its own: it shows less (the way `bulk` of the disclosure matrix), says whether the limit changed, and stops where too
many of its numbers are nobody's.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from kaihoken.audit import Committer
from kaihoken.clock import Clock, tokyo_day
from kaihoken.coverage.bulk.kinds import Job, PartAnswered, Row
from kaihoken.coverage.bulk.number_rows import AskedRow, id_of, read_number, read_search
from kaihoken.coverage.bulk.progress import Allowance, Progress, ProgressOfLists
from kaihoken.coverage.history import CommitSequence
from kaihoken.coverage.limits_shown import LimitsShown, compared
from kaihoken.coverage.lookup import place_of_question
from kaihoken.coverage.question import Answered, Found, Question
from kaihoken.coverage.store import Finder
from kaihoken.coverage.turn import (
    Asked,
    choose,
    decide,
    put_in_words,
    record_of,
    unpack,
    write_answer,
)
from kaihoken.coverage.verdict import Situation
from kaihoken.problems import Problem
from kaihoken.store import LookupKey, instant
from kaihoken.web import Language

NUMBERS: Final = "numbers"
"""The name of this kind of job."""


_encode = msgspec.json.Encoder().encode
_log = logging.getLogger("kaihoken.coverage")


class NumbersAbout(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is asked beside the rows: the day (default: that on which the list came) and the language."""

    on: date | None = None
    language: Language = "ja"


_decode_about = msgspec.json.Decoder(NumbersAbout, strict=False).decode


class _Item:
    """One row on its way. `line` is its result, once there is one."""

    __slots__ = ("asked", "id", "line", "number", "sent")

    def __init__(self, row: Row) -> None:
        self.number = row.line
        self.line: bytes | None = None
        self.asked: Asked | None = None
        self.id = ""
        self.sent = b""

    def refuse(self, problem: Problem) -> None:
        self.line = b"".join((*self._beginning(), b',"problem":', _encode(problem.as_rfc9457()), b"}"))

    def answer(self, at: bytes) -> None:
        asked = self.asked
        assert asked is not None
        self.line = b"".join(
            (
                *self._beginning(),
                b',"answer":',
                asked.payload,
                b',"answer_hash":"',
                asked.answer_hash.encode(),
                b'","answered_at":',
                at,
                b',"facts_known_at":%d}' % asked.known_at,
            )
        )

    def _beginning(self) -> tuple[bytes, ...]:
        own = b',"id":' + _encode(self.id) if self.id else b""
        return b'{"line":%d' % self.number, own, b',"sent":' + self.sent if self.sent else b""


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
        items = [_Item(row) for row in rows]
        progress = self._progress.of(job)
        progress.begins(job.parts_answered)
        if wait := self._allowance.list_pauses(progress.listed):
            return _paused(items, rows, job, wait)
        self._read(job, items, rows, today)
        await self._look_up([item for item in items if item.asked is not None])
        await asyncio.sleep(
            0
        )  # a part takes some milliseconds: whoever asks one by one is not kept waiting for all
        nobody = await self._decide(items, progress)
        await asyncio.sleep(0)
        await self._choose(job, items, now, today)
        await asyncio.sleep(0)
        _step(items, lambda one: put_in_words(one, now, today))
        _step(items, write_answer)
        at = _encode(now)
        answered = [item for item in items if item.line is None]
        for item in answered:
            item.answer(at)
        await asyncio.sleep(0)
        if job.parts_answered + 1 == job.parts:
            self._progress.ended(job)
        return PartAnswered(
            lines=[item.line for item in items if item.line is not None],
            entries=[record_of(item.asked) for item in answered if item.asked is not None],
            errors=len(items) - len(answered),
            nobody=nobody,
        )

    def _read(self, job: Job, items: Sequence[_Item], rows: Sequence[Row], today: date) -> None:
        about: NumbersAbout = _decode_about(job.about)
        on = about.on or tokyo_day(instant(job.arrived_at))
        known_at = CommitSequence(self._committer.committed_seq)
        future: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()  # nobody waits for it
        read = read_search if job.carrier == "oqs" else read_number
        for item, row in zip(items, rows, strict=True):
            try:
                asked: AskedRow = read(row.content, job.asker.facility, today)
            except Problem as problem:
                item.id = id_of(row.content)
                item.sent = row.content if job.carrier == "oqs" else b""
                item.refuse(problem)
                continue
            item.id, item.sent = asked.id, asked.sent
            question = Question(asked.inquiry, job.asker, "bulk", on, None, about.language)
            item.asked = Asked(question, _written, on, known_at, future)

    async def _look_up(self, items: Sequence[_Item]) -> None:
        keys = tuple(self._lookup_keys)
        asked = [item.asked for item in items if item.asked is not None]
        found = await self._finder.find_each(
            [[place_of_question(one.question.inquiry, key) for key in keys] for one in asked]
        )
        for one, people in zip(asked, found, strict=True):
            one.people = people

    async def _decide(self, items: Sequence[_Item], progress: Progress) -> int:
        """The verdicts. Where too many of a list's numbers are nobody's the rest of the part is not answered; how
        many of the answers are about nobody."""
        _step(items, unpack)
        _step(items, decide)
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

    async def _choose(self, job: Job, items: Sequence[_Item], now: datetime, today: date) -> None:
        """What may leave, and whether the limit is another than this facility saw last."""
        _step(items, lambda one: choose(one, now, today))
        chosen = [item.asked for item in items if item.line is None and item.asked is not None]
        shown = [one for one in chosen if one.disclosure.results and one.verdict.person is not None]
        if not shown:
            return
        people = [one.verdict.person for one in shown if one.verdict.person is not None]
        for one, seen in zip(shown, await self._limits_shown.each(job.asker.facility, people), strict=True):
            one.disclosure = compared(one.disclosure, one.verdict.coverages, one.verdict.on, seen)


def _written(found: Found) -> bytes:
    return _encode(found.answer)


def _step(items: Sequence[_Item], step: Callable[[Asked], None]) -> None:
    """Take a step for each item that has no result yet; one that fails has its problem for a result."""
    for item in items:
        if item.line is None and item.asked is not None:
            try:
                step(item.asked)
            except Problem as problem:
                item.refuse(problem)
            except Exception as error:  # noqa: BLE001 one row's fault is told of it, and the list goes on
                _log.error("a row of a list: %s", type(error).__name__)
                item.refuse(Problem("coverage.bulk-row"))


def _paused(items: Sequence[_Item], rows: Sequence[Row], job: Job, wait: int) -> PartAnswered:
    """Nobody of this part is looked up: too many before them were nobody's."""
    for item, row in zip(items, rows, strict=True):
        if job.carrier == "oqs":
            item.sent = row.content
        else:
            item.id = id_of(row.content)
        item.refuse(Problem("access.not-found-burst", retry_after=wait))
    return PartAnswered(lines=[item.line for item in items if item.line], entries=[], errors=len(items))
