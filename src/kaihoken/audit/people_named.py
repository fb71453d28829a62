"""Whom a record names: the people of the index, and of what leaves it when a record is destroyed."""

from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import bindparam, delete

from kaihoken.audit.batch import entry_of
from kaihoken.audit.log import StoredBatch
from kaihoken.store import schema, statement

REMOVE = statement(
    "take a record out of the index",
    delete(schema.log_person).where(
        schema.log_person.c.person == bindparam("of"),
        schema.log_person.c.seq == bindparam("batch"),
        schema.log_person.c.place == bindparam("at"),
    ),
)

Place = tuple[bytes, int, int]
"""Person, batch, place in the batch."""


class _Named(msgspec.Struct):
    """The members of a record by which it names people."""

    person: str | None = None
    people: object = None  # some records only count them


_named_in = msgspec.json.Decoder(_Named).decode


def places_in(batch: StoredBatch, chunks: Sequence[bytes]) -> Iterator[Place]:
    """Every place of a batch that names somebody. What cannot be read names nobody: `audit verify` tells it."""
    for place, chunk in enumerate(chunks):
        if chunk:
            for person in sorted(people_in(chunk)):
                yield person, batch.seq, place


def people_in(chunk: bytes) -> set[bytes]:
    """The people whom a record names, alone or in a list."""
    try:
        named = _named_in(entry_of(chunk).body)
        people = named.people if isinstance(named.people, list) else []
        return {bytes.fromhex(person) for person in (named.person, *people) if person}
    except (ValueError, TypeError, msgspec.MsgspecError):
        return set()
