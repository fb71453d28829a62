"""Small builders for the tests of the store."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, select

from kaihoken.clock import FixedClock
from kaihoken.store import Store, Write, create_store, statement
from kaihoken.store.schema import person, store_meta

CLOCK = FixedClock(datetime(2026, 11, 20, 3, 0, tzinfo=UTC))

ADD_PERSON = statement("add a person", insert(person))
PEOPLE = statement("read people", select(person).order_by(person.c.person_no))
ADD_META = statement("add meta", insert(store_meta))


async def a_store(location: str | Path) -> Store:
    """A new demonstration store."""
    return await create_store(location, purpose="demo", clock=CLOCK)


def people(*numbers: int, size: int = 40) -> Write:
    """A write that adds people of these numbers, each with a history of `size` bytes."""
    return Write(ADD_PERSON, [a_person(number, size=size) for number in numbers])


def a_person(number: int, *, size: int = 40) -> tuple[object, ...]:
    return (number, number.to_bytes(16, "big"), bytes([number % 256]) * size)


async def numbers(store: Store) -> list[object]:
    """The numbers of everybody in the store."""
    return [row[0] for row in await store.fetch(PEOPLE)]
