"""What only a real server shows: headers of every answer, bodies that are refused unread, bytes that are not HTTP."""

import gzip
import re
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from kaihoken.access import LONGEST_BODY

from .hub import a_message, a_question, a_tree, problem_in
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
        "allow", "cache-control", "content-length", "content-security-policy", "content-type", "date",
        "x-content-type-options",
    }  # fmt: skip
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


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
    assert received == b"" or b"\r\ncontent-security-policy: default-src 'none'; " in received
    assert b"strict-transport-security" not in received, "this hub is reached without TLS"
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


WISH = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n"
HIDDEN = b"GET /live HTTP/1.1\r\nHost: hub\r\n\r\n"


def wishing(token: dict[str, str], framing: bytes) -> bytes:
    """The head of a question that would rather be asked over HTTP/2: Java's HttpClient, `curl --http2`."""
    return (
        b"POST /v1/eligibility-checks HTTP/1.1\r\nHost: hub\r\n"
        + WISH
        + f"Authorization: {token['Authorization']}\r\nContent-Type: application/json\r\n".encode()
        + framing
        + b"\r\n\r\n"
    )


def answers_to(hub: HubProcess, *parts: bytes, wanted: int) -> list[str]:
    """What the answers to some packets begin with: the status of each, and of what else came before silence."""
    with socket.create_connection(("127.0.0.1", hub.port), timeout=10) as line:
        for part in parts:
            line.sendall(part)
            time.sleep(0.05)  # the parts arrive one by one
        received = b""
        while received.count(b"HTTP/1.1 ") < wanted and (more := line.recv(65536)):
            received += more
        line.settimeout(0.2)
        with suppress(TimeoutError):
            received += line.recv(65536)
    return re.findall(r"HTTP/1\.1 (\d+)", received.decode())


@pytest.mark.parametrize("split", [0, 7, 150, None])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_question_that_wishes_for_another_protocol_is_read_with_its_body(
    hub: HubProcess, bearer: dict[str, str], chunked: bool, split: int | None
) -> None:
    body = httpx.Request("POST", "/", json=a_question()).content
    framing, sent = b"Content-Length: %d" % len(body), body
    if chunked:
        framing = b"Transfer-Encoding: chunked"
        sent = b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (9, body[:9], len(body) - 9, body[9:])
    head = wishing(bearer, framing)
    parts = (
        (head, sent) if split is None else (head[:split], head[split:] + sent) if split else (head + sent,)
    )

    assert answers_to(hub, *parts, wanted=1) == ["200"]
    assert answers_to(hub, *parts[:-1], parts[-1] + HIDDEN + head + sent, wanted=3) == ["200"] * 3


@pytest.mark.parametrize("later", [False, True])
def test_a_body_is_never_read_as_the_next_request(
    hub: HubProcess, bearer: dict[str, str], later: bool
) -> None:
    head = wishing(bearer, b"Content-Length: %d" % len(HIDDEN))

    parts = (head, HIDDEN) if later else (head + HIDDEN,)

    assert answers_to(hub, *parts, wanted=1) == ["400"]  # the hidden request is a body that is no JSON


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: %d\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: %d",
        b"Content-Length: %d\r\nContent-Length: 0",
        b"Content-Length: %d, 0",
        b"Content-Length: +%d",
        b"Content-Length : %d",
        b"Transfer-Encoding: chunked, identity\r\nX: %d",
        b"Transfer-Encoding: xchunked\r\nX: %d",
        b"Transfer-Encoding : chunked\r\nX: %d",
        b"X: %d\r\n Content-Length: 0",
    ],
)
@pytest.mark.parametrize("wish", [WISH, b""], ids=["wishing", "plain"])
def test_a_body_whose_end_two_readers_could_see_differently_is_not_read(
    hub: HubProcess, bearer: dict[str, str], framing: bytes, wish: bytes
) -> None:
    head = wishing(bearer, framing % (5 + len(HIDDEN))).replace(WISH, wish)

    received = raw(hub, head + b"0\r\n\r\n" + HIDDEN)

    assert b'"live"' not in received, "the hidden request was answered"


def test_a_tunnel_is_refused_and_nothing_behind_it_is_read(hub: HubProcess) -> None:
    received = raw(hub, b"CONNECT hub:443 HTTP/1.1\r\nHost: hub:443\r\n\r\n" + HIDDEN)

    assert re.findall(rb"HTTP/1\.1 (\d+)", received) == [b"400"]


def test_a_wish_for_another_protocol_is_not_worth_a_line(hub: HubProcess, bearer: dict[str, str]) -> None:
    answers_to(hub, b"GET /live HTTP/1.1\r\nHost: hub\r\n" + WISH + b"\r\n", wanted=1)

    said = hub.said.read_text()
    assert "upgrade" not in said
    assert "Unsupported" not in said


@pytest.mark.parametrize(
    ("path", "headers", "status", "problem"),
    [
        ("/v1/eligibility-checks", {}, 401, "access.token-missing"),
        ("/v1/registrations", "bearer", 403, "access.scope-missing"),
        ("/v1/eligibility-checks", "bearer", 413, "hub.body-too-large"),
        ("/oqs/search", {}, 401, "access.token-missing"),
        ("/oqs/search", "bearer", 413, "oqs.too-large"),
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


def asking(path: str, length: str, **headers: str) -> bytes:
    """The head of a message that a stranger sends, whose body is told to be so long."""
    lines = [f"POST {path} HTTP/1.1", "Host: hub", f"Content-Length: {length}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join((*lines, "", "")).encode()


def first_answer(hub: HubProcess, sent: bytes) -> str:
    """What comes back while the sender has not finished."""
    with socket.create_connection(("127.0.0.1", hub.port), timeout=10) as line:
        line.sendall(sent)
        return line.recv(65536).decode()


@pytest.mark.parametrize("media", ["application/xml", JSON])
def test_of_a_stranger_is_read_no_more_than_his_refusal_gives_back(hub: HubProcess, media: str) -> None:
    message = a_tree() if media == JSON else a_message()
    head = asking("/oqs/search", "4000000", **{"Content-Type": media})

    answer = first_answer(hub, head + message + b" " * (1 << 16))

    assert answer.startswith("HTTP/1.1 401")
    assert "abc-1" in answer
    assert "MedicalInstitutionCode" not in answer


def test_a_stranger_that_sends_nothing_is_refused_all_the_same(hub: HubProcess) -> None:
    head = asking("/oqs/search", "4000000", **{"Content-Type": "application/xml"})

    answer = first_answer(hub, head + b"<XmlMsg>")

    assert answer.startswith("HTTP/1.1 401")
    assert "ArbitraryFileIdentifier" not in answer


@pytest.mark.parametrize("path", ["/oauth/token", "/oqs/auth"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_request_for_a_token_is_read_no_further_than_one_can_be_long(
    hub: HubProcess, path: str, chunked: bool
) -> None:
    head = asking(path, str(LONGEST_BODY + 1))
    if chunked:
        head = head.replace(b"Content-Length: 8193", b"Transfer-Encoding: chunked")
        head += b"%x\r\n%s\r\n" % (LONGEST_BODY + 1, b" " * (LONGEST_BODY + 1))

    assert first_answer(hub, head).startswith("HTTP/1.1 413")


@pytest.mark.parametrize("media", ["application/xml", JSON])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_message_that_is_too_large_is_refused_to_its_sender(
    hub: HubProcess, bearer: dict[str, str], media: str, chunked: bool
) -> None:
    message = (a_tree() if media == JSON else a_message()) + b" " * FIVE_MEBIBYTES
    parts = (message[start : start + 50_000] for start in range(0, len(message), 50_000))

    refused = hub.http.post(
        "/oqs/search", content=parts if chunked else message, headers={**bearer, "Content-Type": media}
    )

    assert (refused.status_code, problem_in(refused)) == (413, "oqs.too-large")
    assert "abc-1" in refused.text
    assert "9910000007" in refused.text
    assert "1つの電文" in refused.text


QUESTIONS = [("/v1/eligibility-checks", JSON), ("/oqs/search", "application/xml"), ("/oauth/token", JSON)]


@pytest.mark.parametrize(("path", "media"), QUESTIONS)
def test_a_body_that_was_compressed_is_refused_as_what_it_is(
    hub: HubProcess, bearer: dict[str, str], path: str, media: str
) -> None:
    headers = {**bearer, "Content-Type": media, "Content-Encoding": "gzip"}

    refused = hub.http.post(path, content=gzip.compress(b"{}"), headers=headers)

    assert (refused.status_code, problem_in(refused)) == (415, "hub.content-encoding")
    assert (refused.headers.get("accept-encoding") or "identity") == "identity"


@pytest.mark.parametrize(("path", "media"), QUESTIONS[:2])
def test_two_tokens_that_differ_are_none(
    hub: HubProcess, bearer: dict[str, str], path: str, media: str
) -> None:
    own, body = bearer["Authorization"], a_message() if media != JSON else b"{}"

    def ask(*tokens: str) -> str:
        headers = [("Content-Type", media), *(("Authorization", token) for token in tokens)]
        return problem_in(hub.http.post(path, content=body, headers=headers))

    assert ask(own, "Bearer x") == ask("Bearer x", own) == "hub.header-repeated"
    assert ask(own, own) == ask(own)


def test_a_sender_that_goes_away_half_way_is_nobodys_problem(hub: HubProcess, bearer: dict[str, str]) -> None:
    head = (
        f"POST /v1/eligibility-checks HTTP/1.1\r\nHost: hub\r\nAuthorization: {bearer['Authorization']}\r\n"
        'Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"by":'
    )
    operator = {"Authorization": f"Bearer {hub.token('operator')}"}

    def metrics() -> tuple[str, float]:
        text = hub.http.get("/metrics", headers=operator).text
        gone = re.search(r'kaihoken_refusals_total\{code="hub.disconnected"\} (\S+)', text)
        return text, float(gone[1]) if gone else 0.0

    _, before = metrics()
    raw(hub, head.encode())

    assert hub.http.get("/ready").status_code == 200
    text, after = metrics()
    assert "kaihoken_failures_total 0.0" in text
    assert after == before + 1


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
