"""The store: tables on SQLite or PostgreSQL, one writer, durable transactions, idempotency, keys, backup."""

from kaihoken.store import schema
from kaihoken.store.idempotency import Attempt, Idempotency, forget_answers
from kaihoken.store.keys import FileKeys, KeyProvider, SigningKey
from kaihoken.store.lookupkey import LookupKey
from kaihoken.store.opening import create_store, open_store
from kaihoken.store.postgres import PostgresStore
from kaihoken.store.schema import instant, milliseconds
from kaihoken.store.sqlite import SqliteStore
from kaihoken.store.statement import Statement, Write, statement
from kaihoken.store.store import Dialect, Purpose, Store

__all__ = [
    "Attempt",
    "Dialect",
    "FileKeys",
    "Idempotency",
    "KeyProvider",
    "LookupKey",
    "PostgresStore",
    "Purpose",
    "SigningKey",
    "SqliteStore",
    "Statement",
    "Store",
    "Write",
    "create_store",
    "forget_answers",
    "instant",
    "milliseconds",
    "open_store",
    "schema",
    "statement",
]
