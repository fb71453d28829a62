"""A store in one SQLite file.

The writer works on the thread of the event loop: a transaction is a handful of microseconds and one sync, and
whoever groups questions (`audit`) pays for one sync per group. Reading has a connection of its own, which never
waits for the writer.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import chain
from pathlib import Path
from shutil import disk_usage
from typing import TYPE_CHECKING, Literal, cast

import apsw

from kaihoken.problems import Problem
from kaihoken.store.checkpointer import Checkpointer
from kaihoken.store.keyfiles import path_problems
from kaihoken.store.lock import FolderLock
from kaihoken.store.schema import Meta
from kaihoken.store.sqlitefile import (
    connect_checkpointer,
    connect_reader,
    connect_writer,
    problem_of,
    problem_of_opening,
    read_meta,
)
from kaihoken.store.statements import Statement, Write
from kaihoken.store.store import Extent, Purpose

if TYPE_CHECKING:
    from apsw import Bindings


EACH = "(VALUES each)"
"""Stands in the text of a statement for `look` where the values of those who ask come in."""

_TOGETHER = 64  # who ask in one statement: so many texts, which the connection keeps prepared


@lru_cache(maxsize=1024)
def _for_each(text: str, count: int, width: int) -> str:
    values = ", ?" * width
    rows = ", ".join(f"({number}{values})" for number in range(1, count + 1))
    return text.replace(EACH, f"(VALUES {rows})")


class SqliteStore:
    """An open store on SQLite (`opening` makes it)."""

    dialect: Literal["sqlite"] = "sqlite"

    reader: apsw.Connection
    """For statements that must not cost a coroutine: on the event loop's thread, and read to the end at once (an
    open cursor holds a snapshot and lets the log grow)."""

    def __init__(self, path: Path, lock: FolderLock | None, *, vfs: str | None = None) -> None:
        """Opens the file; `lock` is the one that was taken for it, None to read only."""
        self._path = path
        self._lock = lock
        self._vfs = vfs
        self._pages = 0  # frames in the write-ahead log after the last commit
        self._closed = False
        self._writer: apsw.Connection | None = None
        self._checkpointer: Checkpointer | None = None
        try:
            if lock is not None:
                self._writer = self._connect_writer()
            self.reader = connect_reader(path, vfs=vfs, read_only=lock is None)
            self._meta: Meta = read_meta(self.reader)
            if lock is not None:
                self._checkpointer = Checkpointer(lambda: connect_checkpointer(path, vfs=vfs))
        except apsw.Error as error:
            raise problem_of_opening(error, path) from None

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def purpose(self) -> Purpose:
        """See `Store`."""
        return "production" if self._meta["purpose"] == "production" else "demo"

    @property
    def store_id(self) -> str:
        """See `Store`."""
        return self._meta["store_id"]

    @property
    def checkpoint_failure(self) -> str:
        """Why the log could not be copied into the file, or empty. Nothing is lost by it, but the log grows."""
        return self._checkpointer.failure if self._checkpointer is not None else ""

    async def fetch(self, statement: Statement, params: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        """See `Store`."""
        try:
            cursor = self.reader.execute(statement.sqlite, cast("Bindings", params))
            return cast("list[tuple[object, ...]]", cursor.fetchall())
        except apsw.SQLError:
            raise
        except apsw.Error as error:
            raise problem_of(error, statement.name) from None

    def look(self, statement: Statement, each: Sequence[tuple[object, ...]]) -> list[tuple[object, ...]]:
        """The rows for many at once and without a coroutine, for the statement of every question, all from one
        snapshot. In its text EACH stands for the values, a row of them for each who asks, numbered from 1: a
        row begins with the number of whom it is for.

        One statement for all costs less than half of one for each. It asks the writer's own connection: what a
        connection has in its cache survives its own commits, but not those of another connection, and reading
        everything anew after each group of questions doubled the time of a look-up.
        """
        connection = self._writer or self.reader
        execute = connection.execute
        found: list[tuple[object, ...]] = []
        try:
            execute("BEGIN")
            for first in range(0, len(each), _TOGETHER):
                some = each[first : first + _TOGETHER]
                text = _for_each(statement.sqlite, len(some), len(some[0]))
                values = cast("Bindings", list(chain.from_iterable(some)))
                rows = cast("list[tuple[int, ...]]", execute(text, values).fetchall())
                found += [(number + first, *rest) for number, *rest in rows] if first else rows
            execute("COMMIT")
        except apsw.SQLError:
            self._roll_back(connection)
            raise
        except apsw.Error as error:
            self._roll_back(connection)
            raise problem_of(error, statement.name) from None
        except BaseException:
            self._roll_back(connection)
            raise
        return found

    async def transaction(self, writes: Sequence[Write]) -> None:
        """See `Store`."""
        writer = self._writer or self._reconnected()
        name = ""
        try:
            writer.execute("BEGIN IMMEDIATE")
            for statement, rows in writes:
                name = statement.name
                writer.executemany(statement.sqlite, cast("Sequence[Bindings]", rows))
            writer.execute("COMMIT")
        except apsw.SQLError:
            self._roll_back(writer)
            raise
        except apsw.Error as error:
            self._roll_back(writer)
            raise problem_of(error, name) from None
        except (TypeError, OverflowError, UnicodeEncodeError):
            self._roll_back(writer)
            raise Problem("store.row", statement=name) from None
        except BaseException:
            self._roll_back(writer)
            raise
        if self._checkpointer is not None:
            self._checkpointer.committed(writer, self._pages)

    async def settle(self) -> None:
        """A commit that has failed or returned is decided: there is nobody else who could still be at it."""

    async def looked(self) -> None:
        """See `Store`: a look-up is over before anybody else has a turn."""

    async def extent(self) -> Extent:
        """See `Store`. The free room is that of the disk on which the file lies."""
        with path_problems(self._path):
            content, free = self._path.stat().st_size, disk_usage(self._path.parent).free
        page = self.reader.pragma("page_size")
        return Extent(content, self._pages * int(str(page)), free)

    async def close(self) -> None:
        """See `Store`."""
        if self._closed:
            return
        self._closed = True
        if self._checkpointer is not None:
            self._checkpointer.close()
        self.reader.close()
        if self._writer is not None:
            # What cannot be copied into the file now stays in the log, which the next opening reads.
            with suppress(apsw.Error):
                self._writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            with suppress(apsw.Error):
                self._writer.close(force=True)
            self._writer = None
        if self._lock is not None:
            self._lock.release()

    def _connect_writer(self) -> apsw.Connection:
        writer = connect_writer(self._path, vfs=self._vfs)
        writer.set_wal_hook(self._note_pages)
        return writer

    def _note_pages(self, _connection: apsw.Connection, _name: str, pages: int) -> int:
        self._pages = pages
        return apsw.SQLITE_OK

    def _reconnected(self) -> apsw.Connection:
        """The writer again, after an error that took the connection with it."""
        if self._closed:
            raise Problem("store.closed")
        if self._lock is None:
            raise Problem("store.read_only")
        try:
            self._writer = self._connect_writer()
        except apsw.Error as error:
            raise problem_of(error) from None
        return self._writer

    def _roll_back(self, writer: apsw.Connection) -> None:
        """Leaves the writer without a transaction; where even that fails, without a connection."""
        try:
            if writer.in_transaction:
                writer.execute("ROLLBACK")
        except apsw.Error:
            self._writer = None
            with suppress(apsw.Error):
                writer.close(force=True)
