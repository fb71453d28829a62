"""The journey of questions: look up, decide, choose what may leave, write it, put it on record, answer.

The steps stand in `Answering._answer_turn` in the order in which they happen. Nothing leaves before the record of the
answer is durable; a question that fails half-way leaves nothing and shows nothing.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import date, datetime

import msgspec

from kaihoken.audit import LARGEST_BATCH, Committed, Committer, Writes
from kaihoken.clock import Clock, tokyo_day
from kaihoken.coverage.asked_days import day_asked
from kaihoken.coverage.cards.questions import NO_CARDS, CardQuestions
from kaihoken.coverage.facility.book import FacilityBook
from kaihoken.coverage.failure import wanting_reports
from kaihoken.coverage.history import CommitSequence
from kaihoken.coverage.inquiry import Consent, StandingInquiry
from kaihoken.coverage.limits_shown import noted
from kaihoken.coverage.lookup import place_of_question
from kaihoken.coverage.question import Answered, Found, Question
from kaihoken.coverage.store import Finder, Stored
from kaihoken.coverage.turn import (
    Asked,
    choose,
    decide,
    each,
    fail,
    put_in_words,
    recorded,
    unpack,
    write_answer,
)
from kaihoken.problems import Problem
from kaihoken.store import LookupKey


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
        facilities: FacilityBook | None = None,
        cards: CardQuestions = NO_CARDS,
    ) -> None:
        """Without the settings of `facilities` every item of consent is used. `cards`: which questions about a card are
        taken."""
        self.cards = cards
        self._finder = finder
        self._committer = committer
        self._lookup_keys = lookup_keys  # a ring: a rotation puts another key into it
        self._clock = clock
        self._facilities = facilities
        self._asked: list[Asked] = []
        self._searching = False
        self._found = 0  # looked up, and not yet with the committer
        self._looking: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        committer.wait_for(self._about_to_commit)

    def now(self) -> datetime:
        """The instant of the clock by which questions are answered."""
        return self._clock.now()

    def today(self) -> date:
        """The day in Asia/Tokyo on which questions are answered now."""
        return tokyo_day(self._clock.now())

    async def ask(
        self,
        question: Question,
        write: Callable[[Found], bytes],
        people: Sequence[Stored] | None = None,
    ) -> Answered:
        """Answer a question in the form that `write` gives it. `people` are those whom it may mean, where they are
        known already: then nobody is looked up.

        A consent to an item that the facility does not use is passed over, and the answer says so: whether somebody is
        covered does not hang on it.

        Raises Problem `coverage.future`, `coverage.too-early`, `coverage.not-known-yet`, what
        `write` raises, and the Problems of the store and the log; then nothing has been shown.
        """
        if question.inquiry.consents and self._facilities is not None:
            question = _as_used(question, self._facilities.of(question.asker.facility).used)
        now = self._clock.now()
        on = day_asked(question.on, tokyo_day(now))
        if question.known_at is None:
            known_at = CommitSequence(self._committer.committed_seq)
        else:
            known_at = await self._known_at(question.known_at, now)
        answered: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
        self._asked.append(Asked(question, write, on, known_at, answered, people))
        if self._looking is None:
            self._looking = self._start(self._answer())
        return await answered

    async def _answer(self) -> None:
        """Answer those who have asked, turn by turn, until nobody has. Who asks while a turn is looked up waits for the
        next; records are committed while the next turn goes on."""
        try:
            while self._asked:
                turn, self._asked = self._asked[:LARGEST_BATCH], self._asked[LARGEST_BATCH:]
                found = await self._looked_up(turn)
                self._found += len(found)
                self._start(self._answer_turn(found))
        finally:
            self._looking = None

    async def _looked_up(self, turn: list[Asked]) -> list[Asked]:
        """Those of the turn for whom everybody whom they may mean was fetched: all, or none."""
        keys = tuple(self._lookup_keys)
        self._searching = True
        try:
            asking = [one for one in turn if one.people is None]
            found = await self._finder.find_each(
                [[place_of_question(one.question.inquiry, key) for key in keys] for one in asking]
            )
            for one, people in zip(asking, found, strict=True):
                one.people = people
        except Exception as error:  # noqa: BLE001 handed to those who asked: nobody waits for ever
            for one in turn:
                fail(one, error)
            return []
        finally:
            self._searching = False
        return turn

    def _about_to_commit(self) -> int:
        """How many are a few turns away from their commit. Who waits for a search that takes a trip is not."""
        return self._found + (0 if self._searching else len(self._asked))

    async def _answer_turn(self, turn: list[Asked]) -> None:
        """The steps after the look-up, and one commit for all of the turn."""
        self._found -= len(turn)
        now = self._clock.now()
        today = tokyo_day(now)
        turn = each(turn, unpack)
        turn = each(turn, decide)
        turn = each(turn, lambda one: choose(one, now, today))
        turn = each(turn, lambda one: put_in_words(one, now, today))
        turn = each(turn, write_answer)
        if not turn:
            return
        try:
            entries, keep = recorded(turn)
            committed = await self._committer.commit(
                entries, _both(_both(noted(turn), wanting_reports(turn)), keep)
            )
        except Exception as error:  # noqa: BLE001 handed to those who asked
            for one in turn:
                fail(one, error)
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


def _both(first: Writes, second: Writes) -> Writes:
    """What two write, where most have nothing to write."""
    if not first:
        return second
    if not second:
        return first
    return lambda commit: [
        write for part in (first, second) for write in (part(commit) if callable(part) else part)
    ]


def _as_used(question: Question, used: frozenset[Consent]) -> Question:
    """The question without the consents that the facility does not use. What stands in the book was read as far as it
    is used."""
    if isinstance(question.inquiry, StandingInquiry):
        return question
    unused = question.inquiry.consents - used
    if not unused:
        return question
    inquiry = msgspec.structs.replace(question.inquiry, consents=question.inquiry.consents & used)
    return msgspec.structs.replace(question, inquiry=inquiry, unused=unused)
