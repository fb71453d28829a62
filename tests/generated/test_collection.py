"""The collection for Bruno and Postman: it holds every route, and every request of it is answered as it says."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from kaihoken.access.base64url import decode
from kaihoken.hub.assembly import route_table

from ..house.sources import script
from ..polling import until
from .demonstration import Demonstration, demonstration
from .test_generated_clients import HERE, node, run

write_collection = script("write_collection")

_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    with demonstration(tmp_path_factory.mktemp("collection")) as demo:
        yield demo


def prepared(demo: Demonstration, program: str, text: str) -> list[dict[str, str]]:
    """The variables before each request, as the collection's own script sets them."""
    told = {
        "program": program,
        "script": text,
        "hub": demo.url,
        "keys": str(demo.folder),
        "urls": [request.url.replace("{{hub}}", demo.url) for request in write_collection.requests()],
    }
    said = run(node(), HERE / "prepare_requests.mjs", cwd=demo.folder, stdin=json.dumps(told))
    return cast("list[dict[str, str]]", json.loads(said))


def filled(text: str, variables: Mapping[str, str]) -> str:
    return re.sub(r"\{\{([^}]+)\}\}", lambda found: variables.get(found[1], found[0]), text)


def value_at(path: str, body: Any) -> str:
    """What `res.body.a[0].b` names."""
    for name, index in _STEP.findall(path.removeprefix("res.body")):
        body = body[int(index)] if index else body[name]
    return str(body)


def sent(http: httpx.Client, request: Any, variables: dict[str, str]) -> httpx.Response:
    body = request.body
    content = filled(body, variables).encode() if isinstance(body, str) else None
    form = {key: filled(value, variables) for key, value in body.items()} if isinstance(body, dict) else None
    headers = {key: filled(value, variables) for key, value in request.headers.items()}
    url = filled(request.url, variables)
    return http.request(request.method, url, content=content, data=form, headers=headers)


def final(ask: Callable[[], httpx.Response], status: int) -> httpx.Response:
    """The answer once no list is under way any more, or that of this status."""

    def answered() -> httpx.Response | None:
        answer = ask()
        return None if answer.status_code in {409, 503} - {status} else answer

    return until(answered)


def failures(demo: Demonstration, before: list[dict[str, str]]) -> list[str]:
    """The requests that are not answered as the collection says, sent in its order."""
    found, learnt = [], {"hub": demo.url}
    with httpx.Client(verify=False, timeout=30) as http:
        for request, variables in zip(write_collection.requests(), before, strict=True):
            answer = final(partial(sent, http, request, variables | learnt), request.status)
            if answer.status_code != request.status:
                found.append(f"{request.folder}: {request.name}: {answer.status_code} {answer.text[:300]}")
                continue
            learnt |= {name: value_at(path, answer.json()) for name, path in request.after.items()}
    return found


@pytest.mark.process
@pytest.mark.parametrize("program", ["bruno", "postman"])
def test_every_request_is_answered_as_the_collection_says(demo: Demonstration, program: str) -> None:
    text = write_collection.script() if program == "bruno" else write_collection.postman_script()

    found = failures(demo, prepared(demo, program, text))

    assert found == [], "\n".join(found)


@pytest.mark.process
@pytest.mark.parametrize("program", ["bruno", "postman"])
def test_the_script_takes_the_token_endpoint_from_the_metadata(demo: Demonstration, program: str) -> None:
    text = write_collection.script() if program == "bruno" else write_collection.postman_script()

    variables = prepared(demo, program, text)[-1]
    metadata = json.loads(variables["metadata"])

    assert metadata["issuer"] == demo.url
    assert metadata["token_endpoint"] == f"{demo.url}/oauth/token"
    assert "/oauth/token" not in text, "it knows no endpoint of itself"
    claims = json.loads(decode(variables["assertion"].split(".")[1]) or b"")
    assert claims["aud"] == demo.url


@pytest.mark.process
@pytest.mark.parametrize("program", ["bruno", "postman"])
def test_the_script_makes_no_proof_for_a_hub_of_another_name(demo: Demonstration, program: str) -> None:
    text = write_collection.script() if program == "bruno" else write_collection.postman_script()
    other = Demonstration(demo.url.replace("127.0.0.1", "localhost"), demo.folder)

    with pytest.raises(AssertionError, match="another hub's"):
        prepared(other, program, text)


def test_no_route_is_missing_and_none_is_made_up() -> None:
    routes = {
        (route.method, re.sub(r"\{\w+\}", "ID", route.path))
        for route in route_table(cast("Any", None)).routes
    }
    held = set()
    for request in write_collection.requests():
        path = request.url.removeprefix("{{hub}}").partition("?")[0]
        if (request.method, path) not in routes:
            path = path.rpartition("/")[0] + "/ID"
        held.add((request.method, path))

    assert sorted(routes - held) == []
    assert sorted(held - routes) == []


def test_the_one_for_postman_is_made_from_the_one_for_bruno() -> None:
    assert write_collection.POSTMAN.read_text(encoding="utf-8") == write_collection.written()


def test_it_holds_no_secret() -> None:
    texts = [path.read_text(encoding="utf-8") for path in Path(write_collection.FOLDER).rglob("*.*")]

    assert len(texts) > 30
    assert not [text for text in texts if re.search(r'"d":\s*"|eyJ[A-Za-z0-9_-]{20}', text)]
