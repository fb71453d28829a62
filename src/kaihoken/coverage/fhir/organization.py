"""Organization: insurers and facilities, as far as their number and the hub's own list of clients say.

Public facts only, so a name tells nothing of anybody: `insurer-01130012`, `facility-9910000007`.
"""

import re
from collections.abc import Callable
from typing import Literal

from kaihoken.coverage.fhir.elements import Coding, Concept, Element, Extension, Identifier, Meta
from kaihoken.coverage.fhir.uris import (
    JP_FACILITY_CODE,
    JP_FACILITY_NO,
    JP_FACILITY_NO_ID,
    JP_INSURER_NUMBER,
    JP_INSURER_NUMBER_OID,
    JP_ORGANIZATION,
    JP_POINT_TABLE,
    JP_POINT_TABLES,
    JP_PREFECTURE,
    JP_PREFECTURES,
    ORGANIZATION_TYPE,
)
from kaihoken.identity import FacilityCode, InsurerNumber
from kaihoken.problems import Problem

_ID = re.compile(r"(insurer)-([0-9]{8})|(facility)-([0-9]{10})")
_POINT_TABLE = ("1", "2", "3", "4", "6")

Sort = Literal["insurer", "facility"]
NameOf = Callable[[Sort, str], str | None]
"""The name under which a number is enrolled with the hub, where it is."""


class Organization(Element, frozen=True, kw_only=True, tag_field="resourceType", tag="Organization"):
    """JP_Organization."""

    id: str
    meta: Meta
    extension: tuple[Extension, ...] = ()
    identifier: tuple[Identifier, ...]
    type: tuple[Concept, ...]
    name: str | None = None


def organization_by_id(id_: str, name_of: NameOf) -> Organization | None:
    """The organization that an id of ours names; None where no number can be that."""
    named = _ID.fullmatch(id_)
    if named is None:
        return None
    insurer, insurer_number, _, facility_code = named.groups()
    return _insurer(insurer_number, name_of) if insurer else _facility(facility_code, name_of)


def organization_by_identifier(system: str, value: str, name_of: NameOf) -> Organization | None:
    """The organization whose number is searched for, of either sort where no system is said; None where no number can
    be that."""
    if not system:
        return _insurer(value, name_of) or _facility(value, name_of)
    if system in (JP_INSURER_NUMBER, JP_INSURER_NUMBER_OID):
        return _insurer(value, name_of)
    if system == JP_FACILITY_CODE:
        return _facility(value, name_of)
    return None


_META = Meta(profile=(JP_ORGANIZATION,))


def _insurer(text: str, name_of: NameOf) -> Organization | None:
    try:
        insurer = InsurerNumber.parse(text)
    except Problem:
        return None
    number = insurer.canonical
    prefecture = insurer.prefecture
    return Organization(
        id=f"insurer-{number}",
        meta=_META,
        extension=() if prefecture is None else (_coding(JP_PREFECTURE, JP_PREFECTURES, number[2:4]),),
        identifier=(Identifier(system=JP_INSURER_NUMBER, value=number),),
        type=(Concept(coding=(Coding(system=ORGANIZATION_TYPE, code="pay"),)),),
        name=name_of("insurer", number),
    )


def _facility(text: str, name_of: NameOf) -> Organization | None:
    try:
        facility = FacilityCode.parse(text)
    except Problem:
        return None
    code = facility.canonical
    extensions = [
        Extension(url=JP_FACILITY_NO, value_identifier=Identifier(system=JP_FACILITY_NO_ID, value=code[3:]))
    ]
    if code[2] in _POINT_TABLE:
        extensions.insert(0, _coding(JP_POINT_TABLE, JP_POINT_TABLES, code[2]))
    if facility.prefecture is not None:
        extensions.insert(0, _coding(JP_PREFECTURE, JP_PREFECTURES, code[:2]))
    return Organization(
        id=f"facility-{code}",
        meta=_META,
        extension=tuple(extensions),
        identifier=(Identifier(system=JP_FACILITY_CODE, value=code),),
        type=(Concept(coding=(Coding(system=ORGANIZATION_TYPE, code="prov"),)),),
        name=name_of("facility", code),
    )


def _coding(url: str, system: str, code: str) -> Extension:
    return Extension(url=url, value_coding=Coding(system=system, code=code))
