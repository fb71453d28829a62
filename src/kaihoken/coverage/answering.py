"""The journey of one question: look up, decide, choose what may leave, write it, put it on record, answer.

The steps stand in `Answering.ask` in the order in which they happen. Nothing leaves before the record of the answer
is durable; a question that fails half-way leaves nothing and shows nothing.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Literal

import msgspec

from kaihoken import rules
from kaihoken.audit import LARGEST_BATCH, Committed, Committer, Entry
from kaihoken.clock import Clock, tokyo_day
from kaihoken.coverage.answer import Answer
from kaihoken.coverage.certificate import CertificateUse
from kaihoken.coverage.disclosure import Disclosure, DisclosureMatrix, disclose
from kaihoken.coverage.hindsight import with_hindsight
from kaihoken.coverage.history import CommitSequence, History
from kaihoken.coverage.inquiry import Inquiry
from kaihoken.coverage.lag import RegistrationLag, SuspensionLevels
from kaihoken.coverage.lookup import place_of_question
from kaihoken.coverage.store import Finder, Stored
from kaihoken.coverage.verdict import Advisory, Verdict
from kaihoken.coverage.verification import verify
from kaihoken.coverage.words import (
    advisories_said,
    differences_said,
    share_said,
    steps_said,
    words_for,
)
from kaihoken.payment import DeclaredShare, StatutoryShare
from kaihoken.problems import Problem
from kaihoken.store import LookupKey
from kaihoken.web import Language

Carrier = Literal["json", "oqs-json", "oqs-xml", "page", "command"]


class Asker(msgspec.Struct, frozen=True, gc=False):
    """Who asks, as the record names them."""

    client: str
    facility: str  # 医療機関コード
    key: str  # the key whose token was used


class Question(msgspec.Struct, frozen=True, gc=False):
    """An inquiry with who asks, for which day and state of knowledge, and in which words to answer."""

    inquiry: Inquiry
    asker: Asker
    carrier: Carrier
    on: date | None = None  # default: today in Asia/Tokyo
    known_at: datetime | None = None  # default: everything committed
    language: Language = "ja"


class Found(msgspec.Struct, frozen=True, gc=False):
    """What is ready to be written by a carrier."""

    answer: Answer
    verdict: Verdict
    answered_at: datetime
    known_at: CommitSequence


class Answered(msgspec.Struct, frozen=True, gc=False):
    """What leaves: the carrier's bytes, their hash (SHA-256, hexadecimal: the record names the answer by it), and
    where the record stands."""

    payload: bytes
    answer_hash: str
    found: Found
    committed: Committed


class _Record(msgspec.Struct, frozen=True, gc=False):
    """The record of one answer. Members in alphabetical order: that is the canonical form of a body."""

    answer_hash: str
    at: datetime
    by: str
    carrier: str
    client: str
    consents: tuple[str, ...]
    facts_known_at: int
    fields: msgspec.Raw
    key: str
    kind: str
    on: date
    person: str | None
    presented: str
    rules: str
    situation: str
    validity: str | None


_RECORD_KIND = "eligibility.answer"
_encode = msgspec.json.Encoder().encode


class _Asked:
    """One question on its way through the steps of a turn; each step fills in what the next one needs."""

    __slots__ = (
        "answer_hash", "answered", "disclosure", "found", "histories", "known_at", "on", "payload", "people",
        "question", "verdict", "write",
    )  # fmt: skip

    people: Sequence[Stored]
    histories: Sequence[History]
    verdict: Verdict
    disclosure: Disclosure
    found: Found
    payload: bytes
    answer_hash: str

    def __init__(
        self,
        question: Question,
        write: Callable[[Found], bytes],
        on: date,
        known_at: CommitSequence,
        answered: asyncio.Future[Answered],
    ) -> None:
        self.question = question
        self.write = write
        self.on = on
        self.known_at = known_at
        self.answered = answered


class Answering:
    """Answers questions. One per hub; `ask` may run any number of times at once.

    What is asked in one turn of the event loop is answered together, step by step: every question is looked up, then
    every one decided, and so on, and one commit makes all records durable. A step that runs for sixty questions in a
    row finds its code and data warm and takes half the time that it takes when the steps of one question alternate.
    """

    def __init__(
        self,
        finder: Finder,
        committer: Committer,
        lookup_keys: Sequence[LookupKey],
        clock: Clock,
    ) -> None:
        self._finder = finder
        self._committer = committer
        self._lookup_keys = tuple(lookup_keys)
        self._clock = clock
        self._asked: list[_Asked] = []
        self._looking: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def today(self) -> date:
        """The day in Asia/Tokyo on which questions are answered now."""
        return tokyo_day(self._clock.now())

    async def ask(self, question: Question, write: Callable[[Found], bytes]) -> Answered:
        """Answer a question in the form that `write` gives it.

        Raises Problem `coverage.future`, `coverage.not-known-yet`, `rules.no_version`, what `write` raises, and the
        Problems of the store and the log; then nothing has been shown.
        """
        now = self._clock.now()
        on = _day(question.on, tokyo_day(now))
        if question.known_at is None:
            known_at = CommitSequence(self._committer.committed_seq)
        else:
            known_at = await self._known_at(question.known_at, now)
        answered: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
        self._asked.append(_Asked(question, write, on, known_at, answered))
        if self._looking is None:
            self._looking = self._start(self._answer())
        return await answered

    async def _answer(self) -> None:
        """Answer those who have asked, turn by turn, until nobody has. Who asks while a turn is looked up waits for the
        next; records are committed while the next turn goes on."""
        try:
            while self._asked:
                turn, self._asked = self._asked[:LARGEST_BATCH], self._asked[LARGEST_BATCH:]
                self._start(self._answer_turn(await self._looked_up(turn)))
        finally:
            self._looking = None

    async def _looked_up(self, turn: list[_Asked]) -> list[_Asked]:
        """Those of the turn for whom everybody whom they may mean was fetched: all, or none."""
        keys = self._lookup_keys
        try:
            found = await self._finder.find_each(
                [[place_of_question(one.question.inquiry, key) for key in keys] for one in turn]
            )
        except Exception as error:  # noqa: BLE001 handed to those who asked: nobody waits for ever
            for one in turn:
                _fail(one, error)
            return []
        for one, people in zip(turn, found, strict=True):
            one.people = people
        return turn

    async def _answer_turn(self, turn: list[_Asked]) -> None:
        """The steps after the look-up, and one commit for all of the turn."""
        now = self._clock.now()
        today = tokyo_day(now)
        turn = _each(turn, _unpack)
        turn = _each(turn, _decide)
        turn = _each(turn, lambda one: _disclose(one, today))
        turn = _each(turn, lambda one: _put_in_words(one, now, today))
        turn = _each(turn, _write)
        if not turn:
            return
        try:
            committed = await self._committer.commit([_record(one) for one in turn])
        except Exception as error:  # noqa: BLE001 handed to those who asked
            for one in turn:
                _fail(one, error)
            return
        for index, one in enumerate(turn):
            if not one.answered.done():
                own = Committed(committed.seq, committed.head, committed.first + index, 1, committed.receipts)
                one.answered.set_result(Answered(one.payload, one.answer_hash, one.found, own))

    def _start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """A task that is held until it is done."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _known_at(self, known_at: datetime, now: datetime) -> CommitSequence:
        if known_at > now:
            raise Problem("coverage.not-known-yet", where="known_at")
        return CommitSequence(await self._committer.resolve(known_at))


def _each(asked: list[_Asked], step: Callable[[_Asked], None]) -> list[_Asked]:
    """Take a step for each question; who fails it is told so and left out of the next."""
    further = []
    for one in asked:
        try:
            step(one)
        except Exception as error:  # noqa: BLE001 handed to the one who asked
            _fail(one, error)
        else:
            further.append(one)
    return further


def _fail(one: _Asked, error: Exception) -> None:
    """Each gets its own copy of a problem: one that several tasks raise would collect their traces."""
    if one.answered.done():
        return
    if isinstance(error, Problem):
        error = Problem(error.code, where=error.where, **error.facts)
    one.answered.set_exception(error)


def _unpack(one: _Asked) -> None:
    one.histories = [stored.history for stored in one.people]


def _decide(one: _Asked) -> None:
    one.verdict = verify(one.question.inquiry, one.histories, one.on, one.known_at)


def _disclose(one: _Asked, today: date) -> None:
    inquiry, verdict = one.question.inquiry, one.verdict
    if one.question.known_at is not None:
        verdict = with_hindsight(verdict, one.histories)
    one.disclosure = disclose(verdict, inquiry.kind, inquiry.consents, today)


def _put_in_words(one: _Asked, now: datetime, today: date) -> None:
    one.found = Found(
        answer_of(one.verdict, one.disclosure, one.question, today), one.verdict, now, one.known_at
    )


def _write(one: _Asked) -> None:
    one.payload = one.write(one.found)
    one.answer_hash = sha256(one.payload).hexdigest()


def _record(one: _Asked) -> Entry:
    inquiry, asker, verdict = one.question.inquiry, one.question.asker, one.verdict
    record = _Record(
        answer_hash=one.answer_hash,
        at=one.found.answered_at,
        by=asker.facility,
        carrier=one.question.carrier,
        client=asker.client,
        consents=tuple(sorted(inquiry.consents)) if inquiry.consents else (),
        facts_known_at=one.found.known_at,
        fields=_fields(one.disclosure.fields),
        key=asker.key,
        kind=inquiry.kind,
        on=verdict.on,
        person=verdict.person.hex() if verdict.person is not None else None,
        presented=inquiry.presented,
        rules=one.found.answer.rules,
        situation=verdict.situation,
        validity=verdict.validity,
    )
    return Entry(_RECORD_KIND, _encode(record))


def answer_of(verdict: Verdict, disclosure: Disclosure, question: Question, today: date) -> Answer:
    """The answer in words and fields: nothing in it but what disclosure let through and the verdict's own words."""
    language = question.language
    advisories = verdict.advisories
    if verdict.coverages and not disclosure.subsidies:
        advisories = (*advisories, Advisory.SUBSIDY_NOT_ONLINE)
    return Answer(
        on=verdict.on,
        kind=question.inquiry.kind,
        situation=verdict.situation,
        validity=verdict.validity,
        words=words_for(verdict, language),
        share=share_said(verdict.share, verdict.share_basis, language),
        steps=steps_said(verdict, language),
        results=disclosure.results,
        subsidies=disclosure.subsidies,
        differences=differences_said(verdict, language) if verdict.differences else (),
        advisories=advisories_said(verdict, advisories, language),
        since=verdict.since,
        language=language,
        rules=_rules_digest(verdict.on, today),
    )


def _day(on: date | None, today: date) -> date:
    if on is None:
        return today
    if on > today:
        raise Problem("coverage.future", where="on")
    return on


@lru_cache(maxsize=512)
def _rules_digest(on: date, today: date) -> str:
    """The rule files behind an answer: those of the day asked about decide; those of today say whether a card still
    answers and let fields leave."""
    deciding = rules.digest(StatutoryShare, DeclaredShare, RegistrationLag, on=on)
    showing = rules.digest(CertificateUse, SuspensionLevels, DisclosureMatrix, on=today)
    return f"{deciding}-{showing}"


@lru_cache(maxsize=512)
def _fields(fields: tuple[str, ...]) -> msgspec.Raw:
    return msgspec.Raw(_encode(fields))
