"""How far a question gets: real sockets on this machine, and names that nobody has."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from kaihoken.desk.doctor import way
from kaihoken.desk.doctor.facts import Distrust, Reach, Way

from ...certificates import SERVER, Paper, a_ca, issued
from ...ports import free_port

LONG_AGO, LAST_YEAR, FAR = (datetime(year, 1, 1, tzinfo=UTC) for year in (2020, 2021, 2040))
SECONDS = 5.0


class Answers(BaseHTTPRequestHandler):
    """A hub that is ready; a proxy that lets nothing through."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path in ("/ready", "http://127.0.0.1:1/ready") else 404)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"ready":true}')

    def do_CONNECT(self) -> None:
        self.send_error(407)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def a_server(folder: Path, paper: Paper | None = None) -> Iterator[str]:
    """Its address."""
    server = HTTPServer(("127.0.0.1", free_port()), Answers)
    if paper is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*paper.saved(folder, "server"))
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"{'https' if paper else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def trusting(ca: Paper) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=ca.pem.decode())


def looked(address: str, tls: ssl.SSLContext | None = None, proxy: str = "") -> Way:
    return way.look_along(address, proxy, tls, SECONDS)


def a_leaf(ca: Paper, ends: datetime = FAR, host: str = "127.0.0.1") -> Paper:
    return issued(ca, "hub", begins=LONG_AGO, ends=ends, use=SERVER, hosts=(host,))


def test_a_hub_that_answers_shows_its_certificate_and_its_clock(tmp_path: Path) -> None:
    ca = a_ca()
    with a_server(tmp_path, a_leaf(ca)) as address:
        seen = looked(address, trusting(ca))

    assert (seen.reach, seen.status, seen.is_hub) == (Reach.ANSWERED, 200, True)
    assert seen.date is not None
    assert seen.certificate is not None
    assert seen.certificate.until == FAR


@pytest.mark.parametrize(
    ("ends", "host", "is_known", "why"),
    [
        (LAST_YEAR, "127.0.0.1", True, Distrust.DATES),
        (FAR, "127.0.0.1", False, Distrust.AUTHORITY),
        (FAR, "127.0.0.2", True, Distrust.NAME),
    ],
)
def test_why_a_certificate_does_not_hold_is_told_and_only_its_days_let_the_clock_be_read(
    tmp_path: Path, ends: datetime, host: str, is_known: bool, why: Distrust
) -> None:
    ca = a_ca()
    with a_server(tmp_path, a_leaf(ca, ends, host)) as address:
        seen = looked(address, trusting(ca if is_known else a_ca("ほかの認証局")))

    assert (seen.reach, seen.distrust, seen.status) == (Reach.UNTRUSTED, why, 0)
    assert seen.certificate is not None
    assert (seen.date is not None) is (why is Distrust.DATES)


def test_where_nobody_listens_it_is_refused() -> None:
    assert looked(f"http://127.0.0.1:{free_port()}").reach is Reach.REFUSED


def test_what_is_no_tls_is_no_answer(tmp_path: Path) -> None:
    with a_server(tmp_path) as address:
        assert looked(address.replace("http:", "https:"), trusting(a_ca())).reach is Reach.BROKEN


def test_a_proxy_that_lets_nothing_through_is_named(tmp_path: Path) -> None:
    with a_server(tmp_path) as proxy:
        seen = looked("https://hub.example", trusting(a_ca()), proxy)

    assert (seen.reach, seen.proxy) == (Reach.PROXY, "127.0.0.1")


def test_nothing_goes_to_another_machine_in_the_clear() -> None:
    assert looked("http://hub.example").reach is Reach.PLAIN


@pytest.mark.parametrize(("network", "reach"), [(True, Reach.NO_NAME), (False, Reach.NO_NETWORK)])
def test_a_name_that_is_not_found_is_the_names_fault_only_in_a_network(
    monkeypatch: pytest.MonkeyPatch, network: bool, reach: Reach
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setattr(way, "_has_network", lambda: network)

    assert looked("https://hub.example", trusting(a_ca())).reach is reach


def test_a_proxy_is_asked_for_the_whole_address_where_there_is_nothing_to_tunnel(tmp_path: Path) -> None:
    with a_server(tmp_path) as proxy:
        seen = looked("http://127.0.0.1:1", proxy=proxy)

    assert (seen.reach, seen.proxy) == (Reach.ANSWERED, "127.0.0.1")
