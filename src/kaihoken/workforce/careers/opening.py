"""A book with all that stands behind it: its store, the log's one writer, and the key."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from sqlalchemy import func, select

from kaihoken.audit import Committer, written
from kaihoken.clock import Clock
from kaihoken.store import Store, schema, statement
from kaihoken.workforce.careers.book import CareerBook
from kaihoken.workforce.careers.sealing import CareerKeys, exist

_ROWS: Final = statement("count careers", select(func.count()).select_from(schema.career))


@dataclass(frozen=True, slots=True)
class OpenedBook:
    """What a program that has the book open holds."""

    book: CareerBook
    store: Store
    committer: Committer


@asynccontextmanager
async def opened_book(
    location: str, keys: Path, clock: Clock, witness: str = ""
) -> AsyncIterator[OpenedBook]:
    """The book of a store of which this program is the only writer meanwhile. An empty book without a key gets one.

    Problems: `workforce.career-key` (there are rows, and no key), and those of `audit.written`.
    """
    async with written(location, keys, clock, witness) as (store, committer):
        own = await _keys(store, keys, clock)
        yield OpenedBook(CareerBook(store, committer, own), store, committer)


async def _keys(store: Store, folder: Path, clock: Clock) -> CareerKeys:
    """Where there are rows a key was lost, and a new one would hide that."""
    if not exist(folder) and not cast("int", (await store.fetch(_ROWS))[0][0]):
        return CareerKeys.add(folder, clock)
    return CareerKeys.open(folder)
