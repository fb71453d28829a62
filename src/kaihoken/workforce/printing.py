"""How commands of planning print a table: for people, as CSV, as JSON, each with what has to stand beside it.

`table` and `csv` go to stdout with the notes on stderr, so that a file holds rows alone; `json` carries the notes
inside. What is absent is 「－」 for people, an empty field in CSV, null in JSON; never 0.
"""

import csv
import io
import math
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Final, TypeAlias

import orjson
import typer

Cell: TypeAlias = str | int | float | bool | None
Row: TypeAlias = Mapping[str, Cell]

ABSENT: Final = "－"
FICTITIOUS_JA: Final = "架空のデータ・国の公式システムではありません"
FICTITIOUS: Final = f"{FICTITIOUS_JA} / Fictional data. Not an official system of Japan."
"""What stands on everything that was made with made-up figures."""
_JSON: Final = (
    orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
)


class Form(StrEnum):
    """In which form a command prints."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


FormOption = Annotated[
    Form, typer.Option("--format", help="表・CSV・JSON / a table for people, CSV, or JSON")
]


def print_rows(
    columns: Sequence[str],
    rows: Iterable[Row],
    form: Form,
    *,
    notes: Sequence[str] = (),
    facts: Mapping[str, object] | None = None,
    decimals: int | None = None,
) -> None:
    """Prints `rows`, the fields `columns` of each in this order.

    `notes` are the sentences that have to stand beside the rows (the ministry's caution, credits, 架空). `facts` are
    further members of the JSON object. `decimals` rounds numbers for people only; CSV and JSON keep what was computed.
    """
    kept = [{column: _present(row.get(column)) for column in columns} for row in rows]
    if form is Form.JSON:
        _out(as_json(columns, kept, notes=notes, facts=facts))
        return
    _out(as_csv(columns, kept) if form is Form.CSV else as_text(columns, kept, decimals))
    for note in notes:
        sys.stderr.write(f"※ {note}\n")


def as_json(
    columns: Sequence[str],
    rows: Iterable[Row],
    *,
    notes: Sequence[str] = (),
    facts: Mapping[str, object] | None = None,
) -> str:
    """An object with `notes`, the members of `facts`, and `rows`; what is absent is null."""
    kept = [{column: _present(row.get(column)) for column in columns} for row in rows]
    return orjson.dumps({"notes": list(notes), **(facts or {}), "rows": kept}, option=_JSON).decode()


def as_csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """RFC 4180 with a header and LF; what is absent is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_in_csv(_present(row.get(column))) for column in columns] for row in rows)
    return text.getvalue()


def as_text(columns: Sequence[str], rows: Iterable[Row], decimals: int | None = None) -> str:
    """Columns aligned for a terminal, in which Japanese characters are two wide; numbers stand to the right."""
    cells = [[_present(row.get(column)) for column in columns] for row in rows]
    shown = [[_for_people(cell, decimals) for cell in line] for line in cells]
    right = [
        any(isinstance(line[at], int | float) and not isinstance(line[at], bool) for line in cells)
        for at in range(len(columns))
    ]
    widths = [max([_width(name), *(_width(line[at]) for line in shown)]) for at, name in enumerate(columns)]
    lines = [list(columns), *shown]
    return "".join(
        "  ".join(
            _pad(cell, width, side) for cell, width, side in zip(line, widths, right, strict=True)
        ).rstrip()
        + "\n"
        for line in lines
    )


def _present(cell: Cell) -> Cell:
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def _in_csv(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else cell


def _for_people(cell: Cell, decimals: int | None) -> str:
    if cell is None:
        return ABSENT
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:.{decimals}f}" if decimals is not None else f"{cell:g}"
    return str(cell)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _out(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
