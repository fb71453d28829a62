"""A file of a レセコン as rows of text: encoding, commas or tabs, quotes, and where its header stands. Pure.

Twelve digits in a cell could be a 個人番号, which enters nowhere: they are gone before anybody else sees the row, and
the row says so. Nothing above the header is kept.
"""

import csv
import itertools
import re
from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from kaihoken.desk.files.columns import field_of_heading
from kaihoken.desk.slices import Sliced, at_once
from kaihoken.identity import decode_cp932, may_hold_individual_number
from kaihoken.problems import Problem

LARGEST_FILE: Final = 16 * 1024 * 1024
"""Bytes: 20,000 patients are about 4 MB."""
HEADER_WITHIN: Final = 20
PART: Final = 250
"""So many rows are read, and written, in one go."""
REMOVED: Final = "…"
"""What stands where twelve digits stood."""

_FORMULA = re.compile(r'="(.*)"')
_WOULD_RUN = re.compile(r"'*[=+\-@＝＋－＠\t\r]")
"""What spreadsheets take for a formula, in either width, with or without our apostrophes in front."""
_END_OF_LINE = re.compile(r"\r\n|\r|\n")
_MOST_CHARACTERS = 500
_WORDS_OF_A_HEADER = 2


class TableRow(msgspec.Struct, frozen=True, array_like=True):
    """One row: the number of its first line in the file, counted from 1, and its cells without the spaces around them.
    `fault` says why it cannot be taken, whatever it means."""

    line: int
    cells: tuple[str, ...]
    fault: Literal["", "individual-number", "quotes", "cells"] = ""

    def cell(self, column: int) -> str:
        """A cell, "" where the row is shorter."""
        return self.cells[column] if column < len(self.cells) else ""


_part_decoder = msgspec.msgpack.Decoder(list[TableRow])


class Table(msgspec.Struct, frozen=True):
    """A file. `header` is () where no row of it is one; `count` are its rows, `width` its columns. The rows are packed
    in parts: a clinic of 20,000 is 4 MB so, and ten times as much as texts."""

    header: tuple[str, ...]
    width: int
    count: int
    packed: tuple[bytes, ...]

    def parts(self) -> Iterator[list[TableRow]]:
        """The rows in their order, some hundred at a time."""
        return (_part_decoder.decode(part) for part in self.packed)

    def rows(self) -> Iterator[TableRow]:
        """The rows in their order."""
        return itertools.chain.from_iterable(self.parts())

    def samples(self, most: int) -> list[tuple[str, ...]]:
        """The cells of the first rows that can be read."""
        return list(itertools.islice((row.cells for row in self.rows() if not row.fault), most))


def read_table(content: bytes) -> Table:
    """The table in these bytes. Problems `desk.file-too-large`, `desk.file-encoding`, `desk.file-empty`."""
    return at_once(reading(content))


def reading(content: bytes) -> Sliced[Table]:
    """The same in slices."""
    if len(content) > LARGEST_FILE:
        raise Problem("desk.file-too-large", most=LARGEST_FILE // (1024 * 1024))
    records = (row for row in _records(_text_of(content)) if row.fault or any(row.cells))
    first = list(itertools.islice(records, HEADER_WITHIN))
    at = _header_at(first)
    header = first[at].cells if at is not None else ()
    rows = itertools.chain(first if at is None else first[at + 1 :], records)
    packed: list[bytes] = []
    count = width = 0
    while part := [_fitting(row, len(header)) for row in itertools.islice(rows, PART)]:
        packed.append(msgspec.msgpack.encode(part))
        count, width = count + len(part), max(width, *(len(row.cells) for row in part))
        yield
    if not count:
        raise Problem("desk.file-empty")
    return Table(header, len(header) or width, count, tuple(packed))


def _text_of(content: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _decoded(content, encoding)
    try:
        return _without_nul(content.decode("utf-8"))
    except UnicodeDecodeError:
        return _decoded(content, "cp932")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        text = decode_cp932(content) if encoding == "cp932" else content.decode(encoding)
    except (Problem, UnicodeDecodeError):
        raise Problem("desk.file-encoding") from None
    return _without_nul(text)


def _without_nul(text: str) -> str:
    if "\0" in text:  # a workbook or a picture, whatever its name says
        raise Problem("desk.file-encoding")
    return text


def _records(text: str) -> Iterator[TableRow]:
    """Every record. What follows a quote that never closes is one record, and refused."""
    head = "".join(itertools.islice(_lines(text), HEADER_WITHIN))
    delimiter = "\t" if head.count("\t") > head.count(",") else ","
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield TableRow(begins, (), "quotes")
            continue
        yield _row(begins, cells)


def _lines(text: str) -> Iterator[str]:
    """The lines, each with one kind of end. Not all at once: the text alone is large."""
    start = 0
    for end in _END_OF_LINE.finditer(text):
        yield f"{text[start : end.start()]}\n"
        start = end.end()
    yield f"{text[start:]}\n"


def _row(line: int, cells: list[str]) -> TableRow:
    plain = tuple(_plain(cell) for cell in cells)
    if not any(map(may_hold_individual_number, plain)):
        return TableRow(line, plain)
    kept = tuple(REMOVED if may_hold_individual_number(cell) else cell for cell in plain)
    return TableRow(line, kept, "individual-number")


def as_text(cell: str) -> str:
    """A cell for a file that a spreadsheet may open: one that would run as a formula there has an apostrophe in front,
    which reading takes off again."""
    return f"'{cell}" if _WOULD_RUN.match(cell) else cell


def _plain(cell: str) -> str:
    """A cell without spaces around it, without the formula by which spreadsheets keep leading zeros, and without the
    apostrophe that keeps them from running one."""
    text = cell.strip()
    if text.startswith("'"):
        return text[1:] if _WOULD_RUN.match(text) else text
    formula = _FORMULA.fullmatch(text) if text.startswith("=") else None
    return formula[1].strip() if formula else text


def _header_at(records: list[TableRow]) -> int | None:
    """The row of the first lines that holds the most words of headers; where none holds two, the first that has no
    number in it, as every row of data has; None without such a row."""
    counts = [len({field_of_heading(cell) for cell in row.cells} - {None}) for row in records]
    most = max(counts, default=0)
    if most >= _WORDS_OF_A_HEADER:
        return counts.index(most)
    return next((at for at, row in enumerate(records) if _is_all_words(row)), None)


def _is_all_words(row: TableRow) -> bool:
    filled = [cell for cell in row.cells if cell]
    return len(filled) >= _WORDS_OF_A_HEADER and not any(map(_is_number, filled))


def _is_number(cell: str) -> bool:
    return 2 * sum(map(str.isdigit, cell)) >= len(cell)


def _fitting(row: TableRow, width: int) -> TableRow:
    """The row, refused where it is wider than the header or a cell is no cell."""
    if row.fault:
        return row
    too_wide = width and any(row.cells[width:])
    if too_wide or any(len(cell) > _MOST_CHARACTERS for cell in row.cells):
        return TableRow(row.line, row.cells, "cells")
    return row
