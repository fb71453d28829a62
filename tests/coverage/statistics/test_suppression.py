"""What is hidden in a published table stays hidden for whoever adds and subtracts.

The checker knows nothing of how cells are chosen. It takes what is shown, with the sums, and asks how far the true
number of a hidden cell could be from what it is: a maximal flow through the hidden cells, in which numbers never fall
below zero.
"""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.coverage.statistics.suppression import TOTAL, Cell, Shown, suppressed, with_sums

UNBOUNDED = 10**9
Node = tuple[str, int]

counts = st.integers(1, 6).flatmap(
    lambda columns: st.lists(
        st.lists(
            st.one_of(st.just(0), st.integers(1, 30), st.integers(0, 100_000)),
            min_size=columns,
            max_size=columns,
        ),
        min_size=1,
        max_size=6,
    )
)


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


@given(table=counts, least=st.integers(2, 40))
def test_no_small_number_can_be_computed_from_what_is_shown(table: list[list[int]], least: int) -> None:
    shown = suppressed(table, least)

    assert found_out(table, shown, least) == []


@given(table=counts, least=st.integers(2, 40))
def test_what_is_shown_is_true(table: list[list[int]], least: int) -> None:
    truth = with_sums(table)

    assert all(number in (None, truth[cell]) for cell, number in suppressed(table, least).items())


@given(
    table=st.lists(st.lists(st.integers(50, 9_999), min_size=3, max_size=3), min_size=2, max_size=4),
    small=st.integers(1, 9),
)
def test_one_small_number_among_large_ones_costs_three_others_and_no_sum(
    table: list[list[int]], small: int
) -> None:
    table[0][0] = small

    shown = suppressed(table, 10)

    hidden = {cell for cell, number in shown.items() if number is None}
    assert len(hidden) == 4
    assert all(TOTAL not in cell for cell in hidden)


def test_the_checker_finds_what_hiding_small_numbers_alone_would_tell() -> None:
    table = [[5, 100], [50, 60]]
    only_small = {cell: None if 0 < number < 10 else number for cell, number in with_sums(table).items()}

    assert found_out(table, only_small, 10) == [(0, 0)]


def test_the_checker_finds_a_number_that_two_hidden_ones_of_a_row_share() -> None:
    """Two hidden cells in the row, but their columns tell each."""
    table = [[5, 6, 100], [50, 60, 70]]
    shown = {cell: None if cell in ((0, 0), (0, 1)) else number for cell, number in with_sums(table).items()}

    assert found_out(table, shown, 10) == [(0, 0), (0, 1)]


@pytest.mark.parametrize(
    ("table", "hidden"),
    [
        ([[0, 0], [0, 0]], set()),
        ([[10, 20], [30, 40]], set()),
        ([[9]], {(0, 0), (0, TOTAL), (TOTAL, 0), (TOTAL, TOTAL)}),
        ([[5, 100], [50, 60]], {(0, 0), (0, 1), (1, 0), (1, 1)}),
    ],
)
def test_as_little_is_hidden_as_has_to_be(table: list[list[int]], hidden: set[Cell]) -> None:
    assert {cell for cell, number in suppressed(table, 10).items() if number is None} == hidden
