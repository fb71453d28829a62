"""CoverageEligibilityRequest as clients send it: read into what is asked, tolerant of what we do not need.

The request itself, or Parameters with it as `resource` ($submit). Patient, Coverage and Organization are contained, or
named by an identifier. Who is asked about is said in one of three ways: by the numbers of the coverage (JP Core's
identifiers or extensions) with the patient's birthDate; by 照会番号, as the patient's identifier at this facility; by
the certificate of a card, in an extension of ours.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from kaihoken.consent import TREATMENT_CODE, Care
from kaihoken.coverage.fhir import sent
from kaihoken.coverage.fhir.elements import Identifier
from kaihoken.coverage.fhir.japanese import Numbers, plain, read_coverage_id, read_member_id
from kaihoken.coverage.fhir.uris import (
    COPAY_TYPE,
    EN_REPRESENTATION,
    JP_BRANCH,
    JP_COVERAGE_ID,
    JP_FACILITY_CODE,
    JP_INSURER_NUMBER,
    JP_INSURER_NUMBER_OID,
    JP_MEMBER_ID,
    JP_NUMBER,
    JP_PATIENT_ID,
    JP_SYMBOL,
    code_system,
    extension,
)
from kaihoken.coverage.free_text import LONGEST_TEXT, can_be_brought, check_characters, check_lengths
from kaihoken.coverage.inquiry import Chart, Consent, Presented
from kaihoken.problems import Problem
from kaihoken.web import Language

LARGEST_REQUEST = 1 << 17
"""Bytes. A question has some two thousand."""

MOST_CONTAINED = 20

_COVERED = f"{sent.ROOT}.insurance.coverage"
_IDENTIFIER, _PAYOR, _INSURER = f"{_COVERED}.identifier", f"{_COVERED}.payor", f"{sent.ROOT}.insurer"
_PURPOSES = frozenset({"validation", "benefits"})


class ByNumber(msgspec.Struct, frozen=True, gc=False):
    """By the numbers of a coverage and the birthdate."""

    numbers: Numbers
    birthdate: date


class ByReference(msgspec.Struct, frozen=True, gc=False):
    """By 照会番号 of the facility whose code stands in the identifier's system, and the birthdate."""

    facility: str
    number: str
    birthdate: date


class ByCertificate(msgspec.Struct, frozen=True, gc=False):
    """By 利用者証明用電子証明書."""

    issuer: str
    serial: str


class Recorded(NamedTuple):
    """Who of the staff recorded what the patient said, by the facility's own sign for them, and when (None: now)."""

    staff: str
    at: datetime | None


class EligibilityRequest(msgspec.Struct, frozen=True, gc=False):
    """What a CoverageEligibilityRequest asks. `provider` is the 医療機関コード it names, "" where it names none."""

    way: ByNumber | ByReference | ByCertificate
    purposes: tuple[str, ...]
    consents: frozenset[Consent]
    provider: str
    on: date | None
    known_at: datetime | None
    presented: Presented | None
    chart: Chart | None
    language: Language
    identifiers: tuple[Identifier, ...]
    care: Care = Care.OUTPATIENT
    spoken: Recorded | None = None


_CERTIFICATE, _PRESENTED, _CONSENT, _KNOWN_AT, _CARE, _SPOKEN = map(
    extension, ("user-certificate", "presented", "consent", "known-at", "care", "spoken")
)
_CARE_OF = {(code_system("OQSCD028"), code): care for care, code in TREATMENT_CODE.items()}


def read_request(body: bytes) -> EligibilityRequest:
    """The question in a body.

    Problems: `coverage.request-json`, `coverage.request-shape`, `coverage.request-repeated`, `coverage.request-length`,
    `coverage.request-character`, `identity.date`; `fhir.deep`, `fhir.resource`, `fhir.required`, `fhir.code`,
    `fhir.modifier`, `fhir.reference`, `fhir.identifier`, `fhir.contradiction`. Each names the element.
    """
    request = sent.read(body)
    _check_understood(request)
    patient = _patient(request)
    coverage = _coverage(request)
    way = _way(request, patient, coverage)
    read = EligibilityRequest(
        way=way,
        purposes=request.purpose,
        consents=_consents(request),
        provider=_provider(request),
        on=request.serviced_date,
        known_at=known.value_instant if (known := _extension(request, _KNOWN_AT)) is not None else None,
        presented=_presented(request),
        chart=_chart(patient, coverage),
        language=_language(request),
        identifiers=tuple(
            [
                Identifier(system=one.system, value=one.value)
                for one in request.identifier
                if one.system and one.value
            ]
        ),
        care=_care(request, way),
        spoken=_spoken(request, way),
    )
    _check_texts(read)
    return read


def _check_understood(request: sent.Request) -> None:
    """What changes the meaning of the rest must be understood, and nothing of the kind is."""
    _check_modifiers(request, sent.ROOT)
    for place, one in enumerate(request.contained):
        if one.modifier_extension or one.implicit_rules:
            _check_modifiers(one, f"{sent.ROOT}.contained[{place}]")
    if len(request.contained) > MOST_CONTAINED:
        raise Problem("fhir.code", where=f"{sent.ROOT}.contained", wanted=f"0..{MOST_CONTAINED}")
    if request.status != "active":
        raise Problem("fhir.code", where=f"{sent.ROOT}.status", wanted="active")
    if not request.purpose or not _PURPOSES.issuperset(request.purpose):
        raise Problem(
            "fhir.code", where=f"{sent.ROOT}.purpose", wanted=", ".join(sorted(_PURPOSES, reverse=True))
        )
    if request.serviced_period:
        raise Problem("fhir.code", where=f"{sent.ROOT}.serviced", wanted="servicedDate")


def _check_modifiers(one: sent.Request | sent.Contained, where: str) -> None:
    if one.modifier_extension:
        raise Problem("fhir.modifier", where=f"{where}.modifierExtension")
    if one.implicit_rules:
        raise Problem("fhir.modifier", where=f"{where}.implicitRules")


def _contained(
    request: sent.Request, reference: sent.Reference, sort: str, where: str
) -> sent.Contained | None:
    """The resource inside that a reference leads to; None where it names an identifier or nothing of ours."""
    if not reference.reference:
        return None
    if not reference.reference.startswith("#"):
        if reference.identifier is not None:
            return None
        raise Problem("fhir.reference", where=f"{where}.reference")
    for one in request.contained:
        if one.id and one.id == reference.reference[1:] and one.resource_type == sort:
            return one
    raise Problem("fhir.reference", where=f"{where}.reference")


def _extension(request: sent.Request, url: str) -> sent.Extension | None:
    for one in request.extension:
        if one.url == url:
            return one
    return None


def _patient(request: sent.Request) -> sent.Contained:
    if request.patient is None:
        raise Problem("fhir.required", where=f"{sent.ROOT}.patient", element="patient")
    return _contained(request, request.patient, "Patient", f"{sent.ROOT}.patient") or sent.Contained(
        "Patient", identifier=_own(request.patient)
    )


def _coverage(request: sent.Request) -> sent.Contained | None:
    """The coverage that the question is about: the one that is said to be focal, or else the first of which nothing is
    said."""
    about: tuple[int, sent.Insurance] | None = None
    for place, one in enumerate(request.insurance):
        if one.focal:
            about = place, one
            break
        if one.focal is None and about is None:
            about = place, one
    if about is None:
        return None
    place, insurance = about
    where = f"{sent.ROOT}.insurance[{place}].coverage"
    return _contained(request, insurance.coverage, "Coverage", where) or sent.Contained(
        "Coverage", identifier=_own(insurance.coverage)
    )


def _own(reference: sent.Reference) -> tuple[sent.Identifier, ...]:
    return () if reference.identifier is None else (reference.identifier,)


def _way(
    request: sent.Request, patient: sent.Contained, coverage: sent.Contained | None
) -> ByNumber | ByReference | ByCertificate:
    numbers = _numbers(request, coverage)
    certificate = _extension(request, _CERTIFICATE)
    if certificate is not None:
        if numbers.number:
            raise Problem("fhir.contradiction", where=f"{sent.ROOT}.extension", element="user-certificate")
        parts = {part.url: part.value_string or "" for part in certificate.extension}
        return ByCertificate(parts.get("issuer", ""), parts.get("serial", ""))
    if numbers.number:
        return ByNumber(numbers, _born(patient))
    for one in patient.identifier:
        if one.system.startswith(JP_PATIENT_ID) and one.value:
            return ByReference(one.system.removeprefix(JP_PATIENT_ID), one.value, _born(patient))
    raise Problem(
        "fhir.required", where=f"{sent.ROOT}.insurance", element="Coverage.identifier, Patient.identifier"
    )


def _born(patient: sent.Contained) -> date:
    if patient.birth_date is None:
        raise Problem("fhir.required", where=f"{sent.ROOT}.patient", element="Patient.birthDate")
    return patient.birth_date


def _numbers(request: sent.Request, coverage: sent.Contained | None) -> Numbers:
    """The numbers that the coverage and its insurer say; where several places say them they must agree."""
    if coverage is None and request.insurer is None:
        return _NOTHING
    said = list(_said(request, coverage))
    if len(said) == 1 and not any(map(str.isspace, said[0][0])):
        return said[0][0]
    found = ["", "", "", ""]
    for one, where in said:
        for place, value in enumerate(one):
            if not value or value.isspace():
                continue
            if not found[place]:
                found[place] = value
            elif value != found[place]:
                part = Numbers._fields[place]
                if plain(part, value) != plain(part, found[place]):
                    raise Problem("fhir.contradiction", where=where, element=part)
    return Numbers(*found)


def _said(request: sent.Request, coverage: sent.Contained | None) -> Iterator[tuple[Numbers, str]]:
    if coverage is not None:
        for one in coverage.identifier:
            if one.system == JP_MEMBER_ID:
                yield read_member_id(one.value, _IDENTIFIER), _IDENTIFIER
            elif one.system == JP_COVERAGE_ID:
                yield read_coverage_id(one.value, _IDENTIFIER), _IDENTIFIER
        if coverage.extension:
            own = {one.url: one.value_string or "" for one in coverage.extension}
            parts = [own.get(url, "") for url in (JP_SYMBOL, JP_NUMBER, JP_BRANCH)]
            yield Numbers("", *parts), f"{_COVERED}.extension"
        if coverage.dependent:
            yield Numbers("", "", "", coverage.dependent), f"{_COVERED}.dependent"
        for payor in coverage.payor:
            if insurer := _insurer(request, payor, _PAYOR):
                yield Numbers(insurer, "", "", ""), _PAYOR
    if request.insurer is not None and (insurer := _insurer(request, request.insurer, _INSURER)):
        yield Numbers(insurer, "", "", ""), _INSURER


def _insurer(request: sent.Request, reference: sent.Reference, where: str) -> str:
    inside = _contained(request, reference, "Organization", where)
    for one in inside.identifier if inside is not None else _own(reference):
        if one.system in _INSURER_NUMBERS:
            return one.value
    return ""


def _provider(request: sent.Request) -> str:
    if request.provider is None:
        return ""
    inside = _contained(request, request.provider, "Organization", f"{sent.ROOT}.provider")
    identifiers = inside.identifier if inside is not None else _own(request.provider)
    return next((one.value for one in identifiers if one.system == JP_FACILITY_CODE), "")


def _consents(request: sent.Request) -> frozenset[Consent]:
    given = {Consent.LIMIT} if "benefits" in request.purpose else set()
    for one in request.extension:
        if one.url == _CONSENT:
            try:
                given.add(Consent(one.value_code or ""))
            except ValueError:
                raise Problem(
                    "fhir.code", where=f"{sent.ROOT}.extension", wanted=", ".join(Consent)
                ) from None
    return frozenset(given)


def _care(request: sent.Request, way: ByNumber | ByReference | ByCertificate) -> Care:
    """診療区分, of who is there with their card. Without it a consent is for 外来."""
    if (sent_care := _extension(request, _CARE)) is None:
        return Care.OUTPATIENT
    if not isinstance(way, ByCertificate):
        raise Problem("fhir.contradiction", where=f"{sent.ROOT}.extension", element="care")
    coding = sent_care.value_coding
    care = _CARE_OF.get((coding.system, coding.code)) if coding is not None else None
    if care is None:
        raise Problem("fhir.code", where=f"{sent.ROOT}.extension", wanted="OQSCD028")
    return care


def _spoken(request: sent.Request, way: ByNumber | ByReference | ByCertificate) -> Recorded | None:
    """Words instead of the card."""
    if (spoken := _extension(request, _SPOKEN)) is None:
        return None
    if isinstance(way, ByCertificate):
        raise Problem("fhir.contradiction", where=f"{sent.ROOT}.extension", element="spoken")
    parts = {part.url: part for part in spoken.extension}
    staff, at = parts.get("staff"), parts.get("at")
    return Recorded((staff.value_string or "") if staff else "", at.value_instant if at else None)


def _presented(request: sent.Request) -> Presented | None:
    for one in request.extension:
        if one.url == _PRESENTED:
            try:
                return Presented(one.value_code or "")
            except ValueError:
                raise Problem(
                    "fhir.code", where=f"{sent.ROOT}.extension", wanted=", ".join(Presented)
                ) from None
    return None


_INSURER_NUMBERS = (JP_INSURER_NUMBER, JP_INSURER_NUMBER_OID)
_NOTHING = Numbers("", "", "", "")
_LANGUAGES: Mapping[str, Language] = {
    "ja": "ja",
    "ja-JP": "ja",
    "ja-x-easy": "ja@easy",
    "en": "en",
    "en-US": "en",
    "en-GB": "en",
}


def _language(request: sent.Request) -> Language:
    if request.language not in _LANGUAGES:
        raise Problem("fhir.code", where=f"{sent.ROOT}.language", wanted=", ".join(_LANGUAGES))
    return _LANGUAGES[request.language]


def _chart(patient: sent.Contained, coverage: sent.Contained | None) -> Chart | None:
    """What the clinic's own record says, to be compared: names, sex, 本人・家族, share."""
    name = kana = relation = ""
    share: int | None = None
    if isinstance(patient.name, tuple):
        for one in patient.name:
            text = one.text or " ".join((one.family, *one.given)).strip()
            if any(part.url == EN_REPRESENTATION and part.value_code == "SYL" for part in one.extension):
                kana = kana or text
            else:
                name = name or text
    if coverage is not None and (coverage.relationship.coding or coverage.cost_to_beneficiary):
        relation = next((one.code for one in coverage.relationship.coding if one.code in ("1", "2")), "")
        share = next(_shares(coverage.cost_to_beneficiary), None)
    sex = _SEXES.get(patient.gender, "")
    if not (name or kana or relation or sex or share is not None):
        return None
    return Chart(kana, name, relation, share, sex)


_SEXES: Mapping[str, str] = {"male": "1", "female": "2"}


def _shares(costs: Sequence[sent.Cost]) -> Iterator[int]:
    for cost in costs:
        percent = cost.value_quantity.value if cost.value_quantity is not None else None
        of_type = any(one.system == COPAY_TYPE and one.code == "copaypct" for one in cost.type.coding)
        if of_type and percent is not None and 0 <= percent <= 100 and percent == int(percent):
            yield int(percent)


def _check_texts(read: EligibilityRequest) -> None:
    plain = read.chart is None and read.spoken is None and not read.identifiers
    if isinstance(read.way, ByNumber) and plain:
        together = "\n".join(read.way.numbers)
        if len(together) <= LONGEST_TEXT and can_be_brought(together):
            return  # then each of them is short and clean: most questions are such
    check_lengths(_texts(read))
    check_characters(_texts(read))


def _texts(read: EligibilityRequest) -> Iterator[tuple[str, str]]:
    """The free texts that go further, with their places."""
    way = read.way
    if isinstance(way, ByNumber):
        yield from ((f"{sent.ROOT}.insurance.coverage", text) for text in way.numbers)
    elif isinstance(way, ByReference):
        yield f"{sent.ROOT}.patient.identifier", way.number
    else:
        yield from ((f"{sent.ROOT}.extension", text) for text in (way.issuer, way.serial))
    if read.spoken is not None:
        yield f"{sent.ROOT}.extension", read.spoken.staff
    if read.chart is not None:
        yield from ((f"{sent.ROOT}.patient.name", text) for text in (read.chart.name, read.chart.kana))
    yield from (
        (f"{sent.ROOT}.identifier", text) for one in read.identifiers for text in (one.system, one.value)
    )
