"""The store: tables on SQLite or PostgreSQL, one writer, durable transactions, idempotency, keys, backup."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.store import schema, wish
    from kaihoken.store.address import is_postgres, shown_place
    from kaihoken.store.backup import Backup, back_up
    from kaihoken.store.backup import restore as restore_backup
    from kaihoken.store.binding import require_own_keys
    from kaihoken.store.filling import fill_places
    from kaihoken.store.idempotency import Attempt, Idempotency, forget_answers
    from kaihoken.store.inspection import (
        Check,
        Finding,
        Note,
        inspect,
        known_places,
        register_check,
        register_places,
    )
    from kaihoken.store.instants import instant, milliseconds
    from kaihoken.store.keyfiles import (
        make_private_folder,
        path_problems,
        require_private,
        sync_folder,
        write_private,
    )
    from kaihoken.store.keyring import KeyRing, LookupRing
    from kaihoken.store.keys import FileKeys, KeyProvider, SigningKey
    from kaihoken.store.lock import FolderLock
    from kaihoken.store.lookupkey import LookupKey
    from kaihoken.store.opening import create_store, open_store, open_to_others
    from kaihoken.store.passphrase import read_passphrase
    from kaihoken.store.postgres import PostgresStore
    from kaihoken.store.postgresserver import empty_database
    from kaihoken.store.rekeying import PlacesOf, drop_old_rows, rekey
    from kaihoken.store.rotation import Rotated, Rotating, Step, rotate_lookup
    from kaihoken.store.seal import Seal
    from kaihoken.store.sealing import seal_keys, unseal_keys
    from kaihoken.store.sqlite import EACH, SqliteStore
    from kaihoken.store.statements import Statement, Write, statement
    from kaihoken.store.store import Dialect, Extent, Purpose, Store
    from kaihoken.store.wish import Sort

__all__ = [
    "EACH",
    "Attempt",
    "Backup",
    "Check",
    "Dialect",
    "Extent",
    "FileKeys",
    "Finding",
    "FolderLock",
    "Idempotency",
    "KeyProvider",
    "KeyRing",
    "LookupKey",
    "LookupRing",
    "Note",
    "PlacesOf",
    "PostgresStore",
    "Purpose",
    "Rotated",
    "Rotating",
    "Seal",
    "SigningKey",
    "Sort",
    "SqliteStore",
    "Statement",
    "Step",
    "Store",
    "Write",
    "back_up",
    "create_store",
    "drop_old_rows",
    "empty_database",
    "fill_places",
    "forget_answers",
    "inspect",
    "instant",
    "is_postgres",
    "known_places",
    "make_private_folder",
    "milliseconds",
    "open_store",
    "open_to_others",
    "path_problems",
    "read_passphrase",
    "register_check",
    "register_places",
    "rekey",
    "require_own_keys",
    "require_private",
    "restore_backup",
    "rotate_lookup",
    "schema",
    "seal_keys",
    "shown_place",
    "statement",
    "sync_folder",
    "unseal_keys",
    "wish",
    "write_private",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
