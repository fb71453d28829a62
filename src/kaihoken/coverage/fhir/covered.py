"""Coverage and Patient: one result of an answer in the forms of JP Core.

What disclosure did not let through is not there: each element stands for the fields of the result that are named beside
it in docs/fhir.md, and is left out with them.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from operator import attrgetter
from unicodedata import normalize

import msgspec

from kaihoken.coverage.answer import Answer, ConsentShown, PublicExpenseShown, Result
from kaihoken.coverage.disclosure import consent_field
from kaihoken.coverage.fhir.elements import (
    Address,
    Coding,
    Concept,
    Element,
    Extension,
    HumanName,
    Identifier,
    Meta,
    Money,
    Period,
    Quantity,
    Reference,
    written,
)
from kaihoken.coverage.fhir.japanese import Numbers, coverage_id, full_width, member_id
from kaihoken.coverage.fhir.local import coded, parted, valued
from kaihoken.coverage.fhir.uris import (
    ACT_CODE,
    COPAY_TYPE,
    EN_REPRESENTATION,
    JP_BRANCH,
    JP_COVERAGE,
    JP_COVERAGE_ID,
    JP_INSURER_NUMBER,
    JP_MEMBER_ID,
    JP_NUMBER,
    JP_PATIENT,
    JP_PATIENT_ID,
    JP_RELATIONSHIP,
    JP_SYMBOL,
    PAYER_NUMBER,
    RECIPIENT_NUMBER,
    UCUM,
)
from kaihoken.coverage.inquiry import Consent
from kaihoken.identity import kana_full

_RUNNING = ("1", "6")
_GENDER = {"1": "male", "2": "female", "3": "unknown"}
_CONSENTED = tuple(item for item in Consent if consent_field(item) in Result.__struct_fields__)
_consents_of = attrgetter(*map(consent_field, _CONSENTED))

_DAY = timedelta(days=1)


class CostToBeneficiary(Element, frozen=True, kw_only=True):
    """What the patient pays: a percentage, or yen."""

    type: Concept
    value_quantity: Quantity | None = None
    value_money: Money | None = None


class Coverage(Element, frozen=True, kw_only=True, tag_field="resourceType", tag="Coverage"):
    """JP_Coverage."""

    id: str
    meta: msgspec.Raw | None = None
    extension: Sequence[Extension | msgspec.Raw] = ()
    identifier: tuple[Identifier, ...] = ()
    status: str
    type: msgspec.Raw | Concept
    subscriber: Reference | None = None
    subscriber_id: str | None = None
    beneficiary: Reference
    dependent: str | None = None
    relationship: msgspec.Raw | None = None
    period: Period | None = None
    payor: tuple[Reference | msgspec.Raw, ...]
    order: int | None = None
    cost_to_beneficiary: msgspec.Raw | None = None


class Patient(Element, frozen=True, kw_only=True, tag_field="resourceType", tag="Patient"):
    """JP_Patient."""

    id: str
    meta: msgspec.Raw | None = None
    extension: tuple[Extension, ...] = ()
    identifier: tuple[Identifier, ...] = ()
    name: Sequence[HumanName] = ()
    gender: str | None = None
    birth_date: date | None = None
    address: tuple[Address, ...] = ()


_OF_COVERAGE, _OF_PATIENT = written(Meta(profile=(JP_COVERAGE,))), written(Meta(profile=(JP_PATIENT,)))
_PUBLIC = Coding(system=ACT_CODE, code="PUBLICPOL")
_INSURED = written(Concept(coding=(_PUBLIC,)))
_RELATIONS = {
    code: written(Concept(coding=(Coding(system=JP_RELATIONSHIP, code=code),))) for code in ("1", "2")
}
_PERCENT = Concept(coding=(Coding(system=COPAY_TYPE, code="copaypct"),))
_COPAY = Concept(coding=(Coding(system=COPAY_TYPE, code="copay"),))
_IDE = (written(Extension(url=EN_REPRESENTATION, value_code="IDE")),)
_SYL = (written(Extension(url=EN_REPRESENTATION, value_code="SYL")),)


def coverage_of(
    answer: Answer, result: Result, numbers: Numbers, id_: str, patient: str, order: int | None = None
) -> Coverage:
    """The coverage of one result with its numbers. `patient` is what it calls its beneficiary."""
    first = result is answer.results[0]
    return Coverage(
        id=id_,
        meta=_OF_COVERAGE,
        extension=_extensions(result, numbers) or (),
        identifier=(
            Identifier(system=JP_MEMBER_ID, value=member_id(numbers)),
            Identifier(system=JP_COVERAGE_ID, value=coverage_id(numbers)),
        ),
        status="active" if answer.validity in _RUNNING else "cancelled",
        type=_INSURED,
        subscriber=Reference(display=result.insured_name) if result.insured_name else None,
        subscriber_id=f"{numbers.symbol}:{numbers.number}",
        beneficiary=Reference(reference=patient),
        dependent=result.branch,
        relationship=_RELATIONS.get(result.relation or ""),
        period=Period(start=result.valid_from, end=result.valid_to)
        if result.valid_from or result.valid_to
        else None,
        payor=(insurer_reference(result.insurer_number, result.insurer_name),),
        order=order,
        cost_to_beneficiary=_costs(answer.share.percent) if first else None,
    )


def numbers_of(result: Result) -> Numbers:
    """The numbers of a result as JP Core writes them."""
    return full_width(
        Numbers(result.insurer_number or "", result.symbol or "", result.number or "", result.branch or "")
    )


def patient_of(result: Result, member: str, id_: str, facility: str) -> Patient:
    """The person as one result shows them, with the member id of their coverage. `facility` asks: 照会番号 is its own
    number for the person. JP_Patient has an identifier; where none may be shown, nobody is said to be one."""
    identifiers: tuple[Identifier, ...] = ()
    if result.reference_number:
        identifiers = (Identifier(system=JP_PATIENT_ID + facility, value=result.reference_number),)
    if result.insurer_number and result.number:
        identifiers += (Identifier(system=JP_MEMBER_ID, value=member),)
    extensions: tuple[Extension, ...] = ()
    if result.sex_other:
        extensions = (valued("sex-other", result.sex_other),)
    if result.name_flagged:
        extensions += (valued("name-flagged", value=True),)
        if result.name_reading:
            extensions += (valued("name-reading", result.name_reading),)
    names: list[HumanName] = []
    if result.name:
        names.append(_name(result.name, "official", _IDE))
    if result.kana:
        names.append(_name(_syllables(result.kana), "official", _SYL))
    if result.other_name:
        names.append(_name(result.other_name, "usual", _IDE))
    if result.other_kana:
        names.append(_name(_syllables(result.other_kana), "usual", _SYL))
    return Patient(
        id=id_,
        meta=_OF_PATIENT if identifiers else None,
        extension=extensions,
        identifier=identifiers,
        name=names or (),
        gender=_GENDER.get(result.sex or ""),
        birth_date=result.birthdate,
        address=(Address(text=result.address, postal_code=result.postal_code),)
        if result.address or result.postal_code
        else (),
    )


def subsidy_of(shown: PublicExpenseShown, id_: str, patient: str, order: int) -> Coverage:
    """公費・地方単独 as a coverage of its own beside the insurance."""
    return Coverage(
        id=id_,
        identifier=(Identifier(system=RECIPIENT_NUMBER, value=shown.recipient_number),),
        status="active",
        type=Concept(coding=(_PUBLIC,), text=shown.scheme),
        subscriber_id=shown.recipient_number,
        beneficiary=Reference(reference=patient),
        period=Period(start=shown.start, end=shown.end - _DAY if shown.end else None),
        payor=(
            Reference(
                type="Organization",
                identifier=Identifier(system=PAYER_NUMBER, value=shown.payer_number),
            ),
        ),
        order=order,
        cost_to_beneficiary=None
        if shown.self_pay_yen is None
        else written((CostToBeneficiary(type=_COPAY, value_money=Money(value=shown.self_pay_yen)),)),
    )


@lru_cache(maxsize=8192)
def insurer_reference(number: str | None, name: str | None) -> msgspec.Raw:
    """The insurer: where it is read, its number and its name, as far as they may be said."""
    if number is None:
        return written(Reference(type="Organization", display=name or "保険者は示せません"))
    return written(
        Reference(
            reference=f"Organization/insurer-{number}",
            type="Organization",
            identifier=Identifier(system=JP_INSURER_NUMBER, value=number),
            display=name,
        )
    )


def _extensions(result: Result, numbers: Numbers) -> list[Extension | msgspec.Raw]:
    made: list[Extension | msgspec.Raw] = []
    if numbers.symbol:
        made.append(Extension(url=JP_SYMBOL, value_string=numbers.symbol))
    if numbers.number:
        made.append(Extension(url=JP_NUMBER, value_string=numbers.number))
    if numbers.branch:
        made.append(Extension(url=JP_BRANCH, value_string=numbers.branch))
    if result.classification:
        made.append(_classification(result.classification))
    if result.acquired:
        made.append(valued("acquired", result.acquired))
    if result.lost:
        made.append(valued("lost", result.lost))
    if result.loss_reason:
        made.append(valued("loss-reason", result.loss_reason))
    if result.issued:
        made.append(valued("issued", result.issued))
    if result.preschool:
        made.append(valued("preschool", value=True))
    if result.share_percent is not None:
        made.append(valued("late-elderly-share", result.share_percent))
    if result.elderly is not None:
        made.append(parted("elderly-certificate", result.elderly))
    if result.limit is not None:
        made.append(parted("limit-certificate", result.limit))
    made += [parted("specific-disease", disease) for disease in result.diseases]
    made += [parted("medical-ticket", ticket) for ticket in result.tickets]
    consents: tuple[ConsentShown | None, ...] = _consents_of(result)
    if any(consents):
        for item, consent in zip(_CONSENTED, consents, strict=True):
            if consent is not None:
                made.append(_consent(item, consent))
    return made


@lru_cache(maxsize=64)
def _classification(code: str) -> msgspec.Raw:
    return written(valued("classification", code))


@lru_cache(maxsize=64)
def _costs(percent: int | None) -> msgspec.Raw | None:
    if percent is None:
        return None
    quantity = Quantity(value=percent, unit="%", system=UCUM, code="%")
    return written((CostToBeneficiary(type=_PERCENT, value_quantity=quantity),))


def _consent(item: Consent, consent: ConsentShown) -> Extension:
    made = parted("consent-state", consent, Extension(url="item", value_code=item.value))
    if item is not Consent.LIMIT:
        return made
    flag = coded("OQSCD001")("flag", consent.flag)
    return msgspec.structs.replace(
        made, extension=tuple(flag if part.url == "flag" else part for part in made.extension)
    )


def _syllables(kana: str) -> str:
    """The reading in full width. What is registered is half-width, for which one step is enough."""
    if _is_half(kana):
        full = normalize("NFKC", kana)
        if _WITHOUT_PLACE.isdisjoint(full):
            return full
    return kana_full(kana)


_is_half = re.compile("[ｦ-ﾟ ]*").fullmatch
_WITHOUT_PLACE = frozenset("\u3099\u309a")  # marks behind a letter that takes none


def _name(text: str, use: str, representation: tuple[msgspec.Raw]) -> HumanName:
    """A name as JP_HumanName has it: its parts stand apart by a half-width space."""
    apart = " ".join(text.split())
    family, _, given = apart.partition(" ")
    if not given:
        return HumanName(extension=representation, use=use, text=apart)
    return HumanName(
        extension=representation, use=use, text=apart, family=family, given=tuple(given.split(" "))
    )
