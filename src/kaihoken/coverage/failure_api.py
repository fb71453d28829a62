"""POST /v1/failure-checks: a question by four items, on its way through the journey of every question."""

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from kaihoken.clock import tokyo_day
from kaihoken.consent import Care
from kaihoken.coverage.answering import Answering
from kaihoken.coverage.api import envelope
from kaihoken.coverage.failure import FailureBook, FailureCheck, fitting, read_failure_check
from kaihoken.coverage.history import CommitSequence, PersonId
from kaihoken.coverage.inquiry import FailureInquiry, birthdate_asked
from kaihoken.coverage.question import Answered, Asker, Found, Question
from kaihoken.coverage.store import Stored, born_on
from kaihoken.store import Store

_encode = msgspec.json.Encoder().encode
_NOBODY = PersonId(b"")


async def check_in_failure(
    book: FailureBook,
    answering: Answering,
    store: Store,
    asker: Asker,
    body: bytes,
    before_leaving: Callable[[Found], None] = lambda _: None,
) -> tuple[bytes, Answered]:
    """Answer a facility whose mode is open: the response body and what was answered. Where not exactly one person fits,
    nobody is told of.

    Problems `coverage.failure-not-open`, those of `read_failure_check` and of the birthdate, what `before_leaving`
    raises, and those of `Answering.ask`.
    """
    await book.require_open(asker.facility)
    asked = read_failure_check(body)
    birthdate_asked(asked.birthdate, tokyo_day(answering.now()), "birthdate")
    found = await asyncio.to_thread(_found, asked, await born_on(store, asked.birthdate))
    person = found[0].person if len(found) == 1 else _NOBODY
    inquiry = FailureInquiry(person, asker.facility, Care.OUTPATIENT, {}, several=len(found) > 1)

    def write(found: Found) -> bytes:
        before_leaving(found)
        return _encode(found.answer)

    question = Question(inquiry, asker, "json", language=asked.language)
    answered = await answering.ask(question, write, found if len(found) == 1 else ())
    return envelope(answered, None), answered


def _found(asked: FailureCheck, candidates: Sequence[Stored]) -> list[Stored]:
    """Away from the loop: at a nation's size some thousand people were born on one day."""
    newest = CommitSequence(2**62)
    return [stored for stored in candidates if fitting(asked, [stored.history], newest)]
