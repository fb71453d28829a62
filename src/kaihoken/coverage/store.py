"""The room's SQL: assertions, people, and the rows by which people are found."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from kaihoken.coverage.history import History
from kaihoken.coverage.lookup import Place
from kaihoken.store import Statement, schema, statement

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
        "SELECT p.person_no, p.person_id, p.packed FROM lookup AS l "
        "JOIN person AS p ON p.person_no = l.person_no WHERE l.key = ?1 AND l.birth = ?2"
    ),
    postgresql=(
        "SELECT q.place, p.person_no, p.person_id, p.packed "
        "FROM unnest($1::bytea[], $2::integer[]) WITH ORDINALITY AS q(key, birth, place) "
        "JOIN lookup AS l ON l.key = q.key AND l.birth = q.birth "
        "JOIN person AS p ON p.person_no = l.person_no"
    ),
)
"""The one hot statement. SQLite answers a place in two b-tree descents (look-up, person); PostgreSQL is asked for all
places of a turn of the event loop at once."""

ASSERTIONS = statement(
    "read a person's assertions",
    select(schema.assertion.c.ordinal, schema.assertion.c.body)
    .where(schema.assertion.c.person_no == bindparam("person_no"))
    .order_by(schema.assertion.c.ordinal),
)

PEOPLE_AFTER = statement(
    "read people in order",
    select(schema.person.c.person_no, schema.person.c.person_id, schema.person.c.packed)
    .where(schema.person.c.person_no > bindparam("after"))
    .order_by(schema.person.c.person_no)
    .limit(1000),
)


class Finder(Protocol):
    """Finds the histories that stand at some places: the hot read, one implementation per engine."""

    async def find(self, places: Sequence[Place]) -> list[tuple[int, History]]:
        """(person_no, history) of everybody at any of the places, each person once. Sees every commit that has
        returned."""
        ...
