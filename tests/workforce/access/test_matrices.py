"""Matrix services: what they are asked, how their answers are read, and what happens when they fail."""

import json
import re
from collections.abc import Callable

import httpx
import numpy as np
import pytest

from kaihoken.problems import Problem
from kaihoken.rules import Status
from kaihoken.workforce.access import (
    MatrixDistances,
    Measure,
    OpenRouteService,
    Osrm,
    Points,
    Valhalla,
    points,
    two_step,
    zones,
)

URL = "https://routes.example"
ORIGINS = points([36.0, 36.1, 36.2], [139.0, 139.0, 139.0], ["a", "b", "c"])
DESTINATIONS = points([36.05, 36.15], [139.1, 139.1], ["x", "y"])
OFF_ROAD = 36.2  # the latitude of c

Pair = tuple[tuple[float, float], tuple[float, float]]


def seconds(origin: tuple[float, float], destination: tuple[float, float]) -> float | None:
    """A road that is slower northwards, in whole seconds; places are (lat, lng)."""
    north = destination[0] - origin[0]
    return round(3600 * abs(north) * (2.0 if north > 0 else 1.0)) + round(
        600 * abs(destination[1] - origin[1])
    )


def expected(origins: Points, destinations: Points) -> np.ndarray:
    return np.array(
        [
            [seconds((a, b), (c, d)) / 60 for c, d in zip(destinations.lat, destinations.lng, strict=True)]
            for a, b in zip(origins.lat, origins.lng, strict=True)
        ]
    )


def osrm(request: httpx.Request, cost: Callable = seconds) -> httpx.Response:
    """As `docs/http.md` of OSRM shows the table service."""
    assert request.method == "GET"
    places = re.fullmatch(r"/table/v1/driving/([\d.,;-]+)", request.url.path)[1].split(";")
    places = [tuple(map(float, place.split(",")))[::-1] for place in places]
    query = dict(part.split("=") for part in request.url.query.decode().split("&"))
    sources, targets = (
        [places[int(row)] for row in query[name].split(";")] for name in ("sources", "destinations")
    )
    key, scale = ("durations", 1.0) if query["annotations"] == "duration" else ("distances", 1000.0)
    cells = [[value if (value := cost(a, b)) is None else value * scale for b in targets] for a in sources]
    return httpx.Response(200, json={"code": "Ok", key: cells, "sources": [], "destinations": []})


def valhalla(request: httpx.Request, cost: Callable = seconds) -> httpx.Response:
    """As the reference of Valhalla's matrix service shows it."""
    assert (request.method, request.url.path) == ("POST", "/sources_to_targets")
    body = json.loads(request.content)
    rows = [
        [
            {"from_index": i, "to_index": j, "time": cost(*pair), "distance": cost(*pair)}
            for j, target in enumerate(body["targets"])
            for pair in [((source["lat"], source["lon"]), (target["lat"], target["lon"]))]
        ]
        for i, source in enumerate(body["sources"])
    ]
    return httpx.Response(200, json={"sources_to_targets": rows, "units": body["units"]})


def route_service(request: httpx.Request, cost: Callable = seconds) -> httpx.Response:
    """As the page of openrouteservice's matrix endpoint shows it."""
    assert (request.method, request.url.path) == ("POST", "/v2/matrix/driving-car")
    assert request.headers["authorization"] == "the-key"
    body = json.loads(request.content)
    places = [tuple(place)[::-1] for place in body["locations"]]
    cells = [[cost(places[int(i)], places[int(j)]) for j in body["destinations"]] for i in body["sources"]]
    return httpx.Response(200, json={f"{body['metrics'][0]}s": cells, "metadata": {}})


SERVICES = {
    "osrm": (Osrm(URL, side=2), osrm),
    "valhalla": (Valhalla(URL, side=2), valhalla),
    "openrouteservice": (OpenRouteService(URL, key="the-key", side=2), route_service),
}
EVERY = pytest.mark.parametrize(("service", "answers"), SERVICES.values(), ids=SERVICES)


def asking(
    service, answers, measure: Measure = "minutes", waits: list[float] | None = None
) -> MatrixDistances:
    client = httpx.Client(transport=httpx.MockTransport(answers))
    return MatrixDistances(service, measure, client, ([] if waits is None else waits).append, 120.0)


def as_matrix(costs) -> np.ndarray:
    made = np.full((costs.origins, costs.destinations), np.inf)
    made[costs.origin, costs.destination] = costs.cost
    return made


@EVERY
def test_each_service_is_asked_from_people_to_suppliers(service, answers) -> None:
    made = asking(service, answers).within(ORIGINS, DESTINATIONS, 60.0)
    wanted = expected(ORIGINS, DESTINATIONS)
    assert not np.allclose(wanted, expected(DESTINATIONS, ORIGINS).T)
    np.testing.assert_allclose(as_matrix(made), wanted)


@EVERY
def test_kilometres_are_kilometres_whatever_the_service_counts_in(service, answers) -> None:
    made = asking(service, lambda request: answers(request, lambda *_: 12.5), "km").within(
        ORIGINS, DESTINATIONS, 60.0
    )
    assert made.measure == "km"
    np.testing.assert_allclose(as_matrix(made), 12.5)


@EVERY
def test_a_pair_without_a_way_is_unreachable_and_its_origin_stays(service, answers) -> None:
    def cut(origin, destination) -> float | None:
        return None if origin[0] == OFF_ROAD else seconds(origin, destination)

    made = asking(service, lambda request: answers(request, cut))
    nearest = made.nearest(ORIGINS, DESTINATIONS, 60.0)
    assert nearest.destination.tolist() == [0, 0, -1]
    assert np.isinf(nearest.cost[2])


@EVERY
def test_only_pairs_that_the_limit_allows_are_asked_for(service, answers) -> None:
    asked = []

    def counted(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answers(request)

    far = points([43.0], [141.0])
    made = asking(service, counted).within(ORIGINS, far, 60.0)
    assert (asked, len(made.cost), made.origins) == ([], 0, 3)
    asking(service, counted).within(ORIGINS, DESTINATIONS, 60.0)
    assert len(asked) == 2  # three origins, two at a time


def test_costs_beyond_the_limit_are_left_out() -> None:
    made = asking(*SERVICES["osrm"]).within(ORIGINS, DESTINATIONS, 8.0)
    wanted = expected(ORIGINS, DESTINATIONS)
    assert (wanted > 8.0).any()
    np.testing.assert_allclose(as_matrix(made), np.where(wanted <= 8.0, wanted, np.inf))


def test_a_matrix_serves_catchments() -> None:
    distances = asking(*SERVICES["valhalla"])
    made = two_step(ORIGINS, np.ones(3), DESTINATIONS, np.ones(2), distances, zones({5.0: 1.0, 10.0: 0.5}))
    assert made.access @ made.people == pytest.approx(2.0)
    assert (made.source, made.status) == ("Valhalla routes.example", Status.CONFIRMED)


@pytest.mark.parametrize(
    ("service", "answers", "refusal"),
    [
        (*SERVICES["osrm"], httpx.Response(400, json={"code": "NoSegment", "message": "no segment"})),
        (*SERVICES["valhalla"], httpx.Response(400, json={"error_code": 171, "error": "No suitable edges"})),
    ],
)
def test_a_place_on_no_road_does_not_spoil_its_block(service, answers, refusal: httpx.Response) -> None:
    def off(request: httpx.Request) -> httpx.Response:
        text = request.content.decode() + request.url.path
        return refusal if f"{OFF_ROAD}" in text else answers(request)

    made = as_matrix(asking(service, off).within(ORIGINS, DESTINATIONS, 60.0))
    assert np.isinf(made[2]).all()
    np.testing.assert_allclose(made[:2], expected(ORIGINS, DESTINATIONS)[:2])


@pytest.mark.parametrize(
    ("service", "refusal"),
    [
        (Osrm(URL), {"code": "NoTable"}),
        (Valhalla(URL), {"error_code": 442, "error": "No path could be found"}),
    ],
)
def test_no_way_at_all_is_unreachable(service, refusal: dict[str, object]) -> None:
    made = asking(service, lambda _: httpx.Response(400, json=refusal)).within(ORIGINS, DESTINATIONS, 60.0)
    assert len(made.cost) == 0


def test_a_busy_service_is_asked_again_after_what_it_says() -> None:
    replies = iter([httpx.Response(429, headers={"retry-after": "7"}), httpx.Response(503)])
    waits: list[float] = []

    def busy(request: httpx.Request) -> httpx.Response:
        return next(replies, None) or osrm(request)

    made = asking(Osrm(URL), busy, waits=waits).within(ORIGINS, DESTINATIONS, 60.0)
    assert waits == [7.0, 2.0]
    np.testing.assert_allclose(as_matrix(made), expected(ORIGINS, DESTINATIONS))


def test_a_service_that_stays_away_is_a_problem_without_its_key() -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    waits: list[float] = []
    service = OpenRouteService(URL, key="the-key")
    with pytest.raises(Problem) as raised:
        asking(service, broken, waits=waits).within(ORIGINS, DESTINATIONS, 60.0)
    assert raised.value.code == "workforce.matrix-unreachable"
    assert raised.value.facts["host"] == "routes.example"
    assert waits == [1.0, 2.0, 4.0, 8.0]
    assert "the-key" not in repr(service) + str(raised.value.as_rfc9457())


@pytest.mark.parametrize(
    ("service", "answer"),
    [
        (Osrm(URL), b"<html>"),
        (Osrm(URL), b'{"code": "TooBig"}'),
        (Osrm(URL), b'{"code": "Ok"}'),
        (Osrm(URL), b'{"code": "Ok", "durations": [[1, 2], [3, 4]]}'),  # a row is missing
        (Osrm(URL), b'{"code": "Ok", "durations": [[1, 2, 3], [3, 4, 5]]}'),  # turned around
        (Osrm(URL), b'{"code": "Ok", "durations": [[1, 2], [3, -4], [5, 6]]}'),
        (Valhalla(URL), b'{"error_code": 154, "error": "Path distance exceeds the max distance limit"}'),
        (Valhalla(URL), b'{"sources_to_targets": [], "units": "miles"}'),
        (
            Valhalla(URL),
            b'{"sources_to_targets": [[{"from_index": 1, "to_index": 0, "time": 1, "distance": 1}]]}',
        ),
        (
            Valhalla(URL),
            b'{"sources_to_targets": [[{"from_index": 0, "to_index": 1, "time": 1, "distance": 1}]]}',
        ),
        (OpenRouteService(URL), b'{"error": {"code": 6004, "message": "too many"}}'),
        (OpenRouteService(URL), b'{"error": "Access to this API has been disallowed"}'),
        (OpenRouteService(URL), b'{"distances": [[1, 2], [3, 4], [5, 6]]}'),
    ],
)
def test_what_is_no_answer_to_the_question_is_refused(service, answer: bytes) -> None:
    with pytest.raises(Problem, match=r"workforce\.matrix-answer"):
        asking(service, lambda _: httpx.Response(200, content=answer)).within(ORIGINS, DESTINATIONS, 60.0)


def test_targets_of_valhalla_may_be_counted_after_the_sources() -> None:
    answer = {"sources_to_targets": [[{"from_index": 0, "to_index": 1, "time": 60, "distance": 1}]]}
    made = asking(Valhalla(URL), lambda _: httpx.Response(200, json=answer))
    assert made.within(points([36.0], [139.0]), points([36.0], [139.0]), 5.0).cost.tolist() == [1.0]


def test_a_service_is_not_asked_for_the_whole_country() -> None:
    with pytest.raises(Problem, match=r"workforce\.matrix-limit"):
        asking(*SERVICES["osrm"]).nearest(ORIGINS, DESTINATIONS)


def test_a_service_beyond_this_machine_is_asked_over_https() -> None:
    with pytest.raises(Problem, match=r"access\.hub-plain"):
        asking(Osrm("http://routes.example"), osrm)
    assert asking(Osrm("http://127.0.0.1:5000"), osrm).source == "OSRM 127.0.0.1"
