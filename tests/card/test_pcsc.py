"""The reader by PC/SC against a card service of the tests: what each of its result codes comes to, without a daemon."""

from collections.abc import Sequence

import pytest

from kaihoken.card import JpkiClient, TokenKind
from kaihoken.card.readers import PcscReader, PcscReaders
from kaihoken.card.readers import pcsc as pcsc_module
from kaihoken.card.virtual import VirtualCard

from .cards import a_card
from .test_readers import refused_with

NAMED = (
    "E_TIMEOUT", "E_NO_READERS_AVAILABLE", "E_NO_SMARTCARD", "E_SHARING_VIOLATION", "E_UNKNOWN_READER",
    "E_READER_UNAVAILABLE", "E_PROTO_MISMATCH", "W_REMOVED_CARD", "W_RESET_CARD", "W_UNPOWERED_CARD",
    "W_UNRESPONSIVE_CARD", "W_UNSUPPORTED_CARD", "E_NO_SERVICE", "E_NOT_TRANSACTED",
)  # fmt: skip
CODE = {name: 0x80100000 + number for number, name in enumerate(NAMED)}


class Service:
    """A card service with one reader. A test sets what a call answers: `connecting`, `sending`, `looking`."""

    SCARD_SCOPE_USER, SCARD_SHARE_EXCLUSIVE, SCARD_RESET_CARD = 0, 1, 1
    SCARD_PROTOCOL_T0, SCARD_PROTOCOL_T1, SCARD_PCI_T0, SCARD_PCI_T1 = 1, 2, 101, 102
    SCARD_STATE_UNAWARE, SCARD_STATE_UNKNOWN, SCARD_STATE_UNAVAILABLE, SCARD_STATE_PRESENT = 0, 4, 8, 32
    SCARD_S_SUCCESS = 0

    def __init__(self, card: VirtualCard | None = None) -> None:
        for name, code in CODE.items():
            setattr(self, f"SCARD_{name}", code)
        self.card = card
        self.service = self.listing = self.connecting = self.sending = self.looking = self.asking = 0
        self.state = self.SCARD_STATE_PRESENT if card else 0
        self.protocol = self.SCARD_PROTOCOL_T1
        self.sent: list[tuple[int, Sequence[int]]] = []
        self.ended: list[object] = []

    def SCardEstablishContext(self, scope: int) -> tuple[int, int]:
        return self.service, 7

    def SCardReleaseContext(self, context: int) -> int:
        self.ended.append(context)
        return 0

    def SCardListReaders(self, context: int, groups: Sequence[str]) -> tuple[int, Sequence[str]]:
        return self.listing, ["reader"]

    def SCardGetStatusChange(
        self, context: int, milliseconds: int, states: Sequence[tuple[str, int]]
    ) -> tuple[int, list[tuple[str, int, list[int]]]]:
        [(name, known)] = states
        if not self.looking and known == self.state and known:
            return CODE["E_TIMEOUT"], []
        return self.looking, [(name, self.state, [])]

    def SCardConnect(self, context: int, reader: str, share: int, protocols: int) -> tuple[int, int, int]:
        return self.connecting, 9, self.protocol

    def SCardDisconnect(self, card: int, disposition: int) -> int:
        self.ended.append("reset" if disposition == self.SCARD_RESET_CARD else "left")
        return 0

    def SCardStatus(self, card: int) -> tuple[int, str, int, int, Sequence[int]]:
        return self.asking, "reader", 0, 0, list(self.card.atr) if self.card else []

    def SCardTransmit(self, card: int, protocol: int, command: list[int]) -> tuple[int, Sequence[int]]:
        self.sent.append((protocol, command))
        if self.sending or self.card is None:
            return self.sending, []
        return 0, list(self.card.transmit(bytes(command)))


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    found = Service(a_card())
    monkeypatch.setattr(pcsc_module, "_library", lambda: found)
    monkeypatch.setattr(pcsc_module, "_SETTLING_SECONDS", 0.0)
    return found


def test_a_card_is_spoken_with_alone_and_reset_afterwards(service: Service) -> None:
    [reader] = PcscReaders().all()

    with reader.open() as transport:
        assert (transport.name, transport.atr) == ("reader", a_card().atr)
        client = JpkiClient(transport)
        assert client.token() is TokenKind.CARD
        client.verify(bytearray(b"1234")).require_accepted()

    assert service.ended == [7, "reset", 7]
    assert {protocol for protocol, _ in service.sent} == {Service.SCARD_PCI_T1}
    assert not any(any(command) for _, command in service.sent), "what was sent is emptied"


def test_the_other_protocol_is_spoken_where_the_card_has_only_that(service: Service) -> None:
    service.protocol = Service.SCARD_PROTOCOL_T0

    with PcscReader("reader").open() as transport:
        transport.transmit(b"\x00\xa4\x00\x00")

    assert service.sent[0][0] == Service.SCARD_PCI_T0


def test_no_reader_at_all_is_an_empty_list(service: Service) -> None:
    service.listing = CODE["E_NO_READERS_AVAILABLE"]

    assert PcscReaders().all() == ()


def test_without_a_service_nothing_is_asked(service: Service) -> None:
    service.service = CODE["E_NO_SERVICE"]
    with refused_with("card.no-service"):
        PcscReaders().all()

    service.service, service.listing = 0, CODE["E_NO_SERVICE"]
    with refused_with("card.no-service"):
        PcscReaders().all()


def test_a_card_is_looked_for(service: Service) -> None:
    reader = PcscReader("reader")

    assert reader.has_card()
    assert reader.wait_for_card(0.0)
    assert not reader.wait_for_removal(0.001)
    service.state = 0
    assert reader.wait_for_removal(0.0)


@pytest.mark.parametrize("state", [Service.SCARD_STATE_UNKNOWN, Service.SCARD_STATE_UNAVAILABLE])
def test_a_reader_that_was_unplugged_is_lost(service: Service, state: int) -> None:
    service.state = state

    with refused_with("card.reader-lost"):
        PcscReader("reader").has_card()


@pytest.mark.parametrize(
    ("result", "code"),
    [
        ("E_NO_SMARTCARD", "card.no-card"),
        ("W_REMOVED_CARD", "card.no-card"),
        ("E_SHARING_VIOLATION", "card.busy"),
        ("E_UNKNOWN_READER", "card.reader-lost"),
        ("E_READER_UNAVAILABLE", "card.reader-lost"),
        ("E_PROTO_MISMATCH", "card.mute"),
        ("W_UNPOWERED_CARD", "card.mute"),
        ("W_UNRESPONSIVE_CARD", "card.mute"),
        ("W_UNSUPPORTED_CARD", "card.mute"),
        ("E_NO_SERVICE", "card.no-service"),
    ],
)
def test_why_there_is_no_session(service: Service, result: str, code: str) -> None:
    service.connecting = CODE[result]

    with refused_with(code), PcscReader("reader").open():
        pass

    assert service.ended == [7]


@pytest.mark.parametrize(
    ("result", "there", "code"),
    [
        ("E_NOT_TRANSACTED", False, "card.removed"),
        ("E_NOT_TRANSACTED", True, "card.mute"),
        ("W_REMOVED_CARD", True, "card.removed"),
        ("W_RESET_CARD", True, "card.removed"),
        ("E_NO_SMARTCARD", True, "card.removed"),
        ("W_UNRESPONSIVE_CARD", True, "card.mute"),
        ("E_READER_UNAVAILABLE", True, "card.reader-lost"),
    ],
)
def test_why_a_session_breaks(service: Service, result: str, there: bool, code: str) -> None:
    with PcscReader("reader").open() as transport:
        service.sending = CODE[result]
        service.state = Service.SCARD_STATE_PRESENT if there else 0

        with refused_with(code):
            transport.transmit(b"\x00\xa4\x00\x00")

    assert service.ended[-2:] == ["reset", 7]


def test_the_atr_of_a_card_that_is_gone_is_not_known(service: Service) -> None:
    with PcscReader("reader").open() as transport:
        service.asking = CODE["W_REMOVED_CARD"]
        with refused_with("card.removed"):
            _ = transport.atr
