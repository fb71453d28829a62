"""A row whose path ends in a name is found by any name that tells nothing, and by nothing else."""

import pytest

from kaihoken.hub.exchange import Reply, Request, problem_reply
from kaihoken.hub.routes import Route, RouteTable
from kaihoken.problems import Problem


async def _nothing(_: Request) -> Reply:
    return Reply(b"{}")


def a_route(method: str, path: str) -> Route:
    return Route(method, path, "", "", _nothing, lambda _, problem: problem_reply(problem))


TABLE = RouteTable((a_route("GET", "/fhir/Coverage/{id}"), a_route("POST", "/fhir/Coverage/_search")))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_name_finds_its_row(method: str) -> None:
    route = TABLE.find(method, "/fhir/Coverage/a-1.B")

    assert route is not None
    assert route.path == "/fhir/Coverage/{id}"
    assert route.name_in("/fhir/Coverage/a-1.B") == "a-1.B"


def test_a_plain_path_comes_before_a_name() -> None:
    found = TABLE.find("POST", "/fhir/Coverage/_search")

    assert found is not None
    assert found.path == "/fhir/Coverage/_search"


@pytest.mark.parametrize(
    "path", ["/fhir/Coverage/", "/fhir/Coverage/a/b", "/fhir/Coverage/" + "a" * 65, "/fhir/Coverage/%41"]
)
def test_what_is_no_name_finds_nothing(path: str) -> None:
    assert TABLE.find("GET", path) is None
    assert TABLE.methods(path) == ()


def test_another_method_is_told_which_there_are() -> None:
    with pytest.raises(Problem) as refused:
        TABLE.find("DELETE", "/fhir/Coverage/a")

    assert refused.value.facts["allowed"] == "GET, HEAD, OPTIONS"
