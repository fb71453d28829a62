"""The answer that a hub would give about people whom the caller makes up: for drills and trainings. Nothing is stored,
disclosed or put on record."""

from collections.abc import Sequence
from datetime import datetime

from kaihoken.clock import tokyo_day
from kaihoken.coverage.answer import Answer
from kaihoken.coverage.checks import NumberCheck, inquiry_of
from kaihoken.coverage.disclosure import disclose
from kaihoken.coverage.history import CommitSequence, History
from kaihoken.coverage.question import Asker, Question
from kaihoken.coverage.verification import verify
from kaihoken.coverage.worded import answer_of

_EVERYTHING = CommitSequence(2**62)


def rehearsed(check: NumberCheck, people: Sequence[History], facility: str, now: datetime) -> Answer:
    """The same decisions as a hub's on a question by number, over those people. Problems of `inquiry_of`."""
    today = tokyo_day(now)
    inquiry = inquiry_of(check, facility, lambda: now)
    verdict = verify(inquiry, people, check.on or today, _EVERYTHING)
    disclosure = disclose(verdict, inquiry.kind, inquiry.consents, today)
    question = Question(inquiry, Asker("", facility, ""), "json", language=check.language)
    return answer_of(verdict, disclosure, question, today)
