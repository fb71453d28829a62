"""The indices of doctors who attend births, and of paediatricians."""

from datetime import date

import numpy as np
import pytest

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce.index import (
    DeliveryRules,
    IndexState,
    benchmark_children,
    benchmark_deliveries,
    delivery_index,
    index_from_tables,
    paediatric_index,
    shipped_index,
    yearly_deliveries,
)
from kaihoken.workforce.tables import Hours

from .raw_tables import areas, by_class, made_up

RULES = rules.load(DeliveryRules, on=date(2024, 4, 1))
SAME_HOURS = Hours(np.full((2, 6), 50.0), "toy")


def test_september_is_scaled_to_the_births_of_the_year() -> None:
    yearly = yearly_deliveries(np.array([10.0, 30.0, 0.0]), births=480)

    assert yearly.tolist() == [120, 360, 0]
    with pytest.raises(Problem, match=r"workforce\.no-deliveries"):
        yearly_deliveries(np.zeros(3), births=480)


def test_doctors_to_a_thousand_deliveries_and_no_majority() -> None:
    physicians = by_class(4, 1) * np.array([1.0, 2, 3, 1]).reshape(4, 1, 1)

    found = delivery_index(areas(4), physicians, SAME_HOURS, np.array([1000.0, 1000, 1000, 0]), RULES)

    assert found.index[:3].tolist() == [12, 24, 36]
    assert np.isnan(found.index[3])
    assert found.states == (*[IndexState.DEFINED] * 3, IndexState.NO_CONSULTATION)
    assert found.minority.tolist() == [True, False, False, False]
    assert not hasattr(found, "majority")
    assert found.unconfirmed == ("scaling",)


def test_hours_weigh_doctors_who_attend_births() -> None:
    hours = np.full((2, 6), 50.0)
    hours[0] = 60
    physicians = by_class(2, 0)
    physicians[0, 0], physicians[1, 1] = 1, 1

    found = delivery_index(areas(2), physicians, Hours(hours, "toy"), np.array([1000.0, 1000]), RULES)

    assert found.index == pytest.approx([6 * 60 / 55, 6 * 50 / 55])


def test_childrens_index_is_the_index_with_childrens_tables() -> None:
    tables = made_up(seed=1, classes=3)

    found = paediatric_index(tables, RULES)

    assert found.index == pytest.approx(index_from_tables(tables, shipped_index().thresholds).table.index)
    assert found.minority.sum() == 4
    assert found.unconfirmed == ("paediatric",)


def test_benchmarks_reach_the_boundary_at_the_end_of_the_plan() -> None:
    assert benchmark_deliveries(8.0, np.array([500.0]), RULES).tolist() == [4.0]
    assert benchmark_children(80.0, np.array([0.5]), np.array([1.1])).tolist() == pytest.approx([44.0])
