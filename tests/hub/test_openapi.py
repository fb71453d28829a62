"""The description of the interface is valid by the standard, says what the route table says, and answers keep to it."""

import re
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio
import schemathesis
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from kaihoken.coverage import Advisory, Situation, StepKind
from kaihoken.coverage.oqs import read_request, read_request_json
from kaihoken.hub.assembly import route_table
from kaihoken.problems import catalogue

from .hub import Hub, a_hub, a_message, a_question, a_row, a_tree
from .walks import WALKS, asked_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

Json = dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    folder = tmp_path_factory.mktemp("openapi")
    async with a_hub(folder / "store", folder) as hub:
        await hub.register(*(row for walk in WALKS.values() for row in walk.rows))
        yield hub


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def document(hub: Hub) -> Json:
    described: Json = (await hub.http.get("/openapi.json")).json()
    return described


def operations(document: Json) -> dict[tuple[str, str], Json]:
    return {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def faults(document: Json, schema: Json, value: object) -> list[str]:
    """What is wrong with a value by a schema of the document, in words without the value."""
    whole = {"components": document["components"], **schema}
    return [f"{error.json_path}: {error.validator}" for error in OAS31Validator(whole).iter_errors(value)]


async def test_it_is_valid_by_the_standard_and_is_3_1(document: Json) -> None:
    validate(document)

    assert document["openapi"] == "3.1.0"


async def test_the_standard_would_refuse_a_broken_one(document: Json) -> None:
    broken = {**document, "paths": {"/live": {"get": {"responses": {"200": {}}}}}}

    with pytest.raises(Exception, match="description"):
        validate(broken)


async def test_every_route_is_in_it_and_nothing_else(hub: Hub, document: Json) -> None:
    table = route_table(hub.machine).routes

    assert set(operations(document)) == {(route.method, route.path) for route in table}
    identifiers = [operation["operationId"] for operation in operations(document).values()]
    assert len(set(identifiers)) == len(table)


async def test_a_program_that_reads_it_finds_every_operation(document: Json) -> None:
    schema = schemathesis.openapi.from_dict(document)

    found = {(one.ok().method.upper(), one.ok().path) for one in schema.get_all_operations()}
    assert found == set(operations(document))


async def test_it_says_who_may_do_what(hub: Hub, document: Json) -> None:
    said = operations(document)
    for route in route_table(hub.machine).routes:
        operation = said[route.method, route.path]
        wanted = [{"token": [route.scope.value]}] if route.scope else None
        assert operation.get("security") == wanted, route.path
        assert operation["summary"]
        assert operation["description"]
        assert set(operation.get("requestBody", {"content": {}})["content"]) == {
            body.media_type for body in route.reads
        }
    flow = document["components"]["securitySchemes"]["token"]["flows"]["clientCredentials"]
    assert set(flow["scopes"]) == {
        route.scope.value for route in route_table(hub.machine).routes if route.scope
    }
    assert flow["tokenUrl"] == hub.machine.settings.audience


async def test_every_problem_of_a_route_is_named_under_its_status_and_exists(
    hub: Hub, document: Json
) -> None:
    said = operations(document)
    for route in route_table(hub.machine).routes:
        responses = said[route.method, route.path]["responses"]
        for code in route.problems:
            response = responses[str(catalogue()[code].status)]
            assert code in response["description"].split(), (route.path, code)
            assert "application/problem+json" in response["content"]
        for code in route.said_in_answer:
            assert code in catalogue()
            assert code in responses["200"]["description"].split(), (route.path, code)
        named = {
            word
            for response in responses.values()
            for word in re.findall(r"\b[a-z]+\.[a-z_-]+\b", response["description"])
        }
        assert named == {*route.problems, *route.said_in_answer}


@pytest.mark.parametrize("name", WALKS)
async def test_answers_are_as_described(hub: Hub, document: Json, name: str) -> None:
    described = operations(document)["POST", "/v1/eligibility-checks"]
    request = a_question(**asked_of(WALKS[name]), consents=list(WALKS[name].consents))

    answer = (await hub.post("/v1/eligibility-checks", request)).json()

    request_schema = described["requestBody"]["content"]["application/json"]["schema"]
    answer_schema = described["responses"]["200"]["content"]["application/json"]["schema"]
    assert faults(document, request_schema, request) == []
    assert faults(document, answer_schema, answer) == []
    assert faults(document, answer_schema, {**answer, "answer_hash": 5}) != []


async def test_a_field_that_holds_one_of_a_few_words_lists_them(document: Json) -> None:
    schemas = document["components"]["schemas"]
    for name, field, words in (
        ("Answer", "situation", Situation),
        ("StepSaid", "kind", StepKind),
        ("AdvisorySaid", "kind", Advisory),
    ):
        assert schemas[name]["properties"][field]["enum"] == [word.value for word in words]


async def test_what_the_description_refuses_the_hub_refuses(hub: Hub, document: Json) -> None:
    described = operations(document)["POST", "/v1/eligibility-checks"]
    schema = described["requestBody"]["content"]["application/json"]["schema"]
    for wrong in (
        {"by": "name"},
        {"birthdate": None},
        {"language": "fr"},
        {"consents": ["all"]},
        {"nickname": "x"},
    ):
        request = a_question(**wrong)
        assert faults(document, schema, request) != []
        assert (await hub.post("/v1/eligibility-checks", request)).status_code == 400


async def test_registrations_and_refusals_are_as_described(hub: Hub, document: Json) -> None:
    described = operations(document)["POST", "/v1/registrations"]
    request = {"rows": [a_row(link="x-1", number="991"), a_row(number="")]}

    answer = await hub.register(*request["rows"], key="described")
    refusal = await hub.post("/v1/registrations", b"{}", "operator", **{"Idempotency-Key": "refused"})

    content = described["requestBody"]["content"]["application/json"]
    assert faults(document, content["schema"], request) == []
    assert answer.json()["refused"] == 1
    assert (
        faults(
            document, described["responses"]["200"]["content"]["application/json"]["schema"], answer.json()
        )
        == []
    )
    problem = {"$ref": "#/components/schemas/Problem"}
    assert faults(document, problem, refusal.json()) == []
    assert faults(document, problem, answer.json()["rows"][1]["problem"]) == []
    assert faults(document, problem, {}) != []


async def test_the_example_of_an_oqs_question_is_as_described_and_read(hub: Hub, document: Json) -> None:
    content = operations(document)["POST", "/oqs/search"]["requestBody"]["content"]
    tree = content["application/json"]

    assert faults(document, tree["schema"], tree["example"]) == []
    assert faults(document, tree["schema"], {"XmlMsg": {"MessageHeader": {}}}) != []
    assert read_request(content["application/xml"]["example"].encode()) == read_request_json(
        msgspec.json.encode(tree["example"])
    )
    named = content["application/xml"]["schema"]["$ref"].rpartition("/")[2]
    assert document["components"]["schemas"][named]["xml"] == {"name": "XmlMsg"}


async def test_no_tree_of_a_message_is_written_out_twice(document: Json) -> None:
    trees = [msgspec.json.encode(tree) for tree in document["components"]["schemas"].values()]
    asked = operations(document)["POST", "/oqs/search"]

    assert len(set(trees)) == len(trees)
    told = {msgspec.json.encode(one["content"]["application/xml"]) for one in asked["responses"].values()}
    assert len(told) == 1
    assert b"MessageBody" not in told.pop()


@pytest.mark.parametrize("name", WALKS)
async def test_oqs_answers_are_as_described(hub: Hub, document: Json, name: str) -> None:
    schema = operations(document)["POST", "/oqs/search"]["responses"]["200"]["content"]["application/json"]
    asked = asked_of(WALKS[name])
    names = {"insurer": "insurer_number", "symbol": "symbol", "number": "number", "branch": "branch"}
    texts = {short: str(asked[long]) for short, long in names.items() if long in asked}

    answers = [
        (await hub.ask_oqs(a_tree(**texts, **more), content_type="application/json")).json()
        for more in ({"consent": "1"}, {"birthdate": "19801301"})
    ]

    assert [faults(document, schema["schema"], answer) for answer in answers] == [[], []]


async def test_every_header_that_is_described_is_sent(hub: Hub, document: Json) -> None:
    answer = await hub.ask_oqs(a_message())
    described = operations(document)["POST", "/oqs/search"]["responses"]
    unknown = await hub.http.post("/oqs/search", content=a_message())

    assert set(described["200"]["headers"]) == {"Kaihoken-Receipt"}
    assert "kaihoken-receipt" in answer.headers
    assert set(described["401"]["headers"]) == {"WWW-Authenticate"}
    assert "www-authenticate" in unknown.headers
    assert set(described["429"]["headers"]) == {"Retry-After"}
