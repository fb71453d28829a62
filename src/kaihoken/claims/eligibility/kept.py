"""What a hub has answered about a claim file, kept beside it while it comes: a file of lines of which a line that
broke off is worth nothing and costs no other. It tells of people, as the claim file does: its owner alone reads it."""

import os
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec

from kaihoken.claims.eligibility.answers import DayAnswer
from kaihoken.claims.eligibility.questions import CareDay

_OWNER_ONLY = 0o600


class Sent(msgspec.Struct, frozen=True, kw_only=True, tag="sent"):
    """The list stands at a hub: under which number, and which questions it holds."""

    hub: str
    reception_number: str
    questions: str


class Page(msgspec.Struct, frozen=True, kw_only=True, tag="page"):
    """A page of results: the answers by the key of their question, and the cursor of the page after it, "" at the
    end."""

    answers: Mapping[str, DayAnswer]
    next: str


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Sent | Page).decode


class Kept:
    """The file, as far as it was written; without a file the same in memory alone. `sent` is the list that stands
    there, `answers` what it was answered, by the key of the question; `next` the cursor to go on from, None when
    everything is there."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self.sent: Sent | None = None
        self.answers: dict[str, DayAnswer] = {}
        self.next: str | None = ""
        for line in _lines(file) if file is not None else ():
            self._take(line)

    def begin(self, sent: Sent) -> None:
        """Another list: what stood there is gone. Raises OSError."""
        self.drop()
        self.sent = sent
        self._append(_encode(sent))

    def add(self, page: Page) -> None:
        """A page that came. Raises OSError."""
        self._append(_encode(page))
        self._take(page)

    def drop(self) -> None:
        """Nothing of it is of use. Raises OSError."""
        self.sent, self.answers, self.next = None, {}, ""
        if self._file is not None:
            self._file.unlink(missing_ok=True)

    def _take(self, line: Sent | Page) -> None:
        if isinstance(line, Sent):
            self.sent, self.answers, self.next = line, {}, ""
        elif self.sent is not None:
            self.answers.update(line.answers)
            self.next = line.next or None

    def _append(self, line: bytes) -> None:
        if self._file is None:
            return
        opened = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_APPEND, _OWNER_ONLY)
        with os.fdopen(opened, "ab") as file:
            before = file.tell()
            broke_off = before and os.pread(opened, 1, before - 1) != b"\n"
            file.write(b"\n" * bool(broke_off) + line + b"\n")
            file.flush()
            os.fsync(file.fileno())


def question_key(day: CareDay) -> str:
    """What one question is called, in a list and in the file."""
    return sha256(msgspec.json.encode(day)).hexdigest()[:32]


def questions_hash(days: Sequence[CareDay]) -> str:
    """The same for the same questions in the same order."""
    return sha256(msgspec.json.encode(days)).hexdigest()


def _lines(file: Path) -> Iterator[Sent | Page]:
    """The lines that are whole. What cannot be read at all is as if it were not there."""
    try:
        content = file.read_bytes()
    except OSError:
        return
    for line in content.split(b"\n"):
        try:
            yield _decode(line)
        except msgspec.DecodeError:
            continue
