"""The hot read on SQLite: straight from the page cache, on the event loop's own thread."""

from collections.abc import Sequence
from typing import cast

from kaihoken.coverage.history import PersonId
from kaihoken.coverage.lookup import Place
from kaihoken.coverage.store import FIND, Stored
from kaihoken.store import SqliteStore


class SqliteFinder:
    """`Finder` over the store's hot connection. About 6 µs for one place with one person."""

    def __init__(self, store: SqliteStore) -> None:
        self._look = store.look

    async def find_each(self, asked: Sequence[Sequence[Place]]) -> list[list[Stored]]:
        return [self._find(places) for places in asked]

    def _find(self, places: Sequence[Place]) -> list[Stored]:
        found: dict[int, Stored] = {}
        for place in places:
            for number, person, packed in cast("list[tuple[int, bytes, bytes]]", self._look(FIND, place)):
                found[number] = Stored(number, PersonId(person), packed)
        return list(found.values())
