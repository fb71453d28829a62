"""Hiding small numbers of a table with sums, so that nobody gets them back by subtracting. Pure.

A count from 1 to below `least` is hidden (primary). Because rows and columns have their sums, more has to go with it
(complementary): for each hidden cell four cells in the corners of a rectangle, sums counted as a further row and
column. Along such a rectangle numbers can be shifted without changing anything that is shown: what goes up in one
corner goes down in the next and up in the one across. The corners are chosen so that the shift can be `least` at the
least, with no number below zero; therefore the true count could be anything within `least` of what it is, for whoever
has the published table only. Rectangles do not disturb each other: each lies in hidden cells alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

TOTAL: Final = -1
"""The row, or column, of sums."""

Cell = tuple[int, int]


Shown = Mapping[Cell, int | None]
"""A table as it may be shown: every cell by row and column (TOTAL: the sums), None where it is hidden."""


def suppressed(counts: Sequence[Sequence[int]], least: int) -> Shown:
    """The table with its sums, small counts and what would give them away hidden.

    `counts` holds whole numbers from 0, at least one row and one column, all rows of one length.
    """
    full = with_sums(counts)
    hidden = {cell for cell, count in full.items() if 0 < count < least}
    for cell in sorted(hidden):
        hidden |= _rectangle(full, hidden, cell, least)
    return {cell: None if cell in hidden else count for cell, count in full.items()}


def with_sums(counts: Sequence[Sequence[int]]) -> dict[Cell, int]:
    """Every cell and every sum."""
    cells = {(row, column): count for row, line in enumerate(counts) for column, count in enumerate(line)}
    for row, line in enumerate(counts):
        cells[row, TOTAL] = sum(line)
    for column in range(len(counts[0])):
        cells[TOTAL, column] = sum(line[column] for line in counts)
    cells[TOTAL, TOTAL] = sum(map(sum, counts))
    return cells


def _rectangle(full: Mapping[Cell, int], hidden: set[Cell], cell: Cell, least: int) -> set[Cell]:
    """The cheapest rectangle that lets a cell's count go up by `least`: the fewest sums are lost, then the smallest
    counts. That of the cell with all its sums always does, because sums go up with it."""
    return min(
        _rectangles(full, cell, least),
        key=lambda corners: _cost(full, corners - hidden),
    )


def _rectangles(full: Mapping[Cell, int], cell: Cell, least: int) -> Iterator[set[Cell]]:
    row, column = cell
    rows = {other for other, _ in full if other != row}
    columns = {other for _, other in full if other != column}
    for other_row in sorted(rows):
        for other_column in sorted(columns):
            side, below, across = (row, other_column), (other_row, column), (other_row, other_column)
            if _shifts(full, cell, (side, below, across), least):
                yield {cell, side, below, across}


def _shifts(full: Mapping[Cell, int], cell: Cell, others: tuple[Cell, Cell, Cell], least: int) -> bool:
    """Whether the count of a cell can go up by `least` along a rectangle and no other count falls below zero."""
    side, below, across = others
    up = _sign(cell)
    moves = ((side, -up), (below, -up), (across, up))
    return all(move * _sign(corner) > 0 or full[corner] >= least for corner, move in moves)


def _sign(cell: Cell) -> int:
    """With sums counted negative, and the sum of sums positive, every row and every column comes to nothing."""
    return (-1 if cell[0] == TOTAL else 1) * (-1 if cell[1] == TOTAL else 1)


def _cost(full: Mapping[Cell, int], newly: set[Cell]) -> tuple[int, int, int]:
    """What is lost with some more cells: the sum of all weighs most, then other sums, then the counts."""
    sums = [cell for cell in newly if TOTAL in cell]
    return int((TOTAL, TOTAL) in newly), len(sums), sum(full[cell] for cell in newly)
