"""Records as they are committed, a line of JSON each, for another system to keep. `kaihoken audit follow`.

The file that they are written to says by its last line how far it is: whoever was stopped or killed goes on behind it,
loses nothing and repeats nothing. That line must stand in the log as it stands in the file, so that the file of another
log, or of one that was rolled back since, is not gone on with.
"""

import os
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec
import orjson

from kaihoken.audit.log import Log
from kaihoken.audit.search import Match, Search, Wanted
from kaihoken.problems import Problem

_PLACE = re.compile(r"([0-9]{1,12})/([0-9]{1,6})")
_BLOCK = 64 * 1024


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a record stands: its batch, and which of its records it is."""

    batch: int
    index: int


START = Place(0, -1)
"""Before the first record."""


class _Line(msgspec.Struct, frozen=True):
    batch: int
    index: int
    at_ms: int
    kind: str
    body: dict[str, object]

    def tells(self, match: Match) -> bool:
        """Whether it was written of that record, by this release or an older one."""
        told = (match.batch, match.index, match.at_ms, match.kind, match.body)
        return (self.batch, self.index, self.at_ms, self.kind, self.body) == told


def place_in(text: str) -> Place:
    """A place as it is typed: BATCH/RECORD. Problem `audit.unreadable`."""
    found = _PLACE.fullmatch(text)
    if found is None:
        raise Problem("audit.unreadable", where="--after", reason="BATCH/RECORD")
    return Place(int(found[1]), int(found[2]))


def line_of(match: Match) -> bytes:
    """A record as a line."""
    return orjson.dumps(match.as_json()) + b"\n"


class Following:
    """Follows a log. `place` is behind what was told last."""

    def __init__(self, log: Log, place: Place = START) -> None:
        self.place = place
        self._log = log
        self._first = place.batch

    async def new(self) -> AsyncIterator[Match]:
        """The records behind `place` that are durable by now, in their order; with what is damaged, which says so."""
        stop = await self._log.size()
        async for match in Search(self._log, Wanted()).matches(self._first, stop):
            if (here := Place(match.batch, match.index)) > self.place:
                self.place = here
                yield match
        self._first = max(self._first, stop)


class FollowedFile:
    """A file of records. Opening it takes away what a killed program left of a line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            self.file: BinaryIO = os.fdopen(descriptor, "r+b")
        except OSError as error:
            raise Problem("audit.unreadable", where=path.name, reason=type(error).__name__) from error
        self._last = self._last_line()

    async def place(self, log: Log) -> Place | None:
        """The place of its last line; None where it has none. Problem `audit.unreadable` where it is not the log's."""
        if not self._last:
            return None
        try:
            line = msgspec.json.decode(self._last, type=_Line)
        except msgspec.DecodeError:
            raise self._not_of_this_log() from None
        if 0 <= line.batch < await log.size():
            async for match in Search(log, Wanted()).matches(line.batch, line.batch + 1):
                if line.tells(match):
                    return Place(line.batch, line.index)
        raise self._not_of_this_log()

    def _last_line(self) -> bytes:
        """The last whole line, with nothing behind it any more."""
        end = self.file.seek(0, os.SEEK_END)
        begin, tail = end, b""
        while begin and tail.count(b"\n") < 2:
            begin, before = max(0, begin - _BLOCK), begin
            self.file.seek(begin)
            tail = self.file.read(before - begin) + tail
        whole = tail[: tail.rfind(b"\n") + 1]
        self.file.seek(begin + len(whole))
        self.file.truncate()
        return whole[whole[:-1].rfind(b"\n") + 1 :]

    def _not_of_this_log(self) -> Problem:
        return Problem(
            "audit.unreadable", where=self._path.name, reason="its last line is no record of this log"
        )
