"""Small secret files: written whole or not at all, readable by their owner only, held while they are used."""

import errno
import os
import secrets
import stat
import sys
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kaihoken.problems import Problem

if sys.platform == "win32":

    def _hold(folder: Path, *, alone: bool) -> int | None:
        """Windows has no lock that many can share: who rotates stops the hub first (docs/keys.md)."""
        return None
else:
    import fcntl

    def _hold(folder: Path, *, alone: bool) -> int | None:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor


_FULL = (errno.ENOSPC, errno.EDQUOT)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class FolderHold:
    """A folder of keys held by who signs with them (many may), or by the one who changes them (`alone`): the two keep
    each other out. Ends with `release`, with the object, or with the process in whatever way."""

    def __init__(self, folder: Path, *, alone: bool) -> None:
        """Never waits: BlockingIOError while it is held the other way; OSError where there are no locks."""
        descriptor = _hold(folder, alone=alone)
        self._end = weakref.finalize(self, os.close, descriptor) if descriptor is not None else None

    def release(self) -> None:
        """Lets go; twice is allowed."""
        if self._end is not None:
            self._end()


def is_held(folder: Path) -> bool:
    """Whether somebody signs with the keys of a folder now (False where there are no locks: Windows). Problem
    `store.path`."""
    with path_problems(folder):
        try:
            FolderHold(folder, alone=True).release()
        except BlockingIOError:
            return True
    return False


def problem_of_path(error: OSError, path: Path) -> Problem:
    """What the operating system's refusal of a path means to us: `store.full`, or `store.path` with its reason."""
    if error.errno in _FULL:
        return Problem("store.full", where=str(path.absolute()))
    return Problem("store.path", where=str(path.absolute()), reason=error.strerror or type(error).__name__)


@contextmanager
def path_problems(path: Path) -> Iterator[None]:
    """Tells what the operating system refuses of a path as a Problem (`problem_of_path`)."""
    try:
        yield
    except OSError as error:
        raise problem_of_path(error, path) from None


def make_private_folder(folder: Path) -> None:
    """Makes the folder with mode 0700; one that exists must be private already (Problem `store.keys_open`). Other
    Problems: `store.path`, `store.full`."""
    with path_problems(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        require_private(folder)


def require_private(path: Path) -> None:
    """Refuses a file or folder of keys that others can enter. (Windows keeps its own lists of access.)"""
    if os.name == "posix" and path.stat().st_mode & _OTHERS:
        raise Problem("store.keys_open", where=path.name)


def write_private(path: Path, content: bytes) -> None:
    """Writes a file of mode 0600 that is complete on disk before it has its name.

    An existing file stays as it is and FileExistsError is raised, whoever is quicker. Problems: `store.path`,
    `store.full`.
    """
    try:
        _write(path, content)
    except FileExistsError:
        raise
    except OSError as error:
        raise problem_of_path(error, path) from None


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable. (Windows does so by itself and cannot open a folder.)"""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
