"""Small counts of people are hidden where they leave the house, and cannot be told from what is shown."""

from itertools import product

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaihoken import rules
from kaihoken.workforce.careers import SmallCounts
from kaihoken.workforce.documents import Paragraph, Table
from kaihoken.workforce.documents.chapter_given import ages, benchmarks, heads
from kaihoken.workforce.documents.content import HIDDEN, Cell
from kaihoken.workforce.documents.suppression import hide_share, hide_small
from kaihoken.workforce.plan import AreaAges, Benchmark, PrefecturePlan, Spread, plan_of

from .conftest import DAY

LEAST = rules.load(SmallCounts, on=DAY).least.value


def counted(*figures: Cell, summed: bool = True) -> tuple[Cell, ...]:
    """The one column of counts, as it is shown."""
    total = (sum(one for one in figures if isinstance(one, int | float)),) if summed else ()
    rows = tuple((str(at), one) for at, one in enumerate((*figures, *total)))
    shown = hide_small(Table("表", ("名", "人"), rows, (0, 0)), 3, (1,), summed=summed)
    return tuple(row[1] for row in shown.rows)


@pytest.mark.parametrize(
    ("figures", "shown"),
    [
        ((3, 4), (3, 4, 7)),
        ((0, 4), (0, 4, 4)),
        ((None, 4), (None, 4, 4)),
        ((2, 4, 50), (HIDDEN, HIDDEN, 50, 56)),
        ((1, 1, 9), (HIDDEN, HIDDEN, HIDDEN, 11)),
        ((1, 0), (HIDDEN, 0, HIDDEN)),
        ((2, 2, 2), (HIDDEN, HIDDEN, HIDDEN, 6)),
    ],
)
def test_small_counts_and_what_would_tell_them_are_hidden(
    figures: tuple[Cell, ...], shown: tuple[Cell, ...]
) -> None:
    assert counted(*figures) == shown


def test_without_a_sum_only_small_counts_are_hidden() -> None:
    assert counted(2, 4, 50, summed=False) == (HIDDEN, 4, 50)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 8), min_size=1, max_size=4))
def test_nobody_can_work_out_a_small_count_from_the_rest(figures: list[int]) -> None:
    """Every way to fill the hidden cells with what the sum leaves, found by trying them all."""
    *cells, total = counted(*figures)
    away = [at for at, cell in enumerate(cells) if cell == HIDDEN]
    assert all(at in away for at, figure in enumerate(figures) if 0 < figure < 3)
    if not away or total == HIDDEN:
        return
    assert isinstance(total, int | float)
    left = int(total) - sum(cell for cell in cells if isinstance(cell, int | float))
    ways = [way for way in product(range(1, left + 1), repeat=len(away)) if sum(way) == left]
    for at in range(len(away)):
        possible = {way[at] for way in ways}
        assert max(possible) - min(possible) >= 3


def test_what_follows_from_hidden_counts_goes_with_them() -> None:
    table = Table("表", ("名", "現在", "目標", "増"), (("a", 10, 12, 2), ("b", 2, 5, 3)), (0, 0, 0, 0))

    shown = hide_small(table, 3, (1, 2), (3,))

    assert shown.rows == (("a", 10, 12, 2), ("b", HIDDEN, HIDDEN, HIDDEN))
    assert shown.numeric() == (False, True, True, True)


@pytest.mark.parametrize(
    ("share", "people", "shown"),
    [(0.2, 10.0, HIDDEN), (0.3, 10.0, 0.3), (0.0, 10.0, 0.0), (None, 10.0, None), (0.2, None, 0.2)],
)
def test_a_share_does_not_tell_what_its_count_would(
    share: float | None, people: float | None, shown: Cell
) -> None:
    assert hide_share(share, people, LEAST) == shown


@pytest.fixture(scope="module")
def plan() -> PrefecturePlan:
    made = plan_of("13", on=DAY, spread=Spread.PROPORTIONAL)
    people = [2.0 if area.area_code == "1313" else 100.0 for area in made.areas]
    areas = tuple(
        msgspec.structs.replace(area, heads_now=now, heads_target=now + 5, heads_increase=5.0)
        for area, now in zip(made.areas, people, strict=True)
    )
    return msgspec.structs.replace(
        made,
        areas=areas,
        ages=tuple(
            AreaAges(
                area_code=area.area_code,
                doctors=area.heads_now,
                clinic_doctors=None,
                young=0.5,
                old=0.1,
                mean_age=50.0,
                clinic_old=None,
                young_few=False,
                old_many=True,
                clinic_old_many=False,
            )
            for area in areas
        ),
        obstetric=(Benchmark(area_code="1301", physicians=2.0, benchmark=4.0, gap=2.0),),
    )


def test_the_chapter_hides_them_and_says_so(plan: PrefecturePlan) -> None:
    made = {
        block.caption: block
        for part in (heads, ages, benchmarks)
        for block in part(plan)
        if isinstance(block, Table)
    }
    people, old, births = made.values()

    assert [row[2:] for row in people.rows if row[0] == "1313"] == [(HIDDEN, HIDDEN, HIDDEN)]
    assert sum(row[2] == HIDDEN for row in people.rows) == 2
    assert people.rows[-1][1] == "区域の合計"
    assert [row[2:5] for row in old.rows if row[0] == "1313"] == [(HIDDEN, 10.0, HIDDEN)]
    assert births.rows == (("1301", HIDDEN, 4.0, HIDDEN),)
    notes = [block.text for block in heads(plan) if isinstance(block, Paragraph)]
    assert notes == [
        f"x: {LEAST}人未満の数と、そこから{LEAST}人未満の数が分かる数は伏せています（基準は未確認）。"
    ]


def test_without_small_counts_nothing_is_said(plan: PrefecturePlan) -> None:
    many = msgspec.structs.replace(
        plan,
        areas=tuple(msgspec.structs.replace(area, heads_now=50.0, heads_target=60.0) for area in plan.areas),
    )

    assert len(heads(many)) == 1
