"""The hot read on PostgreSQL: the questions of one turn of the event loop go as one statement over `unnest`.

A round trip costs more than a look-up, so what arrives together is asked together; while one statement is on its
way the next group gathers.
"""

import asyncio
from collections.abc import Sequence
from typing import cast

from kaihoken.coverage.history import History, PersonId, unpack_history
from kaihoken.coverage.lookup import Place
from kaihoken.coverage.store import FIND
from kaihoken.store import PostgresStore

_MOST_PLACES = 512

_Waiting = tuple[Sequence[Place], asyncio.Future[list[tuple[int, History]]]]


class PostgresFinder:
    """`Finder` that gathers the places of a turn."""

    def __init__(self, store: PostgresStore) -> None:
        self._store = store
        self._waiting: list[_Waiting] = []
        self._asking: asyncio.Task[None] | None = None

    async def find(self, places: Sequence[Place]) -> list[tuple[int, History]]:
        future: asyncio.Future[list[tuple[int, History]]] = asyncio.get_running_loop().create_future()
        self._waiting.append((places, future))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        return await future

    async def _ask(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:_MOST_PLACES], self._waiting[_MOST_PLACES:]
                await self._answer(group)
        finally:
            self._asking = None
            for _, future in self._waiting:  # nobody, unless this task was stopped
                future.cancel()
            self._waiting = []

    async def _answer(self, group: Sequence[_Waiting]) -> None:
        try:
            found = await self._found([places for places, _ in group])
        except BaseException as error:
            for _, future in group:
                if not future.done():
                    future.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for (_, future), people in zip(group, found, strict=True):
            if not future.done():
                future.set_result(list(people.items()))

    async def _found(self, asked: Sequence[Sequence[Place]]) -> list[dict[int, History]]:
        owners: list[int] = []
        keys: list[bytes] = []
        births: list[int] = []
        for number, places in enumerate(asked):
            for key, birth in places:
                owners.append(number)
                keys.append(key)
                births.append(birth)
        rows = cast("list[tuple[int, int, bytes, bytes]]", await self._store.fetch(FIND, (keys, births)))
        found: list[dict[int, History]] = [{} for _ in asked]
        for place, person_no, person, packed in rows:
            found[owners[place - 1]][person_no] = unpack_history(PersonId(person), packed)
        return found
