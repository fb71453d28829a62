"""資格確認要求 as OQS clients send it, answered in the same carrier: XML in either character set, or the tree as JSON.

The same journey as our own JSON (`Answering.ask`); only reading and writing differ. Whatever goes wrong is said in
the carrier's own form: SegmentOfResult 9 for the whole message, the element's path in its text.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import msgspec

from kaihoken.clock import tokyo_day
from kaihoken.coverage import oqs
from kaihoken.coverage.answer import ConsentShown, Result
from kaihoken.coverage.answering import Answering
from kaihoken.coverage.checks import inquiry_of, read_face
from kaihoken.coverage.facility.environment import FacilitySettings
from kaihoken.coverage.inquiry import (
    Consent,
    Inquiry,
    NumberInquiry,
    birthdate_asked,
    insurer_asked,
)
from kaihoken.coverage.question import Answered, Asker, Found, Question
from kaihoken.coverage.verdict import Advisory, Situation, Verdict
from kaihoken.identity import canonical_branch, canonical_number
from kaihoken.problems import Entry, Problem, catalogue

OqsCarrier = Literal["oqs-xml", "oqs-json"]

_LIMIT = frozenset({Consent.LIMIT})
_NO_CONSENT: frozenset[Consent] = frozenset()

# What a normal answer says in ProcessingResultCode beside its 資格有効性: entries of the catalogue.
_SITUATION_ADVICE = {
    Situation.PENDING: "coverage.advice-pending",
    Situation.SUSPENDED: "coverage.advice-suspended",
    Situation.SPECIAL_EXPENSE: "coverage.advice-special-expense",
    Situation.OVERLAP: "coverage.advice-overlap",
    Situation.DECEASED: "coverage.advice-deceased",
    Situation.CERTIFICATE_REVOKED: "coverage.advice-certificate-revoked",
    Situation.CERTIFICATE_EXPIRED: "coverage.advice-certificate-expired",
}
_ADVISORY_ADVICE = {
    Advisory.CHECK_DIGIT: "coverage.advice-check-digit",
    Advisory.SHARE_BLANK: "coverage.advice-share-blank",
    Advisory.LAG_LIKELY: "coverage.advice-lag",
    Advisory.PENDING_NEW: "coverage.advice-pending-new",
    Advisory.NAME_EXTERNAL: "coverage.advice-name-external",
}


@dataclass(frozen=True, slots=True)
class OqsReply:
    """The answer's bytes with its character set; `answered` is None where the question was refused."""

    content: bytes
    encoding: oqs.Encoding
    answered: Answered | None


async def answer_oqs(
    answering: Answering,
    asker: Asker,
    carrier: OqsCarrier,
    body: bytes,
    declared: str | None = None,
    before_leaving: Callable[[Found], None] = lambda _: None,
    admit: Callable[[Inquiry], None] = lambda _: None,
    before_asking: Callable[[Inquiry], Awaitable[None]] | None = None,
) -> OqsReply:
    """Answer one question.

    `declared` is the charset of the content type, where one was given. `admit`, `before_asking` and `before_leaving`
    may refuse, in this order, by raising a Problem: a pause, a rehearsal, a burst of not-found. Raises the Problems of
    reading (`oqs.…`) and of `Answering.ask`; `refuse_oqs` says them in the carrier's own form.
    """
    read = oqs.read_request if carrier == "oqs-xml" else oqs.read_request_json
    request = read(body, declared)
    check_facility(request.header.medical_institution_code, asker)
    question = Question(
        inquiry=_inquiry(request, asker, answering.today()),
        asker=asker,
        carrier=carrier,
        on=request.header.qualification_confirmation_date,
    )
    admit(question.inquiry)
    if before_asking is not None:
        await before_asking(question.inquiry)

    def write(found: Found) -> bytes:
        before_leaving(found)
        return written(response_of(request, found), carrier)

    try:
        answered = await answering.ask(question, write)
    except Problem as problem:
        if problem.where != "on":
            raise
        day = oqs.PATHS[oqs.CONFIRMATION_DATE]
        raise Problem(problem.code, where=day, **problem.facts) from problem
    return OqsReply(answered.payload, request.encoding, answered)


def refuse_oqs(
    problem: Problem, carrier: OqsCarrier, body: bytes, at: datetime, facility: str | None
) -> OqsReply:
    """A problem in the carrier's own form: SegmentOfResult 9, with what could be saved of the question's header;
    `oqs.in-progress` as SegmentOfResult 2."""
    xml = carrier == "oqs-xml"
    if problem.code == "oqs.in-progress":
        request = (oqs.read_request if xml else oqs.read_request_json)(body)
        response = oqs.in_progress(request, at=at)
    else:
        salvaged = oqs.salvage(body) if xml else oqs.salvage_json(body)
        response = oqs.refusal(problem, salvaged, at=at, on=tokyo_day(at), facility=facility)
    return OqsReply(written(response, carrier), response.header.encoding, None)


def written(response: oqs.Response, carrier: OqsCarrier) -> bytes:
    """An answer as the bytes of its carrier."""
    write = oqs.write_response if carrier == "oqs-xml" else oqs.write_response_json
    return write(response).content


def written_of_visit(response: oqs.Response, carrier: OqsCarrier) -> bytes:
    """The same in home or online care."""
    write = oqs.write_visit if carrier == "oqs-xml" else oqs.write_visit_json
    return write(response).content


def facility_of(carrier: OqsCarrier, body: bytes) -> str:
    """The 医療機関コード in a message's header. Raises the Problems of reading it."""
    request = (oqs.read_request if carrier == "oqs-xml" else oqs.read_request_json)(body)
    return request.header.medical_institution_code


def check_facility(named: str, asker: Asker) -> None:
    """Problem `coverage.other-facility` where a message names another facility than the one that sends it."""
    if named != asker.facility:
        raise Problem("coverage.other-facility", where="/XmlMsg/MessageHeader/MedicalInstitutionCode")


def _inquiry(request: oqs.Request, asker: Asker, today: date) -> NumberInquiry:
    search = request.search
    where = "/XmlMsg/MessageBody/QualificationConfirmSearchInfo/"
    if not canonical_number(search.number):
        raise Problem("coverage.request-number", where=f"{where}InsuredIdentificationNumber")
    canonical_branch(search.branch or "", f"{where}InsuredBranchNumber")
    return NumberInquiry(
        insurer_asked(search.insurer_number.strip(), asker.facility, f"{where}InsurerNumber"),
        search.symbol or "",
        search.number,
        search.branch or "",
        birthdate_asked(search.birthdate, today, f"{where}Birthdate"),
        asker.facility,
        consents=_LIMIT if search.limit_consent else _NO_CONSENT,
    )


async def answer_face(
    answering: Answering,
    settings: FacilitySettings,
    asker: Asker,
    carrier: OqsCarrier,
    body: bytes,
    before_leaving: Callable[[Found], None] = lambda _: None,
    admit: Callable[[Inquiry], None] = lambda _: None,
) -> OqsReply:
    """Answer a card at the reader with the message that goes into `face`. How a reader delivers what it checked is not
    public, so the question is ours: a check by certificate, with its consents, and the form of the prescription where
    the `settings` of the facility have the reader ask for it.

    `admit` and `before_leaving` may refuse by raising a Problem. Raises those of `read_face`, `inquiry_of` and
    `Answering.ask`.
    """
    request = read_face(body)
    inquiry = inquiry_of(request, asker.facility, answering.now, answering.cards)
    prescription_form = request.prescription_form if settings.asks_prescription else None
    admit(inquiry)
    question = Question(inquiry=inquiry, asker=asker, carrier=carrier, on=request.on)

    def write(found: Found) -> bytes:
        before_leaving(found)
        return written(face_of(asker.facility, found, prescription_form), carrier)

    answered = await answering.ask(question, write)
    return OqsReply(answered.payload, oqs.Encoding.UTF_8, answered)


def face_of(facility: str, found: Found, prescription_form: str | None = None) -> oqs.Response:
    """The answer to a card as a message, with the form of the prescription that was chosen (OQSCD017). A certificate
    that does not answer is an error of the person (処理結果状況 2)."""
    answer = found.answer
    code, message = advice_for(found.verdict.situation, found.verdict.advisories)
    return oqs.Response(
        header=oqs.ResponseHeader(
            process_execution_time=found.answered_at,
            qualification_confirmation_date=answer.on,
            medical_institution_code=facility,
            reference_classification=oqs.ReferenceClassification.CARD,
        ),
        body=oqs.ResponseBody(
            processing_result_status=oqs.ProcessingResultStatus.NORMAL
            if answer.validity
            else oqs.ProcessingResultStatus.ERROR,
            processing_result_code=code,
            processing_result_message=message,
            qualification_validity=answer.validity,
            prescription_issue_select=prescription_form,
            results=_dated(answer.results, found.answered_at),
        ),
    )


def response_of(request: oqs.Request, found: Found) -> oqs.Response:
    """The answer as a message: the results that disclosure let through, the official code, and an advisory."""
    answer = found.answer
    code, message = advice_for(found.verdict.situation, found.verdict.advisories)
    return oqs.Response(
        header=oqs.ResponseHeader(
            process_execution_time=found.answered_at,
            qualification_confirmation_date=answer.on,
            medical_institution_code=request.header.medical_institution_code,
            arbitrary_file_identifier=request.header.arbitrary_file_identifier,
            identifier_source=request.header.identifier_source,
            encoding=request.encoding,
        ),
        body=oqs.ResponseBody(
            processing_result_code=code,
            processing_result_message=message,
            qualification_validity=answer.validity,
            results=_dated(answer.results, found.answered_at),
            search=request.search,
        ),
    )


def _dated(results: tuple[Result, ...], answered_at: datetime) -> tuple[Result, ...]:
    """The wire dates every consent; one without a time of its own was given with the question."""
    return tuple(
        result
        if result.limit_consent is None and result.disease_consent is None
        else msgspec.structs.replace(
            result,
            limit_consent=_since(result.limit_consent, answered_at),
            disease_consent=_since(result.disease_consent, answered_at),
        )
        for result in results
    )


def _since(consent: ConsentShown | None, answered_at: datetime) -> ConsentShown | None:
    if consent is None or consent.given_at is not None:
        return consent
    return ConsentShown(flag=consent.flag, given_at=answered_at)


def advice_beside(verdict: Verdict) -> Entry | None:
    """What stands in ProcessingResultCode beside a normal answer, where anything does."""
    return _advice_on(verdict.situation, verdict.advisories)


def _advice_on(situation: Situation, advisories: Sequence[Advisory]) -> Entry | None:
    entry = _SITUATION_ADVICE.get(situation)
    if entry is None:
        entry = next((_ADVISORY_ADVICE[kind] for kind in advisories if kind in _ADVISORY_ADVICE), None)
    return None if entry is None else catalogue()[entry]


def advice_for(situation: Situation, advisories: Sequence[Advisory]) -> tuple[str | None, str | None]:
    """Code and words of what is worth knowing beside a normal answer (付帯情報), if anything is."""
    advice = _advice_on(situation, advisories)
    if advice is None:
        return None, None
    return advice.oqs, f"{advice.title_ja}。{advice.mend_ja}"
