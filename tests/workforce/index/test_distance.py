"""How far from the thresholds, in doctors."""

import numpy as np
import pytest

from kaihoken.problems import Problem
from kaihoken.workforce.index import Thresholds, distances, gaps, index_table, nearest, shipped_index

from .raw_tables import areas

TABLE = shipped_index()
OLD = Thresholds(upper=217.6, lower=179.3)


def test_kamaishi_to_the_lower_threshold() -> None:
    at = TABLE.areas.position("0306")
    found = nearest(TABLE, at, distances(TABLE, at))

    assert (found.threshold, found.value) == ("lower", 179.3)
    assert found.physicians == pytest.approx(39.1, abs=0.05)
    assert found.one_physician == pytest.approx(1.83, abs=0.005)
    assert (found.heads, found.one_head) == (None, None)


def test_heads_come_from_the_areas_own_ratio() -> None:
    found, _ = distances(TABLE, TABLE.areas.position("0306"), heads_per_standardised=1.25)

    assert found.heads == pytest.approx(39.118 * 1.25, abs=0.01)
    assert found.one_head == pytest.approx(found.one_physician / 1.25)


def test_at_the_end_of_a_plan_projected_people_count() -> None:
    now, _ = distances(TABLE, TABLE.areas.position("0306"))
    then, _ = distances(TABLE, TABLE.areas.position("0306"), population=0.38, ratio=1.3)

    assert then.physicians == pytest.approx(179.3 * 0.38 * 1.3 - 59)
    assert then.physicians < now.physicians


def test_that_many_doctors_more_reach_the_threshold() -> None:
    more = gaps(TABLE, OLD.lower)
    reached = (TABLE.physicians + more) / (TABLE.population * TABLE.ratio)

    assert reached == pytest.approx(np.full(330, 179.3))
    few = [found is not None and found.value == "minority" for found in TABLE.classes]
    assert more[few].sum() == pytest.approx(4373, abs=1)


@pytest.mark.parametrize(
    ("physicians", "threshold", "sign"),
    [(150, "lower", 1), (185, "lower", -1), (210, "upper", 1), (400, "upper", -1)],
)
def test_the_nearest_threshold_of_each_class(physicians: float, threshold: str, sign: int) -> None:
    made = index_table(areas(1), np.array([float(physicians)]), np.ones(1), np.ones(1), OLD)

    found = nearest(made, 0, distances(made, 0))

    assert found.threshold == threshold
    assert np.sign(found.physicians) == sign


def test_an_area_without_demand_has_no_distance_and_no_ratio_is_not_a_ratio() -> None:
    made = index_table(areas(1), np.ones(1), np.zeros(1), np.ones(1), OLD)

    with pytest.raises(Problem, match=r"workforce\.index-undefined"):
        distances(made, 0)
    with pytest.raises(Problem, match=r"workforce\.table-unit"):
        distances(TABLE, 0, heads_per_standardised=0.0)
