"""The hot read on PostgreSQL: everybody who asks together is looked up in one statement over `unnest`, because a round
trip costs more than a look-up."""

from collections.abc import Sequence
from typing import cast

from kaihoken.coverage.history import PersonId
from kaihoken.coverage.lookup import Place
from kaihoken.coverage.store import FIND, Stored
from kaihoken.store import PostgresStore


class PostgresFinder:
    """`Finder` over the store's reading connections."""

    def __init__(self, store: PostgresStore) -> None:
        self._store = store

    async def find_each(self, asked: Sequence[Sequence[Place]]) -> list[list[Stored]]:
        owners: list[int] = []
        keys: list[bytes] = []
        births: list[int] = []
        for number, places in enumerate(asked):
            for key, birth in places:
                owners.append(number)
                keys.append(key)
                births.append(birth)
        rows = cast("list[tuple[int, int, bytes, bytes]]", await self._store.fetch(FIND, (keys, births)))
        found: list[dict[int, Stored]] = [{} for _ in asked]
        for place, person_no, person, packed in rows:
            found[owners[place - 1]][person_no] = Stored(person_no, PersonId(person), packed)
        return [list(people.values()) for people in found]
