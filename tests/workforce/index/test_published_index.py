"""The published index of January 2024, computed again: values, intervals, classes, the nation, the prefectures."""

import numpy as np
import pytest

from kaihoken.workforce import prefectures
from kaihoken.workforce.index import (
    ClassSource,
    IndexClass,
    IndexState,
    non_additivity,
    shipped_index,
    shipped_nation,
    shipped_prefectures,
    without_minority_areas,
)

TABLE = shipped_index()
MANY, MIDDLE, FEW = IndexClass.MAJORITY, IndexClass.MIDDLE, IndexClass.MINORITY


def row(code: str) -> int:
    return TABLE.areas.position(code)


def test_every_printed_index_lies_within_the_rounding_of_its_components() -> None:
    half = 0.05

    assert len(TABLE) == 330
    assert ((TABLE.published >= TABLE.low - half) & (TABLE.published <= TABLE.high + half)).all()
    assert ((TABLE.low < TABLE.index) & (TABLE.index < TABLE.high)).all()


@pytest.mark.parametrize(
    ("code", "index", "low", "high"),
    [("0306", 107.816, 106.74, 108.90), ("1301", 790.06, 789.71, 790.41), ("0906", 179.446, 179.15, 179.74)],
)
def test_index_and_interval_of_known_areas(code: str, index: float, low: float, high: float) -> None:
    at = row(code)

    assert TABLE.index[at] == pytest.approx(index, abs=0.005)
    assert (TABLE.low[at], TABLE.high[at]) == pytest.approx((low, high), abs=0.005)


def test_both_counts_of_classes_differ_by_one_area() -> None:
    assert TABLE.counts() == {MANY: 112, MIDDLE: 110, FEW: 108}
    assert TABLE.recomputed_counts() == {MANY: 112, MIDDLE: 111, FEW: 107}


def test_the_printed_value_decides_where_there_is_one() -> None:
    at = row("0906")

    assert TABLE.index[at] > TABLE.thresholds.lower
    assert TABLE.classes[at] is FEW
    assert set(TABLE.class_source) == {ClassSource.PUBLISHED}
    assert set(TABLE.states) == {IndexState.DEFINED}


def test_borderline_areas_and_which_of_them_print_settles() -> None:
    borderline = [TABLE.areas.codes[at] for at in np.flatnonzero(TABLE.borderline)]
    settled = [TABLE.areas.codes[at] for at in np.flatnonzero(TABLE.settled_by_print())]

    assert borderline == ["0906", "1902", "2403", "2506", "3003", "4504"]
    assert settled == ["1902", "2403", "3003", "4504"]


def test_the_nation_and_the_sums() -> None:
    nation = shipped_nation()

    assert nation.physicians == 323_701
    assert nation.population == pytest.approx(1266.549, abs=1e-9)
    assert nation.index == pytest.approx(255.577, abs=0.0005)
    assert round(nation.index, 1) == nation.published == 255.6
    assert nation.low < nation.index < nation.high


def test_prefectures_have_classes_and_no_components() -> None:
    table = shipped_prefectures()

    assert table.counts() == {MANY: 16, MIDDLE: 15, FEW: 16}
    assert np.isnan(table.index).all()
    assert set(table.states) == {IndexState.WAITING}
    assert not table.borderline.any()


def test_the_ten_prefectures_without_a_minority_area() -> None:
    names = {prefectures()[code] for code in without_minority_areas(TABLE)}

    assert names == {
        "兵庫県",
        "大阪府",
        "奈良県",
        "富山県",
        "山梨県",
        "広島県",
        "愛媛県",
        "沖縄県",
        "長崎県",
        "鳥取県",
    }


def test_areas_do_not_add_up_to_their_prefecture() -> None:
    found = {one.prefecture: one for one in non_additivity()}
    differences = sorted(one.difference for one in found.values())

    assert len(found) == 47
    assert found["群馬県"].published == 219.7
    assert found["群馬県"].of_areas == pytest.approx(212.1, abs=0.05)
    assert found["群馬県"].difference == pytest.approx(-7.6, abs=0.05) == differences[0]
    assert found["京都府"].difference == pytest.approx(-7.5, abs=0.05) == differences[1]
    assert found["山梨県"].difference == pytest.approx(4.3, abs=0.05) == differences[-1]
    assert sum(round(abs(one), 1) <= 1.8 for one in differences) == 27


def test_who_lives_where_doctors_are_relatively_few() -> None:
    few = np.array([found is FEW for found in TABLE.classes])
    many = np.array([found is MANY for found in TABLE.classes])
    share = TABLE.population / TABLE.population.sum()

    assert share[few].sum() == pytest.approx(0.157, abs=0.0005)
    assert share[many].sum() == pytest.approx(0.569, abs=0.0005)
    assert (TABLE.physicians[few].sum(), TABLE.physicians[many].sum()) == (31_999, 224_575)
    assert (TABLE.ratio.min(), TABLE.ratio.max()) == (0.626, 1.579)
