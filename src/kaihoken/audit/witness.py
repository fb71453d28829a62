"""The witness (証人): a place outside the hub that remembers the heads it was shown.

Whoever controls the hub's machine can put back an old copy of the store or grow another log from it. A witness
makes that visible: a log must extend the last head that was witnessed, at start-up and in `kaihoken audit verify`.
The witness is a file on another disk or machine (one head per line), or a URL that takes heads by POST and gives
the last one by GET. It holds no personal data.
"""

import asyncio
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from kaihoken.audit.head import Head, head_json, witnessed_head
from kaihoken.loopback import plain_host
from kaihoken.problems import Problem
from kaihoken.store import sync_folder

_log = logging.getLogger("kaihoken.audit")

_TAIL_BYTES = 4096
_REPEAT_MS = 60_000  # a witness of a hub that rests still learns that it lives


class Witness(Protocol):
    """Problem `audit.witness_unreachable` of both methods when it does not answer; of `last` also
    `audit.witness_unreadable`."""

    async def append(self, head: Head) -> None:
        """Returns when the witness has the head for good."""
        ...

    async def last(self) -> Head | None:
        """The last head that it has, None when it never saw one."""
        ...

    async def close(self) -> None:
        """Gives up what is held open to reach it."""
        ...


class FileWitness:
    """A file to which heads are appended, each synced to disk. A line torn by a crash is passed over."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def append(self, head: Head) -> None:
        """Returns when the head is on disk, and the file's name with it."""
        try:
            await asyncio.to_thread(self._append, head_json(head).encode())
        except OSError as error:
            raise _unreachable(error) from error

    async def last(self) -> Head | None:
        """The head in the last whole line. A folder that is not there does not answer."""
        try:
            line = await asyncio.to_thread(self._last)
        except OSError as error:
            raise _unreachable(error) from error
        return None if line is None else witnessed_head(line)

    def heads(self) -> Iterator[Head | None]:
        """What each line of the file holds, in order: None for one that is no head, unless it is the last and not
        ended yet. Problem `audit.witness_unreachable`."""
        try:
            with self._path.open("rb") as file:
                for line in file:
                    if line.endswith(b"\n"):
                        yield _head_in(line)
        except OSError as error:
            raise _unreachable(error) from error

    async def close(self) -> None:
        """Nothing is held open."""

    def _append(self, line: bytes) -> None:
        is_new = not self._path.exists()
        with self._path.open("ab+") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 1))
            # A line that a crash has torn is ended first, so that this one stands alone.
            torn = file.read(1) not in (b"", b"\n")
            file.write(b"\n" * torn + line + b"\n")
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(self._path.parent)

    def _last(self) -> bytes | None:
        if not self._path.exists():
            os.stat(self._path.parent)  # a folder that is not there is a witness that does not answer
            return None
        with self._path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            # A whole line stands near the end, unless crash upon crash tore them: then the file is read.
            for start in (max(0, size - _TAIL_BYTES), 0):
                file.seek(start)
                lines = file.read().splitlines(keepends=True)[1 if start else 0 :]
                whole = [line for line in lines if _whole(line)]
                if whole:
                    return whole[-1]
        return None


class Feed:
    """Brings heads to the witness beside the questions: always the newest, one at a time. One that fails is counted
    and followed by the next head; nobody waits for it. The first of several failures is a line in the hub's log, and so
    is the head that is taken after them."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness
        self._pending: Head | None = None
        self._sending: asyncio.Task[None] | None = None
        self._failing = 0
        self.failures = 0
        """How many sendings failed since the start: for metrics."""
        self.witnessed: Head | None = None
        """The last head that the witness took."""

    def offer(self, head: Head) -> None:
        """Makes this the next head to be sent: at once where the log has grown, at most every minute where it is the
        tree that the witness has already, signed again."""
        seen = self.witnessed
        if seen is not None and seen.size == head.size and head.time_ms - seen.time_ms < _REPEAT_MS:
            return
        self._pending = head
        if self._sending is None or self._sending.done():
            self._sending = asyncio.get_running_loop().create_task(self._send())

    async def drain(self) -> None:
        """Waits until what was offered was sent or has failed."""
        if self._sending is not None:
            await self._sending

    async def _send(self) -> None:
        while self._pending is not None:
            head, self._pending = self._pending, None
            try:
                await self._witness.append(head)
            except Problem as problem:
                self.failures += 1
                self._failing += 1
                if self._failing == 1:
                    _log.warning("the witness does not take the heads of the log: %s", problem.title("en"))
            else:
                self.witnessed = head
                if self._failing:
                    _log.warning("the witness takes heads again, after %d that it did not", self._failing)
                self._failing = 0


def witness_at(location: str) -> Witness:
    """The witness at an https URL or a path; http to this very machine only. Problem `audit.witness_plain`."""
    if location.startswith(("https://", "http://")):
        # A head tells nothing of anybody, but who changes it on its way can hide that a log was rolled back.
        host = plain_host(location)
        if host is not None:
            raise Problem("audit.witness_plain", host=host)
        # Only a hub with such a witness pays for the HTTP client.
        from kaihoken.audit.witness_url import UrlWitness

        return UrlWitness(location)
    return FileWitness(Path(location))


def _head_in(line: bytes) -> Head | None:
    try:
        return witnessed_head(line)
    except Problem:
        return None


def _whole(line: bytes) -> bool:
    """A head has one closing brace, at its end."""
    return line.endswith(b"}\n")


def _unreachable(error: OSError) -> Problem:
    return Problem("audit.witness_unreachable", reason=error.strerror or type(error).__name__)
