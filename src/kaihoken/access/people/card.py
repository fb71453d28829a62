"""Signing in with a card: what a card signs for a hub, and what this room needs to know of who checks it.

What is signed is our own message: a fixed word, the hub and the challenge, each with its length. A hub sends a
challenge and never a digest, so that no hub can have a card sign what is meant for somebody else.

Only stores that were created as `demo` take cards, and only virtual ones: a hub hands in who knows them (`CardCheck`).
"""

from datetime import datetime
from typing import Protocol

_DOMAIN = b"kaihoken sign-in with a virtual card, version 1"


class CardCheck(Protocol):
    """Whoever tells cards apart."""

    def proved(self, certificate: bytes, signature: bytes, message: bytes, at: datetime) -> str:
        """The id of the card that signed the message. Problem `access.sign-in-refused`, whatever is wrong."""
        ...


def message_of(hub: str, challenge: bytes) -> bytes:
    """What a card signs for a hub."""
    parts = (_DOMAIN, hub.encode(), challenge)
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
