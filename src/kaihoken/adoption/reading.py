"""Files of a facility, read strictly: every fault is told with file and line."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from kaihoken.problems import Problem
from kaihoken.rules import read_document

S = TypeVar("S")

_TOO_LARGE = 1 << 20


def content_of(path: Path) -> bytes:
    """The bytes of a file. Problem `adoption.file-unreadable` where there is none, or it is larger than 1 MB."""
    try:
        if path.stat().st_size > _TOO_LARGE:
            raise Problem("adoption.file-unreadable", where=str(path), reason="larger than 1 MB")
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Problem("adoption.file-unreadable", where=str(path), reason=reason) from error


def read_yaml(content: bytes, file: str, kind: type[S]) -> S:
    """The Struct in a YAML file. Problem `adoption.file-unreadable` where it is no YAML, `adoption.file-invalid` for a
    key or a value that does not fit, both with the line."""
    try:
        document = read_document(content, file)
        return document.convert(document.data, kind)
    except Problem as problem:
        reason = str(problem.facts["reason"])
        if problem.code == "rules.unreadable":
            raise Problem("adoption.file-unreadable", where=problem.where, reason=reason) from problem
        raise Problem("adoption.file-invalid", where=problem.where, reason=reason) from problem


def rows_of(content: bytes, file: str, columns: Sequence[str]) -> Iterator[tuple[Mapping[str, str], str]]:
    """The rows of a CSV file, each with where it stands: the cells that hold something, by column. UTF-8, or the
    Shift_JIS of Windows. Problem `adoption.file-unreadable` where it is no CSV or there is no row,
    `adoption.file-invalid` for a column that is not one of these."""
    rows = csv.DictReader(io.StringIO(_text(content, file), newline=""), strict=True)
    found = False
    try:
        for row in rows:
            found, where = True, f"{file}:{rows.line_num}"
            said = {key: value.strip() for key, value in row.items() if key in columns and value}
            for unknown in set(row) - set(columns):
                reason = f"the column {unknown or '(unnamed)'} is not known"
                raise Problem("adoption.file-invalid", where=where, reason=reason)
            yield {key: value for key, value in said.items() if value}, where
    except csv.Error as error:
        raise Problem(
            "adoption.file-unreadable", where=f"{file}:{rows.line_num}", reason=str(error)
        ) from error
    if not found:
        raise Problem("adoption.file-unreadable", where=f"{file}:1", reason="there is no row")


def _text(content: bytes, file: str) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Problem("adoption.file-unreadable", where=f"{file}:1", reason="neither UTF-8 nor Shift_JIS")
