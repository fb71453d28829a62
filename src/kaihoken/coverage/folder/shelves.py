"""The folders on disk. Every step is one rename, so a crash leaves each request on one side of it or the other.

    req/NAME  →  work/queue/NUMBER-KEY/NAME          taken: nobody else writes there
    work/out/NUMBER-KEY.part  →  work/out/NUMBER-KEY decided: what goes to res is in it, whole
    work/out/NUMBER-KEY/RESULT  →  res/RESULT        delivered
    work/out/NUMBER-KEY/~RESULT →  face/RESULT       delivered, of a card reader
    work/queue/NUMBER-KEY  →  archive/DAY/NUMBER-KEY put away, or deleted; then work/out/NUMBER-KEY goes

`KEY` is drawn when a request is taken and goes to the hub as the Idempotency-Key, so that asking again after a crash is
the same order. A share that is away is an OSError and never an answer: what could not be read says nothing.
"""

import errno
import os
import re
import secrets
import shutil
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kaihoken.clock import Clock
from kaihoken.coverage.folder.arrival import Look, look_at
from kaihoken.coverage.folder.outcome import TO_FACE, Files, is_packed
from kaihoken.coverage.folder.report import Unread
from kaihoken.coverage.oqs import LARGEST_LIST
from kaihoken.problems import Problem
from kaihoken.store import FolderLock, sync_folder

_NOT_FOLLOWED = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_NOT_WAITED_FOR = getattr(os, "O_NONBLOCK", 0)
_KEY_BYTES = 10  # as many as the name of a card reader's result has
_PRIVATE = 0o700
_RESULTS = (".xml", ".zip", ".pdf", ".err")
_is_label = re.compile(r"[0-9]+-[0-9a-f]+(?:\.part)?").fullmatch


@dataclass(frozen=True, slots=True)
class Folders:
    """Where everything lies, all on one file system. `archive` None: requests that were answered are deleted; `face`
    None: cards are not asked about."""

    req: Path
    res: Path
    work: Path
    archive: Path | None = None
    face: Path | None = None


@dataclass(frozen=True, slots=True, order=True)
class Taken:
    """A request that the agent has taken: when, in order; the key of its order; its name."""

    number: int
    key: str
    name: str = field(repr=False)

    @property
    def label(self) -> str:
        """What it is called in `work/out`, and in what the agent says: nothing of its name, which a sender chose."""
        return f"{self.number:010}-{self.key}"


class Shelves:
    """The folders of one agent, which holds them alone."""

    def __init__(self, folders: Folders, clock: Clock) -> None:
        """Problems: `oqs.folder-missing`, `oqs.folder-apart`, `oqs.folder-in-use`."""
        self._folders = folders
        self._clock = clock
        self._queue = folders.work / "queue"
        self._out = folders.work / "out"
        for folder in (folders.req, folders.res, folders.face):
            if folder is not None and not folder.is_dir():
                raise Problem("oqs.folder-missing", where=str(folder))
        for own in (folders.work, self._queue, self._out, folders.archive):
            if own is not None:
                own.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        self._require_together()
        try:
            self._lock = FolderLock(folders.work / "lock")
        except Problem as problem:
            if problem.code == "store.locked":
                raise Problem("oqs.folder-in-use", where=str(folders.work)) from None
            raise
        self._tidy()
        self._last = max((taken.number for taken in self.queued()), default=0)

    def close(self) -> None:
        """Let others have the folders."""
        self._lock.release()

    def arriving(self) -> list[str]:
        """The names in `req` that could be requests, the oldest first; one in a ZIP is, to be refused. Names that begin
        with `.` or `~` and other endings are a writer's own; links and folders are nobody's request."""
        endings = (".xml",) if self._folders.face is None else (".xml", ".json")
        found = []
        with os.scandir(self._folders.req) as entries:
            for entry in entries:
                name = entry.name
                if (name.lower().endswith(endings) or is_packed(name)) and not name.startswith((".", "~")):
                    with suppress(OSError):
                        about = entry.stat(follow_symlinks=False)
                        if stat.S_ISREG(about.st_mode):
                            found.append((about.st_mtime_ns, name))
        return [name for _, name in sorted(found)]

    def peek(self, name: str) -> bytes | None:
        """The bytes of a file in `req`, one more than a message may have at most; None where it cannot be read just
        now."""
        return _content(self._folders.req / name)

    def take(self, name: str, seen: Look) -> Taken | None:
        """Take a file out of `req` whose last reading was `seen`; None where its writer has it, took it back, or put
        another in its place since."""
        taken = Taken(self._last + 1, secrets.token_hex(_KEY_BYTES), name)
        shelf = self._queue / taken.label
        shelf.mkdir(mode=_PRIVATE)
        try:
            os.rename(self._folders.req / name, shelf / name)
        except OSError:
            shelf.rmdir()
            return None
        content = _content(shelf / name)
        if (content is None or look_at(content) != seen) and self._put_back(shelf, name):
            return None
        self._last = taken.number
        sync_folder(shelf)
        sync_folder(self._queue)
        return taken

    def _put_back(self, shelf: Path, name: str) -> bool:
        """Back to `req`, to be looked at anew; False where the writer has put yet another file there: then what was
        taken is a request of its own. OSError while the share is away."""
        if os.path.lexists(self._folders.req / name) and stat.S_ISREG((shelf / name).lstat().st_mode):
            return False
        os.rename(shelf / name, self._folders.req / name)
        shelf.rmdir()
        return True

    def queued(self) -> list[Taken]:
        """What was taken and is not put away, in the order in which it came."""
        return sorted(
            _taken(label, name) for label in _labels(self._queue) for name in os.listdir(self._queue / label)
        )

    def since(self, taken: Taken) -> datetime:
        """When it was taken."""
        return datetime.fromtimestamp((self._queue / taken.label).stat().st_mtime, UTC)

    def content(self, taken: Taken) -> bytes:
        """The bytes of a request that was taken. OSError where they cannot be had just now."""
        content = _content(self._queue / taken.label / taken.name)
        if content is None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return content

    def is_decided(self, taken: Taken) -> bool:
        """Whether what goes to `res` is there, or has gone. OSError where that cannot be told just now."""
        try:
            os.stat(self._out / taken.label)
        except FileNotFoundError:
            os.stat(self._out)  # it is there, without it
            return False
        return True

    def decide(self, taken: Taken, files: Files) -> None:
        """Write down what goes to `res`. From here on the request is never asked again, and what was decided before
        stays decided."""
        if self.is_decided(taken):
            return
        part = self._out / f"{taken.label}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=_PRIVATE)
        for name, content in files.items():
            if content is None:
                _copy(self._queue / taken.label / taken.name, part / name)
            _write(part / name, content)
        sync_folder(part)
        os.rename(part, self._out / taken.label)
        sync_folder(self._out)

    def deliver(self, taken: Taken) -> int | None:
        """Move what waits into `res` or `face`, an `.err` last; how many results that nobody had fetched gave their
        places, having the same names. None where it is not possible just now."""
        waiting, replaced = self._out / taken.label, 0
        try:
            for name in sorted(os.listdir(waiting), key=lambda name: (name.endswith(".err"), name)):
                folder = self._folders.face if name.startswith(TO_FACE) else self._folders.res
                if folder is None:  # the agent was started without the folder that it had
                    return None
                place = folder / name.removeprefix(TO_FACE)
                replaced += os.path.lexists(place)
                os.replace(waiting / name, place)
                sync_folder(folder)
        except OSError:
            return None
        return replaced

    def is_delivered(self, taken: Taken) -> bool:
        """Whether everything stands where it belongs."""
        return not os.listdir(self._out / taken.label)

    def unread(self, stay_minutes: int) -> Unread:
        """The results that stand in `res` and `face`, and how many of them longer than they may. A folder that is away
        shows none."""
        written: list[datetime] = []
        for folder in filter(None, (self._folders.res, self._folders.face)):
            with suppress(OSError), os.scandir(folder) as entries:
                written += [
                    datetime.fromtimestamp(entry.stat(follow_symlinks=False).st_mtime, UTC)
                    for entry in entries
                    if entry.name.lower().endswith(_RESULTS) and not entry.name.startswith((".", "~"))
                ]
        if not written:
            return Unread()
        latest = self._clock.now() - timedelta(minutes=stay_minutes)
        return Unread(len(written), min(written), sum(1 for at in written if at <= latest))

    def clear(self, taken: Taken) -> None:
        """Put the request away, and then the mark that it was answered."""
        shelf = self._queue / taken.label
        if self._folders.archive is None:
            (shelf / taken.name).unlink(missing_ok=True)
            shelf.rmdir()
        else:
            day = self._folders.archive / self._clock.today().isoformat()
            day.mkdir(mode=_PRIVATE, exist_ok=True)
            os.rename(shelf, day / taken.label)
            sync_folder(day)
        sync_folder(self._queue)
        os.rmdir(self._out / taken.label)

    def _tidy(self) -> None:
        """What the agent was about when it last stopped: shelves with nothing on them, answers that were not whole,
        marks of what is put away."""
        for label in _labels(self._queue):
            if not os.listdir(self._queue / label):
                os.rmdir(self._queue / label)
        waiting = {taken.label for taken in self.queued()}
        for label in _labels(self._out):
            if label.endswith(".part"):
                shutil.rmtree(self._out / label)
            elif label not in waiting and self.deliver(_taken(label, "")) is not None:
                os.rmdir(self._out / label)

    def _require_together(self) -> None:
        folders = self._folders
        places = [folders.req, folders.res, folders.work, *filter(None, [folders.archive, folders.face])]
        resolved = {place.resolve() for place in places}
        if len(resolved) != len(places) or len({place.stat().st_dev for place in places}) != 1:
            raise Problem("oqs.folder-apart", where=", ".join(map(str, places)))


def _labels(folder: Path) -> list[str]:
    """The shelves in a folder. What else lies there (systems keep notes of folders in them) is left alone."""
    return [name for name in os.listdir(folder) if _is_label(name)]


def _taken(label: str, name: str) -> Taken:
    number, _, key = label.partition("-")
    return Taken(int(number), key, name)


def _content(path: Path) -> bytes | None:
    """The bytes of a plain file: what is a link or no file is nobody's request."""
    try:
        descriptor = os.open(path, os.O_RDONLY | _NOT_FOLLOWED | _BINARY | _NOT_WAITED_FOR)
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as opened:
        try:
            return opened.read(LARGEST_LIST + 1)
        except OSError:
            return None


def _copy(request: Path, place: Path) -> None:
    """The request once more. One that no message can be as long as is not written a second time: a name more is enough,
    where the disk knows such names."""
    if request.stat().st_size > LARGEST_LIST:
        with suppress(OSError):
            os.link(request, place, follow_symlinks=False)
            return
    shutil.copyfile(request, place, follow_symlinks=False)


def _write(path: Path, content: bytes | None) -> None:
    """A file with that content, or the one that is there, made durable."""
    with path.open("ab") as opened:
        opened.write(content or b"")
        opened.flush()
        os.fsync(opened.fileno())
