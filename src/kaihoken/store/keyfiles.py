"""Small secret files: written whole or not at all, readable by their owner only."""

import os
import secrets
import stat
from pathlib import Path

from kaihoken.problems import Problem

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_private_folder(folder: Path) -> None:
    """Makes the folder with mode 0700; one that exists must be private already (Problem `store.keys_open`)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    require_private(folder)


def require_private(path: Path) -> None:
    """Refuses a file or folder of keys that others can enter. (Windows keeps its own lists of access.)"""
    if os.name == "posix" and path.stat().st_mode & _OTHERS:
        raise Problem("store.keys_open", where=path.name)


def write_private(path: Path, content: bytes, *, replace: bool = False) -> None:
    """Writes a file of mode 0600 that is complete on disk before it has its name.

    Without `replace` an existing file stays as it is and FileExistsError is raised, whoever is quicker.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            draft.replace(path)
        else:
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
