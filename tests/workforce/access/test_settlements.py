"""Where people live: residents spread over points, and nobody lost or counted twice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.problems import Problem
from kaihoken.workforce.access import AGE_BANDS, Municipality, points, residents, settlements, spread


def a_municipality(code: str, total: int, *by_age: int) -> Municipality:
    return Municipality(
        code, "群馬県", code, total, dict(zip(AGE_BANDS, by_age or (total, 0, 0, 0), strict=True))
    )


def places_in(*codes: str):
    return points(np.linspace(36, 37, len(codes)), np.full(len(codes), 139.0), codes, codes)


def test_every_resident_of_the_register_stands_at_a_place() -> None:
    made = settlements()
    assert len(made) == 189_975
    assert made.total.sum() == 124_330_690
    assert made.people_without_points() == 0
    assert made.credits[0].startswith("「Geolonia")


def test_each_sum_by_municipality_and_age_is_the_register_exactly() -> None:
    made = settlements()
    codes, group = np.unique(made.municipality, return_inverse=True)
    total = np.bincount(group, weights=made.total)
    by_age = [np.bincount(group, weights=made.aged(band)) for band in AGE_BANDS]
    for row, code in enumerate(codes):
        found = residents()[str(code)]
        assert total[row] == found.total
        assert [sums[row] for sums in by_age] == [found.by_age[band] for band in AGE_BANDS]


def test_designated_cities_and_counties_are_not_counted_beside_their_wards() -> None:
    registered = residents()
    assert "01100" not in registered  # 札幌市
    assert registered["01101"].name.endswith("中央区")
    assert sum(each.total for each in registered.values()) == 124_330_690


def test_people_of_unknown_age_are_in_the_total_alone() -> None:
    assert sum(each.age_unknown for each in residents().values()) == 6_712
    made = settlements()
    assert made.total.sum() - made.by_age.sum() == 6_712


def test_municipalities_without_a_place_stay_visible_with_their_people() -> None:
    made = spread(places_in("10201", "10201"), {c: a_municipality(c, 10) for c in ("10201", "10202")})
    assert [each.code for each in made.without_points] == ["10202"]
    assert made.people_without_points() == 10
    assert made.total.sum() == 10


def test_the_northern_villages_have_no_place_and_no_resident() -> None:
    assert [each.code for each in settlements().without_points] == [f"0{code}" for code in range(1695, 1701)]


def test_places_without_people_stay_and_say_whether_the_register_knows_them() -> None:
    made = spread(
        places_in("10201", "10202", "99999"),
        {c: a_municipality(c, n) for c, n in (("10201", 3), ("10202", 0))},
    )
    assert made.without_people == ("10202", "99999")
    assert made.not_registered == ("99999",)
    assert made.total.tolist() == [3.0, 0.0, 0.0]


def test_a_prefecture_is_cut_out_with_its_municipalities() -> None:
    gunma = settlements().within("10")
    assert {code[:2] for code in gunma.municipalities} == {"10"}
    assert gunma.total.sum() == sum(each.total for each in gunma.municipalities.values())
    assert len(settlements().within("10", "99")) == len(gunma)


@given(st.lists(st.integers(0, 10**7), min_size=5, max_size=5), st.integers(1, 400))
def test_any_count_comes_back_from_any_number_of_places(counts: list[int], size: int) -> None:
    one = a_municipality("10201", counts[0], *counts[1:])
    made = spread(places_in(*["10201"] * size), {"10201": one})
    backwards = made.by_age[::-1].sum(axis=0)
    assert made.total.sum() == counts[0]
    assert backwards.tolist() == counts[1:]
    assert np.ptp(made.total) < 2e-6


@pytest.mark.parametrize(("lat", "lng"), [(np.nan, 139.0), (91.0, 139.0), (36.0, 181.0), (36.0, np.inf)])
def test_a_place_that_is_nowhere_is_refused_with_its_row(lat: float, lng: float) -> None:
    with pytest.raises(Problem) as refused:
        points([36.0, lat, 37.0], [139.0, lng, 139.0])
    assert refused.value.code == "workforce.points-not-numbers"
    assert refused.value.facts == {"count": 1, "rows": "1"}


def test_the_ends_of_the_earth_are_places() -> None:
    assert len(points([90.0, -90.0], [180.0, -180.0])) == 2


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(Problem) as refused:
        points([36.0, 37.0], [139.0])
    assert refused.value.code == "workforce.columns-differ"
    assert refused.value.facts == {"column": "lng", "rows": 1, "wanted": 2}
