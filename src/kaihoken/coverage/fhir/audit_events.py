"""AuditEvent: a record of the log as FHIR tells it: who did what, when, which fields left, and where it is proven.

Records name people by their random id alone, so nothing here names anybody.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from kaihoken.coverage.fhir.elements import Coding, Element, Identifier, Reference, encode
from kaihoken.coverage.fhir.uris import (
    AUDIT_ENTITY_TYPE,
    CLIENT_ID,
    DICOM,
    LOG_RECORD,
    PERSON_ID,
    code_system,
)

LOG_KINDS = "log-kind"
"""Our code system of the kinds of records."""

_ACTIONS = {"eligibility.answer": "E", "person.looked-up": "R", "coverage.registration": "C"}
_QUERIES = ("eligibility.answer", "person.looked-up")
_ELSEWHERE = ("at", "by", "client", "person", "people")
_FACILITY, _INSURER = 10, 8


class _Detail(Element, frozen=True, kw_only=True):
    type: str
    value_string: str


class _Entity(Element, frozen=True, kw_only=True):
    what: Reference
    type: Coding
    detail: Sequence[_Detail] = ()


class _Agent(Element, frozen=True, kw_only=True):
    who: Reference
    requestor: bool


class _Source(Element, frozen=True, kw_only=True):
    observer: Reference


class _AuditEvent(Element, frozen=True, kw_only=True, tag_field="resourceType", tag="AuditEvent"):
    id: str
    type: Coding
    subtype: tuple[Coding, ...] = ()
    action: str
    recorded: datetime
    outcome: str
    outcome_desc: str | None = None
    agent: Sequence[_Agent]
    source: _Source
    entity: Sequence[_Entity]


def audit_event(
    log_id: str, batch: int, index: int, at_ms: int, kind: str, body: Mapping[str, object], leaf: str
) -> bytes:
    """A record at its place in the log. `leaf` is the hash by which it is proven, "" where it does not match: then the
    record is not what was committed, and the outcome says so (12)."""
    return encode(
        _AuditEvent(
            id=f"{batch}.{index}",
            type=_QUERY if kind in _QUERIES else _ACTIVITY,
            subtype=(Coding(system=code_system(LOG_KINDS), code=kind),) if kind != "?" else (),
            action=_ACTIONS.get(kind, "E"),
            recorded=datetime.fromtimestamp(at_ms / 1000, UTC),
            outcome="0" if leaf else "12",
            outcome_desc=None if leaf else "記録が壊れています / the record is damaged",
            agent=list(_agents(body)),
            source=_Source(observer=_named("Device", LOG_RECORD, log_id)),
            entity=[_record(log_id, batch, index, leaf, body), *_people(body)],
        )
    )


_QUERY = Coding(system=DICOM, code="110112", display="Query")
_ACTIVITY = Coding(system=DICOM, code="110100", display="Application Activity")
_PERSON = Coding(system=AUDIT_ENTITY_TYPE, code="1", display="Person")
_OTHER = Coding(system=AUDIT_ENTITY_TYPE, code="4", display="Other")


def _agents(body: Mapping[str, object]) -> Iterator[_Agent]:
    client, by = str(body.get("client") or body.get("client_id") or ""), str(body.get("by") or "")
    if client:
        yield _Agent(who=_named("Device", CLIENT_ID, client), requestor=True)
    if by.isdigit() and len(by) in (_FACILITY, _INSURER):
        sort = "facility" if len(by) == _FACILITY else "insurer"
        who = Reference(reference=f"Organization/{sort}-{by}", type="Organization")
        yield _Agent(who=who, requestor=not client)
    elif by or not client:
        yield _Agent(who=Reference(display=by or "kaihoken"), requestor=not client)


def _record(log_id: str, batch: int, index: int, leaf: str, body: Mapping[str, object]) -> _Entity:
    details = [_Detail(type="leaf", value_string=leaf)] if leaf else []
    for name, value in body.items():
        if name not in _ELSEWHERE and (told := _told(value)):
            details.append(_Detail(type=name, value_string=told))
    return _Entity(
        what=_named("AuditEvent", LOG_RECORD, f"{log_id}/{batch}/{index}"), type=_OTHER, detail=details
    )


def _people(body: Mapping[str, object]) -> Iterator[_Entity]:
    named = body.get("people")
    people = [body.get("person"), *(named if isinstance(named, list) else ())]
    for person in people:
        if isinstance(person, str):
            yield _Entity(what=_named("Patient", PERSON_ID, person), type=_PERSON)


def _told(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _named(sort: str, system: str, value: str) -> Reference:
    return Reference(type=sort, identifier=Identifier(system=system, value=value))
