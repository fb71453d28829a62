"""A claim file, read as it comes: head, receipts one by one, end. The reader holds one receipt at a time, keeps every
byte, and goes on behind what it cannot read. What is wrong with the file and with the form of its lines it says; what
the lines mean, and the order in which they stand, is for the checks."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain, islice
from typing import BinaryIO, Literal, TypeAlias

import msgspec

from kaihoken.claims.finding import Finding
from kaihoken.claims.records import ClaimLayout, ReturnedLayout
from kaihoken.claims.uke.encoding import as_cp932, foreign_encoding
from kaihoken.claims.uke.form import forms_of
from kaihoken.claims.uke.kind import layout_by_head
from kaihoken.claims.uke.line import Line

CRLF = b"\r\n"
END_OF_FILE = b"\x1a"
CHUNK = 1 << 20
LONGEST_LINE = 1 << 20
"""A line that goes on for longer is cut here: it is no line of a claim file."""
LARGEST_PART = 1 << 24
"""A part is given up when its lines come to more than this: no receipt of 10,000 lines is a tenth as large."""
_A_LINE = 128
"""What a line counts for beside its bytes, so that empty lines come to something, too."""
PEEKED_LINES = 24
"""So many lines are looked at to tell the kind of the file: a head says 医科 of a DPC file too, its records do not."""


class Head(msgspec.Struct, frozen=True):
    """The records before the first receipt, and the layout by which the file is read."""

    lines: list[Line]
    findings: list[Finding]
    layout: ClaimLayout

    def named(self) -> list[Line]:
        """The lines that say who claims, and for which month: one in a lawful file."""
        places = {record.id for record in self.layout.records if record.place == "head"}
        return [line for line in self.lines if line.kind in places]


class ReceiptLines(msgspec.Struct, frozen=True):
    """The records of one receipt as they stand. `place` counts the receipts of the file from 1."""

    lines: list[Line]
    findings: list[Finding]
    place: int


class Tail(msgspec.Struct, frozen=True):
    """The records behind the last receipt, and the bytes behind the last line (0x1A, or nothing)."""

    lines: list[Line]
    findings: list[Finding]
    rest: bytes


Part: TypeAlias = Head | ReceiptLines | Tail
_Phase: TypeAlias = Literal["head", "receipt", "tail"]


def read(chunks: Iterable[bytes], month: date | None = None) -> Iterator[Part]:
    """The parts of a claim file in their order. Several files in one come as several heads, each with its tail.

    `month` is the first day of the month of claiming by whose layout the file is read where its head does not say.
    Never raises for what the file holds: what cannot be read is a finding of the part in which it stands.
    """
    lines = _lines(chunks)
    first = list(islice(lines, PEEKED_LINES))
    return _Reading(month, [raw for raw, _ in first]).parts(chain(first, lines))


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of an open file, piece by piece."""
    while chunk := file.read(CHUNK):
        yield chunk


def raw_bytes(parts: Iterable[Part]) -> Iterator[bytes]:
    """The file again, byte for byte."""
    for part in parts:
        for line in part.lines:
            yield line.raw + line.ending
        if isinstance(part, Tail):
            yield part.rest


def _lines(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Each line and its end. No byte of an end can be the second byte of a character in CP932."""
    left = b""
    for chunk in (whole[at : at + CHUNK] for whole in chunks for at in range(0, len(whole), CHUNK)):
        lines = (left + chunk).split(b"\n")
        left = lines.pop()
        for line in lines:
            if line.endswith(b"\r"):
                yield line[:-1], b"\r\n"
            else:
                yield line, b"\n"
        if len(left) > LONGEST_LINE:
            yield left[:LONGEST_LINE], b""
            left = left[LONGEST_LINE:]
    if left:
        yield left, b""


def _fields(raw: bytes) -> list[str] | None:
    """The texts of a line, None where its bytes are those of no character."""
    try:
        return raw.decode("cp932").split(",")
    except UnicodeDecodeError:
        return None


class _Reading:
    """One file being read: `_held` are the lines of the part that has not ended yet, `_found` its findings."""

    def __init__(self, month: date | None, first: Iterable[bytes]) -> None:
        self._month = month
        self._phase: _Phase = "head"
        self._held: list[Line] = []
        self._found: list[Finding] = []
        self._room = LARGEST_PART
        self._receipts = 0
        self._encoding = ""
        self._read_by(first)

    def _read_by(self, head: Iterable[bytes]) -> None:
        self._layout = layout_by_head(head, self._month)
        self._forms = forms_of(self._layout)
        self._places = {record.id: record.place for record in self._layout.records}
        self._begins = frozenset(self._layout.begins)

    def parts(self, lines: Iterable[tuple[bytes, bytes]]) -> Iterator[Part]:
        """Head, receipts, tail."""
        number = 0
        rest = b""
        for raw, ending in lines:
            if not ending and not raw.strip(END_OF_FILE):
                rest = raw
                continue
            number += 1
            form = self._forms.get(raw[:2])
            found: Iterable[Finding] = ()
            fields = _fields(raw) if form is not None and ending == CRLF and form.fits(raw) else None
            if fields is None:
                fields, found = self._doubted(number, raw, ending)
            kind = fields[0]
            if kind in self._begins:
                yield from self._begin_receipt(number)
            elif self._places.get(kind) == "end":
                yield from self._begin_tail()
            elif self._places.get(kind) == "head":
                yield from self._begin_head(number, raw)
            elif self._phase != "receipt":
                check = "file.before-receipts" if self._phase == "head" else "file.behind-end"
                self._found.append(Finding(check=check, line=number, record=kind[:2]))
            self._held.append(Line(number, raw, ending, fields))
            self._found += found
            self._room -= len(raw) + _A_LINE
            if self._room < 0:
                yield from self._give_up(number)
        if number == 0:
            self._found.append(Finding(check="file.empty"))
        yield from self._end(rest)

    def _begin_receipt(self, number: int) -> Iterator[Part]:
        if self._phase == "tail":
            yield Tail(*self._taken(), b"")
            self._found.append(Finding(check="file.no-head", line=number))
            self._phase = "head"
        yield from self._close()
        self._phase = "receipt"

    def _begin_tail(self) -> Iterator[Part]:
        yield from self._close()
        self._phase = "tail"

    def _begin_head(self, number: int, raw: bytes) -> Iterator[Part]:
        if self._phase == "head":
            return
        yield from self._end(b"")
        self._phase = "head"
        self._found.append(Finding(check="file.several", line=number))
        self._read_by([raw])

    def _give_up(self, number: int) -> Iterator[Part]:
        """Part from what does not end. What follows comes as a receipt, behind an end as another file."""
        self._found.append(Finding(check="file.endless", line=number))
        if self._phase == "tail":
            yield Tail(*self._taken(), b"")
            self._phase = "head"
        else:
            yield from self._close()
            self._phase = "receipt"

    def _close(self) -> Iterator[Part]:
        """The head or receipt that ends here."""
        if self._phase == "head":
            yield Head(*self._taken(), self._layout)
        elif self._phase == "receipt":
            self._receipts += 1
            yield ReceiptLines(*self._taken(), self._receipts)

    def _end(self, rest: bytes) -> Iterator[Part]:
        """The end of a file, also of one whose end is missing."""
        if self._phase != "tail":
            yield from self._close()
            returned = isinstance(self._layout, ReturnedLayout)
            self._found.append(Finding(check="returned.no-end" if returned else "file.no-end"))
        yield Tail(*self._taken(), rest)

    def _taken(self) -> tuple[list[Line], list[Finding]]:
        held, found = self._held, self._found
        self._held, self._found, self._room = [], [], LARGEST_PART
        return held, found

    def _doubted(self, number: int, raw: bytes, ending: bytes) -> tuple[list[str], list[Finding]]:
        """The fields of a line that has not the form of its record, and what is wrong with it."""
        found: list[Finding] = []
        content = raw
        if number == 1 or not self._encoding:
            encoding = foreign_encoding(raw)
            if encoding:
                self._encoding = encoding
                found.append(Finding(check="file.encoding", line=number, facts={"encoding": encoding}))
        if raw.startswith(END_OF_FILE):
            content = raw.lstrip(END_OF_FILE)
            found.append(Finding(check="file.end-inside", line=number))
        if self._encoding == "UTF-8":
            content = as_cp932(content)
        parts = content.split(b",")
        fields = [part.decode("cp932", "replace") for part in parts]
        if ending != CRLF and (ending or self._phase != "tail"):
            found.append(Finding(check="file.line-end", line=number, record=fields[0][:2]))
        form = self._forms.get(parts[0])
        if form is not None:
            found += form.faults(number, content, fields)
        elif self._encoding != "UTF-16":
            found.append(Finding(check="form.record", line=number, facts={"record": fields[0][:8]}))
        return fields, found
