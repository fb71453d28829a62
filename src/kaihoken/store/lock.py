"""One writing process per store folder."""

import os
import sys
from pathlib import Path

from kaihoken.problems import Problem
from kaihoken.store.keyfiles import path_problems

if sys.platform == "win32":
    import msvcrt

    _HELD = PermissionError

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)  # beyond the text, which others may read
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    _HELD = BlockingIOError

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FolderLock:
    """Held from construction until `release`, or until the process ends in whatever way: the operating system
    gives it back. The file stays behind; only the lock on it counts."""

    def __init__(self, path: Path) -> None:
        """Takes the lock. Problem `store.locked` names the process that holds it; `store.path`, `store.full`."""
        with path_problems(path):
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                self._take(path)
            except BaseException:
                os.close(self._descriptor)
                raise

    def _take(self, path: Path) -> None:
        try:
            _lock(self._descriptor)
        except _HELD:
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            holder = os.read(self._descriptor, 32).decode("ascii", "replace") or "?"
            raise Problem("store.locked", where=str(path.parent), holder=holder) from None
        os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.write(self._descriptor, f"process {os.getpid()}".encode("ascii"))

    def release(self) -> None:
        """Gives the lock back."""
        os.close(self._descriptor)
