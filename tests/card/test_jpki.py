"""What a desk asks of a card, with every card that comes and every answer that should not."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from kaihoken.card import JpkiClient, PinAnswer, PinResult, TokenKind, Transport
from kaihoken.card.apdu import Response
from kaihoken.card.transport import Octets
from kaihoken.card.virtual import OtherCard, Profile, Secret, VirtualCard, VirtualJpkiCard
from kaihoken.problems import Problem

from .cards import a_card, certificate, pair
from .papers import key

MESSAGE = b"kaihoken: a nonce, and for whom it is"


class Wire:
    """A transport that writes down what passes, and lets a test put words into the card's mouth."""

    def __init__(
        self, card: VirtualCard, instead: Callable[[bytes], bytes | None] = lambda command: None
    ) -> None:
        self.card, self.instead = card, instead
        self.passed: list[bytes] = []
        self.buffers: list[Octets] = []

    name, atr = "wire", b""

    def transmit(self, command: Octets) -> bytes:
        self.buffers.append(command)
        self.passed.append(bytes(command))
        answer = self.instead(bytes(command))
        return self.card.transmit(command) if answer is None else answer

    @property
    def pins_sent(self) -> int:
        return sum(command[:4] == b"\x00\x20\x00\x80" and len(command) > 4 for command in self.passed)


def with_tries(left: int, profile: Profile = Profile.CARD) -> VirtualJpkiCard:
    card = a_card(profile)
    card.memory = replace(card.memory, tries={**card.memory.tries, Secret.AUTHENTICATION: left})
    return card


def code_of(what: Callable[[], object]) -> str:
    with pytest.raises(Problem) as refused:
        what()
    return refused.value.code


@pytest.mark.parametrize(
    ("profile", "kind"),
    [
        (Profile.CARD, TokenKind.CARD),
        (Profile.ANDROID, TokenKind.ANDROID),
        (Profile.IPHONE, TokenKind.IPHONE),
        (Profile.CHILD, TokenKind.CARD),
        (Profile.PIN_LOCKED, TokenKind.CARD),
    ],
)
def test_cards_that_are_taken(profile: Profile, kind: TokenKind) -> None:
    assert JpkiClient(Wire(a_card(profile))).require_taken() is kind


@pytest.mark.parametrize(
    ("card", "code"), [(a_card(Profile.OLD_JUKI), "card.old"), (OtherCard(), "card.not-ours")]
)
def test_cards_that_are_not(card: VirtualCard, code: str) -> None:
    assert code_of(JpkiClient(Wire(card)).require_taken) == code


def test_a_token_that_nobody_knows_is_not_taken_whatever_its_atr_says() -> None:
    known = a_card()
    card = VirtualJpkiCard(replace(known.personalisation, label="JPKIAPICCTOKEN9"))

    assert card.atr == known.atr
    assert JpkiClient(Wire(card)).token() is TokenKind.UNKNOWN
    assert code_of(JpkiClient(Wire(card)).require_taken) == "card.unknown-token"


def test_the_atr_decides_nothing() -> None:
    card = VirtualJpkiCard(replace(a_card().personalisation, atr=bytes.fromhex("3B800181")))

    assert JpkiClient(Wire(card)).token() is TokenKind.CARD


def test_the_certificate_and_its_authority_are_read_whole_without_a_pin() -> None:
    wire = Wire(a_card())
    client = JpkiClient(wire)

    assert client.authentication_certificate() == certificate("authentication", "root")
    assert client.authority_certificate() == certificate("root", "root")
    assert wire.pins_sent == 0


def test_of_an_android_phone_only_the_authority_is_read_before_the_pin() -> None:
    client = JpkiClient(Wire(a_card(Profile.ANDROID)))

    assert client.authority_certificate() == certificate("root", "root")
    assert code_of(client.authentication_certificate) == "card.pin-needed"
    client.verify(bytearray(b"1234")).require_accepted()
    assert client.authentication_certificate() == certificate("authentication", "root")


@pytest.mark.parametrize("profile", [Profile.CARD, Profile.ANDROID])
def test_it_signs_the_message_after_the_pin(profile: Profile) -> None:
    client = JpkiClient(Wire(a_card(profile)))
    assert code_of(lambda: client.sign(MESSAGE)) == "card.pin-needed"

    assert client.verify(bytearray(b"1234")) == PinResult(PinAnswer.ACCEPTED, 3)
    signature = client.sign(MESSAGE)

    key("authentication").public_key().verify(signature, MESSAGE, padding.PKCS1v15(), hashes.SHA256())


def test_an_iphone_signs_without_a_pin() -> None:
    signature = JpkiClient(Wire(a_card(Profile.IPHONE))).sign(MESSAGE)

    key("authentication").public_key().verify(signature, MESSAGE, padding.PKCS1v15(), hashes.SHA256())


def test_a_wrong_pin_is_sent_once_and_the_next_one_costs_the_last_but_one() -> None:
    wire = Wire(a_card())
    client = JpkiClient(wire)

    assert client.verify(bytearray(b"9999")) == PinResult(PinAnswer.WRONG, 2)
    assert wire.pins_sent == 1
    assert client.tries_left() == 2


def test_the_last_try_is_withheld_until_its_holder_confirms_it() -> None:
    wire = Wire(with_tries(1))
    client = JpkiClient(wire)

    assert client.verify(bytearray(b"1234")) == PinResult(PinAnswer.WITHHELD, 1)
    assert (wire.pins_sent, client.tries_left()) == (0, 1)

    assert client.verify(bytearray(b"1234"), last_try_confirmed=True) == PinResult(PinAnswer.ACCEPTED, 3)


def test_a_mistake_at_the_last_try_blocks() -> None:
    client = JpkiClient(Wire(with_tries(1)))

    assert client.verify(bytearray(b"9999"), last_try_confirmed=True) == PinResult(PinAnswer.BLOCKED, 0)


def test_to_a_blocked_card_nothing_is_sent() -> None:
    wire = Wire(a_card(Profile.PIN_LOCKED))

    result = JpkiClient(wire).verify(bytearray(b"1234"), last_try_confirmed=True)

    assert (result, wire.pins_sent) == (PinResult(PinAnswer.BLOCKED, 0), 0)


def test_a_card_that_says_blocked_though_it_had_tries_is_believed() -> None:
    wire = Wire(a_card(), lambda command: b"\x69\x84" if command[:2] == b"\x00\x20" and command[4:] else None)

    assert JpkiClient(wire).verify(bytearray(b"1234")) == PinResult(PinAnswer.BLOCKED, 0)


@pytest.mark.parametrize("typed", [b"", b"123", b"12345", b"12 4", b"abcd"])
def test_what_is_no_pin_is_not_sent(typed: bytes) -> None:
    wire, pin = Wire(a_card()), bytearray(typed)

    assert code_of(lambda: JpkiClient(wire).verify(pin)) == "card.pin-shape"
    assert wire.passed == []
    assert pin == bytearray(len(typed))


@pytest.mark.parametrize("card", [a_card(), with_tries(1), a_card(pin="5678"), OtherCard()], ids=range(4))
def test_the_pin_is_emptied_whatever_happens(card: VirtualCard) -> None:
    wire, pin = Wire(card), bytearray(b"7391")

    with suppress(Problem):
        JpkiClient(wire).verify(pin)

    assert pin == bytearray(4)
    assert not any(b"7391" in buffer for buffer in wire.buffers)


def test_it_is_emptied_also_when_the_card_is_pulled_out_while_it_is_sent() -> None:
    def pulled(command: bytes) -> bytes | None:
        if command[:2] == b"\x00\x20" and command[4:]:
            raise Problem("card.removed")
        return None

    wire, pin = Wire(a_card(), pulled), bytearray(b"1234")

    assert code_of(lambda: JpkiClient(wire).verify(pin)) == "card.removed"
    assert (pin, wire.buffers[-1]) == (bytearray(4), bytearray(9))


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (PinResult(PinAnswer.WRONG, 2), "card.pin-wrong"),
        (PinResult(PinAnswer.BLOCKED, 0), "card.pin-blocked"),
        (PinResult(PinAnswer.WITHHELD, 1), "card.pin-last-try"),
    ],
)
def test_what_a_pin_came_to_as_a_problem(result: PinResult, code: str) -> None:
    with pytest.raises(Problem) as refused:
        result.require_accepted()

    assert refused.value.code == code
    assert refused.value.title("ja@easy")


def status(word: int, data: bytes = b"") -> bytes:
    return Response(word, data).encode()


@pytest.mark.parametrize(
    ("ins", "answer", "ask"),
    [
        (0xA4, b"", JpkiClient.token),
        (0xB0, status(0x9000, bytes(159)), JpkiClient.token),
        (0xB0, status(0x6A82), JpkiClient.token),
        (0xB0, status(0x9000, b"\x30\x81\x80\x00"), JpkiClient.authentication_certificate),
        (0xB0, status(0x9000, b"\x30\x82\xff\xff"), JpkiClient.authentication_certificate),
        (0xB0, status(0x9000, b"\x30\x82\x01\x00"), JpkiClient.authentication_certificate),
        (0x20, status(0x9000), JpkiClient.tries_left),
        (0x2A, status(0x9000, bytes(255)), lambda client: client.sign(MESSAGE)),
        (0x2A, status(0x6F00), lambda client: client.sign(MESSAGE)),
        (0x20, status(0x6F00), lambda client: client.verify(bytearray(b"1234"))),
    ],
)
def test_an_answer_that_no_card_gives_is_malformed(
    ins: int, answer: bytes, ask: Callable[[JpkiClient], object]
) -> None:
    wire: Transport = Wire(a_card(), lambda command: answer if command[1] == ins else None)

    assert code_of(lambda: ask(JpkiClient(wire))) == "card.malformed"


def test_a_pin_that_is_answered_with_nonsense_is_malformed_and_not_sent_again() -> None:
    wire = Wire(a_card(), lambda command: status(0x6F00) if command[1] == 0x20 and command[4:] else None)

    assert code_of(lambda: JpkiClient(wire).verify(bytearray(b"1234"))) == "card.malformed"
    assert wire.pins_sent == 1


def test_a_card_without_a_file_is_malformed() -> None:
    wire = Wire(a_card(), lambda command: status(0x6A82) if command[2] == 0x02 else None)

    assert code_of(JpkiClient(wire).tries_left) == "card.malformed"


def test_neither_the_client_nor_a_card_shows_what_is_on_it() -> None:
    card = a_card(pin="7391")
    shown = repr((card, card.memory, card.personalisation, pair("authentication"), JpkiClient(Wire(card))))

    assert "7391" not in shown
    assert "KAIHOKEN1234" not in shown
    assert certificate("authentication", "root").hex()[:40] not in shown.lower()
