"""The hot read on PostgreSQL: everybody who asks together is looked up in one statement over `unnest`, because a round
trip costs more than a look-up."""

from collections.abc import Sequence
from typing import cast

from kaihoken.coverage.lookup import Place
from kaihoken.coverage.store import FIND, Row, Stored, found_by, placed
from kaihoken.store import PostgresStore


class PostgresFinder:
    """`Finder` over the store's reading connections."""

    def __init__(self, store: PostgresStore) -> None:
        self._store = store

    async def find_each(self, asked: Sequence[Sequence[Place]]) -> list[list[Stored]]:
        owners, places = placed(asked)
        keys, births = [key for key, _ in places], [birth for _, birth in places]
        rows = await self._store.look(FIND, (keys, births))
        return found_by(owners, cast("list[Row]", rows), len(asked))
