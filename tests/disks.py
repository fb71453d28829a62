"""Two disks for SQLite, as virtual file systems: one that writes down what is asked of it, one that fails on purpose.

Register one for the length of a test with `with RecordingDisk() as disk:` and open a store with `vfs=disk.name`.
"""

import itertools
from dataclasses import dataclass, field
from typing import Literal, Self

import apsw

_numbers = itertools.count()

Kind = Literal["wal", "database"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on the disk (or that the test noted): writes when they were done, syncs when they had
    returned."""

    what: Literal["write", "sync", "note"]
    kind: Kind | Literal[""] = ""
    note: str = ""


class _Disk(apsw.VFS):
    """A file system that passes everything on to the ordinary one, through files that may look at it."""

    def __init__(self) -> None:
        self.name = f"{type(self).__name__}-{next(_numbers)}"
        super().__init__(self.name, "")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.unregister()


def _kind(flags: int) -> Kind:
    return "wal" if flags & apsw.SQLITE_OPEN_WAL else "database"


class RecordingDisk(_Disk):
    """Writes down every write and every sync, in order, on all threads."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        super().__init__()

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        return _RecordedFile(name, flags, self.events)

    def note(self, text: str) -> None:
        """Puts the test's own moment into the record: "the answer left now"."""
        self.events.append(Event("note", note=text))

    def log_is_synced_at(self, note: str) -> bool:
        """Whether the write-ahead log had been written since the note before this one (or the beginning), and
        everything written to it was synced when this note was made."""
        end = self.events.index(Event("note", note=note))
        earlier = [place for place, event in enumerate(self.events[:end]) if event.what == "note"]
        log = [event for event in self.events[earlier[-1] if earlier else 0 : end] if event.kind == "wal"]
        return any(event.what == "write" for event in log) and log[-1].what == "sync"


class _RecordedFile(apsw.VFSFile):
    def __init__(self, name: str | apsw.URIFilename | None, flags: list[int], events: list[Event]) -> None:
        self._kind = _kind(flags[0])
        self._events = events
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset)
        self._events.append(Event("write", self._kind))

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._events.append(Event("sync", self._kind))


@dataclass(slots=True)
class Fault:
    """Which call fails, counted from now: 1 is the next one. `lasting` faults go on until the disk is `mended`."""

    at: int
    error: type[apsw.Error]
    lasting: bool = False


@dataclass(slots=True)
class _Plan:
    only: Kind | None
    fault: Fault | None = None
    calls: int = 0
    failed: list[str] = field(default_factory=list)

    def call(self, what: str, kind: Kind) -> None:
        if self.only not in (None, kind):
            return
        self.calls += 1
        fault = self.fault
        if fault is None or self.calls < fault.at or (self.calls > fault.at and not fault.lasting):
            return
        self.failed.append(f"{what} {kind}")
        raise fault.error("planned")


class FaultyDisk(_Disk):
    """Fails at the n-th write or sync, as a full or a dying disk does; `only` of the log or of the database file."""

    def __init__(self, only: Kind | None = None) -> None:
        self.plan = _Plan(only)
        super().__init__()

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        return _FaultyFile(name, flags, self.plan)

    def fail(self, fault: Fault) -> None:
        """Plans a fault and counts calls from here."""
        self.plan.fault = fault
        self.plan.calls = 0
        self.plan.failed.clear()

    def mend(self) -> None:
        self.plan.fault = None

    @property
    def failed(self) -> list[str]:
        """The calls that failed since the last plan."""
        return list(self.plan.failed)


class _FaultyFile(apsw.VFSFile):
    def __init__(self, name: str | apsw.URIFilename | None, flags: list[int], plan: _Plan) -> None:
        self._kind = _kind(flags[0])
        self._plan = plan
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        self._plan.call("write", self._kind)
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:
        self._plan.call("sync", self._kind)
        super().xSync(flags)

    def xTruncate(self, size: int) -> None:
        self._plan.call("truncate", self._kind)
        super().xTruncate(size)
