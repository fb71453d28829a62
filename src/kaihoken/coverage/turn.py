"""The steps of one question between look-up and commit: unpack, decide, choose what may leave, put it in words, write,
make the record.

`Answering` takes each step for all questions of a turn before the next.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache, partial
from hashlib import sha256

import msgspec
from msgspec.structs import asdict

from kaihoken.audit import Entry, Writes
from kaihoken.consent import (
    Actor,
    Grant,
    added,
    check_giving,
    given_entry,
    granted,
)
from kaihoken.coverage.disclosure import (
    Disclosure,
    dated,
    disclose,
    shown_items,
    with_over,
)
from kaihoken.coverage.hindsight import with_hindsight
from kaihoken.coverage.history import CommitSequence, History
from kaihoken.coverage.inquiry import CertificateInquiry, ClaimInquiry, StandingInquiry
from kaihoken.coverage.question import Answered, Found, Question
from kaihoken.coverage.store import Stored
from kaihoken.coverage.verdict import Verdict
from kaihoken.coverage.verification import verify
from kaihoken.coverage.worded import answer_of
from kaihoken.problems import Problem
from kaihoken.store import Write

ANSWER = "eligibility.answer"
"""The kind of the record of an answer."""

_new_consent = partial(secrets.token_bytes, 16)
_encode = msgspec.json.Encoder().encode
_encode_sorted = msgspec.json.Encoder(order="sorted").encode


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


class _ClaimRecord(_Record, frozen=True, gc=False):
    """The record of an answer about a claim: it says whose."""

    claimed_by: str


class _CardRecord(_Record, frozen=True, gc=False):
    """The record of an answer about a card: how it was known to be there, and by which challenge, "" where the hub set
    none."""

    challenge: str
    method: str


class Asked:
    """One question on its way through the steps of a turn; each step fills in what the next one needs."""

    __slots__ = (
        "answer_hash", "answered", "disclosure", "found", "grants", "histories", "known_at", "on", "payload",
        "people", "question", "verdict", "write",
    )  # fmt: skip

    people: Sequence[Stored] | None
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
        people: Sequence[Stored] | None = None,
    ) -> None:
        self.question = question
        self.write = write
        self.on = on
        self.known_at = known_at
        self.answered = answered
        self.people = people  # None: to be looked up
        self.grants: tuple[Grant, ...] = ()


def each(asked: list[Asked], step: Callable[[Asked], None]) -> list[Asked]:
    """Take a step for each question; who fails it is told so and left out of the next."""
    further = []
    for one in asked:
        try:
            step(one)
        except Exception as error:  # noqa: BLE001 handed to the one who asked
            fail(one, error)
        else:
            further.append(one)
    return further


def fail(one: Asked, error: Exception) -> None:
    """Each gets its own copy of a problem: one that several tasks raise would collect their traces."""
    if one.answered.done():
        return
    if isinstance(error, Problem):
        error = Problem(error.code, where=error.where, **error.facts)
    one.answered.set_exception(error)


def unpack(one: Asked) -> None:
    """What was said of each person who was found. Raises Problem `store.corrupt` where a history is damaged."""
    one.histories = [stored.history for stored in one.people or ()]


def decide(one: Asked) -> None:
    """The verdict, as far as was known at the commit asked for."""
    one.verdict = verify(one.question.inquiry, one.histories, one.on, one.known_at)


def choose(one: Asked, now: datetime, today: date) -> None:
    """What of it this way of asking may show today, and which of its consents are to be kept. Raises the Problems of
    `granted`."""
    inquiry, verdict = one.question.inquiry, one.verdict
    if one.question.known_at is not None:
        verdict = with_hindsight(verdict, one.histories)
    one.disclosure = disclose(verdict, inquiry.kind, inquiry.consents, today)
    if inquiry.consents and verdict.person is not None:
        _keep(one, now, today)


def _keep(one: Asked, now: datetime, today: date) -> None:
    """Draft the consents that outlive the question, as far as they bear on its answer, and date them there; of a
    question that stands on consents, date those and tell which are over."""
    inquiry, verdict = one.question.inquiry, one.verdict
    if isinstance(inquiry, StandingInquiry):
        shown = dated(one.disclosure, inquiry.standing)
        if inquiry.over:
            shown = with_over(shown, verdict, inquiry.kind, inquiry.consents, inquiry.over, today)
        one.disclosure = shown
        return
    giving = inquiry.giving()
    if giving is None or verdict.person is None:
        return
    check_giving(giving.items, giving.care, giving.means, now, giving.examined_on)
    items = shown_items(inquiry.kind, verdict.situation, giving.items, one.disclosure, today)
    if items:
        giving = msgspec.structs.replace(giving, items=items)
        one.grants = granted(verdict.person, giving, now, _new_consent)
        one.disclosure = dated(one.disclosure, {item: grant for grant in one.grants for item in grant.items})


def put_in_words(one: Asked, now: datetime, today: date) -> None:
    """The answer, in the language asked for."""
    one.found = Found(
        answer_of(one.verdict, one.disclosure, one.question, today), one.verdict, now, one.known_at
    )


def write_answer(one: Asked) -> None:
    """The bytes of the carrier, and their hash. Raises what the carrier raises: it may still refuse."""
    one.payload = one.write(one.found)
    one.answer_hash = sha256(one.payload).hexdigest()


def record_of(one: Asked) -> Entry:
    """The record of the answer: who asked how, what left, and on which rules it rests."""
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
    if type(inquiry) is ClaimInquiry:
        of_claim = _ClaimRecord(**asdict(record), claimed_by=inquiry.claimed_by)
        return Entry(ANSWER, _encode_sorted(of_claim))
    if type(inquiry) is CertificateInquiry:
        proof = inquiry.proof
        of_card = _CardRecord(**asdict(record), challenge=proof.challenge, method=proof.method)
        return Entry(ANSWER, _encode_sorted(of_card))
    return Entry(ANSWER, _encode(record))


def recorded(turn: Sequence[Asked]) -> tuple[list[Entry], Writes]:
    """The records of a turn's answers in their order, then those of the consents that come with them; and what writes
    these."""
    entries = [record_of(one) for one in turn]
    keeping = [one for one in turn if one.grants]
    if not keeping:
        return entries, ()
    grants: list[Grant] = []
    for one in keeping:
        asker = one.question.asker
        actor = Actor(asker.client, asker.facility, asker.key)
        entries += [given_entry(grant, actor) for grant in one.grants]
        grants += one.grants
    return entries, partial(_kept, grants)


def _kept(grants: Sequence[Grant], commit: int) -> Sequence[Write]:
    return (added(grants, commit),)


@lru_cache(maxsize=512)
def _fields(fields: tuple[str, ...]) -> msgspec.Raw:
    return msgspec.Raw(_encode(fields))
