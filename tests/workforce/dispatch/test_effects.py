"""Before and after: the index and class of each area, and how much may leave without a change of class."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.workforce.dispatch import (
    Case,
    IndexBasis,
    basis_of,
    hours_effects,
    index_effects,
    room_above_minority,
    shortfall,
)
from kaihoken.workforce.index import IndexClass, shipped_index

from .cases import AREAS, RULES, a_case, days, departments, moves, needs

PUBLISHED = shipped_index()
THRESHOLDS = PUBLISHED.thresholds
BASIS = basis_of(PUBLISHED)


def from_to(one: int, other: int, **move: object) -> Case:
    staff = departments({"area": one}, {"area": other})
    return a_case(staff, needs(), moves({"most": 10_000, **move}))


def test_nothing_moves_and_every_area_keeps_its_published_index_and_class() -> None:
    found = index_effects(from_to(0, 1), np.array([0]), BASIS)

    assert np.array_equal(found.after, PUBLISHED.published)
    assert found.class_after == found.class_before
    assert found.class_before.count(IndexClass.MINORITY) == 108


def test_doctors_who_move_change_two_areas_by_their_adjusted_residents() -> None:
    found = index_effects(from_to(3, 4), np.array([5]), BASIS)

    assert found.change[[3, 4]].tolist() == [-5.0, 5.0]
    assert found.after[3] == pytest.approx(PUBLISHED.published[3] - 5 / BASIS.adjusted[3])
    assert found.after[4] == pytest.approx(PUBLISHED.published[4] + 5 / BASIS.adjusted[4])
    assert np.flatnonzero(found.after != found.before).tolist() == [3, 4]


@given(st.sampled_from(np.flatnonzero(PUBLISHED.published > THRESHOLDS.lower).tolist()))
def test_as_much_as_there_is_room_for_leaves_the_class_alone_and_a_little_more_does_not(area: int) -> None:
    room = float(room_above_minority(BASIS)[area])
    other = (area + 1) % len(AREAS)

    kept = index_effects(from_to(area, other, share=room), np.array([1]), BASIS)
    lost = index_effects(from_to(area, other, share=room * 1.001 + 0.01), np.array([1]), BASIS)

    assert kept.class_after[area] is not IndexClass.MINORITY
    assert lost.class_after[area] is IndexClass.MINORITY


def test_an_area_in_the_minority_has_no_room() -> None:
    few = PUBLISHED.published <= THRESHOLDS.lower

    assert (room_above_minority(BASIS)[few] == 0).all()
    assert (shortfall(BASIS, THRESHOLDS.lower + 0.1)[few] > 0).all()
    assert (shortfall(BASIS, THRESHOLDS.lower)[~few] == 0).all()


def test_residents_of_zero_leave_the_index_unknown_where_doctors_move() -> None:
    empty = IndexBasis(AREAS, PUBLISHED.published, np.zeros(len(AREAS)), THRESHOLDS)

    found = index_effects(from_to(0, 1), np.array([1]), empty)

    assert np.isnan(found.after[[0, 1]]).all()
    assert found.class_after[0] is None
    assert found.after[2] == PUBLISHED.published[2]


def test_hours_of_both_departments_before_and_after() -> None:
    staff = departments({"hours": 500.0}, {"doctors": 2.0, "hours": 110.0})
    case = a_case(staff, needs(), moves(days(), {"most": 1}))

    found = hours_effects(case, np.array([5, 1]), RULES)

    assert found["D0"].before.together == pytest.approx(520.0)
    assert found["D0"].after.together == pytest.approx(((500 + 40) / 9 - 40) * 52)
    assert found["D1"].before.together == pytest.approx(780.0)
    assert found["D1"].after.together == 0.0


def test_a_department_whose_hours_are_not_known_is_not_told() -> None:
    staff = departments({"hours": float("nan")}, {})

    assert set(hours_effects(a_case(staff, needs(), moves({})), np.array([1]), RULES)) == {"D1"}
