"""Consents at a facility's desk: given by what its reader collected, seen, withdrawn, and asked again on.

Each step that tells or changes something leaves its record first. Whether somebody is registered is told no more than
by a question: who cannot consent, for whatever reason, is one answer, and asking again without a consent another.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from kaihoken.audit import Committer
from kaihoken.card.presence import Purpose
from kaihoken.clock import Clock
from kaihoken.consent import (
    MEDICAL_ITEMS,
    Actor,
    Care,
    ConsentBook,
    EndReason,
    Held,
    Item,
    Period,
    check_giving,
    kept,
)
from kaihoken.coverage.answering import Answering
from kaihoken.coverage.api import envelope
from kaihoken.coverage.checks import LONGEST_SIGN, checked_texts, inquiry_of, read_check
from kaihoken.coverage.consents.meant import NOBODY, ConsentsPage, Meant, Place, page_of
from kaihoken.coverage.consents.messages import (
    LONGEST_OF_PATIENT,
    ConsentSearch,
    ConsentWithdrawal,
    Patient,
    StandingCheck,
    answer_of_consents,
    check_of,
    consent_named,
    period_of,
    read_body,
    said_of_consents,
    said_of_grants,
)
from kaihoken.coverage.consents.standing import asked_again
from kaihoken.coverage.disclosure import disclose, shown_items
from kaihoken.coverage.facility.book import FacilityBook
from kaihoken.coverage.history import CommitSequence, PersonId
from kaihoken.coverage.inquiry import Looked, QuestionKind, StandingInquiry
from kaihoken.coverage.lookup import place_of_question
from kaihoken.coverage.question import Answered, Asker, Carrier, Found, Question
from kaihoken.coverage.store import Finder, Stored
from kaihoken.coverage.verdict import Verdict
from kaihoken.coverage.verification import verify
from kaihoken.problems import Problem
from kaihoken.store import LookupKey, Write

_encode = msgspec.json.Encoder().encode

Nobody = Callable[[QuestionKind], None]
"""Told of a patient whom nobody is: that counts like a question that finds nobody, and may refuse further ones."""

Admit = Callable[[QuestionKind], None]
"""Lets one more patient be looked for, or refuses by raising a Problem."""


class ConsentDesk:
    """The consents of facilities. One per hub."""

    def __init__(
        self,
        finder: Finder,
        committer: Committer,
        lookup_keys: Sequence[LookupKey],
        clock: Clock,
        book: ConsentBook,
        answering: Answering,
        facilities: FacilityBook,
    ) -> None:
        self._finder = finder
        self._committer = committer
        self._lookup_keys = lookup_keys
        self._clock = clock
        self._book = book
        self._answering = answering
        self._facilities = facilities

    async def give(
        self,
        asker: Asker,
        body: bytes,
        admit: Admit = lambda _: None,
        nobody: Nobody = lambda _: None,
        keep: Callable[[bytes], Sequence[Write]] = lambda _: (),
    ) -> bytes:
        """Keep what a patient consented to; the body is that of a question. `keep` joins the transaction with the
        answer. What holds for one question alone is not kept and not in the answer.

        Problems of `read_check`, `inquiry_of`, `check_giving` and `check_used`; `consent.staff` for words without the
        sign of who recorded them; `consent.nobody`, `consent.medical`; those of the store and the log.
        """
        now = self._clock.now()
        request, cards = checked_texts(read_check(body)), self._answering.cards
        inquiry = inquiry_of(request, asker.facility, self._clock.now, cards, Purpose.CONSENT)
        giving = inquiry.giving()
        if giving is None:
            if inquiry.kind is not QuestionKind.CERTIFICATE:
                raise Problem("consent.staff", where="spoken.staff", most=LONGEST_SIGN)
            if not inquiry.consents:
                raise Problem("consent.no-item", where="consents")
            return said_of_grants((), now)
        check_giving(giving.items, giving.care, giving.means, now, giving.examined_on)
        self._facilities.require_used(asker.facility, giving.items)
        verdict, _ = await self._looked_up(inquiry, admit)
        actor = _actor(asker)
        if verdict.person is None:
            await self._refuse(giving.care, verdict, Problem("consent.nobody"), actor)
            nobody(inquiry.kind)
            raise Problem("consent.nobody")
        today = self._clock.today()
        shown = disclose(verdict, inquiry.kind, giving.items, today)
        items = shown_items(inquiry.kind, verdict.situation, giving.items, shown, today)
        if missing := giving.items - items:
            await self._refuse(giving.care, verdict, problem := _not_given(missing, items), actor)
            raise problem
        grants = self._book.drafted(verdict.person, giving, now)
        answer = said_of_grants(grants, now)
        entries, write = kept(grants, actor)

        def writes(commit: int) -> Sequence[Write]:
            return (*write(commit), *keep(answer))

        await self._committer.commit(entries, writes)
        return answer

    async def search(
        self,
        asker: Asker,
        body: bytes,
        admit: Admit = lambda _: None,
        nobody: Nobody = lambda _: None,
        newest: int | None = None,
    ) -> bytes:
        """The consents given to a facility, all or so many of the newest. Problems of `read_body` and of `meant`."""
        meant = await self.meant(asker, read_body(body, ConsentSearch), admit, nobody)
        now = self._clock.now()
        held = await self._found(asker, meant, now)
        held = held if newest is None else held[-newest:]
        await self._book.shown(held, _actor(asker))
        return said_of_consents(held, now)

    async def meant(
        self,
        asker: Asker,
        search: ConsentSearch,
        admit: Admit = lambda _: None,
        nobody: Nobody = lambda _: None,
    ) -> Meant:
        """Which consents a search means: of whom, and of which days. Problems of naming a patient, `consent.period`."""
        today = self._clock.today()
        person: PersonId | None = None
        period: Period | None = None
        if search.patient is None:
            period = period_of(search, today)
        else:
            if search.names_days:
                period = period_of(search, today, LONGEST_OF_PATIENT)
            inquiry = inquiry_of(check_of(search.patient), asker.facility, self._clock.now)
            verdict, _ = await self._looked_up(inquiry, admit)
            if verdict.person is None:
                nobody(inquiry.kind)
            person = verdict.person or NOBODY
        return Meant(person, period, (search.care,) if search.care else tuple(Care), search.standing)

    async def page(self, asker: Asker, meant: Meant, after: Place | None, count: int) -> ConsentsPage:
        """At most so many of the consents that are meant, behind a place. Only these are on record as seen; where none
        are wanted, all of them, because their number is told. Problems of the store and the log."""
        now = self._clock.now()
        held = await self._found(asker, meant, now)
        page, last = page_of(held, after, count)
        await self._book.shown(page if count else held, _actor(asker))
        return ConsentsPage(answer_of_consents(page, now), len(held), last)

    async def _found(self, asker: Asker, meant: Meant, at: datetime) -> list[Held]:
        """The consents to a facility that are meant, oldest first."""
        if meant.person is not None:
            held = await self._book.of_person_to(meant.person, asker.facility)
        else:
            assert meant.period is not None  # of everybody only those of some days
            held = await self._book.to_facility(asker.facility, meant.period, meant.cares)
        return [one for one in held if meant.holds(one, at)]

    async def read(self, asker: Asker, name: str) -> bytes:
        """One consent given to a facility, by its id. Problem `consent.unknown`, those of the store and the log."""
        held = await self._book.held(consent_named(name), asker.facility)
        await self._book.shown([held], _actor(asker))
        return said_of_consents([held], self._clock.now())

    async def withdraw(self, asker: Asker, body: bytes) -> bytes:
        """End items of a consent given to this facility. Problems of `read_body` and of `ConsentBook.withdraw`."""
        withdrawal = read_body(body, ConsentWithdrawal)
        held = await self._book.withdraw(
            consent_named(withdrawal.id),
            _actor(asker),
            withdrawal.reason,
            withdrawal.items,
            facility=asker.facility,
        )
        return said_of_consents([held], self._clock.now())

    async def withdraw_every(
        self,
        asker: Asker,
        patient: Patient,
        care: Care,
        reason: EndReason,
        admit: Admit = lambda _: None,
        nobody: Nobody = lambda _: None,
    ) -> list[Held]:
        """End every consent of a patient to this facility for a form of care, and give them as they are then; repeating
        is safe.

        Problems of naming a patient; `consent.none-standing` where there is none, whether the patient is somebody or
        nobody; those of `ConsentBook.withdraw`.
        """
        inquiry = inquiry_of(check_of(patient), asker.facility, self._clock.now)
        verdict, _ = await self._looked_up(inquiry, admit)
        actor = _actor(asker)
        held: list[Held] = []
        if verdict.person is not None:
            held = await self._book.of_person_to(verdict.person, asker.facility)
        held = [one for one in held if one.grant.care is care]
        if not held:
            await self._refuse(care, verdict, problem := Problem("consent.none-standing"), actor)
            if verdict.person is None:
                nobody(inquiry.kind)
            raise problem
        await self._book.shown(held, actor)
        return [
            await self._book.withdraw(one.grant.consent, actor, reason, facility=asker.facility)
            for one in held
        ]

    async def ask_again(
        self,
        asker: Asker,
        body: bytes,
        admit: Admit = lambda _: None,
        nobody: Nobody = lambda _: None,
        carrier: Carrier = "json",
    ) -> tuple[bytes, Answered]:
        """再照会: answer about a patient without the card, as far as their consents to this facility stand. `carrier`
        is what the record says: a page shows the same answer.

        Problems of `read_body` and of naming a patient; `consent.none-standing`, whether the patient is somebody or
        nobody; those of `Answering.ask`.
        """
        request = read_body(body, StandingCheck)
        answered = await self.asked_again(asker, request, carrier, _written, admit, nobody)
        return envelope(answered, request.if_unchanged), answered

    async def asked_again(
        self,
        asker: Asker,
        request: StandingCheck,
        carrier: Carrier,
        write: Callable[[Found], bytes],
        admit: Admit = lambda _: None,
        nobody: Nobody = lambda _: None,
    ) -> Answered:
        """The same in the form that `write` gives it. Problems as `ask_again`."""
        inquiry = inquiry_of(check_of(request.patient), asker.facility, self._clock.now)
        verdict, people = await self._looked_up(inquiry, admit)
        standing = await self._standing(asker, request, verdict)
        if standing is None:
            nobody(inquiry.kind)
            raise Problem("consent.none-standing")
        question = Question(
            inquiry=standing, asker=asker, carrier=carrier, on=request.on, language=request.language
        )
        whose = [one for one in people if one.person == standing.person]
        return await self._answering.ask(question, write, whose)

    async def _standing(
        self, asker: Asker, request: StandingCheck, verdict: Verdict
    ) -> StandingInquiry | None:
        """The question that stands on the patient's consents; None where nobody is meant."""
        actor, care = _actor(asker), request.care
        if verdict.person is None:
            await self._refuse(care, verdict, Problem("consent.none-standing"), actor)
            return None
        held = await self._book.standing(verdict.person, asker.facility, care)
        found = self._facilities.shown(asker.facility, held)
        today = self._clock.today()
        try:
            return asked_again(verdict.person, asker.facility, care, found, today, request.items)
        except Problem as problem:
            await self._refuse(care, verdict, problem, actor)
            raise

    async def _looked_up(self, inquiry: Looked, admit: Admit) -> tuple[Verdict, Sequence[Stored]]:
        """Who is meant, as far as everything committed tells today."""
        admit(inquiry.kind)
        places = [place_of_question(inquiry, key) for key in tuple(self._lookup_keys)]
        (people,) = await self._finder.find_each([places])
        known_at = CommitSequence(self._committer.committed_seq)
        histories = [one.history for one in people]
        return verify(inquiry, histories, self._clock.today(), known_at), people

    async def _refuse(self, care: Care, verdict: Verdict, problem: Problem, actor: Actor) -> None:
        await self._book.refused(care, verdict.person, problem, actor)


def _not_given(missing: frozenset[Item], given: frozenset[Item]) -> Problem:
    """Why items cannot be consented to: medical ones of somebody who may consent to others, or none at all."""
    medical = sorted(missing & MEDICAL_ITEMS)
    if medical and (given or missing <= MEDICAL_ITEMS):
        return Problem("consent.medical", where="consents", item=medical[0].value)
    return Problem("consent.nobody")


def _actor(asker: Asker) -> Actor:
    return Actor(asker.client, asker.facility, asker.key)


def _written(found: Found) -> bytes:
    return _encode(found.answer)
