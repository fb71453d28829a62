"""What only a real server shows: headers of every answer, bodies that are refused unread, bytes that are not HTTP."""

import socket
from collections.abc import Iterator

import httpx
import pytest

from .hub import a_question, problem_in
from .process import HubProcess, make_hub

pytestmark = pytest.mark.process

FIVE_MEBIBYTES = 5 * 1024 * 1024
JSON = "application/json"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    process = make_hub(tmp_path_factory.mktemp("wire"))
    process.start()
    yield process
    process.kill()


@pytest.fixture(scope="module")
def bearer(hub: HubProcess) -> dict[str, str]:
    return {"Authorization": f"Bearer {hub.token('clinic')}"}


def raw(hub: HubProcess, sent: bytes) -> bytes:
    """What comes back for bytes, until the server closes or says no more."""
    with socket.create_connection(("127.0.0.1", hub.port), timeout=10) as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        received = b""
        while part := line.recv(65536):
            received += part
    return received


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/ready"), ("GET", "/nowhere"), ("PUT", "/live"), ("OPTIONS", "/live")]
)
def test_no_header_says_what_it_is_made_of(hub: HubProcess, method: str, path: str) -> None:
    answer = hub.http.request(method, path)

    assert set(answer.headers) <= {
        "allow", "cache-control", "content-length", "content-type", "date", "x-content-type-options",
    }  # fmt: skip
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "sent",
    [
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + b"\0" * 200,
    ],
)
def test_bytes_that_are_not_http_are_refused_without_a_name(hub: HubProcess, sent: bytes) -> None:
    received = raw(hub, sent).lower()

    assert received.startswith(b"http/1.1 400") or received == b""
    assert b"uvicorn" not in received
    assert b"python" not in received
    assert hub.http.get("/live").status_code == 200


def test_no_other_protocol_is_spoken(hub: HubProcess) -> None:
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    answer = hub.http.get("/ready", headers=upgrade)

    assert (answer.status_code, answer.json()) == (200, {"ready": True})


@pytest.mark.parametrize(
    ("path", "headers", "status", "problem"),
    [
        ("/v1/eligibility-checks", {}, 401, "access.token-missing"),
        ("/v1/registrations", "bearer", 403, "access.scope-missing"),
        ("/v1/eligibility-checks", "bearer", 413, "hub.body-too-large"),
        ("/oqs/search", {}, 413, "hub.body-too-large"),
        ("/oauth/token", {}, 413, "hub.body-too-large"),
        ("/nowhere", {}, 404, "hub.path"),
    ],
)
def test_after_a_body_that_was_refused_unread_the_connection_goes_on(
    hub: HubProcess, bearer: dict[str, str], path: str, headers: object, status: int, problem: str
) -> None:
    with httpx.Client(base_url=hub.url, verify=False, limits=httpx.Limits(max_connections=1)) as http:
        sent = {"Content-Type": "application/xml" if path == "/oqs/search" else JSON}
        sent |= bearer if headers == "bearer" else {}
        refused = http.post(path, content=b" " * FIVE_MEBIBYTES, headers=sent)
        next_one = http.post("/v1/eligibility-checks", json=a_question(), headers=bearer)

    assert (refused.status_code, problem_in(refused)) == (status, problem)
    assert next_one.json()["answer"]["validity"] == "4"


def test_a_sender_that_goes_away_half_way_is_nobodys_problem(hub: HubProcess, bearer: dict[str, str]) -> None:
    head = (
        f"POST /v1/eligibility-checks HTTP/1.1\r\nHost: hub\r\nAuthorization: {bearer['Authorization']}\r\n"
        'Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"by":'
    )
    raw(hub, head.encode())

    assert hub.http.get("/ready").status_code == 200
    metrics = hub.http.get("/metrics", headers={"Authorization": f"Bearer {hub.token('operator')}"}).text
    assert "kaihoken_failures_total 0.0" in metrics
    assert 'kaihoken_refusals_total{code="hub.disconnected"} 1.0' in metrics


def test_a_body_in_parts_is_read_whole(hub: HubProcess, bearer: dict[str, str]) -> None:
    body = httpx.Request("POST", "/", json=a_question()).content

    answer = hub.http.post(
        "/v1/eligibility-checks",
        content=(body[start : start + 7] for start in range(0, len(body), 7)),
        headers={**bearer, "Content-Type": JSON},
    )

    assert answer.json()["answer"]["situation"] == "not-found"


def test_a_name_in_a_query_reaches_no_log(hub: HubProcess, bearer: dict[str, str]) -> None:
    hub.http.post("/v1/eligibility-checks?name=%E5%B1%B1%E7%94%B0", json=a_question(), headers=bearer)
    hub.http.get("/nowhere?number=8642097")

    said = hub.said.read_bytes()
    assert b"8642097" not in said
    assert b"%E5" not in said
