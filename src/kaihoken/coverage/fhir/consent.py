"""Consent: what a patient let this facility see, until when, and what of it has ended.

Written from the consent as our JSON tells it, so that no carrier shows another's. It names nobody: whose it is the
facility knows from its own records.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from kaihoken.coverage.consents.messages import (
    ConsentSaid,
    ConsentSearch,
    ItemSaid,
    Patient,
    PatientByNumber,
    PatientByReference,
)
from kaihoken.coverage.fhir.elements import Coding, Concept, Element, Extension, Reference, encode
from kaihoken.coverage.fhir.local import parted, valued
from kaihoken.coverage.fhir.request import ByReference
from kaihoken.coverage.fhir.search import (
    EARLIEST,
    OF_CONSENT,
    Wanted,
    read_days,
    read_patient_identifier,
)
from kaihoken.coverage.fhir.uris import ACT_CODE, CONSENT_SCOPE, LOINC, PARTICIPATION_TYPE, code_system
from kaihoken.problems import Problem

CONSENT_ITEMS = "consent-item"
"""Our code system of what is consented to."""

_DAY = timedelta(days=1)
_STANDING = "standing"
_SCOPE = Concept(coding=(Coding(system=CONSENT_SCOPE, code="patient-privacy"),))
_CATEGORY = (Concept(coding=(Coding(system=LOINC, code="59284-0"),)),)
_RULE = Concept(coding=(Coding(system=ACT_CODE, code="OPTIN"),))
_RECIPIENT = Concept(coding=(Coding(system=PARTICIPATION_TYPE, code="IRCP"),))


class _Period(Element, frozen=True, kw_only=True):
    start: datetime | None = None
    end: datetime | None = None


class _Actor(Element, frozen=True, kw_only=True):
    role: Concept
    reference: Reference


class _Provision(Element, frozen=True, kw_only=True):
    extension: tuple[Extension, ...] = ()
    type: str
    period: _Period | None = None
    actor: tuple[_Actor, ...] = ()
    code: tuple[Concept, ...] = ()
    provision: "tuple[_Provision, ...]" = ()


class _Consent(Element, frozen=True, kw_only=True, tag_field="resourceType", tag="Consent"):
    id: str
    extension: tuple[Extension, ...]
    status: str
    scope: Concept
    category: tuple[Concept, ...]
    date_time: datetime
    organization: tuple[Reference, ...]
    policy_rule: Concept
    provision: _Provision


def consent_of(said: ConsentSaid, facility: str) -> bytes:
    """A consent given to a facility. It is active while an item of it stands; an item that has ended is denied from
    then on."""
    here = Reference(reference=f"Organization/facility-{facility}", type="Organization")
    standing = any(item.state == _STANDING for item in said.items)
    extensions = [
        valued("care", said.treatment),
        valued("means", said.means.value),
        valued("examined-on", said.examined_on),
    ]
    if said.staff:
        extensions.append(parted("spoken", said))
    return encode(
        _Consent(
            id=said.id,
            extension=tuple(extensions),
            status="active" if standing else "inactive",
            scope=_SCOPE,
            category=_CATEGORY,
            date_time=said.given_at,
            organization=(here,),
            policy_rule=_RULE,
            provision=_Provision(
                type="permit",
                period=_Period(start=said.given_at, end=said.until),
                actor=(_Actor(role=_RECIPIENT, reference=here),),
                code=tuple(_item(item) for item in said.items),
                provision=tuple(_ended(item) for item in said.items if item.state != _STANDING),
            ),
        )
    )


def _item(item: ItemSaid) -> Concept:
    return Concept(coding=(Coding(system=code_system(CONSENT_ITEMS), code=item.item.value),))


def _ended(item: ItemSaid) -> _Provision:
    return _Provision(
        extension=(valued("expiry-reason", item.expiry_code),) if item.expiry_code else (),
        type="deny",
        period=_Period(start=item.ended_at) if item.ended_at is not None else None,
        code=(_item(item),),
    )


class Sought(NamedTuple):
    """A search as our JSON has it, and at most how many a page holds."""

    search: ConsentSearch
    most: int


def read_consent_search(body: bytes, facility: str) -> Sought:
    """A search of a facility. Problems `fhir.search`, `fhir.required`, `fhir.identifier`, `fhir.code`, `identity.date`;
    `coverage.other-facility` for a patient by a number of somebody else's."""
    form, days, count = read_days(body, OF_CONSENT)
    patient: Patient | None = None
    if "patient.identifier" in form or "patient.birthdate" in form:
        wanted = read_patient_identifier(
            form.get("patient.identifier", ""), form.get("patient.birthdate", ""), "patient."
        )
        if isinstance(wanted, ByReference) and wanted.facility != facility:
            raise Problem("coverage.other-facility", where="patient.identifier")
        patient = _patient(wanted)
    first, stop = days
    if first is None and stop is not None:
        first = EARLIEST
    search = ConsentSearch(
        patient=patient,
        standing=_standing(form),
        given_from=first,
        given_to=stop - _DAY if stop is not None else None,
    )
    return Sought(search, count)


def place_in_search(problem: Problem) -> Problem:
    """A problem of a search with the parameter that it is about, where it names a member of our JSON."""
    where = _PARAMETERS.get(problem.where)
    return problem if where is None else Problem(problem.code, where=where, **problem.facts)


_PARAMETERS = {
    "given_from": "date",
    "birthdate": "patient.birthdate",
    **dict.fromkeys(
        ("insurer_number", "symbol", "number", "branch", "reference_number"), "patient.identifier"
    ),
}


def _standing(form: Mapping[str, str]) -> bool:
    status = form.get("status", "")
    if status not in ("", "active"):
        raise Problem("fhir.code", where="status", wanted="active")
    return status == "active"


def _patient(wanted: Wanted) -> Patient:
    if isinstance(wanted, ByReference):
        return PatientByReference(reference_number=wanted.number, birthdate=wanted.birthdate)
    insurer, symbol, number, branch = wanted.numbers
    return PatientByNumber(
        insurer_number=insurer, symbol=symbol, number=number, branch=branch, birthdate=wanted.birthdate
    )
