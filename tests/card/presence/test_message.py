"""What a card signs: bytes that name hub, place, challenge and consents, and that mean one thing each."""

from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.card.presence import Agreement, AnsweredBy, Bound, Challenge, Purpose, agreed, message_of

from .cards import HUB, bound

CHALLENGE = Challenge("c" * 22, bytes(range(32)))
AGREED = Agreement(frozenset({"medicine", "limit"}), "home", "", date(2026, 11, 20))


def spelled_out(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def test_the_message_is_what_the_documentation_spells_out() -> None:
    agreement = spelled_out(
        b"kaihoken card consents, version 1", b"home", b"", b"2026-11-20", b"limit", b"medicine"
    )

    assert message_of(HUB, bound(), CHALLENGE, AGREED) == spelled_out(
        b"kaihoken card presence, version 1",
        b"https://hub.example",
        b"9910000007",
        b"reader-1",
        b"c" * 22,
        bytes(range(32)),
        b"eligibility",
        sha256(agreement).digest(),
    )


def test_the_order_in_which_items_are_agreed_to_says_nothing() -> None:
    assert agreed(["limit", "medicine"], "home", None, date(2026, 11, 20)) == AGREED


@pytest.mark.parametrize(
    "other",
    [
        message_of(f"{HUB}:443", bound(), CHALLENGE, AGREED),
        message_of(HUB, bound(facility="9910000015"), CHALLENGE, AGREED),
        message_of(HUB, bound(terminal="reader-2"), CHALLENGE, AGREED),
        message_of(HUB, bound(purpose="consent"), CHALLENGE, AGREED),
        message_of(HUB, bound(), Challenge("d" * 22, CHALLENGE.nonce), AGREED),
        message_of(HUB, bound(), Challenge("c" * 22, bytes(32)), AGREED),
        message_of(HUB, bound(), CHALLENGE, agreed(["limit"], "home", None, date(2026, 11, 20))),
        message_of(HUB, bound(), CHALLENGE, agreed(AGREED.items, "online", None, date(2026, 11, 20))),
        message_of(HUB, bound(), CHALLENGE, agreed(AGREED.items, "home", "card", date(2026, 11, 20))),
        message_of(HUB, bound(), CHALLENGE, agreed(AGREED.items, "home")),
        message_of(HUB, bound(), CHALLENGE, replace(AGREED, by=AnsweredBy.GUARDIAN)),
    ],
)
def test_each_part_changes_it(other: bytes) -> None:
    assert other != message_of(HUB, bound(), CHALLENGE, AGREED)


texts = st.text(max_size=8)


@given(st.tuples(texts, texts, texts), st.tuples(texts, texts, texts))
def test_no_two_places_share_a_message(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    def message(hub: str, facility: str, terminal: str) -> bytes:
        return message_of(hub, Bound(facility, terminal, Purpose.ELIGIBILITY), CHALLENGE, AGREED)

    assert (message(*one) == message(*other)) == (one == other)
