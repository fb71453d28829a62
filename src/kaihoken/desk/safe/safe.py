"""Documents by shelf and name, sealed one by one (AES-256-GCM), written in one transaction and on disk when it returns.

A name is random, a day or a word, never a number or name of a person: who reads the file learns how many documents
there are, how long each is, and when the file was changed. A shelf is small enough to be held in memory by whoever owns
it: a clinic has thousands of patients, not millions.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar, cast

import apsw
import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kaihoken.problems import Problem
from kaihoken.store import FolderLock, make_private_folder

KEY_BYTES: Final = 32
_NONCE: Final = 12
_VERSION: Final = 1
_FILE: Final = "desk.sqlite3"
_SCHEMA: Final = (
    "CREATE TABLE document (shelf TEXT NOT NULL, name TEXT NOT NULL, sealed BLOB NOT NULL,"
    " PRIMARY KEY (shelf, name)) WITHOUT ROWID, STRICT"
)
_PUT: Final = "INSERT INTO document VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET sealed = excluded.sealed"
_PROOF: Final = ("key", "proof")

T = TypeVar("T", bound=msgspec.Struct)


class Put(msgspec.Struct, frozen=True):
    """A document to be written: it takes the place of the one of that name."""

    shelf: str
    name: str
    value: msgspec.Struct


class Drop(msgspec.Struct, frozen=True):
    """A document to be taken away; one that is not there is none."""

    shelf: str
    name: str


class _Proof(msgspec.Struct, frozen=True):
    """What shows at opening that the key is the right one."""

    drawn: bytes


class Safe:
    """The documents of one desk. One process at a time has a folder. `is_full`: the last write found no room."""

    def __init__(self, folder: Path, key: bytes) -> None:
        """Open, or make what is not there. Problems: `desk.in-use`, `desk.safe-key` (another key), `desk.safe-newer`,
        `desk.safe-broken`, `store.path`, `store.full`, `store.keys_open` (others may enter the folder)."""
        make_private_folder(folder)
        try:
            self._lock = FolderLock(folder / "lock")
        except Problem as problem:
            if problem.code == "store.locked":
                raise Problem("desk.in-use", where=str(folder), holder=problem.facts["holder"]) from None
            raise
        self.is_full = False
        self._cipher = AESGCM(key)
        try:
            with _disk_problems(folder / _FILE):
                self._connection = _opened(folder / _FILE)
                self._prove()
        except BaseException:
            self._lock.release()
            raise

    def close(self) -> None:
        """Let others have the folder."""
        self._connection.close()
        self._lock.release()

    def write(self, changes: Sequence[Put | Drop]) -> None:
        """All of it or nothing, durable when this returns. Problems `store.full`, `desk.safe-broken`."""
        try:
            self._write(changes)
        except Problem as problem:
            self.is_full = problem.code == "store.full"
            raise
        self.is_full = False

    def _write(self, changes: Sequence[Put | Drop]) -> None:
        with _disk_problems(Path(self._connection.filename)), _transaction(self._connection):
            for change in changes:
                if isinstance(change, Put):
                    sealed = self._seal(change.shelf, change.name, msgspec.msgpack.encode(change.value))
                    self._connection.execute(_PUT, (change.shelf, change.name, sealed))
                else:
                    found = (change.shelf, change.name)
                    self._connection.execute("DELETE FROM document WHERE shelf = ? AND name = ?", found)

    def get(self, shelf: str, name: str, kind: type[T]) -> T | None:
        """A document, or None. Problem `desk.safe-broken`."""
        with _disk_problems(Path(self._connection.filename)):
            found = self._connection.execute(
                "SELECT sealed FROM document WHERE shelf = ? AND name = ?", (shelf, name)
            ).fetchone()
        return None if found is None else self._opened(shelf, name, found[0], kind)

    def all(self, shelf: str, kind: type[T]) -> list[T]:
        """Every document of a shelf, in the order of their names. Problem `desk.safe-broken`."""
        with _disk_problems(Path(self._connection.filename)):
            found = self._connection.execute(
                "SELECT name, sealed FROM document WHERE shelf = ? ORDER BY name", (shelf,)
            ).fetchall()
        rows = cast("list[tuple[str, bytes]]", found)
        return [self._opened(shelf, name, sealed, kind) for name, sealed in rows]

    def _prove(self) -> None:
        shelf, name = _PROOF
        row = self._connection.execute(
            "SELECT sealed FROM document WHERE shelf = ? AND name = ?", _PROOF
        ).fetchone()
        if row is None:
            self.write([Put(shelf, name, _Proof(secrets.token_bytes(16)))])
            return
        try:
            self._unseal(shelf, name, row[0])
        except InvalidTag:
            raise Problem("desk.safe-key", where=str(self._connection.filename)) from None

    def _opened(self, shelf: str, name: str, sealed: bytes, kind: type[T]) -> T:
        try:
            return msgspec.msgpack.decode(self._unseal(shelf, name, sealed), type=kind)
        except (InvalidTag, msgspec.DecodeError):
            raise Problem("desk.safe-broken", where=f"{shelf}/{name}", reason="sealed text") from None

    def _seal(self, shelf: str, name: str, content: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, content, f"{shelf}\0{name}".encode())

    def _unseal(self, shelf: str, name: str, sealed: bytes) -> bytes:
        if len(sealed) < _NONCE:
            raise InvalidTag
        return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], f"{shelf}\0{name}".encode())


def _opened(file: Path) -> apsw.Connection:
    """The file, with its table. Problem `desk.safe-newer` where a later release made it."""
    connection = apsw.Connection(str(file))
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    (version,) = connection.execute("PRAGMA user_version").fetchone() or (0,)
    if version > _VERSION:
        connection.close()
        raise Problem("desk.safe-newer", where=str(file))
    if version == 0:
        with _transaction(connection):
            connection.execute(_SCHEMA)
            connection.execute(f"PRAGMA user_version = {_VERSION}")
    return connection


@contextmanager
def _transaction(connection: apsw.Connection) -> Iterator[None]:
    """All or nothing. A full disk may have ended the transaction by itself."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def _disk_problems(file: Path) -> Iterator[None]:
    """What SQLite says of the disk, as Problems."""
    try:
        yield
    except apsw.FullError:
        raise Problem("store.full", where=str(file.parent)) from None
    except apsw.Error as error:
        raise Problem("desk.safe-broken", where=file.name, reason=type(error).__name__) from None
