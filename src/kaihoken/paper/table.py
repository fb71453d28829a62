"""A table that goes on over pages with its head on each, rows as high as their fullest cell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kaihoken.paper.lines import Line, Piece
from kaihoken.paper.marks import Box
from kaihoken.paper.sheet import LEFT, SMALL, TINY, Sheet, Words, heights

_PAD = 6.0
_TICK = 11.0


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in points. `least` is the size down to which a text shrinks before it takes a third line."""

    title: str
    width: float
    size: float = 9.5
    least: float = 7.0


@dataclass(frozen=True, slots=True, repr=False)
class Cell:
    """A text with a smaller one below it; or, with `tick`, a box to tick by hand. `faint` is small and plain."""

    text: str = ""
    under: str = ""
    faint: bool = False
    tick: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class _Set:
    size: float
    lines: tuple[Line, ...]
    under: tuple[Line, ...]
    height: float


def put_table(
    sheet: Sheet, columns: Sequence[Column], rows: Iterator[Sequence[Cell]], least: float = 26.0
) -> None:
    """Puts the rows below each other, each at least `least` points high."""
    _head(sheet, columns)
    for row in rows:
        cells = [_set(sheet, cell, column) for cell, column in zip(row, columns, strict=True)]
        height = max(least, *(cell.height + 8 for cell in cells))
        page = sheet.page
        sheet.need(height)
        if sheet.page != page:
            _head(sheet, columns)
        left = LEFT
        for given, done, column in zip(row, cells, columns, strict=True):
            _put(sheet, given, done, column, left, height)
            left += column.width
        sheet.space(height)
        sheet.rule()


def _head(sheet: Sheet, columns: Sequence[Column]) -> None:
    titles = [sheet.lines(column.title, column.width - _PAD, SMALL) for column in columns]
    height = max(heights(lines, SMALL) for lines in titles) + 4
    left = LEFT
    for column, lines in zip(columns, titles, strict=True):
        sheet.place(lines, left, sheet.top, SMALL, ink=0.25)
        left += column.width
    sheet.space(height)
    sheet.rule()


def _set(sheet: Sheet, cell: Cell, column: Column) -> _Set:
    inner = column.width - _PAD
    size, lines = sheet.fitted(cell.text, inner, SMALL if cell.faint else column.size, column.least, 2)
    under = sheet.lines(_small(cell.under), inner, TINY)
    high = max(heights(lines, size) + heights(under, TINY), _TICK if cell.tick else 0.0)
    return _Set(size, lines, under, high)


def _small(text: str) -> Words:
    return (Piece(text),) if text else ()


def _put(sheet: Sheet, cell: Cell, done: _Set, column: Column, left: float, height: float) -> None:
    top = sheet.top + (height - done.height) / 2
    if cell.tick:
        sheet.put(Box(left + 6, top, _TICK, _TICK))
        return
    top += sheet.place(done.lines, left, top, done.size)
    sheet.place(done.under, left, top, TINY, ink=0.2)
