"""CoverageEligibilityRequest as its bytes hold it: the members that we look at, read within bounds.

Others are passed over, as R4 wants it; a name that stands twice is refused, also in what is passed over.
"""

import re
from datetime import date, datetime
from typing import Annotated, Final

import msgspec

from kaihoken.coverage.names_once import repeated_in_tree
from kaihoken.coverage.shape import question_problem
from kaihoken.problems import Problem

DEEPEST: Final = 64
"""Objects and lists inside one another. A question has some eight."""

ROOT: Final = "CoverageEligibilityRequest"

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


class Read(msgspec.Struct, frozen=True, rename="camel", gc=False, omit_defaults=True):
    """Base of what is read: members that we do not know are passed over, as R4 wants it. What most clients send is
    known, also where nothing comes of it: then the whole of a request was read (`_is_whole`)."""


class Identifier(Read, frozen=True):
    system: str = ""
    value: str = ""
    use: str = ""


class Coding(Read, frozen=True):
    system: str = ""
    code: str = ""
    display: str = ""


class Concept(Read, frozen=True):
    coding: tuple[Coding, ...] = ()
    text: str = ""


class Reference(Read, frozen=True):
    reference: str = ""
    identifier: Identifier | None = None
    display: str = ""
    type: str = ""


class Extension(Read, frozen=True):
    url: str
    extension: "tuple[Extension, ...]" = ()
    value_string: str | None = None
    value_code: str | None = None
    value_instant: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    value_coding: Coding | None = None


class HumanName(Read, frozen=True):
    text: str = ""
    family: str = ""
    given: tuple[str, ...] = ()
    extension: tuple[Extension, ...] = ()
    use: str = ""


class Quantity(Read, frozen=True):
    value: float | None = None


class Cost(Read, frozen=True):
    type: Concept = Concept()
    value_quantity: Quantity | None = None


class Contained(Read, frozen=True):
    """A Patient, Coverage or Organization; of anything else only its id."""

    resource_type: str
    id: str = ""
    extension: tuple[Extension, ...] = ()
    modifier_extension: tuple[msgspec.Raw, ...] = ()
    implicit_rules: str = ""
    identifier: tuple[Identifier, ...] = ()
    name: tuple[HumanName, ...] | str = ()
    birth_date: date | None = None
    gender: str = ""
    status: str = ""
    beneficiary: Reference | None = None
    payor: tuple[Reference, ...] = ()
    dependent: str = ""
    relationship: Concept = Concept()
    cost_to_beneficiary: tuple[Cost, ...] = ()


class Insurance(Read, frozen=True):
    coverage: Reference = Reference()
    focal: bool | None = None


class Request(Read, frozen=True, tag_field="resourceType", tag=ROOT):
    status: str = ""
    purpose: tuple[str, ...] = ()
    patient: Reference | None = None
    provider: Reference | None = None
    insurer: Reference | None = None
    insurance: tuple[Insurance, ...] = ()
    contained: tuple[Contained, ...] = ()
    identifier: tuple[Identifier, ...] = ()
    extension: tuple[Extension, ...] = ()
    modifier_extension: tuple[msgspec.Raw, ...] = ()
    implicit_rules: str = ""
    created: str = ""
    serviced_date: date | None = None
    serviced_period: msgspec.Raw = msgspec.Raw()
    language: str = "ja"


class Parameter(Read, frozen=True):
    name: str
    resource: Request | None = None


class Parameters(Read, frozen=True, tag_field="resourceType", tag="Parameters"):
    parameter: tuple[Parameter, ...] = ()


_NAMES = frozenset(
    name
    for kind in (
        Request,
        Contained,
        Extension,
        Identifier,
        Reference,
        HumanName,
        Insurance,
        Cost,
        Coding,
    )
    for name in (*kind.__struct_encode_fields__, "resourceType", "valueQuantity", "value", "parameter")
)
_decode = msgspec.json.Decoder(Request | Parameters).decode
_encode = msgspec.json.Encoder().encode


def read(body: bytes) -> Request:
    """The request in a body, or in Parameters. Problems `coverage.request-json`, `coverage.request-shape`,
    `coverage.request-repeated`, `identity.date`; `fhir.deep`, `fhir.resource`, `fhir.required`."""
    _check_depth(body)
    read = _decoded(body)
    if not _is_whole(body, read):
        _check_names(body)
    return read if isinstance(read, Request) else _inside(read)


def _is_whole(body: bytes, read: "Request | Parameters") -> bool:
    """Whether each member that the body holds is in what was read of it: then no name stands twice. Written again, it
    has a colon for each and no other. (An instant could gain one, and so could a request in Parameters.)"""
    if not isinstance(read, Request) or b"\\u" in body or b"valueInstant" in body:
        return False
    return body.count(b":") == _encode(read).count(b":")


def _check_names(body: bytes) -> None:
    try:
        repeated = repeated_in_tree(body, _NAMES)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem("coverage.request-json") from None  # in what we pass over
    if repeated is not None:
        raise Problem("coverage.request-repeated", where=repeated)


def _check_depth(body: bytes) -> None:
    if body.count(b"{") + body.count(b"[") <= DEEPEST:
        return  # too few to stand so deep
    depth = 0
    for byte in _STRING.sub(b"", body):
        if byte in b"{[":
            depth += 1
            if depth > DEEPEST:
                raise Problem("fhir.deep", most=DEEPEST)
        elif byte in b"}]":
            depth -= 1


def _decoded(body: bytes) -> Request | Parameters:
    try:
        read: Request | Parameters = _decode(body)
    except msgspec.ValidationError as error:
        problem = question_problem(error)
        if problem.where == "resourceType":
            raise Problem("fhir.resource", where="resourceType", wanted=f"{ROOT}, Parameters") from None
        raise Problem(problem.code, where=problem.where.replace("[...]", ""), **problem.facts) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem("coverage.request-json") from None
    return read


def _inside(read: Parameters) -> Request:
    inside = [one.resource for one in read.parameter if one.name == "resource" and one.resource is not None]
    if len(inside) != 1:
        raise Problem("fhir.required", where="Parameters.parameter", element="parameter.resource")
    return inside[0]
