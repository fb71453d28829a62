"""One construct becomes one text per dialect with the parameters in the same places."""

import pytest
from sqlalchemy import bindparam, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from kaihoken.store import statement
from kaihoken.store.schema import client, lookup, person, store_meta


def test_an_insert_takes_the_columns_in_order() -> None:
    said = statement("add", insert(person))

    assert said.parameters == ("person_no", "person_id", "packed")
    assert said.sqlite == "INSERT INTO person (person_no, person_id, packed) VALUES (?1, ?2, ?3)"
    assert said.postgresql.endswith("VALUES ($1::BIGINT, $2::BYTEA, $3::BYTEA)")


def test_a_parameter_used_twice_is_given_once() -> None:
    twice = or_(
        lookup.c.birth == bindparam("day"),
        lookup.c.key == bindparam("key"),
        lookup.c.birth > bindparam("day"),
    )

    said = statement("twice", select(lookup.c.person_no).where(twice))

    assert said.parameters == ("day", "key")
    assert [said.sqlite.count(place) for place in ("?1", "?2", "?3")] == [2, 1, 0]
    assert [said.postgresql.count(place) for place in ("$1", "$2", "$3")] == [2, 1, 0]


def test_an_update_takes_its_values_before_its_condition() -> None:
    said = statement(
        "replace", update(person).where(person.c.person_no == bindparam("no")).values(packed=bindparam("new"))
    )

    assert said.parameters == ("new", "no")


def test_values_of_the_construct_become_text() -> None:
    said = statement(
        "constant", select(client.c.name).where(client.c.kind == "it's $1", client.c.created_at > -5).limit(3)
    )

    assert said.parameters == ()
    assert "client.kind = 'it''s $1' AND client.created_at > -5" in said.sqlite
    assert "client.kind = 'it''s $1'::VARCHAR" in said.postgresql
    assert "LIMIT 3" in said.sqlite


def test_an_upsert_works_for_both() -> None:
    new = insert_or(store_meta)

    said = statement(
        "put", new.on_conflict_do_update(index_elements=["name"], set_={"value": new.excluded.value})
    )

    assert "ON CONFLICT (name) DO UPDATE SET value = excluded.value" in said.sqlite
    assert "ON CONFLICT (name) DO UPDATE SET value = excluded.value" in said.postgresql


def test_nothing_becomes_null() -> None:
    said = statement("none", insert(store_meta).values(name=bindparam("name"), value=None))

    assert said.sqlite == "INSERT INTO store_meta (name, value) VALUES (?1, NULL)"


def test_a_list_has_no_fixed_text() -> None:
    with pytest.raises(ValueError, match="one bindparam per value"):
        statement("many", delete(lookup).where(lookup.c.birth.in_([1, 2])))


def test_bytes_are_never_written_into_a_text() -> None:
    with pytest.raises(TypeError, match="bindparam"):
        statement("bytes", select(func.count()).select_from(person).where(person.c.person_id == b"x"))
