"""The SQLite file of a store: where it lies, how it is opened, what its errors mean."""

import ctypes
import os
import shutil
import stat
from contextlib import closing
from pathlib import Path

import apsw

from kaihoken.problems import Problem
from kaihoken.store.keyfiles import path_problems, sync_folder
from kaihoken.store.schema import NEWEST, Meta, complete, creation

FILE_NAME = "store.sqlite3"
SUFFIX = Path(FILE_NAME).suffix
LOCK_SUFFIX = ".lock"
_MAGIC = b"SQLite format 3\0"
_READ_VERSION = 19  # where the file's beginning says how it is to be read
_WITH_LOG = b"\2"

WRITER_CACHE_KIB = 64 * 1024
READER_CACHE_KIB = 16 * 1024
MAP_BYTES = 1 << 40
LOG_BYTES = 64 * 1024 * 1024
"""The log's file is cut to this size after a burst; below it, a log that starts over overwrites what is there, which
syncs quicker than a file that grows."""

OPENING_MS = 5_000  # another process may be recovering the log
WORKING_MS = 100  # nobody else writes, so a wait means that something is wrong: do not hold up the event loop


def database_path(location: str | Path) -> Path:
    """The file of a store in a folder, or the file itself where one is named (a backup). What is there already is
    what it is, whatever its name; of what is not there yet, the name decides."""
    path = Path(location)
    if path.is_file() or (path.suffix == SUFFIX and not path.is_dir()):
        return path
    return path / FILE_NAME


def existing_path(location: str | Path) -> Path:
    """The file of a store that is there. Problems `store.missing`, `store.not_a_store` (a file that was named and is
    of another sort)."""
    with path_problems(Path(location)):
        path = database_path(location)
        if not path.is_file():
            raise Problem("store.missing", where=str(Path(location).absolute()))
    if path == Path(location):
        require_sqlite(path)
    return path


def require_sqlite(path: Path) -> None:
    """Refuses a file that does not begin as SQLite begins a file, before anything opens or locks it. Problem
    `store.not_a_store`."""
    if not _begins(path).startswith(_MAGIC):
        raise Problem("store.not_a_store", where=str(path.absolute()))


def _begins(path: Path) -> bytes:
    with path_problems(path), path.open("rb") as file:
        return file.read(_READ_VERSION + 1)


def require_no_backup(location: str | Path) -> None:
    """Refuses a backup to who would write: a file that was named itself and has never been opened for writing (a
    store's file notes that in its beginning, because it keeps a log of writes). Problem `store.is_backup`."""
    path = Path(location)
    if path.is_file() and _begins(path)[_READ_VERSION : _READ_VERSION + 1] != _WITH_LOG:
        raise Problem("store.is_backup", where=str(path.absolute()))


def open_to_others(path: Path) -> list[str]:
    """The names of a store's files that other users of the machine can read: histories stand in them in the clear. A
    file counts where its folder lets them in. (Windows keeps its own lists of access.)"""
    if os.name != "posix":
        return []
    with path_problems(path):
        inside = path.parent.stat().st_mode
        files = [file for suffix in ("", "-wal") if (file := path.with_name(path.name + suffix)).exists()]
        return [file.name for file in files if _reaches(file.stat().st_mode, inside)]


def _reaches(file: int, folder: int) -> bool:
    return bool(
        (file & stat.S_IRGRP and folder & stat.S_IXGRP) or (file & stat.S_IROTH and folder & stat.S_IXOTH)
    )


def lock_path(path: Path) -> Path:
    """The lock that belongs to a store's file: never the file itself, whatever its name."""
    return path.with_suffix(LOCK_SUFFIX) if path.suffix == SUFFIX else path.with_name(path.name + LOCK_SUFFIX)


def create(path: Path, meta: Meta) -> None:
    """Makes a store's file, which has its name only once it is whole. The caller holds the lock.

    Problem `store.exists`.
    """
    draft = path.with_suffix(".draft")
    with path_problems(path):
        if path.exists():
            raise Problem("store.exists", where=path.name)
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        try:
            with closing(apsw.Connection(str(draft))) as connection:
                fill(connection, meta)
        except apsw.Error as error:
            draft.unlink(missing_ok=True)
            raise problem_of(error) from None
        draft.replace(path)
        sync_folder(path.parent)


def fill(connection: apsw.Connection, meta: Meta) -> None:
    """Makes the tables of a store in an empty file."""
    with connection:
        for text in creation("sqlite"):
            connection.execute(text)
        connection.execute("INSERT INTO alembic_version (version_num) VALUES (?)", (NEWEST,))
        connection.executemany("INSERT INTO store_meta (name, value) VALUES (?, ?)", meta.items())


PREPARED = 256
"""Statements that a connection keeps prepared: those of the rooms, and the hot one for every count of who asks."""


def connect(path: Path, *, vfs: str | None = None, read_only: bool = False) -> apsw.Connection:
    """A connection to an existing file, with the settings that every connection has."""
    flags = apsw.SQLITE_OPEN_READONLY if read_only else apsw.SQLITE_OPEN_READWRITE
    connection = apsw.Connection(str(path), flags=flags, vfs=vfs, statementcachesize=PREPARED)
    connection.set_busy_timeout(OPENING_MS)
    connection.pragma("trusted_schema", False)
    # Otherwise a join is planned anew whenever it is given other values, which takes as long as the question itself.
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    connection.pragma(
        "fullfsync", True
    )  # matters on macOS only, where an ordinary sync does not reach the disk
    connection.pragma("checkpoint_fullfsync", True)
    return connection


def connect_writer(path: Path, *, vfs: str | None = None) -> apsw.Connection:
    """The writing connection: a commit returns when its frames in the log are synced."""
    connection = connect(path, vfs=vfs)
    if connection.pragma("journal_mode", "wal") != "wal":
        raise Problem("store.failed", where=path.name, reason="journal_mode")
    connection.pragma("synchronous", "FULL")
    connection.pragma("wal_autocheckpoint", 0)  # see checkpointer
    connection.pragma("journal_size_limit", LOG_BYTES)
    connection.pragma("secure_delete", True)  # what is destroyed leaves the file
    connection.pragma("mmap_size", MAP_BYTES)  # questions read through this connection
    connection.pragma("cache_size", -WRITER_CACHE_KIB)
    connection.set_busy_timeout(WORKING_MS)
    return connection


def connect_reader(path: Path, *, vfs: str | None = None, read_only: bool = False) -> apsw.Connection:
    """A connection for reading. Without a map, of which a page that is not in memory is read with as many around it as
    the disk reads ahead, up to megabytes: a proof out of a log larger than memory needs a dozen pages far apart."""
    connection = connect(path, vfs=vfs, read_only=read_only)
    connection.pragma("query_only", True)
    connection.pragma("mmap_size", 0)
    connection.pragma("cache_size", -READER_CACHE_KIB)
    connection.set_busy_timeout(WORKING_MS)
    return connection


def connect_checkpointer(path: Path, *, vfs: str | None = None) -> apsw.Connection:
    """A connection that copies the log into the file."""
    connection = connect(path, vfs=vfs)
    connection.pragma("synchronous", "FULL")
    connection.pragma("schema_version")  # until its first read a connection does not know that there is a log
    return connection


_X_SYNC = 5  # its place in sqlite3_io_methods, after iVersion, xClose, xRead, xWrite and xTruncate
_Sync = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)


def sync_database(connection: apsw.Connection) -> None:
    """Bring to the disk what was written into the database file: SQLite's own `xSync` on the connection's own file.

    A descriptor of ours would not do: closing it would take SQLite's locks on the file with it (POSIX)."""
    file = ctypes.c_void_p()
    connection.file_control("main", apsw.SQLITE_FCNTL_FILE_POINTER, ctypes.addressof(file))
    methods = ctypes.cast(file, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))[0]
    try:
        result = _Sync(methods[_X_SYNC])(file, apsw.SQLITE_SYNC_NORMAL)
    except SystemError as error:  # how ctypes tells of a file system that is written in Python and failed
        raise apsw.IOError("xSync") from error
    if result != apsw.SQLITE_OK:
        raise apsw.IOError(f"xSync: {result}")


def read_revision(connection: apsw.Connection) -> str:
    """The schema revision of the file. Problem `store.not_a_store` when it is a database of something else."""
    try:
        return str(connection.execute("SELECT version_num FROM alembic_version").get)
    except apsw.SQLError:
        raise Problem("store.not_a_store", where=connection.filename) from None


def read_meta(connection: apsw.Connection) -> Meta:
    """Everything in `store_meta`. Problem `store.corrupt` where a store does not say what it is."""
    rows = connection.execute("SELECT name, value FROM store_meta")
    return complete({str(name): str(value) for name, value in rows})


_SHARED_MEMORY = 32 * 1024  # SQLite's index of the log, which opening makes
_WITHOUT_ROOM = frozenset({apsw.SQLITE_IOERR_SHMSIZE, apsw.SQLITE_IOERR_SHMMAP, apsw.SQLITE_IOERR_WRITE})


def problem_of_opening(error: apsw.Error, path: Path) -> Problem:
    """What an error of opening means: SQLite does not say of the index of its log that the disk was full."""
    if getattr(error, "extendedresult", -1) in _WITHOUT_ROOM:
        with path_problems(path):
            if shutil.disk_usage(path.parent).free < _SHARED_MEMORY:
                return Problem("store.full", where=str(path.absolute()))
    return problem_of(error)


_UNFIT_CONSTRAINTS = frozenset(
    {apsw.SQLITE_CONSTRAINT_DATATYPE, apsw.SQLITE_CONSTRAINT_NOTNULL, apsw.SQLITE_CONSTRAINT_CHECK}
)
_UNFIT = (apsw.MismatchError, apsw.BindingsError, apsw.TooBigError, apsw.RangeError)
_RESULTS = apsw.mapping_extended_result_codes | apsw.mapping_result_codes


def problem_of(error: apsw.Error, statement: str = "") -> Problem:
    """What an error of the engine means to us. The engine's own text is left behind: it may quote a row."""
    match error:
        case apsw.FullError():
            return Problem("store.full")
        case apsw.ConstraintError() if getattr(error, "extendedresult", -1) not in _UNFIT_CONSTRAINTS:
            return Problem("store.conflict", statement=statement)
        case apsw.ConstraintError():
            return Problem("store.row", statement=statement)
        case apsw.BusyError() | apsw.LockedError():
            return Problem("store.busy")
        case apsw.CorruptError() | apsw.NotADBError():
            return Problem("store.corrupt")
        case apsw.ReadOnlyError():
            return Problem("store.read_only")
        case apsw.ConnectionClosedError():
            return Problem("store.closed")
        case _ if isinstance(error, _UNFIT):
            return Problem("store.row", statement=statement)
        case _:
            reason = _RESULTS.get(getattr(error, "extendedresult", -1), type(error).__name__)
            return Problem("store.failed", reason=str(reason))
