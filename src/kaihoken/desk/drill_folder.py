"""The folder of a drill, which goes with it: also where a power cut ended both.

Where it lies is written into the real desk's safe before it is made. Whoever has that safe open is its one holder, so a
folder that is named there belongs to a drill that is dead, and to nobody else's.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec

from kaihoken.desk.safe import Drop, Put, Safe
from kaihoken.problems import Problem

SHELF: Final = "drill-folder"
_PREFIX: Final = "kaihoken-drill-"


class DrillFolder(msgspec.Struct, frozen=True):
    """Where a drill's desk lies."""

    folder: str


@contextmanager
def drill_folder(safe: Safe) -> Iterator[Path]:
    """A new folder for one drill while the context is open; what a dead one left is gone. Problem `store.full`."""
    clear_dead_drills(safe)
    name = secrets.token_hex(8)
    folder = Path(tempfile.gettempdir()) / f"{_PREFIX}{name}"
    safe.write([Put(SHELF, name, DrillFolder(str(folder)))])
    try:
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        _clear(safe, name, folder)


def clear_dead_drills(safe: Safe) -> None:
    """Take away what drills of this desk left that could not end. Never raises for a file: what cannot be taken away
    now is tried again the next time. Problem `desk.safe-broken`."""
    for one in safe.all(SHELF, DrillFolder):
        folder = Path(one.folder)
        _clear(safe, folder.name.removeprefix(_PREFIX), folder)


def _clear(safe: Safe, name: str, folder: Path) -> None:
    if _is_ours(folder):
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            return
    with suppress(Problem):  # a full disk is told elsewhere
        safe.write([Drop(SHELF, name)])


def _is_ours(folder: Path) -> bool:
    """Whether a folder of that name lies there, made by this user: others may write where it lies."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    is_own = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return is_own and folder.is_dir() and not folder.is_symlink()
