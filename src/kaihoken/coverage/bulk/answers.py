"""The answers of one part of a list: the steps of single questions after the verdict, taken for all of the part.

What is wrong with one row, or with the history behind it, is that row's own answer.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from kaihoken.clock import tokyo_day
from kaihoken.coverage.bulk.kinds import Job, PartAnswered, Row
from kaihoken.coverage.limits_shown import LimitsShown, compared, noted
from kaihoken.coverage.question import Found
from kaihoken.coverage.review.answer import claim_answer
from kaihoken.coverage.review.terms import finding_of, review_terms
from kaihoken.coverage.turn import Asked, choose, put_in_words, record_of, write_answer
from kaihoken.problems import Problem
from kaihoken.web import Language

_encode = msgspec.json.Encoder().encode
_log = logging.getLogger("kaihoken.coverage")


class Item:
    """One row on its way. `line` is its result, once there is one; `member` is the name of the answer in it."""

    __slots__ = ("asked", "id", "line", "member", "number", "sent")

    def __init__(self, row: Row) -> None:
        self.number = row.line
        self.line: bytes | None = None
        self.asked: Asked | None = None
        self.id = ""
        self.sent = b""
        self.member = b"answer"

    def refuse(self, problem: Problem) -> None:
        self.line = b"".join((*self._beginning(), b',"problem":', _encode(problem.as_rfc9457()), b"}"))

    def answer(self, at: bytes) -> None:
        asked = self.asked
        assert asked is not None
        self.line = b"".join(
            (
                *self._beginning(),
                b',"%b":' % self.member,
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


async def finished(
    items: Sequence[Item], job: Job, limits_shown: LimitsShown, now: datetime, nobody: int = 0
) -> PartAnswered:
    """What becomes of the rows whose verdicts stand: what may leave, in words, written and with its record."""
    today = tokyo_day(now)
    await asyncio.sleep(0)
    step(items, lambda one: choose(one, now, today))
    await _compare_limits(items, job.asker.facility, limits_shown)
    await asyncio.sleep(0)
    step(items, lambda one: put_in_words(one, now, today))
    step(items, write_answer)
    at = _encode(now)
    answered = [item for item in items if item.line is None]
    for item in answered:
        item.answer(at)
    await asyncio.sleep(0)
    asked = [item.asked for item in answered if item.asked is not None]
    return PartAnswered(
        lines=[item.line for item in items if item.line is not None],
        entries=[record_of(one) for one in asked],
        errors=len(items) - len(answered),
        nobody=nobody,
        writes=noted(asked),
    )


async def _compare_limits(items: Sequence[Item], facility: str, limits_shown: LimitsShown) -> None:
    """Whether the limit is another than this facility saw last."""
    chosen = [item.asked for item in items if item.line is None and item.asked is not None]
    shown = [one for one in chosen if one.disclosure.results and one.verdict.person is not None]
    if not shown:
        return
    people = [one.verdict.person for one in shown if one.verdict.person is not None]
    for one, seen in zip(shown, await limits_shown.each(facility, people), strict=True):
        one.disclosure = compared(one.disclosure, one.verdict.coverages, one.verdict.on, seen)


def written(found: Found) -> bytes:
    """The answer to a row."""
    return _encode(found.answer)


def care_day_written(found: Found, language: Language) -> bytes:
    """The answer to a row with a day of its own: in the form of a claim of that day."""
    verdict = found.verdict
    return _encode(
        claim_answer(found.answer, finding_of(verdict.situation), review_terms(verdict.on), language)
    )


def step(items: Sequence[Item], take: Callable[[Asked], None]) -> None:
    """Take a step for each item that has no result yet; one that fails has its problem for a result."""
    for item in items:
        if item.line is None and item.asked is not None:
            try:
                take(item.asked)
            except Problem as problem:
                item.refuse(problem)
            except Exception as error:  # noqa: BLE001 one row's fault is told of it, and the list goes on
                _log.error("a row of a list: %s", type(error).__name__)
                item.refuse(Problem("coverage.bulk-row"))
