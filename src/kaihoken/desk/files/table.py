"""A file of a レセコン as rows of text: encoding, commas or tabs, quotes, and where its header stands. Pure.

Twelve digits in a cell could be a 個人番号, which enters nowhere: they are gone before anybody else sees the row, and
the row says so. Nothing above the header is kept.
"""

import csv
import re
from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from kaihoken.desk.files.columns import field_of_heading
from kaihoken.identity import decode_cp932, may_hold_individual_number
from kaihoken.problems import Problem

LARGEST_FILE: Final = 16 * 1024 * 1024
"""Bytes: 20,000 patients are about 4 MB."""
HEADER_WITHIN: Final = 20
REMOVED: Final = "…"
"""What stands where twelve digits stood."""

_FORMULA = re.compile(r'="(.*)"')
_MOST_CHARACTERS = 500
_WORDS_OF_A_HEADER = 2


class TableRow(msgspec.Struct, frozen=True, array_like=True):
    """One row: the number of its first line in the file, counted from 1, and its cells without the spaces around them.
    `fault` says why it cannot be taken, whatever it means."""

    line: int
    cells: tuple[str, ...]
    fault: Literal["", "individual-number", "quotes", "cells"] = ""


class Table(msgspec.Struct, frozen=True):
    """A file. `header` is () where no row of it is one."""

    header: tuple[str, ...]
    rows: tuple[TableRow, ...]

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.header) or max((len(row.cells) for row in self.rows), default=0)

    def cell(self, row: TableRow, column: int) -> str:
        """A cell, "" where the row is shorter."""
        return row.cells[column] if column < len(row.cells) else ""


def read_table(content: bytes) -> Table:
    """The table in these bytes. Problems `desk.file-too-large`, `desk.file-encoding`, `desk.file-empty`."""
    if len(content) > LARGEST_FILE:
        raise Problem("desk.file-too-large", most=LARGEST_FILE // (1024 * 1024))
    records = [row for row in _records(_text_of(content)) if row.fault or any(row.cells)]
    at = _header_at(records[:HEADER_WITHIN])
    header = records[at].cells if at is not None else ()
    rows = records if at is None else records[at + 1 :]
    if not rows:
        raise Problem("desk.file-empty")
    return Table(header, tuple(_fitting(row, len(header)) for row in rows))


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
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    head = "\n".join(lines[:HEADER_WITHIN])
    delimiter = "\t" if head.count("\t") > head.count(",") else ","
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True)
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


def _row(line: int, cells: list[str]) -> TableRow:
    plain = tuple(_plain(cell) for cell in cells)
    if not any(map(may_hold_individual_number, plain)):
        return TableRow(line, plain)
    kept = tuple(REMOVED if may_hold_individual_number(cell) else cell for cell in plain)
    return TableRow(line, kept, "individual-number")


def _plain(cell: str) -> str:
    """A cell without spaces around it, and without the formula by which spreadsheets keep leading zeros."""
    text = cell.strip()
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
