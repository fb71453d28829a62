"""A hub in a process of its own that ends TLS, and clients with certificates before it."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec

from kaihoken.access import ASSERTION_TYPE, Issuer, load_key
from kaihoken.clock import FixedClock, SystemClock

from ..certificates import SERVER, Paper, a_ca, issued
from .hub import a_question, problem_in
from .process import HubProcess, make_hub


@dataclass
class TlsHub(HubProcess):
    """`kaihoken hub serve` with the certificate of a CA that its clients trust, too."""

    ca: Paper = field(default_factory=a_ca)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def proxy_socket(self) -> Path:
        return self.folder / "proxy.sock"

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, verify=self.trusting(), timeout=30)

    def trusting(self, paper: Paper | None = None) -> ssl.SSLContext:
        """What a client needs: trust in the CA, and perhaps a certificate of its own."""
        context = ssl.create_default_context(cadata=self.ca.pem.decode())
        if paper is not None:
            context.load_cert_chain(
                *paper.saved(self.folder / "client", str(paper.certificate.serial_number))
            )
        return context

    @contextmanager
    def caller(self, paper: Paper | None = None, name: str = "clinic") -> Iterator["TlsCaller"]:
        """A client that keeps one connection open."""
        with httpx.Client(base_url=self.url, verify=self.trusting(paper), timeout=30) as http:
            yield TlsCaller(self, http, name)

    @contextmanager
    def proxy(self, *headers: tuple[str, str], name: str = "clinic") -> Iterator["TlsCaller"]:
        """A proxy on the Unix socket that adds these headers."""
        transport = httpx.HTTPTransport(uds=str(self.proxy_socket))
        with httpx.Client(base_url="http://hub.test", transport=transport, headers=list(headers)) as http:
            yield TlsCaller(self, http, name)


@dataclass
class TlsCaller:
    """An enrolled client on one connection."""

    hub: TlsHub
    http: httpx.Client
    name: str

    def ask_for_token(self, ahead: float = 0, **headers: str) -> httpx.Response:
        """By a clock that is so many seconds ahead."""
        clock = FixedClock(SystemClock().now() + timedelta(seconds=ahead))
        key = load_key(self.hub.folder / f"{self.name}.jwk")
        assertion = Issuer(self.name, key, f"{self.hub.url}/oauth/token", clock).assertion()
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
        }
        return self.http.post("/oauth/token", data=form, headers=headers)

    def token(self) -> str:
        answer = self.ask_for_token()
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token

    def ask(self, token: str, **headers: str) -> str:
        """The problem of a question with that token; "" where it is answered."""
        body = msgspec.json.encode(a_question())
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers}
        return problem_in(self.http.post("/v1/eligibility-checks", content=body, headers=headers))


def make_tls_hub(folder: Path, *more: str, binding: str = "offered") -> TlsHub:
    """One whose own certificate and whose clients' come from one CA; `more` are lines of its settings."""
    made = make_hub(folder)
    hub = TlsHub(folder, made.port)
    (folder / "client-ca.pem").write_bytes(hub.ca.pem)
    certificate, key = issued(hub.ca, "hub", use=SERVER, hosts=("127.0.0.1", "localhost")).saved(
        folder, "hub"
    )
    hub.settings = "\n".join(
        (
            *more,
            "[tls]",
            f'certificate = "{certificate}"',
            f'key = "{key}"',
            f'client_ca = "{folder / "client-ca.pem"}"',
            f'binding = "{binding}"',
            f'proxy_socket = "{hub.proxy_socket}"',
        )
    )
    return hub
