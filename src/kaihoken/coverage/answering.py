"""The journey of one question: look up, decide, choose what may leave, write it, put it on record, answer.

The steps stand in `Answering.ask` in the order in which they happen. Nothing leaves before the record of the answer
is durable; a question that fails half-way leaves nothing and shows nothing.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Literal

import msgspec

from kaihoken import rules
from kaihoken.audit import Committed, Committer, Entry
from kaihoken.clock import Clock, tokyo_day
from kaihoken.coverage.answer import Answer
from kaihoken.coverage.certificate import CertificateUse
from kaihoken.coverage.disclosure import Disclosure, DisclosureMatrix, disclose
from kaihoken.coverage.hindsight import with_hindsight
from kaihoken.coverage.history import CommitSequence
from kaihoken.coverage.inquiry import Inquiry
from kaihoken.coverage.lag import RegistrationLag, SuspensionLevels
from kaihoken.coverage.lookup import place_of_question
from kaihoken.coverage.store import Finder
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


class Answering:
    """Answers questions. One per hub; `ask` may run any number of times at once."""

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

    def today(self) -> date:
        """The day in Asia/Tokyo on which questions are answered now."""
        return tokyo_day(self._clock.now())

    async def ask(self, question: Question, write: Callable[[Found], bytes]) -> Answered:
        """Answer a question in the form that `write` gives it.

        Raises Problem `coverage.future`, `coverage.not-known-yet`, `rules.no_version`, and those of the store and
        the log; then nothing has been shown.
        """
        now = self._clock.now()
        today = tokyo_day(now)
        on = _day(question.on, today)
        known_at = await self._known_at(question.known_at, now)
        inquiry = question.inquiry
        people = await self._finder.find([place_of_question(inquiry, key) for key in self._lookup_keys])
        candidates = [history for _, history in people]
        verdict = verify(inquiry, candidates, on, known_at)
        showable = verdict if question.known_at is None else with_hindsight(verdict, candidates)
        disclosure = disclose(showable, inquiry.kind, inquiry.consents, today)
        found = Found(answer_of(verdict, disclosure, question, today), verdict, now, known_at)
        payload = write(found)
        answer_hash = sha256(payload).hexdigest()
        record = _record(question, found, disclosure, answer_hash)
        committed = await self._committer.commit((record,))
        return Answered(payload, answer_hash, found, committed)

    async def _known_at(self, known_at: datetime | None, now: datetime) -> CommitSequence:
        if known_at is None:
            return CommitSequence(self._committer.committed_seq)
        if known_at > now:
            raise Problem("coverage.not-known-yet", where="known_at")
        return CommitSequence(await self._committer.resolve(known_at))


def _record(question: Question, found: Found, disclosure: Disclosure, answer_hash: str) -> Entry:
    inquiry, asker, verdict = question.inquiry, question.asker, found.verdict
    record = _Record(
        answer_hash=answer_hash,
        at=found.answered_at,
        by=asker.facility,
        carrier=question.carrier,
        client=asker.client,
        consents=tuple(sorted(inquiry.consents)) if inquiry.consents else (),
        facts_known_at=found.known_at,
        fields=_fields(disclosure.fields),
        key=asker.key,
        kind=inquiry.kind,
        on=verdict.on,
        person=verdict.person.hex() if verdict.person is not None else None,
        presented=inquiry.presented,
        rules=found.answer.rules,
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
        kind=question.inquiry.kind.value,
        situation=verdict.situation.value,
        validity=verdict.validity.value if verdict.validity is not None else None,
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
