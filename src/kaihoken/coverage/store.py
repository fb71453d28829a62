"""The room's SQL: assertions, people, and the rows by which people are found."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple, Protocol, cast

import msgspec
from sqlalchemy import bindparam, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from kaihoken.coverage.history import History, PersonId, unpack_assertions, unpack_history
from kaihoken.coverage.lookup import Place, places_of
from kaihoken.problems import Problem
from kaihoken.store import LookupKey, Statement, Store, register_places, schema, statement

ADD_ASSERTION = statement("add an assertion", insert(schema.assertion))

PUT_PERSON = statement(
    "put a person's packed history",
    insert(schema.person).on_conflict_do_update(
        index_elements=[schema.person.c.person_no], set_={"packed": insert(schema.person).excluded.packed}
    ),
)

ADD_PLACE = statement("add a look-up row", insert(schema.lookup).on_conflict_do_nothing())

HIGHEST_PERSON = statement("find the highest person number", select(func.max(schema.person.c.person_no)))

FIND = Statement(
    "find people by place",
    sqlite=(
        "WITH q(place, key, birth) AS (VALUES each) SELECT q.place, p.person_no, p.person_id, p.packed FROM q "
        "CROSS JOIN lookup AS l ON l.key = q.key AND l.birth = q.birth "
        "CROSS JOIN person AS p ON p.person_no = l.person_no"
    ),
    postgresql=(
        "SELECT q.place, p.person_no, p.person_id, p.packed "
        "FROM unnest($1::bytea[], $2::integer[]) WITH ORDINALITY AS q(key, birth, place) "
        "JOIN lookup AS l ON l.key = q.key AND l.birth = q.birth "
        "JOIN person AS p ON p.person_no = l.person_no"
    ),
)
"""The one hot statement, for all places of a turn of the event loop at once (on SQLite through `look`): two b-tree
descents each, look-up and then person. Places are numbered from 1."""

BIRTHS_AT = statement(
    "read the birthdates at which a number stands",
    select(schema.lookup.c.birth).distinct().where(schema.lookup.c.key == bindparam("key")),
)

_READ = select(schema.person.c.person_no, schema.person.c.person_id, schema.person.c.packed)
_BORN_ON = statement(
    "find people by birthdate",
    _READ.where(
        schema.person.c.person_no.in_(
            # The second condition is that of the index, which no engine takes without it.
            select(schema.lookup.c.person_no).where(
                schema.lookup.c.birth == bindparam("birth"), schema.lookup.c.birth > 0
            )
        )
    ),
)
_BY_ID = statement("read a person by id", _READ.where(schema.person.c.person_id == bindparam("person_id")))
_BY_NUMBER = statement(
    "read a person by number", _READ.where(schema.person.c.person_no == bindparam("person_no"))
)

ASSERTIONS = statement(
    "read a person's assertions",
    select(schema.assertion.c.ordinal, schema.assertion.c.body)
    .where(schema.assertion.c.person_no == bindparam("person_no"))
    .order_by(schema.assertion.c.ordinal),
)

SAID_IN_COMMIT = statement(
    "read what a commit said of a person",
    select(schema.assertion.c.body)
    .join(schema.person, schema.person.c.person_no == schema.assertion.c.person_no)
    .where(
        schema.person.c.person_id == bindparam("person_id"),
        schema.assertion.c.commit_seq == bindparam("commit"),
    )
    .order_by(schema.assertion.c.ordinal),
)

SAID_OF_SOME_IN_COMMIT = statement(
    "read what a commit said of some people",
    select(schema.assertion.c.person_no, schema.person.c.person_id, schema.assertion.c.body)
    .select_from(schema.assertion)
    .outerjoin(schema.person, schema.person.c.person_no == schema.assertion.c.person_no)
    .where(
        schema.assertion.c.person_no >= bindparam("first"),
        schema.assertion.c.person_no < bindparam("stop"),
        schema.assertion.c.commit_seq == bindparam("commit"),
    )
    .order_by(schema.assertion.c.person_no, schema.assertion.c.ordinal),
)

SAID_BEFORE = statement(
    "count what was said before a commit",
    select(func.count())
    .select_from(schema.assertion)
    .where(schema.assertion.c.commit_seq < bindparam("commit")),
)

SAID_FROM = statement(
    "count what was said from a commit on",
    select(schema.assertion.c.commit_seq, func.count())
    .where(schema.assertion.c.commit_seq >= bindparam("commit"))
    .group_by(schema.assertion.c.commit_seq)
    .order_by(schema.assertion.c.commit_seq),
)

PAGE = 1000
"""Rows, or numbers of people, that a check looks at in one statement."""

PEOPLE_AND_TRUTH = statement(
    "read some people with what was said of them",
    select(
        schema.person.c.person_no,
        schema.person.c.packed,
        schema.assertion.c.ordinal,
        schema.assertion.c.subject,
        schema.assertion.c.commit_seq,
        schema.assertion.c.recorded_at,
        schema.assertion.c.source,
        schema.assertion.c.supersedes,
        schema.assertion.c.valid_from,
        schema.assertion.c.valid_to,
        schema.assertion.c.body,
    )
    .select_from(schema.person)
    .outerjoin(schema.assertion, schema.assertion.c.person_no == schema.person.c.person_no)
    .where(schema.person.c.person_no > bindparam("after"), schema.person.c.person_no <= bindparam("until"))
    .order_by(schema.person.c.person_no, schema.assertion.c.ordinal),
)

TRUTH_WITHOUT_PERSON = statement(
    "read what was said of nobody",
    select(schema.assertion.c.person_no)
    .distinct()
    .outerjoin(schema.person, schema.person.c.person_no == schema.assertion.c.person_no)
    .where(schema.person.c.person_no.is_(None), schema.assertion.c.person_no > bindparam("after"))
    .order_by(schema.assertion.c.person_no)
    .limit(PAGE),
)

PLACES_AFTER = statement(
    "read look-up rows in order with their people",
    select(
        schema.lookup.c.key,
        schema.lookup.c.birth,
        schema.lookup.c.person_no,
        schema.lookup.c.key_version,
        schema.lookup.c.normalisation_version,
        schema.person.c.packed,
    )
    .select_from(schema.lookup)
    .outerjoin(schema.person, schema.person.c.person_no == schema.lookup.c.person_no)
    .where(
        tuple_(schema.lookup.c.key, schema.lookup.c.birth, schema.lookup.c.person_no)
        > tuple_(bindparam("key"), bindparam("birth"), bindparam("person_no"))
    )
    .order_by(schema.lookup.c.key, schema.lookup.c.birth, schema.lookup.c.person_no)
    .limit(PAGE),
)


class Stored(NamedTuple):
    """A person as the look-up found them: the number of the row, and the history still packed."""

    person_no: int
    person: PersonId
    packed: bytes

    @property
    def history(self) -> History:
        """The history, unpacked. Raises Problem `store.corrupt` where it is damaged."""
        try:
            return unpack_history(self.person, self.packed)
        except msgspec.DecodeError:
            raise Problem("store.corrupt", where=f"person {self.person_no}") from None


async def find_person(store: Store, person: PersonId) -> Stored | None:
    """Whoever is known by that id."""
    return _stored(await store.fetch(_BY_ID, (person,)))


async def find_people(store: Store, people: Iterable[PersonId]) -> list[Stored]:
    """Those who are known by their ids, in the order asked. Who is not there is left out."""
    found = [await find_person(store, person) for person in people]
    return [one for one in found if one is not None]


async def born_on(store: Store, birthdate: date) -> list[Stored]:
    """Everybody of whom a coverage has that birthdate, or had."""
    found = await store.fetch(_BORN_ON, (birthdate.toordinal(),))
    return [
        Stored(number, PersonId(person), packed)
        for number, person, packed in cast("Sequence[tuple[int, bytes, bytes]]", found)
    ]


async def numbered_person(store: Store, person_no: int) -> Stored | None:
    """Whoever stands in the row of that number, for what goes through all of them."""
    return _stored(await store.fetch(_BY_NUMBER, (person_no,)))


def _stored(rows: Sequence[tuple[object, ...]]) -> Stored | None:
    found = cast("Sequence[tuple[int, bytes, bytes]]", rows)
    return Stored(found[0][0], PersonId(found[0][1]), found[0][2]) if found else None


Row = tuple[int, int, bytes, bytes]
"""What FIND returns: place, number of the person, person, packed history."""


def placed(asked: Sequence[Sequence[Place]]) -> tuple[list[int], list[Place]]:
    """The places of all who ask in one list, and beside each the number of who asks for it."""
    owners = [number for number, places in enumerate(asked) for _ in places]
    return owners, [place for places in asked for place in places]


def found_by(owners: Sequence[int], rows: Iterable[Row], count: int) -> list[list[Stored]]:
    """For each of so many who ask everybody at any of their places, once."""
    found: list[dict[int, Stored]] = [{} for _ in range(count)]
    for place, number, person, packed in rows:
        found[owners[place - 1]][number] = Stored(number, PersonId(person), packed)
    return [list(people.values()) for people in found]


class Finder(Protocol):
    """Finds who stands at some places: the hot read, one implementation per engine."""

    async def find_each(self, asked: Sequence[Sequence[Place]]) -> list[list[Stored]]:
        """For each who asks, in order, everybody at any of their places, each person once. Sees every commit that
        has returned. Raises the Problems of the store."""
        ...


def _found_at(packed: bytes, lookup: LookupKey) -> list[Place]:
    return places_of(unpack_assertions(packed), lookup)


register_places(_found_at)
