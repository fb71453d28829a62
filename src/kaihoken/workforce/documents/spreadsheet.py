"""Sheets whose numbers are formulas where they follow from others, and the workbook that holds them.

Each formula is written with the value that it has now, so that a viewer that computes nothing shows it too. The last
sheet has the ministry's caution, how the numbers are made, sources, and the day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Final, TypeAlias

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kaihoken.identity import to_wareki

FIRST_LINE: Final = 5
"""The line of a sheet's first row: above it stand the title, the caution and the headings."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in which `{line}` is the line that it stands on, and the value that it has now (None: it shows
    nothing, as where what it is made of is awaited)."""

    text: str
    value: float | str | None


SheetCell: TypeAlias = str | float | Formula | None


@dataclass(frozen=True, slots=True)
class Column:
    """A heading with its width in characters; `form` is how its numbers are shown."""

    name: str
    width: int
    form: str = "#,##0"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: a title, headings, rows. What is absent is an empty cell."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[SheetCell, ...], ...]
    frozen: int = 0


@dataclass(frozen=True, slots=True)
class Book:
    """What a workbook says beside its sheets. `names` are cells with a name, such as a threshold: they stand on a sheet
    基準値 and formulas use them by name."""

    title: str
    caution: str
    sources: tuple[str, ...]
    made_on: date
    method: tuple[str, ...] = ()
    names: dict[str, tuple[str, float]] = field(default_factory=dict)


def workbook(book: Book, sheets: Sequence[Sheet]) -> bytes:
    """The sheets as XLSX."""
    out = BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    made.set_properties({"title": book.title, "author": "", "comments": book.caution})
    written = [(sheet, made.add_worksheet(sheet.name)) for sheet in sheets]
    if book.names:
        _names(made, made.add_worksheet("基準値"), book)
    for sheet, place in written:
        _write(made, place, sheet, book.caution)
    _sources(made, made.add_worksheet("出典"), book)
    made.close()
    return out.getvalue()


def _names(made: Workbook, place: Worksheet, book: Book) -> None:
    bold = made.add_format({"bold": True})
    place.set_column(0, 0, 44)
    place.write_row(0, 0, ("基準値（両端とも区分に含む、小数第2位以下切り捨て）", "値"), bold)
    for row, (name, (words, value)) in enumerate(book.names.items(), start=1):
        place.write_row(row, 0, (words, value))
        made.define_name(name, f"=基準値!$B${row + 1}")


def _write(made: Workbook, place: Worksheet, sheet: Sheet, caution: str) -> None:
    head = made.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    place.write(0, 0, sheet.title, made.add_format({"bold": True, "font_size": 14}))
    place.write(1, 0, caution, made.add_format({"font_size": 9, "font_color": "#626264"}))
    forms = {column.form: made.add_format({"num_format": column.form}) for column in sheet.columns}
    for at, column in enumerate(sheet.columns):
        place.set_column(at, at, column.width)
        place.write(FIRST_LINE - 2, at, column.name, head)
    for row, cells in enumerate(sheet.rows, start=FIRST_LINE - 1):
        for at, cell in enumerate(cells):
            _cell(place, row, at, cell, forms[sheet.columns[at].form])
    place.freeze_panes(FIRST_LINE - 1, sheet.frozen)
    place.autofilter(FIRST_LINE - 2, 0, FIRST_LINE - 2 + len(sheet.rows), len(sheet.columns) - 1)
    place.set_landscape()
    place.set_paper(8)  # A3
    place.fit_to_pages(1, 0)
    place.repeat_rows(FIRST_LINE - 2)


def _cell(place: Worksheet, row: int, at: int, cell: SheetCell, form: Format) -> None:
    match cell:
        case str():
            place.write_string(row, at, cell)
        case Formula():
            value = "" if cell.value is None else cell.value
            place.write_formula(row, at, "=" + cell.text.format(line=row + 1), form, value)
        case int() | float() if cell == cell:
            place.write_number(row, at, cell, form)


def _sources(made: Workbook, place: Worksheet, book: Book) -> None:
    place.set_column(0, 0, 110)
    wrap = made.add_format({"text_wrap": True})
    lines = (book.caution, *book.method, *book.sources, f"{to_wareki(book.made_on)} 作成")
    for row, text in enumerate(lines):
        place.write(row, 0, text, wrap)
