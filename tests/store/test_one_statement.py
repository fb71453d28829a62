"""Several insertions as one statement of PostgreSQL: when they may be, and that they are one transaction."""

import pytest
from sqlalchemy import bindparam, delete, insert, select, text
from sqlalchemy.dialects.postgresql import insert as insert_or

from kaihoken.problems import Problem
from kaihoken.store import PostgresStore, Statement, Write, statement
from kaihoken.store.postgrestrip import in_one_statement
from kaihoken.store.schema import person, store_meta

from .builders import ADD_META, a_person, a_store, numbers, people

META = Write(ADD_META, [("a", "1")])
SAME_TRANSACTION = Statement(
    "both rows of one transaction",
    "",
    "SELECT count(*) FROM person p JOIN store_meta m ON m.xmin = p.xmin WHERE m.name = 'a'",
)


def test_the_parameters_of_the_later_ones_are_numbered_on() -> None:
    one = in_one_statement([people(7), META])

    assert one is not None
    assert one.text == (
        "WITH w0 AS (INSERT INTO person (person_no, person_id, packed) VALUES ($1::BIGINT, $2::BYTEA, $3::BYTEA)), "
        "w1 AS (INSERT INTO store_meta (name, value) VALUES ($4::VARCHAR, $5::VARCHAR)) SELECT 1"
    )
    assert one.values == [*a_person(7), "a", "1"]


@pytest.mark.parametrize(
    "writes",
    [
        [],
        [META],
        [people(1, 2), META],
        [people(), META],
        [META, Write(statement("drop", delete(person).where(person.c.person_no == bindparam("no"))), [(1,)])],
        [META, Write(statement("put", insert_or(person).on_conflict_do_nothing()), [a_person(1)])],
        [
            META,
            Write(
                statement(
                    "copy",
                    insert(store_meta).from_select(
                        ["name", "value"],
                        select(text("'b'"), store_meta.c.value).where(store_meta.c.name == "a"),
                    ),
                ),
                [()],
            ),
        ],
    ],
    ids=["nothing", "one", "two rows", "no row", "deletion", "conflict allowed", "reads what was written"],
)
def test_what_is_not_one_row_each_of_plain_insertions_stays_apart(writes: list[Write]) -> None:
    assert in_one_statement(writes) is None


@pytest.mark.postgres
async def test_it_is_one_transaction_whole_or_not_at_all(postgres_url: str) -> None:
    store = await a_store(postgres_url)
    assert isinstance(store, PostgresStore)

    await store.transaction([people(1), META])
    with pytest.raises(Problem) as caught:
        await store.transaction([people(2), META])
    with pytest.raises(Problem) as short:
        await store.transaction([people(3), Write(ADD_META, [("only a name",)])])

    assert await store.fetch(SAME_TRANSACTION) == [(1,)]
    assert await numbers(store) == [1]
    assert caught.value.code == "store.conflict"
    assert caught.value.facts["statement"] == ADD_META.name
    assert short.value.code == "store.row"
    await store.transaction([people(4)])
    assert await numbers(store) == [1, 4]
    await store.close()
