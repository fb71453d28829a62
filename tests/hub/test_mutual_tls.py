"""Tokens that are bound to the certificate of their connection, over real TLS sockets: each rule and its refusal."""

import base64
import socket
import ssl
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from kaihoken.coverage.client import Hub, HubProblem, NumberCheck

from ..certificates import SERVER, Paper, a_ca, issued
from .hub import a_question, problem_in
from .test_folder_agent import command, folders, put
from .tls_process import TlsCaller, TlsHub, make_tls_hub

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsHub]:
    """Binding is offered: who has no certificate works without."""
    hub = make_tls_hub(tmp_path_factory.mktemp("offered"))
    with hub.alive():
        yield hub


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsHub]:
    """Binding is compulsory."""
    hub = make_tls_hub(tmp_path_factory.mktemp("required"), binding="required")
    with hub.alive():
        yield hub


def header_of(paper: Paper) -> tuple[str, str]:
    """A proxy's word about its client (RFC 9440)."""
    der = paper.certificate.public_bytes(Encoding.DER)
    return "Client-Cert", f":{base64.b64encode(der).decode()}:"


def now() -> datetime:
    return datetime.now(UTC)


def test_a_token_is_bound_to_the_certificate_and_works_over_it(hub: TlsHub) -> None:
    with hub.caller(issued(hub.ca)) as clinic:
        answer = clinic.ask_for_token().json()

        assert len(answer["cnf"]["x5t#S256"]) == 43
        assert clinic.ask(answer["access_token"]) == ""


def test_a_bound_token_works_over_another_connection_with_the_same_certificate(hub: TlsHub) -> None:
    paper = issued(hub.ca)
    with hub.caller(paper) as first, hub.caller(paper) as second:
        assert second.ask(first.token()) == ""


@pytest.mark.parametrize("thief", ["no certificate", "another certificate of the same name"])
def test_a_stolen_bound_token_is_worth_nothing(hub: TlsHub, thief: str) -> None:
    with (
        hub.caller(issued(hub.ca)) as clinic,
        hub.caller(None if thief == "no certificate" else issued(hub.ca)) as other,
    ):
        token = clinic.token()

        assert other.ask(token) == "access.token-bound"
        assert clinic.ask(token) == ""


def test_without_a_certificate_a_token_is_bound_to_nothing_where_that_is_left_open(hub: TlsHub) -> None:
    with hub.caller() as clinic, hub.caller(issued(hub.ca)) as other:
        answer = clinic.ask_for_token().json()

        assert "cnf" not in answer
        assert clinic.ask(answer["access_token"]) == ""
        assert other.ask(answer["access_token"]) == ""


def test_where_binding_is_compulsory_nobody_gets_a_token_without_a_certificate(strict: TlsHub) -> None:
    with strict.caller() as clinic, strict.caller(issued(strict.ca)) as bound:
        refused = clinic.ask_for_token()

        assert (refused.status_code, problem_in(refused)) == (401, "access.certificate-missing")
        assert refused.json()["error"] == "invalid_client"
        assert bound.ask(bound.token()) == ""


@pytest.mark.parametrize(
    ("begins", "ends", "ahead", "problem", "off"),
    [
        (-3600, -10, 0, "access.certificate-expired", 10),
        (120, 3600, 0, "access.certificate-early", 120),
        (120, 3600, 100, "access.certificate-hub-clock", 100),
        (-3600, -10, -100, "access.certificate-client-clock", 100),
    ],
)
def test_a_certificate_out_of_its_time_is_told_whose_clock_is_off_and_by_how_much(
    hub: TlsHub, begins: int, ends: int, ahead: int, problem: str, off: int
) -> None:
    at = now()
    paper = issued(hub.ca, begins=at + timedelta(seconds=begins), ends=at + timedelta(seconds=ends))
    with hub.caller(paper) as clinic:
        refused = clinic.ask_for_token(ahead)

        assert (refused.status_code, problem_in(refused)) == (401, problem)
        assert (
            abs(refused.json()["facts"]["seconds"] - off) <= 30
        )  # the machine may be slow, the answer not wrong


@pytest.mark.parametrize("paper", ["another CA", "a server's"])
def test_a_certificate_of_nobody_we_know_ends_the_handshake(hub: TlsHub, paper: str) -> None:
    wrong = issued(a_ca("よその認証局")) if paper == "another CA" else issued(hub.ca, use=SERVER)

    with hub.caller(wrong) as clinic, pytest.raises(httpx.TransportError):
        clinic.ask_for_token()
    assert hub.http.get("/live").status_code == 200


def test_a_key_that_may_not_sign_is_refused_in_words(hub: TlsHub) -> None:
    with hub.caller(issued(hub.ca, signs=False)) as clinic:
        assert problem_in(clinic.ask_for_token()) == "access.certificate-use"


def test_a_token_never_outlives_its_certificate(hub: TlsHub) -> None:
    paper = issued(hub.ca, begins=now() - timedelta(hours=1), ends=now() + timedelta(seconds=100))
    with hub.caller(paper) as clinic:
        assert 0 < clinic.ask_for_token().json()["expires_in"] <= 101


def test_the_typed_client_asks_with_its_certificate(strict: TlsHub) -> None:
    key = strict.folder / "clinic.jwk"
    question = msgspec.convert(a_question(), NumberCheck)
    with Hub(strict.url, "clinic", key, tls=strict.trusting(issued(strict.ca))) as clinic:
        checked = clinic.check(question)
    with (
        Hub(strict.url, "clinic", key, tls=strict.trusting()) as bare,
        pytest.raises(HubProblem, match=r"access\.certificate-missing"),
    ):
        bare.check(question)

    assert checked.answer is not None
    assert checked.answer.validity == "4"


def test_the_folder_agent_asks_with_its_certificate(strict: TlsHub, tmp_path: Path) -> None:
    folder = folders(tmp_path)
    put(folder, 1, "UTF-8")
    chain = tmp_path / "clinic.pem"
    chain.write_bytes(b"".join(part.read_bytes() for part in issued(strict.ca).saved(tmp_path, "clinic")))
    authority = strict.folder / "client-ca.pem"
    tls = ("--certificate", str(chain), "--authority", str(authority))

    ran = subprocess.run(command(strict, folder, "--once", *tls), capture_output=True, check=False)

    assert ran.returncode == 0, ran.stderr.decode()
    assert b"<SegmentOfResult>1<" in (folder / "res" / "OQSsiquc01res_0001.xml").read_bytes()


# A proxy that ends TLS hands the certificate on.


def test_the_header_of_a_proxy_is_believed_on_its_socket(strict: TlsHub) -> None:
    paper = issued(strict.ca)
    with strict.proxy(header_of(paper)) as behind, strict.caller(paper) as direct:
        token = behind.token()

        assert behind.ask(token) == ""
        assert direct.ask(token) == ""  # the same certificate, whoever ended TLS


def test_behind_a_proxy_a_bound_token_needs_its_certificate_in_every_request(strict: TlsHub) -> None:
    with (
        strict.proxy(header_of(issued(strict.ca))) as clinic,
        strict.proxy(header_of(issued(strict.ca))) as other,
        strict.proxy() as nobody,
    ):
        token = clinic.token()

        assert other.ask(token) == "access.token-bound"
        assert nobody.ask(token) == "access.token-bound"
        assert problem_in(nobody.ask_for_token()) == "access.certificate-missing"


@pytest.mark.parametrize("name", ["Client-Cert", "client-cert", "Client-Cert-Chain"])
def test_over_tcp_the_header_is_refused_and_not_passed_over(hub: TlsHub, name: str) -> None:
    paper = issued(hub.ca)
    value = header_of(paper)[1]
    with hub.caller(paper) as clinic:
        token = clinic.token()

        assert problem_in(clinic.ask_for_token(**{name: value})) == "access.certificate-header"
        assert clinic.ask(token, **{name: value}) == "access.certificate-header"


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ("another CA", "access.certificate-untrusted"),
        ("a server's", "access.certificate-use"),
        ("a CA's own", "access.certificate-use"),
        ("expired", "access.certificate-expired"),
    ],
)
def test_what_a_proxy_hands_on_is_looked_at_as_well(strict: TlsHub, wrong: str, problem: str) -> None:
    papers = {
        "another CA": issued(a_ca()),
        "a server's": issued(strict.ca, use=SERVER),
        "a CA's own": issued(strict.ca, is_ca=True),
        "expired": issued(strict.ca, begins=now() - timedelta(days=9), ends=now() - timedelta(days=1)),
    }
    with strict.proxy(header_of(papers[wrong])) as behind:
        assert problem_in(behind.ask_for_token()) == problem


@pytest.mark.parametrize(
    "headers",
    [
        [("Client-Cert", "")],
        [("Client-Cert", ":AAAA:")],
        [("Client-Cert", "no colons")],
        [("Client-Cert", ":" + "A" * 20_000 + ":")],
        [("Client-Cert", b":\xc3\xa9:")],
        "twice",
    ],
)
def test_a_header_that_cannot_be_read_is_no_certificate(strict: TlsHub, headers: object) -> None:
    if headers == "twice":
        headers = [header_of(issued(strict.ca)), header_of(issued(strict.ca))]
    assert isinstance(headers, list)
    with strict.proxy(*headers) as behind:
        assert problem_in(behind.ask_for_token()) == "access.certificate-malformed"


def test_a_wish_for_another_protocol_does_not_lose_the_certificate(strict: TlsHub) -> None:
    with strict.proxy(header_of(issued(strict.ca))) as behind:
        upgrade = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABk"}
        assert behind.ask_for_token(**upgrade).status_code == 200


_FEW = ("[limits.token_source]", "count = 1", "seconds = 3600", "burst = 3")


@pytest.fixture(scope="module")
def sparing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsHub]:
    """Three requests for a token from one address."""
    hub = make_tls_hub(tmp_path_factory.mktemp("sparing"), *_FEW)
    with hub.alive():
        yield hub


def refused_at(caller: TlsCaller, **headers: str) -> int:
    """Which request for a token of an address is the first that is too much; 0 where none of five is."""
    answers = [caller.http.post("/oauth/token", data={}, headers=headers) for _ in range(5)]
    return next((place for place, one in enumerate(answers, 1) if one.status_code == 429), 0)


@pytest.mark.parametrize(
    ("said", "also"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.2", "203.0.113.9, 192.0.2.2"),
        ("192.0.2.3", "::ffff:192.0.2.3"),
        ("2001:db8::1", "2001:0db8:0:0::1"),
    ],
)
def test_who_comes_through_a_proxy_is_counted_by_the_last_address_that_it_says(
    sparing: TlsHub, said: str, also: str
) -> None:
    with sparing.proxy(("X-Forwarded-For", said)) as one, sparing.proxy(("X-Forwarded-For", also)) as same:
        assert refused_at(one) == 4
        assert refused_at(same) == 1


def test_what_is_no_address_is_passed_over_and_counted_as_one(sparing: TlsHub) -> None:
    malformed = ["", "unknown", "192.0.2.7:80", "[2001:db8::1]", "192.0.2.7,", "é"]
    with sparing.proxy() as behind:
        answers = [
            behind.http.post("/oauth/token", data={}, headers=[(b"X-Forwarded-For", said.encode())])
            for said in malformed
        ]

    assert [one.status_code for one in answers] == [400, 400, 400, 429, 429, 429]


def test_over_tcp_nobody_says_from_where_they_come(sparing: TlsHub) -> None:
    with sparing.caller() as one:
        answers = [
            one.http.post("/oauth/token", data={}, headers={"X-Forwarded-For": f"198.51.100.{place}"})
            for place in range(5)
        ]

    assert [one.status_code for one in answers] == [400, 400, 400, 429, 429]


def test_a_hub_that_is_reached_over_tls_says_so_on_every_answer(hub: TlsHub) -> None:
    with (
        socket.create_connection(("127.0.0.1", hub.port), timeout=10) as line,
        hub.trusting().wrap_socket(line, server_hostname="127.0.0.1") as connection,
    ):
        connection.sendall(b"GARBAGE\r\n\r\n")
        no_http = b""
        while part := connection.recv(65536):
            no_http += part
    said = "max-age=31536000; includeSubDomains"

    assert f"\r\nstrict-transport-security: {said}\r\n".encode() in no_http.lower().replace(
        b"includesubdomains", b"includeSubDomains"
    )
    for method, path in (("GET", "/live"), ("GET", "/nowhere"), ("PUT", "/live"), ("OPTIONS", "/live")):
        answer = hub.http.request(method, path)
        assert answer.headers.get_list("strict-transport-security") == [said], path


def test_the_socket_is_for_owner_and_group(strict: TlsHub) -> None:
    assert strict.proxy_socket.stat().st_mode & 0o777 == 0o660


# TLS itself.


def test_older_versions_of_tls_are_refused(hub: TlsHub) -> None:
    context = hub.trusting()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        socket.create_connection(("127.0.0.1", hub.port), timeout=10) as line,
        pytest.raises(ssl.SSLError),
    ):
        context.wrap_socket(line, server_hostname="127.0.0.1")


def test_no_session_can_be_resumed(hub: TlsHub) -> None:
    with (
        socket.create_connection(("127.0.0.1", hub.port), timeout=10) as line,
        hub.trusting().wrap_socket(line, server_hostname="127.0.0.1") as connection,
    ):
        connection.sendall(b"GET /live HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n")
        while connection.recv(65536):
            pass  # tickets would come before the answer
        assert connection.version() == "TLSv1.3"
        assert connection.session is None or not connection.session.has_ticket


def test_everybody_may_know_the_certificate_and_the_cas(strict: TlsHub) -> None:
    told = strict.http.get("/.well-known/kaihoken-tls.json").json()

    assert (told["binding"], told["certificate"]["subject"]) == ("required", "CN=hub,O=架空の機関,C=JP")
    (ca,) = told["client_cas"]
    assert ca["pem"].encode() == strict.ca.pem
    assert (
        ca["valid_from"]
        < told["certificate"]["valid_from"]
        < told["certificate"]["valid_to"]
        < ca["valid_to"]
    )
    assert "PRIVATE" not in str(told)


def test_the_metadata_says_that_tokens_can_be_bound(hub: TlsHub) -> None:
    told = hub.http.get("/.well-known/oauth-authorization-server").json()

    assert told["tls_client_certificate_bound_access_tokens"] is True
    assert told["token_endpoint"].startswith("https://")
