"""Ferries, winter closures and islands, and tables of one's own."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaihoken.problems import Problem
from kaihoken.rules import Status
from kaihoken.workforce.access import (
    BadRow,
    Closure,
    Crossing,
    Link,
    Points,
    Port,
    Season,
    Way,
    great_circle,
    linked,
    points,
    read_table,
    travel_rule,
    two_step,
    zones,
)

SUMMER, WINTER = date(2026, 7, 1), date(2027, 1, 15)
SNOW = Season(begins=(12, 1), ends=(4, 20))
CAR = great_circle(travel_rule(SUMMER), minutes_by="car", detour_factor=1.0)
# An island (isle) in sight of the coast (main), and a village (pass) behind a pass from the coast.
PEOPLE = points(
    [36.0, 36.0, 36.3], [139.0, 139.3, 139.0], ["main-1", "isle-1", "pass-1"], ["main", "isle", "pass"]
)
HOSPITALS = points([36.0, 36.0], [139.05, 139.6], ["near", "far"], ["main", "main"])
SEA = Closure(frozenset({"isle"}))
FERRY = Crossing(Port(36.0, 139.25, "isle"), Port(36.0, 139.05, "main"), minutes=70.0, km=20.0)
SNOWED_UP = Closure(frozenset({"pass"}), frozenset({"main"}), SNOW)


def dense(costs) -> np.ndarray:
    made = np.full((costs.origins, costs.destinations), np.inf)
    made[costs.origin, costs.destination] = costs.cost
    return made


def minutes(*links: Link, on: date = SUMMER, limit: float = 600.0) -> np.ndarray:
    return dense(linked(CAR, links, on).within(PEOPLE, HOSPITALS, limit))


def by_land(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(CAR.nearest(points([a[0]], [a[1]]), points([b[0]], [b[1]])).cost[0])


def test_without_links_it_is_the_land() -> None:
    np.testing.assert_array_equal(minutes(), dense(CAR.within(PEOPLE, HOSPITALS, 600.0)))


def test_an_island_is_not_as_near_as_it_looks() -> None:
    made = minutes(SEA)
    assert np.isinf(made[1]).all()
    assert made[0].tolist() == minutes()[0].tolist()
    nearest = linked(CAR, (SEA,), SUMMER).nearest(PEOPLE, HOSPITALS)
    assert nearest.destination.tolist() == [0, -1, 0]
    assert np.isinf(nearest.cost[1])


def test_a_ferry_is_land_sea_and_land() -> None:
    made = minutes(SEA, FERRY)
    to_port = by_land((36.0, 139.3), (36.0, 139.25))
    assert made[1, 0] == pytest.approx(to_port + 70.0)
    assert made[1, 1] == pytest.approx(to_port + 70.0 + by_land((36.0, 139.05), (36.0, 139.6)))
    assert linked(CAR, (SEA, FERRY), SUMMER).nearest(PEOPLE, HOSPITALS).cost[1] == pytest.approx(made[1, 0])


def test_a_ferry_goes_both_ways_and_only_within_the_limit() -> None:
    clinic = points([36.0], [139.3], ["clinic"], ["isle"])
    back = dense(linked(CAR, (SEA, FERRY), SUMMER).within(PEOPLE, clinic, 600.0))
    assert back[0, 0] == pytest.approx(minutes(SEA, FERRY)[1, 0], rel=0.1)
    assert np.isinf(minutes(SEA, FERRY, limit=60.0)[1]).all()


def test_two_ferries_reach_the_far_island() -> None:
    people = points([36.0], [138.0], ["islet-1"], ["islet"])
    hop = Crossing(Port(36.0, 138.0, "islet"), Port(36.0, 139.3, "isle"), minutes=100.0)
    links = (SEA, Closure(frozenset({"islet"})), FERRY, hop)
    made = linked(CAR, links, SUMMER)
    wanted = 100.0 + by_land((36.0, 139.3), (36.0, 139.25)) + 70.0
    assert dense(made.within(people, HOSPITALS, 600.0))[0, 0] == pytest.approx(wanted)
    assert made.nearest(people, HOSPITALS).cost[0] == pytest.approx(wanted)
    alone = linked(CAR, links[:2] + links[3:], SUMMER)
    assert np.isinf(alone.nearest(people, HOSPITALS).cost[0])


def test_a_pass_is_closed_in_winter_alone() -> None:
    assert np.isfinite(minutes(SNOWED_UP, on=SUMMER)[2]).all()
    assert np.isinf(minutes(SNOWED_UP, on=WINTER)[2]).all()
    assert np.isfinite(minutes(SNOWED_UP, on=WINTER)[:2]).all()


def test_a_way_stands_before_what_was_computed() -> None:
    around = Way(frozenset({"pass"}), frozenset({"near"}), minutes=95.0, season=SNOW)
    made = minutes(SNOWED_UP, around, on=WINTER)
    assert made[2].tolist() == [95.0, np.inf]
    longer = minutes(Way(frozenset({"main-1"}), frozenset({"near"}), minutes=500.0))
    assert longer[0, 0] == 500.0
    nearest = linked(CAR, (Way(frozenset({"main-1"}), frozenset({"near"}), minutes=500.0),), SUMMER)
    assert nearest.nearest(PEOPLE, HOSPITALS).destination.tolist() == [1, 0, 0]
    assert np.isinf(minutes(Way(frozenset({"main-1"}), frozenset({"near"}), minutes=601.0))[0, 0])


@pytest.mark.parametrize(
    ("season", "on", "holds"),
    [
        (SNOW, date(2026, 12, 1), True),
        (SNOW, date(2026, 11, 30), False),
        (SNOW, date(2027, 4, 20), True),
        (SNOW, date(2027, 4, 21), False),
        (Season(begins=(4, 1), ends=(10, 31)), date(2026, 10, 31), True),
        (Season(begins=(4, 1), ends=(10, 31)), date(2026, 11, 1), False),
        (Season(first=date(2026, 4, 1)), date(2026, 3, 31), False),
        (Season(last=date(2026, 4, 1)), date(2026, 4, 1), True),
        (Season(last=date(2026, 4, 1)), date(2026, 4, 2), False),
    ],
)
def test_a_link_holds_in_its_season(season: Season, on: date, holds: bool) -> None:
    assert season.covers(on) is holds


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_the_nearest_is_the_least_of_the_pairs_under_any_links(seed: int) -> None:
    random = np.random.default_rng(seed)
    codes = ["a", "b", "c", "d"]

    def scattered(count: int) -> Points:
        lat, lng = random.uniform(35.5, 36.5, count), random.uniform(138.5, 139.5, count)
        return points(lat, lng, municipality=random.choice(codes, count))

    def zone() -> frozenset[str]:
        return frozenset(random.choice(codes, random.integers(1, 3)).tolist())

    def port() -> Port:
        return Port(random.uniform(35.5, 36.5), random.uniform(138.5, 139.5), str(random.choice(codes)))

    links = (
        *(Closure(zone(), None if random.random() < 0.5 else zone()) for _ in range(random.integers(0, 3))),
        *(Way(zone(), zone(), minutes=random.uniform(0, 200)) for _ in range(random.integers(0, 2))),
        *(Crossing(port(), port(), minutes=random.uniform(0, 90)) for _ in range(random.integers(0, 3))),
    )
    made, people, suppliers = linked(CAR, links, SUMMER), scattered(20), scattered(8)
    pairs = dense(made.within(people, suppliers, 250.0))
    np.testing.assert_allclose(made.nearest(people, suppliers, 250.0).cost, pairs.min(axis=1), rtol=1e-12)


def test_links_serve_catchments_and_say_what_they_stand_on() -> None:
    made = linked(CAR, (SEA, FERRY, SNOWED_UP), WINTER)
    shared = two_step(PEOPLE, np.ones(3), HOSPITALS, np.ones(2), made, zones({30.0: 1.0, 120.0: 0.5}))
    assert shared.people_without_supply == 1.0
    assert shared.access @ shared.people == pytest.approx(2.0)
    assert shared.source.endswith("; 2 closures, 0 ways, 1 crossings")
    assert shared.status is Status.UNCONFIRMED


@pytest.mark.parametrize(
    "link", [Crossing(FERRY.here, FERRY.there, km=20.0), Way(frozenset("a"), frozenset("b"), -1.0)]
)
def test_a_link_without_its_cost_is_refused(link: Link) -> None:
    with pytest.raises(Problem, match=r"workforce\.link-refused"):
        linked(CAR, (link,), SUMMER)


def a_table(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "times.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return file


def test_an_own_table_is_read_by_key_and_by_municipality(tmp_path: Path) -> None:
    file = a_table(
        tmp_path, "origin,destination,minutes", "main,near,5", "main,far,90", "isle-1,near,80", "isle,far,1"
    )
    made = read_table(file, "minutes")
    assert dense(made.within(PEOPLE, HOSPITALS, 60.0)).tolist() == [[5.0, np.inf], [np.inf] * 2, [np.inf] * 2]
    assert made.nearest(PEOPLE, HOSPITALS).cost.tolist() == [
        5.0,
        80.0,
        np.inf,
    ]  # a key stands before its municipality
    assert (made.bad_rows, made.source) == ((), "times.csv")


def test_an_empty_field_is_a_pair_that_cannot_be_travelled(tmp_path: Path) -> None:
    made = read_table(
        a_table(tmp_path, "origin,destination,minutes,km", "main,near,5,", "main,far,,30"), "km"
    )
    assert made.nearest(PEOPLE, HOSPITALS).cost.tolist() == [30.0, np.inf, np.inf]
    assert made.measure == "km"


def test_good_rows_are_kept_and_each_bad_one_is_told(tmp_path: Path) -> None:
    file = a_table(
        tmp_path,
        "origin,destination,minutes",
        "main,near,5",
        "main,,6",
        "main,far,soon",
        "main,far,-1",
        "main,near,7",
        "isle,far,nan",
        "pass,far",
    )
    made = read_table(file, "minutes")
    assert made.bad_rows == (
        BadRow(3, "destination", "empty"),
        BadRow(4, "minutes", "'soon' is no number"),
        BadRow(5, "minutes", "'-1' is not 0 or more"),
        BadRow(6, "destination", "the pair stands there twice"),
        BadRow(7, "minutes", "'nan' is not 0 or more"),
    )
    assert dict(made.pairs) == {("main", "near"): (5.0, np.inf), ("pass", "far"): (np.inf, np.inf)}


def test_a_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem) as refused:
        read_table(a_table(tmp_path, "from,destination,km", "a,b,1"), "minutes")
    assert refused.value.code == "workforce.table-columns"
    assert refused.value.facts["missing"] == "origin, minutes"


def test_a_table_without_rows_reaches_nothing(tmp_path: Path) -> None:
    made = read_table(a_table(tmp_path, "origin,destination,km"), "km")
    assert made.within(PEOPLE, HOSPITALS, 60.0).origins == 3
    assert np.isinf(made.nearest(PEOPLE, HOSPITALS).cost).all()
