"""Looking a store over: the objects of its schema, the engine's own check, and what the rooms that fill it check.

A room registers what it alone can judge (that its projection follows from the truth, say); the store does not know
the rooms. Nothing here changes anything, and all of it works beside a running hub.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import NamedTuple

import apsw
import asyncpg
from sqlalchemy import Table, Text, cast, func, literal_column, select

from kaihoken.problems import Problem
from kaihoken.store.lookupkey import LookupKey
from kaihoken.store.objects import differences
from kaihoken.store.postgres import PostgresStore
from kaihoken.store.rekeying import PlacesOf
from kaihoken.store.schema import metadata
from kaihoken.store.sqlite import SqliteStore
from kaihoken.store.sqlitefile import open_to_others, problem_of
from kaihoken.store.statements import Statement, statement
from kaihoken.store.store import Store

_READING_SECONDS = 24 * 3600.0  # one pass over the largest table


class Finding(NamedTuple):
    """Something that is not as it should be. `where` names a table, a person number, a batch: no personal data."""

    check: str
    where: str
    japanese: str
    english: str


class Note(NamedTuple):
    """Something that could not be compared, and why: no finding, but nobody shall believe that it was looked at."""

    check: str
    japanese: str
    english: str


def _reading_all(table: Table) -> Statement:
    """Reads every value of a table and returns next to nothing."""
    row = cast(literal_column(table.name), Text)
    return statement(f"read all of {table.name}", select(func.sum(func.octet_length(row))).select_from(table))


Check = Callable[[Store, Sequence[LookupKey]], AsyncIterator[Finding | Note]]
"""What a room checks. The look-up keys are those of the store, or none where nobody gave them."""

_checks: dict[str, Check] = {}
_places: list[PlacesOf] = []


def register_check(name: str, check: Check) -> None:
    """Adds what a room checks to `kaihoken store check`. Registering a name again replaces it."""
    _checks[name] = check


def register_places(places_of: PlacesOf) -> None:
    """Tells `kaihoken store rotate-lookup` under what a person is found."""
    _places[:] = [places_of]


def places_of() -> PlacesOf | None:
    """Under what a person is found, if the room that knows is loaded."""
    return _places[0] if _places else None


def known_places(task: str) -> PlacesOf:
    """The same for a task that cannot do without. Problem `store.not_wired`."""
    if not _places:
        raise Problem("store.not_wired", task=task)
    return _places[0]


async def inspect(
    store: Store, on_step: Callable[[str], None] = lambda _: None, lookup_keys: Sequence[LookupKey] = ()
) -> AsyncIterator[Finding | Note]:
    """Everything that is wrong with a store, and what could not be compared. `on_step` is told the name of each check
    as it begins."""
    on_step("tables")
    for name in open_to_others(store.path) if isinstance(store, SqliteStore) else ():
        yield Finding(
            "files", name, "他の利用者が読めます（chmod 600）", "other users can read it (chmod 600)"
        )
    unlike = await differences(store)
    for difference in unlike:
        japanese, english = _WORDS[difference.what]
        yield Finding("tables", str(difference.object), japanese, english)
    on_step("engine")
    async for finding in _engine(store):
        yield finding
    if any(one.object.kind == "table" and one.what != "foreign" for one in unlike):
        yield Note(
            "tables",
            "表がそろうまで、中身は確かめていません",
            "the content was not compared: first the tables must be as they should",
        )
        return
    for name, check in _checks.items():
        on_step(name)
        async for told in check(store, lookup_keys):
            yield told


_WORDS = {
    "missing": ("足りません", "is missing"),
    "other": ("形が違います", "has another shape"),
    "foreign": ("保管庫のものではありません", "does not belong to a store"),
}


async def _engine(store: Store) -> AsyncIterator[Finding]:
    """What the engine finds when it reads everything: SQLite checks every page and index; PostgreSQL verifies the
    checksums of the pages it reads, where the cluster has them."""
    if isinstance(store, SqliteStore):
        try:
            for (text,) in store.reader.execute("PRAGMA integrity_check"):
                if text != "ok":
                    yield Finding("engine", store.path.name, "ファイルが壊れています", str(text))
        except apsw.Error as error:
            yield _damage(store.path.name, problem_of(error).code)
    elif isinstance(store, PostgresStore):
        for table in metadata.sorted_tables:
            try:
                await store.pool.fetchval(_reading_all(table).postgresql, timeout=_READING_SECONDS)
            except asyncpg.UndefinedTableError:
                continue  # told already
            except asyncpg.PostgresError as error:
                yield _damage(table.name, error.sqlstate or "?")


def _damage(where: str, english: str) -> Finding:
    return Finding("engine", where, "読めないところがあります", f"cannot be read: {english}")
