"""Putting a request into `req` as its makers should: under a name that nobody has, and whole from the first moment."""

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from kaihoken.coverage.folder.shelves import Folders
from kaihoken.coverage.oqs import FileName, fresh_name
from kaihoken.store import sync_folder

_PART = ".part"


def put_request(folders: Folders, interface: str, step: str, content: bytes, on: date) -> FileName:
    """Write a request of an interface ("OQSsiquc") and step ("01") into `req`, named by the day and the next number;
    its name, whose `result()` is the one to wait for. Problems `oqs.file-name`, `oqs.folder-names-used-up`; OSError."""
    used = set(_names(folders))
    while True:
        name = fresh_name(interface, step, on, used)
        part = folders.req / f".{name}{_PART}"
        try:
            descriptor = os.open(
                part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
            )
        except FileExistsError:  # somebody else is about to use it
            used.add(str(name))
            continue
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        os.rename(part, folders.req / str(name))
        sync_folder(folders.req)
        return name


def _names(folders: Folders) -> Iterator[str]:
    """Names that are in use: in `req`, on their way through the agent, in `res`, and kept."""
    for folder in (folders.req, folders.res):
        yield from os.listdir(folder)
    kept = folders.archive.rglob("*") if folders.archive is not None else ()
    with suppress(OSError):  # the agent puts them away meanwhile
        yield from (path.name for path in (*(folders.work / "queue").rglob("*"), *kept))
