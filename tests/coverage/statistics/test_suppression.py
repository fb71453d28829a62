"""What is hidden in a published table stays hidden for whoever adds and subtracts (`attacker`)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.coverage.statistics.suppression import TOTAL, Cell, suppressed, with_sums

from .attacker import found_out

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
