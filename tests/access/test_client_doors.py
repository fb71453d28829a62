"""Asking a hub that runs about its clients: what is sent, and what becomes of every answer."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import pytest

from kaihoken.access import Disabling, PrivateKey, client_doors, trusting
from kaihoken.access.client_doors import AtHub
from kaihoken.access.token_request import Granted
from kaihoken.problems import Problem

from ..certificates import a_ca, issued

HUB = "https://hub.example"
CLIENT = {
    "client_id": "clinic",
    "kind": "facility",
    "code": "1312345678",
    "name": "青空クリニック",
    "status": "active",
    "scopes": ["oqs"],
    "keys": [{"key_id": "k", "algorithm": "EdDSA", "status": "active", "demo": False}],
    "certificates": [],
}

Answering = Callable[..., list[httpx.Request]]


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Answering:
    """Lets a hub answer so, one answer after the other; gives what it was asked."""

    def answer_with(*answers: httpx.Response | Exception) -> list[httpx.Request]:
        asked: list[httpx.Request] = []
        waiting = list(answers)

        def handle(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            answer = waiting.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(
            client_doors.httpx, "Client", partial(httpx.Client, transport=httpx.MockTransport(handle))
        )
        return asked

    granted = Granted(access_token="abc", token_type="Bearer", expires_in=300, scope="clients:write")
    monkeypatch.setattr(client_doors, "fetch_token", lambda *_, **__: granted)
    return answer_with


@pytest.fixture
def door(key: PrivateKey) -> AtHub:
    return AtHub(f"{HUB}/", "operator", key)


def test_a_change_is_one_request_with_a_fresh_token(answering: Answering, door: AtHub) -> None:
    asked = answering(httpx.Response(200, json=CLIENT | {"status": "disabled"}))

    told = asyncio.run(door.make(Disabling("clinic", key_id="k")))

    assert (told.client_id, told.status) == ("clinic", "disabled")
    (request,) = asked
    assert str(request.url) == f"{HUB}/v1/clients/disablings"
    assert request.headers["authorization"] == "Bearer abc"
    assert json.loads(request.content) == {"client_id": "clinic", "key_id": "k"}


def test_the_list_is_fetched_to_its_end(answering: Answering, door: AtHub) -> None:
    asked = answering(
        httpx.Response(200, json={"clients": [CLIENT], "next": "clinic"}),
        httpx.Response(200, json={"clients": [CLIENT | {"client_id": "dentist"}], "next": ""}),
    )

    told = asyncio.run(door.clients())

    assert [client.client_id for client in told] == ["clinic", "dentist"]
    assert [str(request.url) for request in asked] == [f"{HUB}/v1/clients", f"{HUB}/v1/clients?after=clinic"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.Response(404, json=Problem("access.client-unknown").as_rfc9457()), "access.client-unknown"),
        (httpx.Response(502, text="bad gateway"), "access.hub-unreachable"),
        (httpx.Response(200, text="<html>"), "access.hub-unreachable"),
        (httpx.Response(200, json={"clients": "none"}), "access.hub-unreachable"),
        (httpx.ConnectError("away"), "access.hub-unreachable"),
    ],
)
def test_what_else_a_hub_says_is_told(
    answering: Answering, door: AtHub, answer: httpx.Response | Exception, code: str
) -> None:
    answering(answer)

    with pytest.raises(Problem) as refused:
        asyncio.run(door.clients())
    assert refused.value.code == code


def test_trust_is_that_of_the_machine_unless_a_file_says_otherwise(tmp_path: Path) -> None:
    ca = a_ca()
    paper = issued(ca)
    (tmp_path / "ca.pem").write_bytes(ca.pem)
    (tmp_path / "own.pem").write_bytes(paper.pem + paper.key_pem)

    assert trusting(None, None) is True
    context = trusting(tmp_path / "ca.pem", tmp_path / "own.pem")
    assert not isinstance(context, bool)
    assert len(context.get_ca_certs()) == 1
    assert not isinstance(trusting(tmp_path / "ca.pem", None), bool)
    for ca_file, own in ((tmp_path / "none", None), (None, tmp_path / "ca.pem"), (tmp_path / "empty", None)):
        (tmp_path / "empty").write_bytes(b"")
        with pytest.raises(Problem, match=r"access\.key-file"):
            trusting(ca_file, own)
