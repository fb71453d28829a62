"""TLS in the hub: files that do not fit, files that are exchanged while it runs, a certificate that ends."""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from kaihoken.access import Certificate, read_certificate
from kaihoken.clock import FixedClock
from kaihoken.hub.assembly import without_pages
from kaihoken.hub.serving.server import server_of
from kaihoken.hub.serving.tls import WARN_DAYS, HubTls, keep_fresh
from kaihoken.hub.settings import HubSettings, Tls
from kaihoken.problems import Problem

from ..certificates import SERVER, Paper, a_ca, around, issued, of_version_5, taken_back
from ..polling import until
from .hub import problem_in
from .process import make_hub
from .tls_process import TlsHub, make_tls_hub

NOW = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)


@dataclass
class Place:
    """The files of a hub's TLS."""

    folder: Path
    ca: Paper
    clock: FixedClock

    def settings(self, **more: str) -> Tls:
        values = {
            "certificate": str(self.folder / "hub.pem"),
            "key": str(self.folder / "hub.key"),
            "client_ca": str(self.folder / "ca.pem"),
            **more,
        }
        return msgspec.convert(values, Tls)

    def tls(self, **more: str) -> HubTls:
        return HubTls(self.settings(**more), self.clock)

    def exchange(self, ca: Paper | None = None, **bounds: datetime) -> Paper:
        """A new certificate for the hub, and another CA for its clients."""
        paper = issued(self.ca, "hub", use=SERVER, hosts=("127.0.0.1",), **bounds)
        paper.saved(self.folder, "hub")
        (self.folder / "ca.pem").write_bytes((ca or self.ca).pem)
        return paper


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path, a_ca(), FixedClock(NOW))
    made.exchange()
    return made


@asynccontextmanager
async def serving(tls: HubTls) -> AsyncIterator[Callable[[ssl.SSLContext], Awaitable[tuple[bytes, bytes]]]]:
    """A server over this TLS that says whether its peer had a certificate; a way to connect to it."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("ssl_object")
        with suppress(OSError):
            await reader.read(1)
            writer.write(b"yes" if connection.getpeercert(binary_form=True) else b"no")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls.context)
    port = server.sockets[0].getsockname()[1]

    async def connect(context: ssl.SSLContext) -> tuple[bytes, bytes]:
        """What it says, and the certificate with which it says so."""
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=context, server_hostname="127.0.0.1"
        )
        writer.write(b"?")
        said = await reader.read(3)
        certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.close()
        return said, certificate

    async with server:
        yield connect


def client(place: Place, paper: Paper | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=place.ca.pem.decode())
    if paper is not None:
        context.load_cert_chain(*paper.saved(place.folder, "client"))
    return context


def der(paper: Paper) -> bytes:
    return ssl.PEM_cert_to_DER_cert(paper.pem.decode())


async def test_exchanged_files_serve_the_next_connection(place: Place) -> None:
    tls, other = place.tls(), a_ca("次の認証局")
    async with serving(tls) as connect:
        assert (await connect(client(place, issued(place.ca))))[0] == b"yes"

        fresh = place.exchange(other)
        assert tls.reload_if_changed()

        said, certificate = await connect(client(place, issued(other)))
        assert (said, certificate, tls.reloads) == (b"yes", der(fresh), 1)
        assert (await connect(client(place)))[0] == b"no"
        with suppress(OSError):  # the refusal arrives when it will; an answer never does
            assert (await connect(client(place, issued(place.ca))))[0] == b""
        assert not tls.cas.issued(read(issued(place.ca)), int(NOW.timestamp()))


async def test_files_that_do_not_fit_leave_everything_as_it_was(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    tls = place.tls()
    before = ssl.PEM_cert_to_DER_cert((place.folder / "hub.pem").read_text())
    async with serving(tls) as connect:
        issued(place.ca, "somebody else").saved(place.folder / "apart", "hub")
        (place.folder / "hub.pem").write_bytes((place.folder / "apart/hub.pem").read_bytes())

        assert not tls.reload_if_changed()  # the certificate is there, its key not yet
        assert "TLS stays as it was" in caplog.text
        assert (await connect(client(place)))[1] == before
        assert not tls.reload_if_changed()  # and that is told once

        fresh = place.exchange()
        assert tls.reload_if_changed()
        assert (await connect(client(place)))[1] == der(fresh)


def test_a_key_that_others_may_read_is_taken_once_they_may_not(place: Place) -> None:
    tls, key = place.tls(), place.folder / "hub.key"
    place.exchange()
    key.chmod(0o644)
    assert not tls.reload_if_changed()

    key.chmod(0o600)

    assert tls.reload_if_changed()
    assert tls.reloads == 1


async def test_a_chain_that_openssl_reads_and_we_do_not_leaves_everything_as_it_was(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    tls, own = place.tls(), place.folder / "hub.pem"
    own.write_text(own.read_text() + ssl.DER_cert_to_PEM_cert(of_version_5(issued(place.ca))))

    assert not tls.reload_if_changed()

    assert "hub.pem (not a file of certificates)" in caplog.text


async def test_the_files_are_looked_after_while_it_runs(place: Place) -> None:
    done = asyncio.Event()

    class Watched(HubTls):
        def reload(self) -> bool:
            done.set()
            return super().reload()

    tls = Watched(place.settings(), place.clock)
    looking = asyncio.get_running_loop().create_task(keep_fresh(tls, 0))
    await asyncio.sleep(0)
    assert not done.is_set()

    place.exchange(a_ca())
    await asyncio.wait_for(done.wait(), 60)
    looking.cancel()
    assert tls.reloads == 1


def test_files_that_vanish_are_no_reason_to_stop(place: Place) -> None:
    tls = place.tls()
    (place.folder / "ca.pem").unlink()

    assert not tls.reload_if_changed()
    assert tls.cas.issued(read(issued(place.ca)), int(NOW.timestamp()))


def _spoil(place: Place, name: str, content: bytes) -> None:
    (place.folder / name).write_bytes(content)


SPOILT: dict[str, tuple[str, Callable[[Place], object]]] = {
    "no certificate": ("hub.pem", lambda place: (place.folder / "hub.pem").unlink()),
    "no key": ("hub.key", lambda place: (place.folder / "hub.key").unlink()),
    "others may read the key": ("hub.key", lambda place: (place.folder / "hub.key").chmod(0o640)),
    "another's key": ("hub.pem", lambda place: _spoil(place, "hub.key", issued(place.ca).key_pem)),
    "not a key": ("hub.pem", lambda place: _spoil(place, "hub.key", b"nothing")),
    "no CA": ("ca.pem", lambda place: (place.folder / "ca.pem").unlink()),
    "not a CA's certificate": ("ca.pem", lambda place: _spoil(place, "ca.pem", issued(place.ca).pem)),
    "not a certificate": ("ca.pem", lambda place: _spoil(place, "ca.pem", "なにもない".encode())),
    "CAs with what they have taken back": (
        "ca.pem",
        lambda place: _spoil(place, "ca.pem", place.ca.pem + taken_back(place.ca, issued(place.ca))),
    ),
    "an empty file of CAs": ("ca.pem", lambda place: _spoil(place, "ca.pem", b"\n")),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_hub_does_not_start_on_files_that_it_cannot_use(place: Place, spoilt: str) -> None:
    file, spoil = SPOILT[spoilt]
    spoil(place)

    with pytest.raises(Problem) as refused:
        place.tls()
    assert (refused.value.code, refused.value.where) == ("hub.tls-file", str(place.folder / file))
    assert "BEGIN" not in str(refused.value.as_rfc9457())


@pytest.mark.parametrize(
    "tls",
    [
        {"certificate": "hub.pem"},
        {"key": "hub.key"},
        {"binding": "required", "certificate": "hub.pem", "key": "hub.key"},
        {"client_ca": "ca.pem"},
        {"proxy_socket": "hub.sock"},
        {"allow_1_2_because": "old readers"},
        {"ended_before_by": "the proxy", "certificate": "hub.pem", "key": "hub.key"},
        {"binding": "perhaps"},
        {"certificates": "hub.pem"},
    ],
)
def test_settings_that_contradict_each_other_are_refused(tls: dict[str, str]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"tls": tls}, HubSettings)


def test_a_hub_with_a_certificate_is_reached_by_https() -> None:
    tls = Tls(certificate="hub.pem", key="hub.key")

    assert HubSettings(tls=tls).audience == "https://127.0.0.1:8000/oauth/token"
    assert HubSettings().audience == "http://127.0.0.1:8000/oauth/token"


@pytest.mark.parametrize(
    "settings",
    [
        HubSettings(),
        HubSettings(host="::1"),
        HubSettings(host="localhost", public_url="http://localhost:8000"),
        HubSettings(public_url="https://hub.example.jp"),
        HubSettings(host="0.0.0.0", tls=Tls(certificate="hub.pem", key="hub.key")),
        HubSettings(host="10.0.0.2", tls=Tls(ended_before_by="the load balancer at 10.0.0.1")),
        HubSettings(tls=Tls(client_ca="ca.pem", proxy_socket="hub.sock")),
    ],
)
def test_a_hub_speaks_tls_or_to_this_machine_or_to_what_ends_tls(settings: HubSettings) -> None:
    settings.require_tls()


@pytest.mark.parametrize(
    ("settings", "where", "host"),
    [
        (HubSettings(host="0.0.0.0"), "host", "0.0.0.0"),
        (HubSettings(host=""), "host", ""),
        (HubSettings(host="hub.example.jp"), "host", "hub.example.jp"),
        (HubSettings(host="10.0.0.2", tls=Tls(client_ca="ca.pem", proxy_socket="s")), "host", "10.0.0.2"),
        (HubSettings(public_url="http://hub.example.jp"), "public_url", "hub.example.jp"),
        (
            HubSettings(public_url="http://hub.example.jp", tls=Tls(ended_before_by="nothing")),
            "public_url",
            "hub.example.jp",
        ),
        (
            HubSettings(public_url="http://hub.example.jp", tls=Tls(certificate="hub.pem", key="hub.key")),
            "public_url",
            "hub.example.jp",
        ),
    ],
)
def test_http_beyond_this_machine_is_refused(settings: HubSettings, where: str, host: str) -> None:
    with pytest.raises(Problem) as refused:
        server_of(settings, without_pages)

    assert (refused.value.code, refused.value.where) == ("hub.plain-http", where)
    assert refused.value.facts == {"host": host}


def test_a_certificate_that_ends_is_told_once_a_day(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    place.exchange(**around(NOW, ends=WARN_DAYS * 86_400 + 60))
    tls = place.tls()
    tls.warn()
    assert caplog.messages == []

    place.clock.at += timedelta(minutes=2)
    tls.warn()
    tls.warn()
    place.clock.at += timedelta(days=1)
    tls.warn()
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2

    place.clock.at += timedelta(days=WARN_DAYS)
    tls.warn()
    assert (caplog.records[-1].levelno, "no client goes on" in caplog.messages[-1]) == (logging.ERROR, True)


def test_a_hub_without_tls_has_nothing_to_look_after(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    tls = HubTls(Tls(), place.clock)
    tls.warn()

    assert (tls.context, tls.ends, tls.reload_if_changed(), caplog.messages) == (None, None, False, [])


def test_every_suite_is_forward_secret_and_authenticates_what_it_encrypts(place: Place) -> None:
    context = place.tls(allow_1_2_because="読み取り機が 1.2 まで").context
    assert context is not None
    suites = {suite["name"] for suite in context.get_ciphers()}

    assert len(suites) > 3
    assert {name for name in suites if not name.startswith(("TLS_", "ECDHE-"))} == set()
    assert {name for name in suites if "GCM" not in name and "CHACHA20" not in name} == set()


@pytest.mark.process
def test_tls_1_2_is_taken_where_a_setting_says_why(tmp_path: Path) -> None:
    hub = make_tls_hub(tmp_path)
    hub.settings += '\nallow_1_2_because = "読み取り機が 1.2 まで"\n'
    with hub.alive():
        context = hub.trusting()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with (
            socket.create_connection(("127.0.0.1", hub.port), timeout=10) as line,
            context.wrap_socket(line, server_hostname="127.0.0.1") as connection,
        ):
            cipher = connection.cipher()
            assert (connection.version(), cipher is not None and "GCM" in cipher[0]) == ("TLSv1.2", True)


@pytest.mark.process
def test_a_running_hub_takes_exchanged_files_and_tells_when_its_certificate_ends(tmp_path: Path) -> None:
    hub = make_tls_hub(tmp_path)
    with hub.alive(), hub.caller(name="operator") as operator:
        token = {"Authorization": f"Bearer {operator.token()}"}
        before = operator.http.get("/metrics", headers=token).text
        assert "kaihoken_certificate_reloads_total 0.0" in before
        assert "kaihoken_certificate_end_seconds 1.8" in before  # 2028

        (tmp_path / "client-ca.pem").write_bytes(a_ca().pem)
        until(  # it looks every ten seconds; this connection stays what it was
            lambda: (
                "kaihoken_certificate_reloads_total 1.0" in operator.http.get("/metrics", headers=token).text
            ),
            every=0.2,
        )
        with hub.caller(issued(hub.ca)) as late, pytest.raises(httpx.TransportError):
            late.ask_for_token()


@pytest.mark.process
def test_a_proxy_alone_needs_no_certificate_of_the_hub(tmp_path: Path) -> None:
    made = make_hub(tmp_path)
    hub = TlsHub(tmp_path, made.port)
    (tmp_path / "ca.pem").write_bytes(hub.ca.pem)
    made.settings = f'[tls]\nclient_ca = "{tmp_path / "ca.pem"}"\nproxy_socket = "{hub.proxy_socket}"\n'
    (tmp_path / "proxy.sock").unlink(missing_ok=True)
    left_behind = socket.socket(socket.AF_UNIX)
    left_behind.bind(str(hub.proxy_socket))  # as a hub that was killed leaves it
    left_behind.close()
    with made.alive(), hub.proxy() as behind:
        assert behind.http.get("/live").status_code == 200
        assert problem_in(behind.http.get("/nowhere")) == "hub.path"


@pytest.mark.process
def test_a_socket_that_cannot_be_made_ends_the_start(tmp_path: Path) -> None:
    hub = make_tls_hub(tmp_path)
    hub.settings = hub.settings.replace(str(hub.proxy_socket), str(tmp_path / "nowhere/proxy.sock"))

    with pytest.raises(AssertionError, match=r"hub\.proxy-socket"):
        hub.start()


def read(paper: Paper) -> Certificate:
    return read_certificate(paper.pem.decode())
