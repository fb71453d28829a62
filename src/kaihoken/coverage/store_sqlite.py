"""The hot read on SQLite: straight from the page cache, on the event loop's own thread."""

from collections.abc import Sequence
from typing import cast

from kaihoken.coverage.lookup import Place
from kaihoken.coverage.store import FIND, Row, Stored, found_by, placed
from kaihoken.store import SqliteStore


class SqliteFinder:
    """`Finder` over the store's hot connection. About 4 µs for one place with one person."""

    def __init__(self, store: SqliteStore) -> None:
        self._look = store.look

    async def find_each(self, asked: Sequence[Sequence[Place]]) -> list[list[Stored]]:
        owners, places = placed(asked)
        return found_by(owners, cast("list[Row]", self._look(FIND, places)), len(asked))
