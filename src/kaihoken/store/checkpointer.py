"""Keeps SQLite's write-ahead log short without making a question wait.

SQLite starts its log over only when every frame of it is in the database file and nobody reads an old one. A
checkpoint beside a busy writer never gets there: by the time it is done, more frames have been added. So the bulk
is copied by a thread of its own, and the few frames that came in meanwhile by the writer itself, between two
transactions, in a millisecond or two. The next transaction then begins the log anew.
"""

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

import apsw

from kaihoken.store.sqlitefile import sync_database

PASS_PAGES = 1_000
"""A pass begins when the log is this long (4 MB): long enough to write a page changed twice only once, short enough
that a reader finds a page quickly, that recovery after a crash is quick, and that a commit which meets the sync of a
pass on its way to the disk waits for little."""

FINISH_PAGES = 256
"""The writer copies at most this many frames itself."""

STANDS_BACK = 10
"""Steps of niceness: where the processor is wanted by others, the copier gets a tenth of what they get."""

LIMIT_PAGES = 64_000
"""Beyond this (256 MB) writes wait for the checkpoint rather than let the log grow. A reader that holds an old
snapshot (a backup) lets it grow all the same, until it is done."""


class Checkpointer:
    """Belongs to one writing connection. `committed` is called after every commit, on the writer's thread."""

    def __init__(self, connect: Callable[[], apsw.Connection]) -> None:
        self._connection = connect()
        self._wanted = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._stopped = False
        self._copied = 0  # frames in the database file after the last pass
        self._passed = False  # a pass has ended and nobody has looked at it yet
        self._due = PASS_PAGES
        self._complete = False  # every frame is in the database file: the log may start over
        self.failure = ""
        """Why the last pass failed, as a name of the engine; empty when it did not."""
        self._thread = threading.Thread(target=self._run, name="kaihoken-checkpointer", daemon=True)
        self._thread.start()

    def committed(self, writer: apsw.Connection, pages: int) -> None:
        """Looks at the log, `pages` frames long after a commit, and does what is due. Raises nothing: a commit that
        is durable stays so, whatever becomes of the log."""
        if pages < self._due:
            return
        if self._complete:
            self._complete = False
            # A log that did not start over is held by somebody who reads an old snapshot: do not press.
            self._due = PASS_PAGES if pages < PASS_PAGES else pages + PASS_PAGES // 4
            return
        if pages >= LIMIT_PAGES:
            self._idle.wait()
        if not self._idle.is_set():
            self._due = pages + FINISH_PAGES // 4
        elif self._passed:
            self._finish(writer, pages)
        else:
            self._idle.clear()
            self._wanted.set()
            self._due = pages

    def _finish(self, writer: apsw.Connection, pages: int) -> None:
        """The pass is over: copy the rest and let the log start over, or leave it for another pass."""
        self._passed = False
        if pages - self._copied > FINISH_PAGES and pages < LIMIT_PAGES:
            # More came in than the writer should copy (a burst), or a reader holds an old snapshot (a backup).
            self._due = pages if self._copied > pages // 2 else pages + PASS_PAGES // 4
            return
        try:
            frames, copied = writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
        except apsw.Error as error:
            self.failure = type(error).__name__
            frames, copied = pages, 0
        self._complete = copied == frames
        self._due = 0 if self._complete else pages + PASS_PAGES // 4

    def close(self) -> None:
        """Ends the thread, after the pass it may be in."""
        self._stopped = True
        self._wanted.set()
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        _stand_back()
        while True:
            self._wanted.wait()
            self._wanted.clear()
            if self._stopped:
                return
            try:
                _, self._copied = self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
                # SQLite leaves this to whoever copies the last frame, and that is the writer.
                sync_database(self._connection)
                self.failure = ""
            except Exception as error:  # noqa: BLE001 a thread that ended would leave the writer waiting for ever
                self._copied = 0
                self.failure = type(error).__name__
            finally:
                self._passed = True
                self._idle.set()


def _stand_back() -> None:
    """Lets the thread that calls it come after others where the system can say so of one thread (Linux): copying a log
    takes a dozen milliseconds, which whoever asks would feel. Not last of all: on a busy machine it would stand still
    with a lock in its hand, and everybody behind it."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        niceness = os.getpriority(os.PRIO_PROCESS, thread) + STANDS_BACK
        with suppress(OSError):  # a sandbox may forbid it
            os.setpriority(os.PRIO_PROCESS, thread, niceness)
