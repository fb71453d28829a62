"""秘匿: small counts of people are hidden where they leave the house, and with them what they could be told from.

A count from 1 to below `least` (rule family workforce/small-counts) stands as 「x」. Zeros are shown. In a table with a
row of sums the hidden counts of a column could be the sum less the rest: so further rows are hidden, the smallest
first, until they are at least two and any of them could differ by `least`; where no row is left the sum goes too.
Published figures of the nation and numbers of the index (standardised doctors) are no counts of people in this sense.
"""

from collections.abc import Sequence
from dataclasses import replace

from kaihoken.workforce.documents.content import HIDDEN, Cell, Table


def hide_small(
    table: Table, least: int, counts: Sequence[int], tied: Sequence[int] = (), *, summed: bool = False
) -> Table:
    """The table with small counts hidden.

    `counts` are the columns that count people; what is hidden in one of them is hidden in all of them and in the
    columns `tied`, which follow from them (an increase from its two ends). With `summed` the last row holds the sums
    of the others.
    """
    rows = list(table.rows)
    body = rows[:-1] if summed else rows
    hidden = {at for at, row in enumerate(body) for column in counts if 0 < _count(row[column]) < least}
    with_sums = False
    if summed and hidden:
        hidden, with_sums = _wide_enough(body, hidden, counts, least)
    if with_sums:
        hidden.add(len(rows) - 1)
    away = frozenset((*counts, *tied))
    return replace(
        table,
        rows=tuple(
            tuple(HIDDEN if at in hidden and column in away else cell for column, cell in enumerate(row))
            for at, row in enumerate(rows)
        ),
    )


def hide_share(share: float | None, people: float | None, least: int) -> Cell:
    """A share of people, hidden where it would tell a small count: 1 to below `least` of `people`."""
    if share is None or people is None:
        return share
    return HIDDEN if 0 < round(share * people) < least else share


def _wide_enough(
    body: Sequence[tuple[Cell, ...]], small: set[int], counts: Sequence[int], least: int
) -> tuple[set[int], bool]:
    hidden = set(small)
    for column in counts:
        figures = [_count(row[column]) for row in body]
        left = sorted(
            (at for at in range(len(body)) if at not in hidden and figures[at] > 0), key=figures.__getitem__
        )
        while _told(figures, hidden, least):
            if not left:
                return hidden, True
            hidden.add(left.pop(0))
    return hidden, False


def _told(figures: Sequence[float], hidden: set[int], least: int) -> bool:
    """Whether the sum tells a hidden count to within `least`: each is 1 or more, and they are what the others leave."""
    counted = [figures[at] for at in hidden if figures[at] > 0]
    return bool(counted) and (len(counted) < 2 or sum(counted) - len(counted) < least)


def _count(cell: Cell) -> float:
    return cell if isinstance(cell, int | float) and cell == cell else 0.0
