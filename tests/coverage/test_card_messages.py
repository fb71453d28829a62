"""The messages about a card are read strictly, and no `repr` shows what is in them."""

import msgspec
import pytest

from kaihoken.card.certificate import Validity
from kaihoken.card.presence import Method
from kaihoken.coverage.cards.messages import (
    CardChallengeAnswer,
    CardPresenceAnswer,
    read_challenge,
    read_link,
    read_presence,
)
from kaihoken.problems import Problem

SENT = {
    "challenge": "0123456789abcdef" * 2,
    "terminal": "reader-1",
    "method": "pin",
    "certificate": "Y2VydGlmaWNhdGU=",
    "signature": "c2lnbmF0dXJl",
}


def test_what_a_terminal_sends_is_read() -> None:
    read = read_presence(msgspec.json.encode(SENT))

    assert (read.certificate, read.signature, read.method) == (b"certificate", b"signature", Method.PIN)


@pytest.mark.parametrize(
    "wrong",
    [
        {"terminal": ""},
        {"terminal": "受付"},
        {"terminal": "reader 1"},
        {"terminal": "reader-1\n"},
        {"terminal": "r" * 65},
        {"challenge": "0123"},
        {"challenge": "0123456789ABCDEF" * 2},
        {"method": "terminal"},
        {"purpose": "login"},
        {"certificate": "not base64"},
        {"signature": "AAAA" * 86},
        {"method": "visual"},
        {"digest": "00"},
    ],
)
def test_anything_else_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(Problem, match=r"^coverage\.request-shape( |$)") as refused:
        read_presence(msgspec.json.encode(SENT | wrong))

    assert "Y2Vyd" not in str(refused.value.facts)


def test_a_longest_name_of_a_terminal_is_taken() -> None:
    assert read_challenge(msgspec.json.encode({"terminal": "r" * 64})).terminal == "r" * 64


def test_no_repr_shows_a_nonce_a_certificate_or_a_presence() -> None:
    shown = (
        read_presence(msgspec.json.encode(SENT)),
        read_link(msgspec.json.encode(SENT | {"agreed": True})),
        CardChallengeAnswer(challenge="c", nonce=b"nonce-of-32", seconds=60),
        CardPresenceAnswer(
            presence="sealed-text",
            seconds=300,
            presented="card",
            method=Method.PIN,
            certificate=Validity.GOOD,
            simulated=False,
        ),
    )

    told = repr(shown)

    names = ("PresenceRequest", "LinkRequest", "ChallengeAnswer", "PresenceAnswer")
    assert told == f"({', '.join(f'Card{name}(…)' for name in names)})"
