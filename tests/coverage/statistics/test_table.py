"""The published table as a whole: what its lines, shares and sums show gives no small number away."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.coverage.statistics.facilities import KINDS
from kaihoken.coverage.statistics.suppression import TOTAL, Cell
from kaihoken.coverage.statistics.table import Table, as_csv, table_of
from kaihoken.coverage.statistics.ways import ITEMS, WAYS, Key

from .attacker import found_out

LEAST = 10

numbers = st.one_of(st.just(0), st.integers(1, 12), st.integers(0, 500_000))
months = st.dictionaries(
    st.tuples(st.sampled_from(KINDS), st.sampled_from(WAYS), st.sampled_from(("", *ITEMS))), numbers
)


def the_table(counts: dict[Key, int], *, told_apart: bool = True) -> Table:
    return table_of("2026-10", counts, LEAST, "digest", told_apart=told_apart, fictional=True)


def grid(counts: dict[Key, int], *, told_apart: bool) -> list[list[int]]:
    """What was counted, by the rows and columns of the table."""
    cells: Counter[tuple[str, str]] = Counter()
    for (kind, way, item), number in counts.items():
        if not item:
            cells["medical" if kind == "hospital" and not told_apart else kind, way] += number
    rows = KINDS if told_apart else KINDS[1:]
    return [[cells[row, way] for way in WAYS] for row in rows]


def shown(table: Table) -> dict[Cell, int | None]:
    """The cells and sums as a reader finds them in the lines."""
    found: dict[Cell, int | None] = {}
    for row, line in enumerate(table.lines, start=TOTAL):
        columns = (line.total, *(getattr(line, way) for way in WAYS))
        found |= {(row, column): number for column, number in enumerate(columns, start=TOTAL)}
    return found


@given(counts=months, told_apart=st.booleans())
def test_nobody_computes_a_small_number_from_the_lines(counts: dict[Key, int], told_apart: bool) -> None:
    table = the_table(counts, told_apart=told_apart)

    assert found_out(grid(counts, told_apart=told_apart), shown(table), LEAST) == []


@given(counts=months)
def test_a_share_stands_only_where_both_its_numbers_do(counts: dict[Key, int]) -> None:
    for line in the_table(counts).lines:
        if line.total is None or line.card is None or line.total == 0:
            assert line.card_permille is None
        else:
            assert abs(line.card_permille * line.total - line.card * 1000) * 2 <= line.total


@given(counts=months)
def test_the_csv_shows_no_more(counts: dict[Key, int]) -> None:
    table = the_table(counts)
    hidden = [number is None for number in shown(table).values()]

    rows = [row.split(",") for row in as_csv(table).splitlines()[1 : len(table.lines) + 1]]

    assert [cell == "-" for row in rows for cell in row[3 : 4 + len(WAYS)]] == hidden


@given(counts=months)
def test_views_below_the_threshold_are_hidden(counts: dict[Key, int]) -> None:
    views = the_table(counts).views
    sums: Counter[str] = Counter()
    for (_, _, item), number in counts.items():
        sums[item] += number

    for item in ITEMS:
        assert getattr(views, item) == (None if 0 < sums[item] < LEAST else sums[item])


@pytest.mark.parametrize(("told_apart", "medical"), [(True, 300), (False, 800)])
def test_days_counted_while_hospitals_were_known_are_in_the_table_without_them(
    told_apart: bool, medical: int
) -> None:
    counts = {("hospital", "card", ""): 500, ("medical", "card", ""): 300}

    table = the_table(counts, told_apart=told_apart)

    assert table.lines[0].total == 800
    assert [line.total for line in table.lines if line.facility == "medical"] == [medical]
