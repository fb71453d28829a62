"""A claim file opened by a command: its bytes, and what is said where it cannot be read or is something else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kaihoken.claims.records import heads
from kaihoken.claims.uke.kind import layout_by_head
from kaihoken.claims.uke.reading import chunks_of
from kaihoken.problems import Problem

_MARKS = b"\0\xef\xbb\xbf\xff\xfe\x1a"
"""What stands in front of an id or between its letters where a claim file was saved in another encoding."""


@contextmanager
def unreadable_files(file: Path) -> Iterator[None]:
    """Tells what the operating system refuses of a file as Problem `claims.file-unreadable`."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Problem("claims.file-unreadable", where=str(file), reason=reason) from error


def chunks_in(file: Path) -> Iterator[bytes]:
    """The bytes of a file, piece by piece. Problem `claims.file-unreadable`; what becomes of the bytes is not told
    here, so that a full disk elsewhere is not taken for a file that cannot be read."""
    with unreadable_files(file):
        opened = file.open("rb")
    with opened, unreadable_files(file):
        yield from chunks_of(opened)


def claim_chunks(file: Path) -> Iterator[bytes]:
    """The same of a claim file. Problem `claims.not-claims` where nothing in its beginning is a record of one."""
    chunks = chunks_in(file)
    first = next(chunks, b"")
    if first and not _has_records(first):
        raise Problem("claims.not-claims", where=str(file))
    yield first
    yield from chunks


def _has_records(beginning: bytes) -> bool:
    known = {identity.encode() for identity in (*layout_by_head((), None).by_id, *heads())}
    begun = (line.translate(None, _MARKS).partition(b",") for line in beginning.split(b"\n"))
    return any(identity in known for identity, comma, _ in begun if comma)
