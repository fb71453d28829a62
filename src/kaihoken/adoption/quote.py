"""見積書: the lines of a quote as a seller wrote them, from YAML or CSV.

YAML: `seller` and `lines`, each with `name` and `yen` (of the whole line, with tax), and if known `part`, `quantity`,
`per` (once, month, year). CSV: the same as columns, in UTF-8 or the Shift_JIS of Windows.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from kaihoken.adoption.law import Part, Yen
from kaihoken.adoption.reading import read_yaml, rows_of
from kaihoken.problems import Problem


class Line(msgspec.Struct, frozen=True):
    """A line of a quote. `part` is what it is for, None where it is to be told by its words; `per` None is not said."""

    name: str
    yen: Yen
    part: Part | None = None
    quantity: Annotated[int, msgspec.Meta(ge=1)] = 1
    per: Literal["once", "month", "year"] | None = None


class Quote(msgspec.Struct, frozen=True):
    """What a seller asks."""

    lines: Annotated[tuple[Line, ...], msgspec.Meta(min_length=1, max_length=500)]
    seller: str = ""


def read_quote(content: bytes, file: str) -> Quote:
    """The quote in a file's bytes, CSV where its name ends so, else YAML. Problem `adoption.file-unreadable` or
    `adoption.file-invalid` with the line."""
    return _from_csv(content, file) if file.lower().endswith(".csv") else read_yaml(content, file, Quote)


def _from_csv(content: bytes, file: str) -> Quote:
    return Quote(tuple(_line(row, where) for row, where in rows_of(content, file, Line.__struct_fields__)))


def _line(row: Mapping[str, str], where: str) -> Line:
    """A row as a line; a comma within a sum does not count."""
    said = {key: value.replace(",", "") if key == "yen" else value for key, value in row.items()}
    try:
        return msgspec.convert(said, Line, strict=False)
    except msgspec.ValidationError as error:
        raise Problem("adoption.file-invalid", where=where, reason=str(error)) from error
