"""POST _search: the form that holds what is searched by.

Personal identifiers stand in the body alone. A parameter that is not offered is refused, not passed over: an answer to
another search than the one that was meant would be about somebody else.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import parse_qsl

from kaihoken.coverage.fhir.japanese import Numbers, plain, read_coverage_id, read_member_id
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

USUAL, MOST = 100, 500
"""Resources on a page: where nothing is said, and at most."""

_MOST_FIELDS = 20
_LONGEST = 200
_DAY = timedelta(days=1)
EARLIEST, _LATEST = date(1970, 1, 1), date(9999, 1, 1)
"""The first day of a search, and the first behind the last: there are instants beside each day in between."""
_ESCAPED = re.compile(r"\\([,|$\\])")
_FORMATS = (
    "json",
    "application/json",
    "application/fhir+json",
    "application/fhir json",
)  # + unescaped: a space


class Parameter(NamedTuple):
    """A search parameter as CapabilityStatement tells it. Those of all searches (`_count`) have no definition in R4."""

    type: str
    definition: str
    ja: str


_R4 = "http://hl7.org/fhir/SearchParameter/"
_IDENTIFIER = Parameter(
    "token", f"{_R4}Coverage-identifier", "被保険者の識別子（JP_Insurance_memberID など）"
)
_BIRTHDATE = Parameter("date", f"{_R4}individual-birthdate", "生年月日（必須）")
_COUNT = Parameter("number", "", f"1 ページの件数（{USUAL}、多くても {MOST}）")

OF_COVERAGE: Mapping[str, Parameter] = MappingProxyType(
    {
        "identifier": _IDENTIFIER,
        "jp-insured-personsymbol": Parameter("string", JP_SYMBOL_SP, "記号"),
        "jp-insured-personnumber": Parameter("string", JP_NUMBER_SP, "番号"),
        "jp-insured-personsubnumber": Parameter("string", JP_BRANCH_SP, "枝番"),
        "payor.identifier": Parameter("token", f"{_R4}Organization-identifier", "保険者番号"),
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
        "date": Parameter(
            "date", f"{_R4}clinical-date", "同意の日（ge・gt・le・lt、患者を書かないときは 31 日まで）"
        ),
        "status": Parameter("token", f"{_R4}Consent-status", "active: 続いているものだけ"),
        "patient.identifier": _IDENTIFIER._replace(definition=f"{_R4}Patient-identifier"),
        "patient.birthdate": _BIRTHDATE,
        "_count": _COUNT,
    }
)
OF_AUDIT_EVENT: Mapping[str, Parameter] = MappingProxyType(
    {
        "date": Parameter("date", f"{_R4}AuditEvent-date", "日（ge・gt・le・lt、日本の日付）"),
        "_count": _COUNT,
    }
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


class Days(NamedTuple):
    """From a day (None: from the first there is) up to the day before another (None: to the last)."""

    first: date | None = None
    stop: date | None = None

    def narrowed(self, text: str) -> "Days":
        """Those of them that a parameter `date` names. Days are whole: ge and le take the day itself, gt and lt do not;
        without a word, that day alone. Problems `fhir.search`, `identity.date`."""
        word, day = (text[:2], text[2:]) if text[:2].isalpha() else ("eq", text)
        on = parse_iso_date(day, "date")
        if not EARLIEST <= on < _LATEST:
            raise Problem("identity.date", where="date", form=f"yyyy-MM-dd, {EARLIEST} – {_LATEST}")
        match word:
            case "ge" | "gt":
                return self._within(on if word == "ge" else on + _DAY, None)
            case "le" | "lt":
                return self._within(None, on + _DAY if word == "le" else on)
            case "eq":
                return self._within(on, on + _DAY)
        raise Problem("fhir.search", where="date", offered="date=ge2026-11-01, date=lt2026-12-01")

    def _within(self, first: date | None, stop: date | None) -> "Days":
        firsts = [day for day in (self.first, first) if day is not None]
        stops = [day for day in (self.stop, stop) if day is not None]
        return Days(max(firsts, default=None), min(stops, default=None))


Wanted = ByNumber | ByReference
"""Whose coverage, or who, is searched for."""


def read_coverage_search(body: bytes) -> Wanted:
    """The search in a form. Problems `fhir.search`, `fhir.required`, `fhir.identifier`, `fhir.contradiction` where two
    parameters name two coverages, `identity.date`, each with the parameter."""
    form = read_form(body, OF_COVERAGE)
    numbers = Numbers(_payor(form), *(form.get(name, "") for name in _PARTS[1:]))
    if "identifier" in form:
        named = _identified(form["identifier"])
        for name, part, value, own in zip(_PARTS, Numbers._fields, numbers, named, strict=True):
            if value and plain(part, value) != plain(part, own):
                raise Problem("fhir.contradiction", where=name, element=part)
        numbers = named
    if not numbers.number:
        raise Problem("fhir.required", where="identifier", element="identifier, jp-insured-personnumber")
    return ByNumber(numbers, _day(form, "beneficiary.birthdate"))


_PARTS = (
    "payor.identifier",
    "jp-insured-personsymbol",
    "jp-insured-personnumber",
    "jp-insured-personsubnumber",
)


def _payor(form: Mapping[str, str]) -> str:
    system, value = token(form.get("payor.identifier", ""), "payor.identifier")
    if system not in (JP_INSURER_NUMBER, JP_INSURER_NUMBER_OID, ""):
        wanted = f"payor.identifier={JP_INSURER_NUMBER}|…"
        raise Problem("fhir.required", where="payor.identifier", element=wanted)
    return value


def read_patient_search(body: bytes) -> Wanted:
    """The same of a Patient; also by 照会番号."""
    form = read_form(body, OF_PATIENT)
    return read_patient_identifier(form.get("identifier", ""), form.get("birthdate", ""))


def read_patient_identifier(identifier: str, birthdate: str, within: str = "") -> Wanted:
    """A patient by an identifier with the birthdate; `within` stands before their names in the search."""
    name = f"{within}identifier"
    system, value = token(identifier, name)
    born = _day({f"{within}birthdate": birthdate}, f"{within}birthdate")
    if system.startswith(JP_PATIENT_ID):
        return ByReference(system.removeprefix(JP_PATIENT_ID), value, born)
    return ByNumber(_identified(identifier, name), born)


def read_organization_search(body: bytes) -> Token:
    """The number of an organization."""
    form = read_form(body, OF_ORGANIZATION)
    if "identifier" not in form:
        raise Problem("fhir.required", where="identifier", element="identifier")
    return token(form["identifier"], "identifier")


def read_form(body: bytes, offered: Mapping[str, Parameter]) -> dict[str, str]:
    """The parameters of a form, each once. Problems `fhir.search`, `fhir.format`."""
    form: dict[str, str] = {}
    for name, value in _pairs(body, offered):
        if name in form:
            raise _refused(name, offered)
        form[name] = value
    return form


def read_days(
    body: bytes, offered: Mapping[str, Parameter], least: int = 0
) -> tuple[dict[str, str], Days, int]:
    """The parameters of a search by days, which may name several bounds, and how many resources a page holds: 0, where
    `least` lets it, asks for their number alone. Problems of `read_form`, `fhir.code`, `identity.date`."""
    form: dict[str, str] = {}
    days = Days()
    for name, value in _pairs(body, offered):
        if name == "date":
            days = days.narrowed(value)
        elif name in form:
            raise _refused(name, offered)
        else:
            form[name] = value
    return form, days, _count(form.pop("_count", str(USUAL)), least)


def _count(text: str, least: int) -> int:
    """How many resources a page holds: who wants more than there may be gets these."""
    if not (text.isascii() and text.isdigit()) or int(text) < least:
        raise Problem("fhir.code", where="_count", wanted=f"{least} … {MOST}")
    return min(int(text), MOST)


def _pairs(body: bytes, offered: Mapping[str, Parameter]) -> Iterator[tuple[str, str]]:
    """Names and values of a form that are offered. How an answer is written out says nothing of what is in it."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except (UnicodeDecodeError, ValueError):
        raise _refused("?", offered) from None
    for sent, value in pairs:
        name = sent if sent in offered else _ALIASES.get(sent, sent)
        if name == "_format":
            if value not in _FORMATS:
                raise Problem("fhir.format", where="_format")
        elif name == "_pretty" and value in ("true", "false"):
            continue
        elif name not in offered or len(value) > _LONGEST:
            raise _refused(name if name in offered else "?", offered)
        else:
            yield name, value


def token(text: str, where: str) -> Token:
    """system|value; without a bar, a value of no system. Problem `fhir.search` for more bars."""
    parts = re.split(r"(?<!\\)\|", text)
    if len(parts) > 2:
        raise Problem("fhir.search", where=where, offered=f"{where}=system|value")
    system, value = parts if len(parts) == 2 else ("", parts[0])
    return Token(_ESCAPED.sub(r"\1", system), _ESCAPED.sub(r"\1", value))


def _identified(text: str, where: str = "identifier") -> Numbers:
    system, value = token(text, where)
    if system == JP_MEMBER_ID:
        return read_member_id(value, where)
    if system == JP_COVERAGE_ID:
        return read_coverage_id(value, where)
    raise Problem("fhir.required", where=where, element=f"{where}={JP_MEMBER_ID}|…")


def _day(form: Mapping[str, str], name: str) -> date:
    text = form.get(name, "").removeprefix("eq")
    if not text:
        raise Problem("fhir.required", where=name, element=name)
    return parse_iso_date(text, name)


def _refused(name: str, offered: Mapping[str, Parameter]) -> Problem:
    return Problem("fhir.search", where=name, offered=", ".join(offered) or "_format")
