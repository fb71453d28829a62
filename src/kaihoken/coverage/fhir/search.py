"""POST _search: the form that holds what a Coverage, a Patient or an Organization is searched by.

Personal identifiers stand in the body alone. A parameter that is not offered is refused, not passed over: an answer to
another search than the one that was meant would be about somebody else.
"""

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import parse_qsl

from kaihoken.coverage.fhir.japanese import Numbers, read_coverage_id, read_member_id
from kaihoken.coverage.fhir.request import ByNumber, ByReference
from kaihoken.coverage.fhir.uris import (
    JP_BRANCH_SP,
    JP_COVERAGE_ID,
    JP_INSURER_NUMBER,
    JP_INSURER_NUMBER_OID,
    JP_MEMBER_ID,
    JP_NUMBER_SP,
    JP_PATIENT_ID,
    JP_SYMBOL_SP,
)
from kaihoken.identity import parse_iso_date
from kaihoken.problems import Problem

LARGEST_FORM = 1 << 14
"""Bytes."""

_MOST_FIELDS = 20
_LONGEST = 200
_ESCAPED = re.compile(r"\\([,|$\\])")
_FORMATS = ("json", "application/json", "application/fhir+json")


class Parameter(NamedTuple):
    """A search parameter as CapabilityStatement tells it."""

    type: str
    definition: str
    ja: str


_R4 = "http://hl7.org/fhir/SearchParameter/"
_IDENTIFIER = Parameter(
    "token", f"{_R4}Coverage-identifier", "被保険者の識別子（JP_Insurance_memberID など）"
)
_BIRTHDATE = Parameter("date", f"{_R4}individual-birthdate", "生年月日（必須）")

OF_COVERAGE: Mapping[str, Parameter] = MappingProxyType(
    {
        "identifier": _IDENTIFIER,
        "jp-insured-personsymbol": Parameter("string", JP_SYMBOL_SP, "記号"),
        "jp-insured-personnumber": Parameter("string", JP_NUMBER_SP, "番号"),
        "jp-insured-personsubnumber": Parameter("string", JP_BRANCH_SP, "枝番"),
        "payor.identifier": Parameter("token", f"{_R4}Coverage-payor", "保険者番号"),
        "beneficiary.birthdate": _BIRTHDATE,
    }
)
OF_PATIENT: Mapping[str, Parameter] = MappingProxyType(
    {
        "identifier": _IDENTIFIER._replace(definition=f"{_R4}Patient-identifier"),
        "birthdate": _BIRTHDATE,
    }
)
OF_ORGANIZATION: Mapping[str, Parameter] = MappingProxyType(
    {"identifier": Parameter("token", f"{_R4}Organization-identifier", "保険者番号か医療機関コード")}
)

OF_CONSENT: Mapping[str, Parameter] = MappingProxyType(
    {
        "date": Parameter("date", f"{_R4}clinical-date", "同意の日（ge も可、31 日まで）"),
        "status": Parameter("token", f"{_R4}Consent-status", "active: 続いているものだけ"),
        "patient.identifier": _IDENTIFIER._replace(definition=f"{_R4}Patient-identifier"),
        "patient.birthdate": _BIRTHDATE,
    }
)
OF_AUDIT_EVENT: Mapping[str, Parameter] = MappingProxyType(
    {"date": Parameter("date", f"{_R4}AuditEvent-date", "日（ge・gt・le・lt、日本の日付）")}
)

_ALIASES = {
    "patient.birthdate": "beneficiary.birthdate",
    "beneficiary:Patient.birthdate": "beneficiary.birthdate",
    "payor:Organization.identifier": "payor.identifier",
}


class Token(NamedTuple):
    """system|value."""

    system: str
    value: str


Wanted = ByNumber | ByReference
"""Whose coverage, or who, is searched for."""


def read_coverage_search(body: bytes) -> Wanted:
    """The search in a form. Problems `fhir.search`, `fhir.required`, `fhir.identifier`, `identity.date`, each with the
    parameter."""
    form = read_form(body, OF_COVERAGE)
    if "identifier" in form:
        numbers = _identified(form["identifier"])
    else:
        insurer = token(form.get("payor.identifier", ""), "payor.identifier")
        numbers = Numbers(
            insurer.value if insurer.system in (JP_INSURER_NUMBER, JP_INSURER_NUMBER_OID, "") else "",
            form.get("jp-insured-personsymbol", ""),
            form.get("jp-insured-personnumber", ""),
            form.get("jp-insured-personsubnumber", ""),
        )
    if not numbers.number:
        raise Problem("fhir.required", where="identifier", element="identifier, jp-insured-personnumber")
    return ByNumber(numbers, _day(form, "beneficiary.birthdate"))


def read_patient_search(body: bytes) -> Wanted:
    """The same of a Patient; also by 照会番号."""
    form = read_form(body, OF_PATIENT)
    return read_patient_identifier(form.get("identifier", ""), form.get("birthdate", ""))


def read_patient_identifier(identifier: str, birthdate: str) -> Wanted:
    """A patient by an identifier with the birthdate, as other searches name theirs."""
    form = {"birthdate": birthdate}
    system, value = token(identifier, "identifier")
    if system.startswith(JP_PATIENT_ID):
        return ByReference(system.removeprefix(JP_PATIENT_ID), value, _day(form, "birthdate"))
    return ByNumber(_identified(identifier), _day(form, "birthdate"))


def read_organization_search(text: bytes) -> Token:
    """The number of an organization, in a form or a query."""
    form = read_form(text, OF_ORGANIZATION)
    if "identifier" not in form:
        raise Problem("fhir.required", where="identifier", element="identifier")
    return token(form["identifier"], "identifier")


def read_form(body: bytes, offered: Mapping[str, Parameter]) -> dict[str, str]:
    """The parameters of a form, each once. Problem `fhir.search`."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except (UnicodeDecodeError, ValueError):
        raise _refused("?", offered) from None
    form: dict[str, str] = {}
    for sent, value in pairs:
        name = sent if sent in offered else _ALIASES.get(sent, sent)
        if name == "_format":
            if value not in _FORMATS:
                raise Problem("fhir.format", where="_format")
            continue
        if name not in offered or name in form or len(value) > _LONGEST:
            raise _refused(name if name in offered else "?", offered)
        form[name] = value
    return form


def token(text: str, where: str) -> Token:
    """system|value; without a bar, a value of no system. Problem `fhir.search` for more bars."""
    parts = re.split(r"(?<!\\)\|", text)
    if len(parts) > 2:
        raise Problem("fhir.search", where=where, offered=f"{where}=system|value")
    system, value = parts if len(parts) == 2 else ("", parts[0])
    return Token(_ESCAPED.sub(r"\1", system), _ESCAPED.sub(r"\1", value))


def _identified(text: str) -> Numbers:
    system, value = token(text, "identifier")
    if system == JP_MEMBER_ID:
        return read_member_id(value, "identifier")
    if system == JP_COVERAGE_ID:
        return read_coverage_id(value, "identifier")
    raise Problem("fhir.required", where="identifier", element=f"identifier={JP_MEMBER_ID}|…")


def _day(form: Mapping[str, str], name: str) -> date:
    text = form.get(name, "").removeprefix("eq")
    if not text:
        raise Problem("fhir.required", where=name, element=name)
    return parse_iso_date(text, name)


def _refused(name: str, offered: Mapping[str, Parameter]) -> Problem:
    return Problem("fhir.search", where=name, offered=", ".join(offered))
