"""nginx in front of a hub, with the settings that are shipped (deploy/nginx.conf); only where things lie is another."""

import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from ..certificates import SERVER, a_ca, issued, taken_back
from ..polling import until
from ..ports import free_port
from .hub import problem_in
from .process import make_hub
from .test_mutual_tls import header_of
from .tls_process import TlsHub

pytestmark = pytest.mark.process

SHIPPED = (Path(__file__).parents[2] / "deploy" / "nginx.conf").read_text(encoding="utf-8")
_PATIENCE = 30.0


@dataclass
class FrontedHub(TlsHub):
    """A hub that listens for a proxy on its Unix socket, and nginx there for the network."""

    front: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.front}"

    def client(self) -> httpx.Client:
        """Past nginx, over the address at which the hub itself listens."""
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", verify=False, timeout=30)

    def settings_of_nginx(self, *exchanged: tuple[str, str]) -> str:
        """What is shipped, with the places of this test."""
        text = SHIPPED
        for shipped, here in (
            ("/etc/nginx/kaihoken/", f"{self.folder}/"),
            ("listen 443 ssl;", f"listen 127.0.0.1:{self.front} ssl;"),
            ("/run/kaihoken/hub.sock", str(self.proxy_socket)),
            *exchanged,
        ):
            assert shipped in text
            text = text.replace(shipped, here)
        return text

    @contextmanager
    def fronted(self, *exchanged: tuple[str, str]) -> Iterator[None]:
        """nginx, while this is open."""
        nginx = shutil.which("nginx", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
        assert nginx is not None, "make test installs nginx (apt install nginx-light)"
        folder = self.folder / f"nginx-{len(list(self.folder.glob('nginx-*')))}"
        folder.mkdir()
        (folder / "kaihoken.conf").write_text(self.settings_of_nginx(*exchanged), encoding="utf-8")
        kept = "".join(
            f"{name}_temp_path {folder}/{name};"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.geteuid() == 0 else ""  # folders of tests are their owner's alone
        (folder / "nginx.conf").write_text(
            f"{user} daemon off; pid {folder}/nginx.pid; error_log {folder}/said.txt; events {{}}"
            f" http {{ {kept} include {folder}/kaihoken.conf; }}",
            encoding="utf-8",
        )
        process = subprocess.Popen(
            [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "said.txt")]
        )
        try:
            self._wait_for(process, folder / "said.txt")
            yield
        finally:
            process.terminate()
            process.wait(_PATIENCE)

    def _wait_for(self, process: subprocess.Popen[bytes], said: Path) -> None:
        def answers() -> bool:
            assert process.poll() is None, said.read_text(encoding="utf-8")
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.front), timeout=1):
                return True
            return False

        until(answers, lambda: said.read_text(encoding="utf-8"))


def a_fronted_hub(folder: Path) -> FrontedHub:
    """Its certificate and those of its clients come from one CA; a token without a certificate is none."""
    made = make_hub(folder)
    hub = FrontedHub(folder, made.port)
    (folder / "client-ca.pem").write_bytes(hub.ca.pem)
    issued(hub.ca, "hub", use=SERVER, hosts=("127.0.0.1",)).saved(folder, "hub")
    hub.settings = "\n".join(
        (
            f'public_url = "{hub.url}"',
            "[tls]",
            f'client_ca = "{folder / "client-ca.pem"}"',
            'binding = "required"',
            f'proxy_socket = "{hub.proxy_socket}"',
        )
    )
    return hub


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontedHub]:
    hub = a_fronted_hub(tmp_path_factory.mktemp("front"))
    with hub.alive(), hub.fronted():
        yield hub


def test_a_token_that_is_bound_to_a_certificate_works_through_nginx(hub: FrontedHub) -> None:
    with hub.caller(issued(hub.ca)) as clinic:
        answer = clinic.ask_for_token()

        assert len(answer.json()["cnf"]["x5t#S256"]) == 43
        assert clinic.ask(answer.json()["access_token"]) == ""


def test_it_works_over_no_other_certificate_and_over_none(hub: FrontedHub) -> None:
    with (
        hub.caller(issued(hub.ca)) as clinic,
        hub.caller(issued(hub.ca)) as thief,
        hub.caller() as nobody,
    ):
        token = clinic.token()

        assert thief.ask(token) == "access.token-bound"
        assert nobody.ask(token) == "access.token-bound"
        assert clinic.ask(token) == ""


def test_without_a_certificate_there_is_no_token(hub: FrontedHub) -> None:
    with hub.caller() as nobody:
        assert problem_in(nobody.ask_for_token()) == "access.certificate-missing"
        assert nobody.http.get("/v1/log/head").status_code == 200, "what everybody may know, they may"


@pytest.mark.parametrize("name", ["Client-Cert", "client-cert", "CLIENT-CERT"])
def test_a_header_that_the_client_sends_itself_is_dropped(hub: FrontedHub, name: str) -> None:
    clinics = issued(hub.ca)
    value = header_of(clinics)[1]
    with hub.caller(clinics) as clinic, hub.caller(issued(hub.ca)) as thief, hub.caller() as nobody:
        token = clinic.token()

        assert thief.ask(token, **{name: value}) == "access.token-bound"
        assert nobody.ask(token, **{name: value}) == "access.token-bound"
        assert problem_in(nobody.ask_for_token(**{name: value})) == "access.certificate-missing"
        assert clinic.ask(token, **{name: header_of(issued(hub.ca))[1]}) == ""


def test_neither_a_second_header_nor_a_chain_comes_through(hub: FrontedHub) -> None:
    clinics = issued(hub.ca)
    said = header_of(clinics)[1]
    with hub.caller() as nobody:
        twice = [
            ("Client-Cert", said),
            ("Client-Cert", said),
            ("Client-Cert-Chain", said),
            ("client_cert", said),
        ]
        asked = nobody.http.build_request("GET", "/.well-known/kaihoken-tls.json", headers=twice)
        assert nobody.http.send(asked).status_code == 200
    with hub.caller(clinics) as clinic:
        assert clinic.ask(clinic.token(), **{"Client-Cert-Chain": said}) == ""


@pytest.mark.parametrize("wrong", ["another CA", "a server's", "expired"])
def test_a_certificate_that_is_not_good_opens_nothing(hub: FrontedHub, wrong: str) -> None:
    """The first and the last nginx refuses itself, the other the hub in words."""
    now = datetime.now(UTC)
    paper = {
        "another CA": issued(a_ca("よその認証局")),
        "a server's": issued(hub.ca, use=SERVER),
        "expired": issued(hub.ca, begins=now - timedelta(days=9), ends=now - timedelta(days=1)),
    }[wrong]
    with hub.caller(paper) as clinic:
        answer = clinic.ask_for_token()

    assert answer.status_code in (400, 401)
    assert "access_token" not in answer.text


@pytest.mark.parametrize(("hosts", "problem"), [(1, ""), (80, ""), (400, "access.certificate-missing")])
def test_a_long_certificate_arrives_whole_or_not_at_all(hub: FrontedHub, hosts: int, problem: str) -> None:
    paper = issued(hub.ca, hosts=tuple(f"host-{number:03}.example.jp" for number in range(hosts)))
    with hub.caller(paper) as clinic:
        assert problem_in(clinic.ask_for_token()) == problem


def test_a_connection_is_tls_1_3_and_no_session_is_resumed(hub: FrontedHub) -> None:
    """nginx gives out a ticket all the same, and takes none back."""
    old = hub.trusting()
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection(("127.0.0.1", hub.front), timeout=10) as line, pytest.raises(ssl.SSLError):
        old.wrap_socket(line, server_hostname="127.0.0.1")
    context = hub.trusting(issued(hub.ca))
    before, version, _ = one_connection(hub, context, None)
    _, again, resumed = one_connection(hub, context, before)

    assert (version, again, resumed) == ("TLSv1.3", "TLSv1.3", False)


def test_nginx_writes_down_nobodys_questions(hub: FrontedHub) -> None:
    with hub.caller(issued(hub.ca)) as clinic:
        clinic.ask(clinic.token())
    written = [
        path.name for path in hub.folder.glob("nginx-*/**/*") if path.is_file() and path.stat().st_size > 0
    ]

    assert set(written) <= {"kaihoken.conf", "nginx.conf", "nginx.pid", "said.txt"}


def test_who_asks_for_tokens_too_often_is_stopped_by_address_and_nobody_else(tmp_path: Path) -> None:
    """nginx tells the hub the address; what a client says of it itself is gone."""
    hub = a_fronted_hub(tmp_path)
    hub.settings += "\n[limits.token_source]\ncount = 1\nseconds = 3600\nburst = 20"
    paper = issued(hub.ca)
    with (
        hub.alive(),
        hub.fronted(),
        hub.caller(paper) as flood,
        httpx.Client(
            base_url=hub.url,
            transport=httpx.HTTPTransport(verify=hub.trusting(paper), local_address="127.0.0.2"),
        ) as other,
    ):
        answers = [
            flood.http.post("/oauth/token", data={}, headers={"X-Forwarded-For": f"192.0.2.{number}"})
            for number in range(25)
        ]

        assert [one.status_code for one in answers] == [400] * 20 + [429] * 5
        assert problem_in(answers[-1]) == "access.too-many-requests"
        assert other.post("/oauth/token", data={}).status_code == 400, "from another address"
        assert flood.http.get("/v1/log/head").status_code == 200


def test_every_answer_says_tls_alone_and_has_a_policy_once(hub: FrontedHub) -> None:
    with hub.caller(issued(hub.ca)) as clinic, hub.caller(issued(a_ca("よその認証局"))) as stranger:
        answers = [clinic.http.get("/live"), clinic.http.get("/nowhere"), stranger.http.get("/live")]

    assert [one.status_code for one in answers] == [200, 404, 400]
    for answer in answers:
        assert answer.headers.get_list("strict-transport-security") == ["max-age=31536000; includeSubDomains"]
        assert answer.headers.get_list("content-security-policy") == [
            "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
        ]


def test_what_the_ca_has_taken_back_is_refused_where_nginx_reads_its_list(tmp_path: Path) -> None:
    hub = a_fronted_hub(tmp_path)
    good, gone = issued(hub.ca), issued(hub.ca)
    (tmp_path / "client-crl.pem").write_bytes(taken_back(hub.ca, gone))
    reads_the_list = ("# ssl_crl ", "ssl_crl ")
    with hub.alive():
        with hub.fronted(), hub.caller(gone) as clinic:
            assert clinic.ask(clinic.token()) == "", "as shipped nobody reads it"
        with hub.fronted(reads_the_list), hub.caller(good) as clinic, hub.caller(gone) as refused:
            assert clinic.ask(clinic.token()) == ""
            answer = refused.ask_for_token()
            assert (answer.status_code, "access_token" in answer.text) == (400, False)


def one_connection(
    hub: FrontedHub, context: ssl.SSLContext, session: ssl.SSLSession | None
) -> tuple[ssl.SSLSession | None, str | None, bool | None]:
    """A connection that asks one thing: its session, its version, and whether `session` was resumed."""
    with (
        socket.create_connection(("127.0.0.1", hub.front), timeout=10) as line,
        context.wrap_socket(line, server_hostname="127.0.0.1", session=session) as connection,
    ):
        connection.sendall(b"GET /live HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n")
        while connection.recv(65536):
            pass  # tickets come before the answer
        return connection.session, connection.version(), connection.session_reused
