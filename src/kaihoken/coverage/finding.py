"""Which finder serves a store."""

from kaihoken.coverage.store import Finder
from kaihoken.coverage.store_postgres import PostgresFinder
from kaihoken.coverage.store_sqlite import SqliteFinder
from kaihoken.store import PostgresStore, SqliteStore, Store


def finder_for(store: Store) -> Finder:
    """The hot read for the engine on which a store stands."""
    if isinstance(store, SqliteStore):
        return SqliteFinder(store)
    if isinstance(store, PostgresStore):
        return PostgresFinder(store)
    raise TypeError("a store stands on SQLite or PostgreSQL")
