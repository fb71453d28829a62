"""Questions in FHIR: CoverageEligibilityRequest answered, Coverage and Patient read again and searched for.

The same journey as our own JSON (`Answering.ask`); only reading and writing differ. A read and a search are questions
of their own: decided, disclosed and put on record like any other.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime

import msgspec

from kaihoken.clock import tokyo_day
from kaihoken.consent import COVERAGE_ITEMS, Care, Means
from kaihoken.coverage import fhir
from kaihoken.coverage.answer import Result
from kaihoken.coverage.answering import Answering
from kaihoken.coverage.checks import means_in, spoken_words
from kaihoken.coverage.history import Certificate, Coverage, Fact, PersonId, believed_now
from kaihoken.coverage.inquiry import (
    READ_AGAIN,
    CertificateInquiry,
    Consent,
    Inquiry,
    NumberInquiry,
    Presented,
    ReferenceInquiry,
    birthdate_asked,
    insurer_asked,
    reference_asked,
)
from kaihoken.coverage.oqs_api import advice_beside
from kaihoken.coverage.question import Answered, Asker, Found, Question
from kaihoken.coverage.store import find_person
from kaihoken.identity import (
    LONGEST_SERIAL,
    InsurerNumber,
    canonical_branch,
    canonical_issuer,
    canonical_number,
    canonical_serial,
)
from kaihoken.problems import Problem, catalogue
from kaihoken.store import Store

_SUFFIX = {"Coverage": ".c", "Patient": ".p"}
_REQUEST = "CoverageEligibilityRequest"
_COVERAGE = f"{_REQUEST}.insurance.coverage"
_WHERE = {"on": f"{_REQUEST}.servicedDate", "known_at": f"{_REQUEST}.extension"}
_IN_PROGRESS = "oqs.in-progress"
_NO_CONSENTS: frozenset[Consent] = frozenset()


class Guards(msgspec.Struct, frozen=True):
    """Who may refuse on the way, in this order, by raising a Problem: a pause, a rehearsal, a burst of not-found."""

    admit: Callable[[Inquiry], None] = lambda _: None
    before_asking: Callable[[Inquiry], Awaitable[None]] | None = None
    before_leaving: Callable[[Found], None] = lambda _: None


class FhirQuestions:
    """Answers questions that come as FHIR. One per hub."""

    def __init__(self, answering: Answering, store: Store, sealer: fhir.Sealer, base: str) -> None:
        self._answering = answering
        self._store = store
        self._sealer = sealer
        self._base = base

    async def submit(self, asker: Asker, body: bytes, guards: Guards) -> tuple[bytes, Answered]:
        """Answer a CoverageEligibilityRequest: the response with its receipt, and what was answered.

        Problems: those of `fhir.read_request`, of identity and of `Answering.ask`, `coverage.other-facility`, what the
        guards raise; each with the element's path.
        """
        request = fhir.read_request(body)
        inquiry = self._inquiry(request, asker)

        def write(found: Found) -> bytes:
            def ids(result: Result) -> str:
                assert found.verdict.person is not None  # a result is somebody's
                return self._sealer.seal(
                    inquiry, found.verdict.person, result, asker.facility, found.answered_at
                )

            return fhir.response_of(
                request, found.answer, found.answered_at, asker.facility, ids, advice_beside(found.verdict)
            )

        question = Question(inquiry, asker, "fhir", request.on, request.known_at, request.language)
        answered = await self._asked(question, write, guards)
        return (
            fhir.with_receipt(
                answered.payload,
                answered.answer_hash,
                answered.found.known_at,
                answered.committed.receipt_header(),
            ),
            answered,
        )

    def queued(self, body: bytes, facility: str, at: datetime) -> bytes:
        """処理中, as the answer to a question that can be read."""
        return fhir.queued_response(
            fhir.read_request(body), at, tokyo_day(at), facility, catalogue()[_IN_PROGRESS]
        )

    async def read(self, asker: Asker, sort: fhir.Type, id_: str, at: datetime, guards: Guards) -> Answered:
        """Ask again what an id was sealed for: the resource, as it may be shown now.

        Problems `fhir.not-found` (no such id, or another facility's), `fhir.gone` (it has ended, or what it named is
        no longer answered), and those of `Answering.ask`.
        """
        stem = id_.removesuffix(_SUFFIX[sort])
        if stem == id_:
            raise Problem("fhir.not-found")
        sealed = self._sealer.open(stem, asker.facility, at)
        inquiry = _again(sealed, await self._facts(sealed.person), asker.facility, self._answering)

        def write(found: Found) -> bytes:
            for result in found.answer.results:
                if fhir.mark_of_result(result) == sealed.coverage:
                    return fhir.resource_of(sort, found.answer, result, stem, asker.facility)
            raise Problem("fhir.gone", minutes=fhir.LIFETIME_MINUTES)

        return await self._asked(Question(inquiry, asker, "fhir"), write, guards)

    async def search(self, asker: Asker, sort: fhir.Type, wanted: fhir.Wanted, guards: Guards) -> Answered:
        """Ask by what a search holds: a Bundle of what may be shown, empty where nothing is."""
        inquiry = self._registered(wanted, asker, None, "identifier")

        def write(found: Found) -> bytes:
            results = found.answer.results
            person = found.verdict.person
            stems = [
                self._sealer.seal(inquiry, person, result, asker.facility, found.answered_at)
                for result in results
                if person is not None
            ]
            return fhir.searchset(
                [
                    (
                        f"{sort}/{stem}{_SUFFIX[sort]}",
                        fhir.resource_of(sort, found.answer, result, stem, asker.facility),
                    )
                    for stem, result in zip(stems, results, strict=True)
                ],
                self._base,
                f"{sort}/_search",
                len(results),
            )

        return await self._asked(Question(inquiry, asker, "fhir"), write, guards)

    async def _asked(self, question: Question, write: Callable[[Found], bytes], guards: Guards) -> Answered:
        guards.admit(question.inquiry)
        if guards.before_asking is not None:
            await guards.before_asking(question.inquiry)

        def guarded(found: Found) -> bytes:
            guards.before_leaving(found)
            return write(found)

        try:
            return await self._answering.ask(question, guarded)
        except Problem as problem:
            if problem.where not in _WHERE:
                raise
            raise Problem(problem.code, where=_WHERE[problem.where], **problem.facts) from problem

    async def _facts(self, person: PersonId) -> list[Fact]:
        found = await find_person(self._store, person)
        if found is None:
            raise Problem("fhir.not-found")
        return believed_now(found.history)

    def _inquiry(self, request: fhir.EligibilityRequest, asker: Asker) -> Inquiry:
        if request.provider and request.provider != asker.facility:
            raise Problem("coverage.other-facility", where=f"{_REQUEST}.provider")
        way = request.way
        if not isinstance(way, fhir.ByCertificate):
            return self._registered(way, asker, request, _COVERAGE)
        self._answering.cards.require_terminal_taken()
        issuer, serial = canonical_issuer(way.issuer), canonical_serial(way.serial)
        if not issuer:
            raise Problem("coverage.request-issuer", where=f"{_REQUEST}.extension")
        if not serial:
            raise Problem("coverage.request-serial", where=f"{_REQUEST}.extension", most=LONGEST_SERIAL)
        return CertificateInquiry(
            issuer,
            serial,
            asker.facility,
            self._answering.today(),
            request.presented or Presented.CARD,
            request.consents,
            request.chart,
            request.care,
            means_in(request.care),
        )

    def _registered(
        self, way: fhir.Wanted, asker: Asker, request: fhir.EligibilityRequest | None, where: str
    ) -> NumberInquiry | ReferenceInquiry:
        """The question by what somebody is registered under. A search carries no consents and no chart."""
        presented = request.presented if request is not None else None
        consents = request.consents if request is not None else _NO_CONSENTS
        chart = request.chart if request is not None else None
        if not consents <= COVERAGE_ITEMS:
            first = min(consents - COVERAGE_ITEMS)
            raise Problem(
                "consent.means",
                where=f"{_REQUEST}.extension",
                item=first.value,
                care=Care.OUTPATIENT.value,
                means=Means.SPOKEN.value,
            )
        spoken = None
        if request is not None and request.spoken is not None:
            try:
                spoken = spoken_words(*request.spoken, consents, self._answering.now())
            except Problem as problem:
                raise Problem(problem.code, where=f"{_REQUEST}.extension", **problem.facts) from problem
        birthdate = birthdate_asked(way.birthdate, self._answering.today(), where)
        if isinstance(way, fhir.ByReference):
            named = where if request is None else f"{_REQUEST}.patient.identifier"
            if way.facility != asker.facility:
                raise Problem("coverage.other-facility", where=named)
            return ReferenceInquiry(
                reference_asked(way.number, named),
                birthdate,
                asker.facility,
                presented or Presented.NUMBER,
                consents,
                chart,
                spoken,
            )
        numbers = way.numbers
        symbol, number = fhir.narrow(numbers.symbol), fhir.narrow(numbers.number)
        if not canonical_number(number):
            raise Problem("coverage.request-number", where=where)
        canonical_branch(numbers.branch, where)
        return NumberInquiry(
            insurer_asked(numbers.insurer, asker.facility, where),
            symbol,
            number,
            numbers.branch,
            birthdate,
            asker.facility,
            presented or Presented.NUMBER,
            consents,
            chart,
            spoken,
        )


def _again(sealed: fhir.Sealed, facts: Sequence[Fact], facility: str, answering: Answering) -> Inquiry:
    """The question behind an id, by what is believed of the person now. Problem `fhir.gone` where that is no more."""
    for inquiry in _questions(sealed, facts, facility, answering):
        return inquiry
    raise Problem("fhir.gone", minutes=fhir.LIFETIME_MINUTES)


def _questions(
    sealed: fhir.Sealed, facts: Sequence[Fact], facility: str, answering: Answering
) -> Iterator[Inquiry]:
    for fact in facts:
        if sealed.by_certificate:
            if type(fact) is Certificate and fhir.mark_of_certificate(fact) == sealed.certificate:
                yield CertificateInquiry(
                    fact.issuer,
                    fact.serial,
                    facility,
                    answering.today(),
                    sealed.presented,
                    sealed.consents,
                    proof=READ_AGAIN,
                )
        elif type(fact) is Coverage and fhir.mark_of_coverage(fact) == sealed.coverage:
            yield NumberInquiry(
                InsurerNumber.as_written(fact.insurer_number),
                fact.symbol,
                fact.number,
                fact.branch,
                fact.birthdate,
                facility,
                sealed.presented,
                sealed.consents,
            )
