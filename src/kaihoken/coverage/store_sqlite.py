"""The hot read on SQLite: straight from the page cache, on the event loop's own thread."""

from collections.abc import Sequence

from kaihoken.coverage.history import History, PersonId, unpack_history
from kaihoken.coverage.lookup import Place
from kaihoken.coverage.store import FIND
from kaihoken.store import SqliteStore


class SqliteFinder:
    """`Finder` over the store's hot connection. About 6 µs for one place with one person."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    async def find(self, places: Sequence[Place]) -> list[tuple[int, History]]:
        found: dict[int, History] = {}
        execute = self._store.hot.execute
        for place in places:
            for no, person, packed in execute(FIND.sqlite, place):
                found[no] = unpack_history(PersonId(person), packed)
        return list(found.items())
