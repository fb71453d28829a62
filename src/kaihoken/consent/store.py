"""The room's SQL: consents as they were given, and the ends of their items."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import cast

from sqlalchemy import ColumnElement, Select, bindparam, func, insert, select

from kaihoken.consent.grant import End, Grant, Held
from kaihoken.consent.item import Care, ConsentId, EndReason, Item, Means
from kaihoken.store import Statement, Write, instant, milliseconds, schema, statement

GrantRow = tuple[bytes, bytes, str, str, str, str, int, int | None, int, str, int | None]
"""The columns of `consent` but its commit, in the order of the table."""

EndRow = tuple[bytes, str, int, str]
"""The columns of `consent_end` but its commit."""

_consent, _end = schema.consent, schema.consent_end
_GIVEN = [column for column in _consent.c if column.name != "commit_seq"]
_ENDED = [column for column in _end.c if column.name != "commit_seq"]

ADD_GRANT = statement("add a consent", insert(_consent))
ADD_END = statement("add the end of a consent", insert(_end))


def _grants(name: str, *where: ColumnElement[bool]) -> Statement:
    return statement(f"read {name}", _select(*where))


def _select(*where: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    ends = [_end.c.item, _end.c.ended_at, _end.c.reason]
    return (
        select(*_GIVEN, *ends)
        .select_from(_consent)
        .outerjoin(_end, _end.c.consent_id == _consent.c.consent_id)
        .where(*where)
        .order_by(_consent.c.given_at, _consent.c.consent_id, _end.c.item)
    )


ONE = _grants("a consent", _consent.c.consent_id == bindparam("consent"))
OF_PERSON = _grants("the consents of a person", _consent.c.person_id == bindparam("person"))
OF_PERSON_TO = _grants(
    "the consents of a person to a facility",
    _consent.c.person_id == bindparam("person"),
    _consent.c.facility == bindparam("facility"),
)
BY_GIVING = _grants(
    "the consents to a facility by the day on which they were given",
    _consent.c.facility == bindparam("facility"),
    _consent.c.care == bindparam("care"),
    _consent.c.given_at >= bindparam("first"),
    _consent.c.given_at < bindparam("stop"),
)
BY_EXAMINATION = _grants(
    "the consents to a facility by the day of the examination",
    _consent.c.facility == bindparam("facility"),
    _consent.c.care == bindparam("care"),
    _consent.c.examined_on >= bindparam("first"),
    _consent.c.examined_on <= bindparam("last"),
)

GRANTS_IN_COMMIT = statement(
    "read the consents of a commit",
    select(*_GIVEN).where(_consent.c.commit_seq == bindparam("commit")).order_by(_consent.c.consent_id),
)
ENDS_IN_COMMIT = statement(
    "read the ends of consents of a commit",
    select(*_ENDED).where(_end.c.commit_seq == bindparam("commit")).order_by(_end.c.consent_id, _end.c.item),
)
GRANTS_BEFORE = statement(
    "count the consents before a commit",
    select(func.count()).select_from(_consent).where(_consent.c.commit_seq < bindparam("commit")),
)
ENDS_BEFORE = statement(
    "count the ends before a commit",
    select(func.count()).select_from(_end).where(_end.c.commit_seq < bindparam("commit")),
)
GRANTS_FROM = statement("find the last commit of a consent", select(func.max(_consent.c.commit_seq)))
ENDS_FROM = statement("find the last commit of an end", select(func.max(_end.c.commit_seq)))
ENDS_OF_NOTHING = statement(
    "read ends without a consent",
    select(_end.c.consent_id, _end.c.item)
    .outerjoin(_consent, _consent.c.consent_id == _end.c.consent_id)
    .where(_consent.c.consent_id.is_(None)),
)


def row_of_grant(grant: Grant) -> GrantRow:
    """The row of a consent, without its commit."""
    return (
        grant.consent,
        grant.person,
        grant.facility,
        grant.care.value,
        " ".join(sorted(grant.items)),
        grant.means.value,
        milliseconds(grant.given_at),
        None if grant.until is None else milliseconds(grant.until),
        grant.examined_on.toordinal(),
        grant.staff,
        None if grant.spoken_at is None else milliseconds(grant.spoken_at),
    )


def row_of_end(end: End) -> EndRow:
    """The row of an end, without its commit."""
    return end.consent, end.item.value, milliseconds(end.ended_at), end.reason.value


def grant_of(row: Sequence[object]) -> Grant:
    """The consent in a row. ValueError for what no consent is."""
    consent, person, facility, care, items, means, given_at, until, examined_on, staff, spoken_at = cast(
        "GrantRow", row
    )
    return Grant(
        ConsentId(consent),
        person,
        facility,
        Care(care),
        frozenset(map(Item, items.split())),
        Means(means),
        instant(given_at),
        None if until is None else instant(until),
        date.fromordinal(examined_on),
        staff,
        None if spoken_at is None else instant(spoken_at),
    )


def held_in(rows: Iterable[Sequence[object]]) -> list[Held]:
    """The consents in rows of which each has one end of an item, or none; the rows of a consent stand together."""
    return list(each_held(rows))


def each_held(rows: Iterable[Sequence[object]]) -> Iterator[Held]:
    """The same, one after the other."""
    for _, own in groupby(rows, key=itemgetter(0)):
        grant: Grant | None = None
        ends: dict[Item, End] = {}
        for *given, item, ended_at, reason in own:
            grant = grant or grant_of(given)
            if item is not None:
                end = End(
                    grant.consent, Item(str(item)), instant(cast("int", ended_at)), EndReason(str(reason))
                )
                ends[end.item] = end
        assert grant is not None  # a group has a row
        yield Held(grant, ends)


def added(grants: Sequence[Grant], commit: int) -> Write:
    """The write that adds consents in a commit."""
    return Write(ADD_GRANT, [(*row_of_grant(grant), commit) for grant in grants])


def ended(ends: Sequence[End], commit: int) -> Write:
    """The write that ends items in a commit."""
    return Write(ADD_END, [(*row_of_end(end), commit) for end in ends])
