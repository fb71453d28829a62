"""ファイルを開く: the sheets of an XLSX or CSV as downloaded, with merged cells filled."""

import csv
import hashlib
import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from kaihoken.problems import Problem
from kaihoken.workforce.tables.importing.cells import Raw

ENCODINGS: Final = ("utf-8-sig", "cp932")
LARGEST: Final = 100_000_000
"""Bytes of a file that is read; the largest official one is a few megabytes."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: `rows[row][column]`, both from 0. A CSV is one sheet without a name."""

    file: str
    name: str
    rows: list[list[Raw]]

    def cell(self, row: int, column: int) -> Raw:
        """What stands in a cell; None beyond the end of a row."""
        line = self.rows[row]
        return line[column] if column < len(line) else None


@dataclass(frozen=True, slots=True)
class Opened:
    """A file's visible sheets and the SHA-256 of its bytes."""

    file: str
    digest: str
    sheets: tuple[Sheet, ...]


def address(row: int, column: int) -> str:
    """The address of a cell as spreadsheets write it: (11, 1) is "B12"."""
    return f"{get_column_letter(column + 1)}{row + 1}"


def open_file(path: Path) -> Opened:
    """The sheets of a file, by its bytes: XLSX, else CSV or TSV in UTF-8 or CP932.

    Raises Problem `workforce.import-unreadable` for anything else (old XLS, PDF, a broken file), and
    `workforce.import-too-large`.
    """
    if not path.is_file():
        raise Problem("workforce.import-unreadable", where=path.name, file=path.name, reason="no file")
    if path.stat().st_size > LARGEST:
        raise Problem(
            "workforce.import-too-large", where=path.name, file=path.name, largest=LARGEST // 1_000_000
        )
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    sheets = _workbook(path.name, content) if content[:2] == b"PK" else (_text(path.name, content),)
    return Opened(path.name, digest, sheets)


def _workbook(file: str, content: bytes) -> tuple[Sheet, ...]:
    try:
        book = load_workbook(io.BytesIO(content), data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, OSError) as broken:
        raise Problem("workforce.import-unreadable", where=file, file=file, reason="xlsx") from broken
    sheets = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        rows: list[list[Raw]] = [
            [_raw(value) for value in line] for line in sheet.iter_rows(values_only=True)
        ]
        for merged in sheet.merged_cells.ranges:
            value = rows[merged.min_row - 1][merged.min_col - 1] if merged.min_row <= len(rows) else None
            for row in range(merged.min_row - 1, min(merged.max_row, len(rows))):
                for column in range(merged.min_col - 1, min(merged.max_col, len(rows[row]))):
                    rows[row][column] = value
        sheets.append(Sheet(file, sheet.title, rows))
    return tuple(sheets)


def _raw(value: object) -> Raw:
    return value if value is None or isinstance(value, str | int | float | date) else str(value)


def _text(file: str, content: bytes) -> Sheet:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        delimiter = "\t" if text.count("\t") > text.count(",") else ","
        try:
            rows: list[list[Raw]] = [
                list(line) for line in csv.reader(io.StringIO(text), delimiter=delimiter)
            ]
        except csv.Error:
            break
        return Sheet(file, "", rows)
    raise Problem("workforce.import-unreadable", where=file, file=file, reason="encoding")
