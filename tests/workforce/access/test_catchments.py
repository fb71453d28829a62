"""Floating catchments: equal to PySAL `access` where they overlap, and nothing of the supply lost."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from access.fca import three_stage_fca, two_stage_fca
from access.weights import gaussian as pysal_gaussian
from access.weights import gravity, step_fn
from hypothesis import given, settings
from hypothesis import strategies as st

from kaihoken.problems import Problem
from kaihoken.rules import Status
from kaihoken.workforce.access import (
    Catchments,
    Given,
    Kernel,
    Points,
    binary,
    costs_of,
    epanechnikov,
    exponential,
    gaussian,
    great_circle,
    inverse_power,
    points,
    three_step,
    travel_rule,
    two_step,
    zones,
)

pytestmark = pytest.mark.filterwarnings("ignore::Warning:access")

STRAIGHT = great_circle(travel_rule(date(2026, 11, 21)), detour_factor=1.0)
WAY = great_circle(travel_rule(date(2026, 11, 21)), minutes_by="car")
ZONES = {10.0: 1.0, 20.0: 0.68, 30.0: 0.22}
KERNELS = {
    "binary": (binary(30.0), step_fn({30.0: 1.0})),
    "zones": (zones(ZONES), step_fn(ZONES)),
    "gaussian": (gaussian(12.0, 30.0), pysal_gaussian(12.0)),
    "exponential": (exponential(9.0, 30.0), lambda cost: np.exp(-cost / 9.0)),
    "inverse power": (inverse_power(1.5, 30.0, 2.0), gravity(1.0, -1.5, 2.0)),
    "epanechnikov": (epanechnikov(30.0), lambda cost: 1.0 - (cost / 30.0) ** 2),
}
EVERY_KERNEL = pytest.mark.parametrize(
    "kernel", [kernel for kernel, _ in KERNELS.values()], ids=list(KERNELS)
)


def scattered(count: int, seed: int) -> Points:
    random = np.random.default_rng(seed)
    return points(random.uniform(35.0, 37.0, count), random.uniform(138.0, 140.0, count))


def amounts(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(1, 1000, count).astype(float)


PLACES, PEOPLE = scattered(1000, 1), amounts(1000, 2)
CLINICS, DOCTORS = scattered(400, 3), amounts(400, 4)


def by_pysal(fca, costs, people: np.ndarray, doctors: np.ndarray, weight, reach: float) -> np.ndarray:
    """PySAL's answer for costs of our form; places that it leaves out have 0."""
    table = pd.DataFrame({"origin": costs.origin, "dest": costs.destination, "cost": costs.cost})
    demand = pd.DataFrame({"demand": people}, index=pd.RangeIndex(len(people), name="geoid"))
    supply = pd.DataFrame({"supply": doctors}, index=pd.RangeIndex(len(doctors), name="geoid"))
    found = fca(demand, supply, table, reach, demand_index=True, supply_index=True, weight_fn=weight)
    return found.reindex(range(len(people))).fillna(0.0).to_numpy()


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize(("ours", "theirs"), [(two_step, two_stage_fca), (three_step, three_stage_fca)])
def test_the_search_gives_what_pysal_gives_from_a_list_of_pairs(name, ours, theirs) -> None:
    kernel, weight = KERNELS[name]
    made = ours(PLACES, PEOPLE, CLINICS, DOCTORS, STRAIGHT, kernel)
    costs = STRAIGHT.within(PLACES, CLINICS, 30.0)
    expected = by_pysal(theirs, costs, PEOPLE, DOCTORS, weight, 30.0)
    assert np.count_nonzero(expected) > 900
    np.testing.assert_allclose(made.access, expected, rtol=1e-9)


@EVERY_KERNEL
@pytest.mark.parametrize("method", [two_step, three_step])
def test_a_list_of_pairs_and_a_search_agree(kernel: Kernel, method) -> None:
    listed = Given(WAY.within(PLACES, CLINICS, 40.0), "pairs", Status.CONFIRMED)
    searched = method(PLACES, PEOPLE, CLINICS, DOCTORS, WAY, kernel)
    made = method(PLACES, PEOPLE, CLINICS, DOCTORS, listed, kernel)
    np.testing.assert_allclose(made.access, searched.access, rtol=1e-9)
    np.testing.assert_allclose(made.ratio, searched.ratio, rtol=1e-9)


def asymmetric() -> np.ndarray:
    """Minutes from 1,000 places to the same number of places with clinics: uphill takes longer than back."""
    return np.random.default_rng(7).uniform(1.0, 90.0, (60, 60))


def given_as(minutes: np.ndarray) -> Given:
    origin, destination = np.indices(minutes.shape).reshape(2, -1)
    return Given(
        costs_of("minutes", minutes.shape, origin, destination, minutes.ravel()), "test", Status.CONFIRMED
    )


def test_an_asymmetric_matrix_is_read_from_people_to_suppliers() -> None:
    minutes = asymmetric()
    places, people, doctors = scattered(60, 1), amounts(60, 2), amounts(60, 3)
    made = two_step(places, people, places, doctors, given_as(minutes), zones(ZONES))
    weight = np.select([minutes <= edge for edge in ZONES], list(ZONES.values()), 0.0)
    ratio = doctors / (people @ weight)  # weight[i, j]: from the people of i to the doctors of j
    np.testing.assert_allclose(made.access, weight @ ratio, rtol=1e-12)
    backwards = two_step(places, people, places, doctors, given_as(minutes.T), zones(ZONES))
    assert not np.allclose(made.access, backwards.access, rtol=0.01)


def test_pysal_reads_an_asymmetric_matrix_in_the_same_sense() -> None:
    """Its issue 18: origin is where people live, dest where they are treated."""
    minutes = asymmetric()
    places, people, doctors = scattered(60, 1), amounts(60, 2), amounts(60, 3)
    given = given_as(minutes)
    made = two_step(places, people, places, doctors, given, zones(ZONES))
    expected = by_pysal(two_stage_fca, given.costs, people, doctors, step_fn(ZONES), 30.0)
    np.testing.assert_allclose(made.access, expected, rtol=1e-9)


@pytest.mark.parametrize("method", [two_step, three_step])
@given(st.integers(0, 10_000), st.sampled_from(list(KERNELS)))
@settings(max_examples=40, deadline=None)
def test_supply_with_demand_in_reach_is_given_out_in_full(method, seed: int, name: str) -> None:
    random = np.random.default_rng(seed)
    places, clinics = (
        scattered(int(random.integers(1, 60)), seed),
        scattered(int(random.integers(1, 40)), seed + 1),
    )
    people = random.integers(0, 3, len(places)) * random.uniform(0.0, 1e4, len(places))
    doctors = random.integers(0, 3, len(clinics)) * random.uniform(0.0, 50.0, len(clinics))
    made = method(places, people, clinics, doctors, STRAIGHT, KERNELS[name][0])
    given_out = made.access @ people
    assert given_out + made.supply_without_demand == pytest.approx(doctors.sum(), rel=1e-9)


def lonely(method=two_step) -> Catchments:
    """Two towns a degree apart: one with people and a clinic, one with a clinic alone, and an island with people."""
    places = points([36.0, 30.0, 37.0], [139.0, 130.0, 139.0])
    clinics = points([36.0, 37.0], [139.0, 139.0])
    return method(places, np.array([100.0, 7.0, 0.0]), clinics, np.array([2.0, 1.0]), STRAIGHT, zones(ZONES))


@pytest.mark.parametrize("method", [two_step, three_step])
def test_people_without_a_supplier_stay_as_rows_and_are_counted(method) -> None:
    made = lonely(method)
    assert made.access.tolist() == [0.02, 0.0, 0.0]
    assert made.reached.tolist() == [True, False, False]
    assert made.places_without_supply == 1
    assert made.people_without_supply == 7.0


@pytest.mark.parametrize("method", [two_step, three_step])
def test_suppliers_without_demand_are_counted_and_have_no_ratio(method) -> None:
    made = lonely(method)
    assert made.ratio[0] == 0.02
    assert np.isnan(made.ratio[1])
    assert made.demanded.tolist() == [True, False]
    assert made.suppliers_without_demand == 1
    assert made.supply_without_demand == 1.0


def test_the_access_of_the_average_person_counts_those_without() -> None:
    made = lonely()
    assert made.mean() == pytest.approx(2.0 / 107.0)
    assert np.isnan(made.mean(np.array([2])))


def test_a_result_says_what_it_was_made_with() -> None:
    made = two_step(PLACES, PEOPLE, CLINICS, DOCTORS, WAY, zones(ZONES))
    assert (made.steps, made.measure, made.status) == ("two", "minutes", Status.UNCONFIRMED)
    assert str(made.kernel) == "zones 10:1 20:0.68 30:0.22"
    assert made.source == "great circle × 1.3, car 40 km/h"


def test_nobody_and_nothing_are_empty_results() -> None:
    nowhere, none = points([], []), np.empty(0)
    assert len(two_step(nowhere, none, CLINICS, DOCTORS, STRAIGHT, binary(30.0)).access) == 0
    made = three_step(PLACES, PEOPLE, nowhere, none, STRAIGHT, gaussian(10.0, 30.0))
    assert made.people_without_supply == PEOPLE.sum()


@pytest.mark.parametrize("value", [np.nan, np.inf, -1.0])
@pytest.mark.parametrize("column", ["people", "supply"])
def test_what_is_no_amount_is_refused_with_its_rows(column: str, value: float) -> None:
    columns = {"people": PEOPLE.copy(), "supply": DOCTORS.copy()}
    columns[column][[3, 5]] = value
    with pytest.raises(Problem) as refused:
        two_step(PLACES, columns["people"], CLINICS, columns["supply"], STRAIGHT, binary(30.0))
    assert refused.value.code == "workforce.amounts-refused"
    assert refused.value.facts == {"count": 2, "rows": "3, 5", "column": column}


def test_zero_people_and_zero_doctors_are_amounts() -> None:
    made = two_step(PLACES, np.zeros(1000), CLINICS, np.zeros(400), STRAIGHT, binary(30.0))
    assert made.suppliers_without_demand == 400
    assert made.places_without_supply == 0


def test_columns_of_other_lengths_are_refused() -> None:
    with pytest.raises(Problem, match=r"workforce\.columns-differ people"):
        two_step(PLACES, PEOPLE[:-1], CLINICS, DOCTORS, STRAIGHT, binary(30.0))


@pytest.mark.parametrize(
    ("origin", "destination", "cost", "code"),
    [
        ([0, 1], [0, 0], [1.0, np.nan], "workforce.costs-refused"),
        ([0, 1], [0, 0], [1.0, -1.0], "workforce.costs-refused"),
        ([0, 1], [0, 2], [1.0, 1.0], "workforce.pair-unknown"),
        ([0, 3], [0, 1], [1.0, 1.0], "workforce.pair-unknown"),
        ([1, 0, 1], [0, 0, 0], [1.0, 1.0, 2.0], "workforce.pair-twice"),
    ],
)
def test_triplets_that_cannot_be_read_are_refused(origin, destination, cost, code: str) -> None:
    with pytest.raises(Problem) as refused:
        costs_of("km", (3, 2), np.array(origin), np.array(destination), np.array(cost))
    assert refused.value.code == code


def test_a_pair_that_cannot_be_travelled_is_a_pair_that_is_not_there() -> None:
    made = costs_of("km", (3, 2), np.array([2, 0, 1]), np.array([1, 0, 0]), np.array([5.0, np.inf, 3.0]))
    assert made.starts.tolist() == [0, 0, 1, 2]
    assert made.nearest().cost.tolist() == [np.inf, 3.0, 5.0]


def test_given_costs_want_as_many_points() -> None:
    with pytest.raises(Problem, match=r"workforce\.columns-differ destinations"):
        two_step(scattered(60, 1), np.ones(60), CLINICS, DOCTORS, given_as(asymmetric()), binary(30.0))


@EVERY_KERNEL
def test_a_squared_kernel_has_the_squares(kernel: Kernel) -> None:
    cost = np.array([0.0, 5.0, 10.0, 10.1, 29.9, 30.0, 30.1, np.inf])
    np.testing.assert_allclose(kernel.squared()(cost), kernel(cost) ** 2, rtol=1e-12, atol=1e-15)
    assert kernel(cost)[-2:].tolist() == [0.0, 0.0]
    assert kernel(cost)[0] == 1.0


def test_edges_of_zones_are_inside() -> None:
    assert zones(ZONES)(np.array([10.0, 10.0001, 30.0, 30.0001])).tolist() == [1.0, 0.68, 0.22, 0.0]


def test_more_zones_than_one_look_decides_are_summed() -> None:
    many = {float(edge): 1.0 - edge / 40.0 for edge in range(3, 31, 3)}
    listed = Given(STRAIGHT.within(PLACES, CLINICS, 30.0), "pairs", Status.CONFIRMED)
    searched = two_step(PLACES, PEOPLE, CLINICS, DOCTORS, STRAIGHT, zones(many))
    made = two_step(PLACES, PEOPLE, CLINICS, DOCTORS, listed, zones(many))
    np.testing.assert_allclose(made.access, searched.access, rtol=1e-9)


@pytest.mark.parametrize(
    "make",
    [
        lambda: binary(0.0),
        lambda: binary(float("nan")),
        lambda: zones({}),
        lambda: zones({10.0: -0.1}),
        lambda: gaussian(0.0, 30.0),
        lambda: exponential(-1.0, 30.0),
        lambda: inverse_power(0.0, 30.0),
        lambda: inverse_power(1.0, 30.0, 0.0),
        lambda: epanechnikov(float("inf")),
    ],
)
def test_a_kernel_that_decays_nowhere_is_refused(make) -> None:
    with pytest.raises(Problem, match=r"workforce\.kernel-refused"):
        make()


def test_a_far_reach_uses_the_whole_arc() -> None:
    far = gaussian(300.0, 900.0)
    places, clinics = points([43.0, 26.0], [141.0, 127.7]), points([35.0, 33.6], [139.7, 130.4])
    listed = Given(STRAIGHT.within(places, clinics, 900.0), "pairs", Status.CONFIRMED)
    searched = two_step(places, np.array([5.0, 9.0]), clinics, np.array([1.0, 2.0]), STRAIGHT, far)
    made = two_step(places, np.array([5.0, 9.0]), clinics, np.array([1.0, 2.0]), listed, far)
    np.testing.assert_allclose(searched.access, made.access, rtol=1e-9)
