"""CoverageEligibilityResponse: an answer as FHIR shows it.

Written from `Answer` and from nothing else. What repeats from question to question (words, steps, shares) is encoded
once and kept; the rest goes from frozen structs to bytes. The receipt is not known yet when an answer is written,
because the record names the hash of these bytes: `with_receipt` puts it into `meta`, the last member.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

import msgspec

from kaihoken import rules
from kaihoken.coverage.answer import (
    AdvisorySaid,
    Answer,
    DueSaid,
    PublicExpenseShown,
    Result,
    ShareSaid,
    StepSaid,
    Words,
)
from kaihoken.coverage.fhir.covered import (
    Coverage,
    Patient,
    coverage_of,
    insurer_reference,
    numbers_of,
    patient_of,
    subsidy_of,
)
from kaihoken.coverage.fhir.elements import (
    Coding,
    Concept,
    Element,
    Extension,
    Identifier,
    Money,
    Period,
    Reference,
    encode,
    written,
)
from kaihoken.coverage.fhir.japanese import full_width, member_id
from kaihoken.coverage.fhir.local import parted, valued
from kaihoken.coverage.fhir.outcome import RESULT_CODES
from kaihoken.coverage.fhir.request import ByNumber, EligibilityRequest
from kaihoken.coverage.fhir.uris import BENEFIT_CATEGORY, BENEFIT_TYPE, JP_MEMBER_ID, code_system
from kaihoken.problems import Entry, Language

Ids = Callable[[Result], str]
"""The name under which a result can be read again, for the facility that asks: 43 characters or so of [A-Za-z0-9-.]."""

_COVERAGE, _PATIENT = ".c", ".p"
_RUNNING = ("1", "6")
_DAY = timedelta(days=1)


class Benefit(Element, frozen=True, kw_only=True):
    """One thing that the patient pays."""

    type: Concept
    allowed_unsigned_int: int | None = None
    allowed_money: Money | None = None
    allowed_string: str | None = None


class Item(Element, frozen=True, kw_only=True):
    """What is paid, in one line."""

    category: Concept
    name: str
    benefit: tuple[Benefit, ...] = ()


class Insurance(Element, frozen=True, kw_only=True):
    """One coverage of the answer."""

    coverage: Reference
    inforce: bool
    benefit_period: Period | None = None
    item: msgspec.Raw | None = None


class Fault(Element, frozen=True, kw_only=True):
    """処理結果コード of an answer."""

    code: Concept


class Response(
    Element, frozen=True, kw_only=True, tag_field="resourceType", tag="CoverageEligibilityResponse"
):
    """CoverageEligibilityResponse, without the meta that the receipt stands in."""

    language: str
    contained: Sequence[Coverage | Patient] = ()
    extension: Sequence[msgspec.Raw | Extension] = ()
    status: str
    purpose: tuple[str, ...]
    patient: Reference | msgspec.Raw
    serviced_date: date | None = None
    created: datetime
    requestor: msgspec.Raw
    request: Reference | msgspec.Raw
    outcome: str
    disposition: str | None = None
    insurer: msgspec.Raw
    insurance: Sequence[Insurance] = ()
    error: msgspec.Raw | None = None


def response_of(
    request: EligibilityRequest,
    answer: Answer,
    answered_at: datetime,
    facility: str,
    ids: Ids,
    advice: Entry | None,
) -> bytes:
    """The answer's bytes. `advice` is the entry of the catalogue that stands beside a normal answer, where one does."""
    contained: list[Coverage | Patient] = []
    insurance: list[Insurance] = []
    inforce = answer.validity in _RUNNING
    patient = ""
    for place, result in enumerate(answer.results):
        id_ = ids(result)
        own = f"#{id_}{_PATIENT}"
        patient = patient or own
        order = place + 1 if len(answer.results) > 1 or answer.subsidies else None
        numbers = numbers_of(result)
        contained.append(coverage_of(answer, result, numbers, id_ + _COVERAGE, own, order))
        contained.append(patient_of(result, member_id(numbers), id_ + _PATIENT, facility))
        insurance.append(
            Insurance(
                coverage=Reference(reference=f"#{id_}{_COVERAGE}"),
                inforce=inforce,
                benefit_period=_benefit_period(result),
                item=_items(answer.share, answer.due, answer.language) if place == 0 else None,
            )
        )
    for place, subsidy in enumerate(answer.subsidies):
        name = f"subsidy-{place + 1}"
        contained.append(subsidy_of(subsidy, name, patient, len(answer.results) + place + 1))
        insurance.append(_subsidised(subsidy, name))
    if not answer.results:
        insurance += _nothing_shown(request)
    first = answer.results[0] if answer.results else None
    return encode(
        Response(
            language=_bcp47(answer.language),
            contained=contained or (),
            extension=_extensions(answer),
            status="active",
            purpose=request.purposes,
            patient=Reference(reference=patient) if patient else _SOMEBODY,
            serviced_date=answer.on,
            created=answered_at,
            requestor=_requestor(facility),
            request=_answered(request),
            outcome="error" if answer.validity is None else "complete",
            disposition=_disposition(answer.validity, answer.words, answer.language),
            insurer=insurer_reference(first.insurer_number, first.insurer_name)
            if first
            else _asked_insurer(request),
            insurance=insurance or (),
            error=_faults(advice) if advice is not None else None,
        )
    )


def queued_response(
    request: EligibilityRequest, at: datetime, on: date, facility: str, advice: Entry
) -> bytes:
    """処理中: nothing is decided yet."""
    return encode(
        Response(
            language=_bcp47(request.language),
            status="active",
            purpose=request.purposes,
            patient=_SOMEBODY,
            serviced_date=request.on or on,
            created=at,
            requestor=_requestor(facility),
            request=_answered(request),
            outcome="queued",
            disposition=advice.title("en" if request.language == "en" else "ja"),
            insurer=_asked_insurer(request),
            error=_faults(advice),
        )
    )


def with_receipt(payload: bytes, answer_hash: str, facts_known_at: int, receipt: str) -> bytes:
    """The answer as it leaves: its bytes, and in `meta` what proves that they are on record. Who checks takes the body
    up to `,"meta":`, closes it with `}` and has the bytes whose SHA-256 is the hash."""
    told = _told(answer_hash, facts_known_at)
    return b"".join((payload[:-1], b',"meta":{"extension":[', told, _RECEIPT, receipt.encode(), b'"}]}}'))


_SOMEBODY = written(Reference(type="Patient", display="示せる人はいません / nobody to be shown"))
_UNNAMED = written(Reference(type="CoverageEligibilityRequest", display="資格確認要求 / this question"))
_RECEIPT = b'{"url":"' + valued("receipt", "").url.encode() + b'","valueString":"'


def _told(answer_hash: str, facts_known_at: int) -> bytes:
    return b"".join((
        _HASH, answer_hash.encode(), b'"},', _KNOWN_AT, b"%d},"  % facts_known_at,
    ))  # fmt: skip


_HASH = b'{"url":"' + valued("answer-hash", "").url.encode() + b'","valueString":"'
_KNOWN_AT = b'{"url":"' + valued("facts-known-at", 0).url.encode() + b'","valueInteger":'


def _extensions(answer: Answer) -> list[msgspec.Raw | Extension]:
    said: list[msgspec.Raw | Extension] = [
        _decided(answer.validity, answer.situation, answer.kind, answer.rules),
        _worded(answer.words, answer.share, answer.steps),
    ]
    if answer.due is not None:
        said.append(parted("due", answer.due))
    said += map(_watched, answer.advisories)
    said += [parted("difference", difference) for difference in answer.differences]
    if answer.since is not None:
        said.append(valued("since", answer.since))
    return said


@lru_cache(maxsize=4096)
def _decided(validity: str | None, situation: str, kind: str, digest: str) -> msgspec.Raw:
    made = [valued("situation", situation), valued("way", kind), valued("rules", digest)]
    if validity is not None:
        made.insert(0, valued("validity", validity))
    return _joined(made)


@lru_cache(maxsize=8192)
def _worded(words: Words, share: ShareSaid, steps: tuple[StepSaid, ...]) -> msgspec.Raw:
    return _joined(
        [parted("words", words), parted("share", share), *(parted("step", step) for step in steps)]
    )


@lru_cache(maxsize=4096)
def _watched(advisory: AdvisorySaid) -> msgspec.Raw:
    return written(parted("advisory", advisory))


def _joined(extensions: Sequence[Extension]) -> msgspec.Raw:
    """Several members of a list as one: they stand in it side by side."""
    return msgspec.Raw(encode(extensions)[1:-1])


@lru_cache(maxsize=4096)
def _items(share: ShareSaid, due: DueSaid | None, language: str) -> msgspec.Raw:
    benefits = []
    if share.percent is not None:
        benefits.append(Benefit(type=_PERCENT, allowed_unsigned_int=share.percent))
    elif share.high is not None:
        benefits.append(Benefit(type=_PERCENT, allowed_unsigned_int=share.high))
        benefits.append(Benefit(type=_AT_LEAST, allowed_unsigned_int=share.low))
    items = [Item(category=_PLAN, name=share.text, benefit=tuple(benefits))]
    if due is not None:
        paid = () if due.yen is None else (Benefit(type=_COPAY, allowed_money=Money(value=due.yen)),)
        items.append(Item(category=_PLAN, name=due.text, benefit=paid))
    return written(items)


_PLAN = Concept(coding=(Coding(system=BENEFIT_CATEGORY, code="30"),))  # health benefit plan coverage
_PERCENT = Concept(coding=(Coding(system=BENEFIT_TYPE, code="copay-percent"),))
_AT_LEAST = Concept(coding=(Coding(system=code_system("benefit"), code="copay-percent-low"),))
_COPAY = Concept(coding=(Coding(system=BENEFIT_TYPE, code="copay"),))


def _benefit_period(result: Result) -> Period | None:
    """The days of the certificate, or of the coverage where it has none."""
    start = result.valid_from or result.acquired
    end = result.valid_to or (result.lost - _DAY if result.lost else None)
    return Period(start=start, end=end) if start or end else None


def _subsidised(subsidy: PublicExpenseShown, name: str) -> Insurance:
    return Insurance(
        coverage=Reference(reference=f"#{name}"),
        inforce=True,
        benefit_period=Period(start=subsidy.start, end=subsidy.end - _DAY if subsidy.end else None),
    )


def _nothing_shown(request: EligibilityRequest) -> list[Insurance]:
    """The coverage as it was asked about, where the answer shows none."""
    if not isinstance(request.way, ByNumber):
        return []
    asked = Identifier(system=JP_MEMBER_ID, value=member_id(full_width(request.way.numbers)))
    return [Insurance(coverage=Reference(type="Coverage", identifier=asked), inforce=False)]


def _asked_insurer(request: EligibilityRequest) -> msgspec.Raw:
    number = request.way.numbers.insurer.strip().zfill(8) if isinstance(request.way, ByNumber) else ""
    if len(number) == 8 and number.isascii() and number.isdigit():
        return insurer_reference(number, None)
    return insurer_reference(None, None)


def _answered(request: EligibilityRequest) -> Reference | msgspec.Raw:
    """The question, by the identifier that it gave itself."""
    if not request.identifiers:
        return _UNNAMED
    return Reference(type="CoverageEligibilityRequest", identifier=request.identifiers[0])


@lru_cache(maxsize=4096)
def _requestor(facility: str) -> msgspec.Raw:
    return written(Reference(reference=f"Organization/facility-{facility}"))


def _disposition(validity: str | None, words: Words, language: str) -> str:
    if validity is None:
        return words.title
    return _validity_said(validity, language)


@lru_cache(maxsize=64)
def _validity_said(validity: str, language: str) -> str:
    spoken: Language = "en" if language == "en" else "ja"
    return rules.code_list("OQSCD006").shown(validity, spoken)


@lru_cache(maxsize=256)
def _faults(advice: Entry) -> msgspec.Raw:
    coding = Coding(system=code_system(RESULT_CODES), code=advice.oqs, display=advice.code)
    said = f"{advice.title_ja} / {advice.title_en}"
    return written((Fault(code=Concept(coding=(coding,), text=said)),))


def _bcp47(language: str) -> str:
    """やさしい日本語 has no tag of its own: it is Japanese, for which the private part says more."""
    return "ja-x-easy" if language == "ja@easy" else language
