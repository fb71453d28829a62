"""What OpenSC really said to the card is said to it again, without any tool: every answer is the same to the byte."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kaihoken.card.apdu import Command, Response
from kaihoken.card.virtual import Secret, VirtualJpkiCard

from .recording import FOLDER, MESSAGE, TYPED, a_copy

SIGN = (0x80, 0x2A)


def exchanges(title: str) -> Iterator[tuple[bytes, bytes]]:
    """Commands with their answers; a reset is a command without bytes."""
    lines = (FOLDER / f"{title}.txt").read_text(encoding="ascii").splitlines()[1:]
    words = iter(lines)
    for word in words:
        if word == "reset":
            yield b"", b""
        else:
            answer = next(words)
            assert (word[:2], answer[:2]) == ("> ", "< ")
            yield bytes.fromhex(word[2:]), bytes.fromhex(answer[2:])


@pytest.fixture
def card(tmp_path: Path) -> VirtualJpkiCard:
    found = a_copy(tmp_path).card
    assert isinstance(found, VirtualJpkiCard)
    return found


def test_the_conversations_take_the_same_course(card: VirtualJpkiCard) -> None:
    tries = dict[str, int]()
    for title in TYPED:
        passed = list(exchanges(title))
        assert len(passed) > 20
        for number, (command, answer) in enumerate(passed):
            if command:
                assert card.transmit(command) == answer, f"{title}, {number}: {command[:5].hex()}"
            else:
                card.reset()
        tries[title] = card.memory.tries[Secret.AUTHENTICATION]

    assert [tries[title] for title in ("3-certificate", "4-wrong-pin", "5-pin")] == [3, 2, 3]


def test_they_hold_a_signature_that_the_cards_own_certificate_verifies(card: VirtualJpkiCard) -> None:
    [signature] = [
        Response.decode(answer).data for command, answer in exchanges("6-sign") if tuple(command[:2]) == SIGN
    ]
    public = x509.load_der_x509_certificate(card.personalisation.authentication.certificate).public_key()

    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(signature, MESSAGE, padding.PKCS1v15(), hashes.SHA256())


def test_shown_as_commands_they_hide_each_pin() -> None:
    commands = [Command.decode(command) for title in TYPED for command, _ in exchanges(title) if command]
    shown = " ".join(map(repr, commands))

    assert any(b"1234" in command.data for command in commands)
    assert b"1234".hex() not in shown
    assert b"KAIHOKEN".hex() not in shown
