"""People as rows: of the store's tables for the bulk load, and as registration rows for the small path.

Both say the same. A person's ordinals count from 0 in the order of `Person.stated`; an assertion supersedes the one
before it with the same subject.
"""

import struct
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from kaihoken.coverage import (
    Assertion,
    Certificate,
    CommitSequence,
    Coverage,
    PublicExpense,
    pack_assertion,
    pack_history,
    period_of,
    place_of_link,
    places_of_fact,
    said_of,
)
from kaihoken.people.coverages import Stated
from kaihoken.people.nation import Person
from kaihoken.store import LookupKey, milliseconds

TruthRow = tuple[int, int, int, int, int, str, int | None, int, int | None, bytes]
PersonRow = tuple[int, bytes, bytes]

PLACE = struct.Struct(">16sIQ")
"""A place with its person: key, birth, person_no. Big-endian, so that bytes sort as the look-up table does."""

_KINDS = {Coverage: "coverage", PublicExpense: "subsidy", Certificate: "certificate"}


class Rows(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Rows of `assertion` and `person` in order, and the places (`PLACE` each) by which the people are found.
    `said` holds a SHA-256 for each of the people: `said_of`."""

    truth: list[TruthRow]
    people: list[PersonRow]
    places: bytes
    said: bytes


def table_rows(
    people: Iterable[Person], first_no: int, commit: CommitSequence, recorded_at: datetime, lookup: LookupKey
) -> Rows:
    """The rows of people who are numbered from `first_no` in the order given."""
    at = milliseconds(recorded_at)
    truth: list[TruthRow] = []
    histories: list[PersonRow] = []
    places: list[bytes] = []
    said: list[bytes] = []
    for no, person in enumerate(people, start=first_no):
        packed: list[bytes] = []
        latest: dict[int, int] = {}
        found = {place_of_link(person.link, lookup): None}
        for ordinal, stated in enumerate(person.stated):
            fact, source = stated.fact, stated.source
            link = "" if ordinal else person.link
            body = pack_assertion(Assertion(stated.subject, commit, recorded_at, source, fact, link))
            packed.append(body)
            start, end = period_of(fact)
            superseded = latest.get(stated.subject)
            latest[stated.subject] = ordinal
            truth.append(
                (
                    no,
                    ordinal,
                    stated.subject,
                    commit,
                    at,
                    source,
                    superseded,
                    start.toordinal(),
                    None if end is None else end.toordinal(),
                    body,
                )
            )
            for place in places_of_fact(fact, lookup):
                found[place] = None
        said.append(said_of(person.person_id, packed))
        histories.append((no, person.person_id, pack_history(packed)))
        places.extend(PLACE.pack(key, birth, no) for key, birth in found)
    return Rows(truth, histories, b"".join(places), b"".join(said))


def rows_of(person: Person) -> list[tuple[str, dict[str, object]]]:
    """The person as registration rows in order: who says it, and the row (JSON by msgspec). 照会番号 are not among
    them: facilities register those themselves."""
    said = (stated for stated in person.stated if type(stated.fact) in _KINDS)
    return [(stated.source, registration_row(person.link, stated)) for stated in said]


def registration_row(link: str, stated: Stated) -> dict[str, object]:
    """One fact as a row of `POST /v1/registrations`."""
    row = _named(stated.fact)
    row["kind"] = _KINDS[type(stated.fact)]
    row["link"] = link
    return row


def _named(struct: msgspec.Struct) -> dict[str, object]:
    """The fields by name, empty ones left out."""
    named: dict[str, object] = {}
    for name, value in msgspec.structs.asdict(struct).items():
        if isinstance(value, msgspec.Struct):
            named[name] = _named(value)
        elif isinstance(value, tuple):
            named[name] = [_named(part) for part in value]
        elif value is not None:
            named[name] = value
    return named


def counted(rows: Sequence[Rows]) -> tuple[int, int]:
    """People and assertions in several blocks of rows."""
    return sum(len(one.people) for one in rows), sum(len(one.truth) for one in rows)
