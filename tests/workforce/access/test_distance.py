"""Great circles: every pair within a limit, the nearest, and what is assumed of the road."""

from datetime import date

import numpy as np
import pytest

from kaihoken.rules import Status
from kaihoken.workforce.access import NOWHERE, GreatCircle, Points, great_circle, points, travel_rule

RULE = travel_rule(date(2026, 11, 21))
STRAIGHT = great_circle(RULE, detour_factor=1.0)
RADIUS = 6371.0088


def scattered(count: int, seed: int, lat: tuple[float, float], lng: tuple[float, float]) -> Points:
    random = np.random.default_rng(seed)
    return points(random.uniform(*lat, count), random.uniform(*lng, count))


def haversine(origins: Points, destinations: Points) -> np.ndarray:
    """The textbook formula over all pairs, for comparison."""
    lat, lng = np.radians(origins.lat)[:, None], np.radians(origins.lng)[:, None]
    to_lat, to_lng = np.radians(destinations.lat)[None], np.radians(destinations.lng)[None]
    half = np.sin((to_lat - lat) / 2) ** 2 + np.cos(lat) * np.cos(to_lat) * np.sin((to_lng - lng) / 2) ** 2
    return 2 * RADIUS * np.arcsin(np.minimum(np.sqrt(half), 1.0))


@pytest.mark.parametrize(
    ("lat", "lng", "limit"),
    [
        ((35.0, 37.0), (138.0, 140.0), 30.0),
        ((-1.0, 1.0), (-180.0, 180.0), 900.0),  # across the date line
        ((80.0, 90.0), (-180.0, 180.0), 700.0),  # around the pole
        ((-90.0, 90.0), (-180.0, 180.0), 12_000.0),  # more than half the earth
        ((35.0, 35.0), (139.0, 139.0), 0.0),  # all in one spot
        ((35.0, 37.0), (138.0, 140.0), np.inf),
    ],
)
def test_the_search_finds_the_pairs_that_looking_at_all_of_them_finds(lat, lng, limit) -> None:
    origins, destinations = scattered(150, 1, lat, lng), scattered(120, 2, lat, lng)
    every = haversine(origins, destinations)
    made = STRAIGHT.within(origins, destinations, limit)
    assert list(zip(made.origin, made.destination, strict=True)) == list(
        zip(*np.nonzero(every <= limit), strict=True)
    )
    np.testing.assert_allclose(made.cost, every[made.origin, made.destination], rtol=1e-9, atol=2e-5)


def test_an_origin_that_reaches_nothing_keeps_its_row() -> None:
    origins = points([36.0, 24.3], [139.0, 153.98])  # 南鳥島
    made = STRAIGHT.within(origins, points([36.1], [139.0]), 30.0)
    assert made.origins == 2
    assert np.diff(made.starts).tolist() == [1, 0]
    nearest = made.nearest()
    assert nearest.destination.tolist() == [0, NOWHERE]
    assert nearest.cost[1] == np.inf


def test_the_nearest_is_the_least_of_all_and_within_the_limit() -> None:
    origins, destinations = scattered(200, 3, (33, 43), (131, 144)), scattered(40, 4, (33, 43), (131, 144))
    every = haversine(origins, destinations)
    found = STRAIGHT.nearest(origins, destinations)
    assert found.destination.tolist() == every.argmin(axis=1).tolist()
    near = STRAIGHT.nearest(origins, destinations, 60.0)
    assert (near.destination == NOWHERE).tolist() == (every.min(axis=1) > 60.0).tolist()
    assert np.isinf(near.cost[near.destination == NOWHERE]).all()
    assert near.cost.tolist() == STRAIGHT.within(origins, destinations, 60.0).nearest().cost.tolist()


def test_nothing_to_reach_is_unreachable() -> None:
    nobody = points([], [])
    assert STRAIGHT.nearest(points([36.0], [139.0]), nobody).cost.tolist() == [np.inf]
    assert STRAIGHT.within(points([36.0], [139.0]), nobody, 30.0).starts.tolist() == [0, 0]
    assert len(STRAIGHT.nearest(nobody, points([36.0], [139.0])).cost) == 0


def test_a_way_is_the_great_circle_times_the_detour_and_minutes_its_speed() -> None:
    here, there = points([36.0], [139.0]), points([36.0 + np.degrees(10 / RADIUS)], [139.0])
    assert great_circle(RULE).within(here, there, 20.0).cost[0] == pytest.approx(13.0)
    assert great_circle(RULE, minutes_by="car").nearest(here, there).cost[0] == pytest.approx(13.0 / 40 * 60)
    assert not len(great_circle(RULE).within(here, there, 12.9).cost)


def test_what_is_assumed_says_so() -> None:
    assert RULE.status is Status.UNCONFIRMED
    assert great_circle(RULE).status is Status.UNCONFIRMED
    assert great_circle(RULE, minutes_by="walking", detour_factor=1.0).status is Status.UNCONFIRMED
    assert STRAIGHT.status is Status.CONFIRMED
    assert great_circle(RULE, minutes_by="car").measure == "minutes"
    assert GreatCircle(1.3, None, RULE.status, "").measure == "km"


def test_the_pairs_of_a_great_circle_come_in_order() -> None:
    made = STRAIGHT.within(
        scattered(50, 5, (35, 36), (139, 140)), scattered(60, 6, (35, 36), (139, 140)), 40.0
    )
    for begin, end in zip(made.starts[:-1], made.starts[1:], strict=True):
        assert (np.diff(made.destination[begin:end]) > 0).all()
