"""Somebody who adds and subtracts, and knows nothing of how hidden cells are chosen.

They take what is shown, with the sums, and ask how far the true number of a hidden cell could be from what it is: a
maximal flow through the hidden cells, in which numbers never fall below zero.
"""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence

from kaihoken.coverage.statistics.suppression import TOTAL, Cell, Shown, with_sums

UNBOUNDED = 10**9
Node = tuple[str, int]


def could_be_more_by(shown: Shown, truth: Mapping[Cell, int], cell: Cell) -> int:
    """By how much more the number of a hidden cell could be, as far as the shown ones say.

    Take every sum as a negative number and the sum of sums as a positive one: then each row and each column comes to
    nothing. A number that goes up by one takes another of its column down, which takes another of that row up, and so
    on back to its own row: a path from the column to the row, each step as wide as its number allows."""
    width: dict[Node, dict[Node, int]] = defaultdict(lambda: defaultdict(int))
    for (row, column), number in shown.items():
        if number is not None or (row, column) == cell:
            continue
        plus = (row == TOTAL) == (column == TOTAL)
        room = truth[row, column]
        line, pillar = ("row", row), ("column", column)
        width[pillar][line] += room if plus else UNBOUNDED  # the signed number goes down
        width[line][pillar] += UNBOUNDED if plus else room  # it goes up
    plus = (cell[0] == TOTAL) == (cell[1] == TOTAL)
    source, sink = ("column", cell[1]), ("row", cell[0])
    return _flow(width, source, sink) if plus else _flow(width, sink, source)


def _flow(width: dict[Node, dict[Node, int]], source: Node, sink: Node) -> int:
    total = 0
    while total < UNBOUNDED:
        came: dict[Node, Node] = {source: source}
        waiting = deque([source])
        while waiting and sink not in came:
            here = waiting.popleft()
            for there, room in list(width[here].items()):
                if room > 0 and there not in came:
                    came[there] = here
                    waiting.append(there)
        if sink not in came:
            return total
        path = [sink]
        while path[-1] != source:
            path.append(came[path[-1]])
        steps = list(zip(path[1:], path[:-1], strict=True))
        step = min(width[here][there] for here, there in steps)
        for here, there in steps:
            width[here][there] -= step
            width[there][here] += step
        total += step
    return total


def found_out(table: Sequence[Sequence[int]], shown: Shown, least: int) -> list[Cell]:
    """The small numbers that somebody could tell to within `least`."""
    truth = with_sums(table)
    small = [cell for cell, number in truth.items() if 0 < number < least]
    return [cell for cell in small if shown[cell] is not None or could_be_more_by(shown, truth, cell) < least]
