"""Readers: a card comes and goes at any moment, and whoever speaks with it hears of it."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from kaihoken.card import JpkiClient, TokenKind
from kaihoken.card.layout import APPLICATION
from kaihoken.card.readers import InProcessReader, InProcessReaders, PcscReaders, VpcdBridge, reader_named
from kaihoken.card.readers import pcsc as pcsc_module
from kaihoken.card.virtual import Profile
from kaihoken.problems import Problem

from .cards import a_card

LONG, NOW = 30.0, 0.0


def refused_with(code: str) -> "pytest.RaisesExc[Problem]":
    return pytest.raises(Problem, check=lambda problem: problem.code == code)


def test_a_card_is_put_on_and_taken_away() -> None:
    reader, card = InProcessReader(), a_card()
    assert not reader.has_card()
    assert not reader.wait_for_card(NOW)

    reader.put(card)

    assert reader.has_card()
    assert reader.wait_for_card(NOW)
    assert not reader.wait_for_removal(NOW)
    with reader.open() as transport:
        assert (transport.name, transport.atr) == (reader.name, card.atr)
        assert JpkiClient(transport).token() is TokenKind.CARD
    assert reader.take() is card
    assert reader.wait_for_removal(NOW)
    assert reader.take() is None


def test_whoever_waits_is_woken_by_the_card_of_another_thread() -> None:
    reader = InProcessReader()
    with ThreadPoolExecutor(2) as pool:
        comes = pool.submit(reader.wait_for_card, LONG)
        reader.put(a_card())
        assert comes.result()

        goes = pool.submit(reader.wait_for_removal, LONG)
        reader.take()
        assert goes.result()


def test_without_a_card_there_is_no_session() -> None:
    with refused_with("card.no-card"), InProcessReader().open():
        pass


def test_a_session_is_alone_with_its_card() -> None:
    reader = InProcessReader()
    reader.put(a_card())

    with reader.open(), refused_with("card.busy"), reader.open():
        pass
    with reader.open() as transport:
        assert JpkiClient(transport).tries_left() == 3


@pytest.mark.parametrize("back", [False, True], ids=["gone", "put back at once"])
@pytest.mark.parametrize("step", ["token", "verify", "sign"])
def test_a_card_pulled_out_at_any_step_ends_its_session(step: str, back: bool) -> None:
    reader, card = InProcessReader(), a_card()
    reader.put(card)
    with reader.open() as transport:
        client = JpkiClient(transport)
        client.verify(bytearray(b"1234"))
        asked = {
            "token": client.token,
            "verify": lambda: client.verify(bytearray(b"1234")),
            "sign": lambda: client.sign(b""),
        }
        reader.take()
        if back:
            reader.put(card)

        for _ in range(2):
            with refused_with("card.removed"):
                asked[step]()

    reader.put(card)
    with reader.open() as transport, refused_with("card.pin-needed"):
        JpkiClient(transport).sign(b"")


def test_another_card_in_its_place_is_another_session() -> None:
    reader = InProcessReader()
    reader.put(a_card())
    with reader.open() as transport:
        reader.put(a_card(Profile.ANDROID))
        with refused_with("card.removed"):
            transport.transmit(b"\x00\xa4\x00\x00")

    with reader.open() as transport:
        assert JpkiClient(transport).token() is TokenKind.ANDROID


def test_the_end_of_a_session_forgets_the_pin() -> None:
    reader = InProcessReader()
    reader.put(a_card())
    with reader.open() as transport:
        JpkiClient(transport).verify(bytearray(b"1234")).require_accepted()

    with reader.open() as transport, refused_with("card.pin-needed"):
        JpkiClient(transport).sign(b"")


def test_readers_are_found_by_name_and_the_first_without_one() -> None:
    readers = InProcessReaders(("カード", "スマホ"))

    assert reader_named(readers).name == "カード"
    assert reader_named(readers, "スマホ").name == "スマホ"
    with pytest.raises(Problem) as refused:
        reader_named(readers, "A")
    assert (refused.value.code, refused.value.facts) == ("card.no-reader", {"known": "カード, スマホ"})


def test_without_its_library_pcsc_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(pcsc_module, "import_module", missing)

    with refused_with("card.no-driver"):
        PcscReaders()


def test_a_bridge_needs_somebody_who_listens() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with refused_with("card.no-daemon"):
            VpcdBridge.connected(a_card(), port=closed.getsockname()[1])


class Daemon:
    """The other side of the bridge: a PC/SC daemon's virtual reader."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection

    def tell(self, message: bytes) -> None:
        self.connection.sendall(len(message).to_bytes(2, "big"))
        self.connection.sendall(message)

    def hear(self) -> bytes:
        size = int.from_bytes(self.connection.recv(2, socket.MSG_WAITALL), "big")
        return self.connection.recv(size, socket.MSG_WAITALL)

    def ask(self, message: bytes) -> bytes:
        self.tell(message)
        return self.hear()


class Listening:
    """Where the daemon waits for a card."""

    def __enter__(self) -> "Listening":
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(LONG)
        self.port: int = self.server.getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self.server.close()

    @contextmanager
    def daemon(self) -> Iterator[Daemon]:
        """The daemon, once a card has come."""
        connection, _ = self.server.accept()
        with connection:
            connection.settimeout(LONG)
            yield Daemon(connection)


@contextmanager
def bridged() -> Iterator[tuple[Daemon, VpcdBridge, threading.Thread]]:
    with Listening() as listening:
        bridge = VpcdBridge.connected(a_card(), port=listening.port)
        with listening.daemon() as daemon:
            serving = threading.Thread(target=bridge.serve)
            serving.start()
            yield daemon, bridge, serving
        serving.join(LONG)
        assert not serving.is_alive()


SELECT = bytes.fromhex("00A4040C0A") + APPLICATION
TRIES = bytes.fromhex("00A4020C020018"), bytes.fromhex("00200080")


def test_over_the_bridge_the_daemon_finds_the_same_card() -> None:
    with bridged() as (daemon, _, _):
        assert daemon.ask(b"\x04") == a_card().atr
        daemon.tell(b"\x01")
        assert [daemon.ask(command) for command in (SELECT, *TRIES)] == [
            b"\x90\x00",
            b"\x90\x00",
            b"\x63\xc3",
        ]
        daemon.tell(b"\x02")
        assert daemon.ask(TRIES[0]) == b"\x6a\x82"
        daemon.tell(b"\x07")
        assert daemon.ask(b"") == b"\x67\x00"


def test_the_bridge_is_closed_from_another_thread() -> None:
    with bridged() as (daemon, bridge, serving):
        assert daemon.ask(SELECT) == b"\x90\x00"
        bridge.close()
        serving.join(LONG)
        assert daemon.connection.recv(1) == b""
        bridge.close()
